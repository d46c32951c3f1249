/*
 * Interrupt and exception entries, the way back, and user_run()/trap_catch(), which leave through them.
 *
 * Contract of every stub: all gates are interrupt gates (IF = 0 on entry), the stack below is struct trapframe:
 *
 *   +0x00 r15 r14 r13 r12 r11 r10 r9 r8 rbp rdi rsi rdx rcx rbx rax
 *   +0x78 vector, error code (0 where the CPU pushes none)
 *   +0x88 rip cs rflags rsp ss           pushed by the CPU
 *
 * From user mode the GS bases are swapped, and where the pmap has a twin (pc_ucr3 != ~0) CR3 as well.
 * NMI has a stack of its own and may interrupt any of these instructions: it trusts neither GS nor CR3.
 */
#include "asm.h"

	.macro	SAVE_REGS
	pushq	%rax
	pushq	%rbx
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%rbp
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	.endm
	.macro	RESTORE_REGS
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rbp
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rbx
	popq	%rax
	.endm
	.macro	SAVE_CALLEE
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	.endm
	.macro	RESTORE_CALLEE
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	.endm

	.text
	.code64

/* 256 stubs of 16 bytes. */
	.balign	16
	.globl	trap_stubs
trap_stubs:
	vec = 0
	.rept	256
	.balign	16
	.if !(vec == 8 || vec == 17 || vec == 21 || (vec >= 10 && vec <= 14))
	pushq	$0
	.endif
	pushq	$vec
	jmp	all_traps
	vec = vec + 1
	.endr

/* The entry the observer knows: IPI_INVLOP has a stub with a name. */
	.balign	16
	.globl	invlop_handler
invlop_handler:
	pushq	$0
	pushq	$IPI_INVLOP
all_traps:
	testb	$3, 24(%rsp)
	jz	1f
	swapgs
1:	SAVE_REGS
	cld
	testb	$3, 0x90(%rsp)
	jz	2f
	cmpq	$-1, %gs:PC_UCR3
	je	2f
	movq	%gs:PC_KCR3, %rax
	movq	%rax, %cr3
2:	movq	%rsp, %rdi
	movq	%rsp, %rbp
	andq	$-16, %rsp
	call	trap_dispatch
	movq	%rbp, %rsp

/* RSP = struct trapframe; interrupts are off. */
	.globl	trap_return
trap_return:
	testb	$3, 0x90(%rsp)
	jz	3f
	movq	%gs:PC_UCR3, %rax
	cmpq	$-1, %rax
	je	1f
	movq	%rax, %cr3
1:	RESTORE_REGS
	swapgs
	addq	$16, %rsp
	iretq
3:	RESTORE_REGS
	addq	$16, %rsp
	iretq

/* NMI: IST stack whose top word is the pcpu pointer. GS base and CR3 are put back as they were found. */
	.balign	16
	.globl	nmi_entry
nmi_entry:
	pushq	$0
	pushq	$2
	SAVE_REGS
	cld
	movl	$MSR_GSBASE, %ecx
	rdmsr
	shlq	$32, %rdx
	orq	%rax, %rdx
	movq	%rdx, %r12			/* GS base found */
	movq	0xB0(%rsp), %rax		/* word above the frame */
	movq	%rax, %rdx
	shrq	$32, %rdx
	wrmsr
	movq	%cr3, %r13			/* CR3 found */
	cmpq	$-1, %gs:PC_UCR3
	je	1f
	movq	%gs:PC_KCR3, %rax
	movq	%rax, %cr3
1:	movq	%rsp, %rdi
	movq	%rsp, %rbp
	andq	$-16, %rsp
	call	trap_dispatch
	movq	%rbp, %rsp
	cmpq	$-1, %gs:PC_UCR3
	je	2f
	movq	%cr4, %rax
	btq	$17, %rax			/* PCIDE: come back without a flush */
	jnc	3f
	btsq	$63, %r13
3:	movq	%r13, %cr3
2:	movl	$MSR_GSBASE, %ecx
	movq	%r12, %rax
	movq	%r12, %rdx
	shrq	$32, %rdx
	wrmsr
	RESTORE_REGS
	addq	$16, %rsp
	iretq

/* bool trap_catch(void (*fn)(void *), void *arg) */
	.globl	trap_catch, trap_catch_unwind
trap_catch:
	SAVE_CALLEE
	pushq	%gs:PC_CATCH_RSP
	movq	%rsp, %gs:PC_CATCH_RSP
	movq	%rdi, %rax
	movq	%rsi, %rdi
	call	*%rax
	popq	%gs:PC_CATCH_RSP
	RESTORE_CALLEE
	xorl	%eax, %eax
	ret
/* trap_dispatch() resumes the interrupted code here with RSP = pc_catch_rsp. */
trap_catch_unwind:
	popq	%gs:PC_CATCH_RSP
	RESTORE_CALLEE
	movl	$1, %eax
	ret

/* void user_run(rip, rsp, rdi, rflags) */
	.globl	user_run, user_unwind
user_run:
	pushfq
	SAVE_CALLEE
	pushq	%gs:PC_RUN_RSP
	cli
	movq	%rsp, %gs:PC_RUN_RSP
	movq	%gs:PC_SELF, %rax
	movq	%rsp, %r8
	andq	$-16, %r8
	movq	%r8, %gs:PC_RSP0
	movq	%r8, PC_TSS_RSP0(%rax)
	pushq	$(SEL_UDATA | RPL_USER)
	pushq	%rsi
	pushq	%rcx
	pushq	$(SEL_UCODE | RPL_USER)
	pushq	%rdi
	movq	%rdx, %rdi
	movq	%gs:PC_UCR3, %rax
	cmpq	$-1, %rax
	je	1f
	movq	%rax, %cr3
1:	swapgs
	xorl	%eax, %eax
	iretq
/* trap_dispatch() comes here, on the kernel stack, with interrupts off: RSP = pc_run_rsp. */
user_unwind:
	movq	%gs:PC_RUN_RSP, %rsp
	popq	%gs:PC_RUN_RSP
	RESTORE_CALLEE
	popfq
	ret
