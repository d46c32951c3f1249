/*
 * 32-bit kernels: Multiboot 1 entry, exception stubs, and the ways into other modes that C cannot say.
 *
 * Address contract: 32-bit flat protected mode, paging off; EBX = Multiboot information;
 * entered at _start, calls start32(EBX).
 */
#include "selectors.h"

	.section .multiboot, "a"
	.balign 4
	.long	0x1BADB002
	.long	0
	.long	-0x1BADB002

	.text
	.code32
	.globl	_start
_start:
	cli
	cld
	movl	$stack_top, %esp
	pushl	$0
	popfl
	pushl	%ebx
	call	start32
	ud2

/* Stub n: error code or 0, n. The exceptions that push an error code themselves are 8, 10..14, 17 and 21. */
	.globl	trap_stubs
	.balign 16
trap_stubs:
	.set	vector, 0
	.rept	256
	.balign 16
	.if	(vector == 8) || (vector >= 10 && vector <= 14) || (vector == 17) || (vector == 21)
	.else
	pushl	$0
	.endif
	pushl	$vector
	jmp	common
	.set	vector, vector + 1
	.endr

common:
	pushal
	pushl	%ds
	pushl	%es
	pushl	%fs
	pushl	%gs
	movl	$SEL_DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	pushl	%esp
	call	trap
	addl	$4, %esp
	popl	%gs
	popl	%fs
	popl	%es
	popl	%ds
	popal
	addl	$8, %esp
	iretl

/* void iret_frame(const uint32_t *frame, unsigned n): IRET with the n doublewords of frame on the stack; EAX..EDI are 0. */
	.globl	iret_frame
iret_frame:
	movl	4(%esp), %esi
	movl	8(%esp), %ecx
	leal	-4(%esi, %ecx, 4), %esi
1:	pushl	(%esi)
	subl	$4, %esi
	loop	1b
	xorl	%eax, %eax
	xorl	%ebx, %ebx
	xorl	%edx, %edx
	xorl	%ebp, %ebp
	xorl	%esi, %esi
	xorl	%edi, %edi
	iretl

/* void far_jump(uint16_t selector), far_call: to offset 0 of the selector; a task switch comes back behind it. */
	.globl	far_jump, far_call
far_jump:
	movl	4(%esp), %eax
	pushl	%eax
	pushl	$0
	ljmpl	*(%esp)
	addl	$8, %esp
	ret
far_call:
	movl	4(%esp), %eax
	pushl	%eax
	pushl	$0
	lcalll	*(%esp)
	addl	$8, %esp
	ret

	.bss
	.balign 4096
	.skip	16384
stack_top:
	.section .note.GNU-stack, "", @progbits
