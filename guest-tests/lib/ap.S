/*
 * Start of an application processor: from SIPI to ap_start() in 64-bit C.
 *
 * Address contract
 *   entry   real mode, CS = AP_START >> 4, IP = 0; the bytes ap_trampoline..ap_trampoline_end were copied to AP_START
 *   exit    long mode, CR3 = boot_pml4, RSP = ap_boot_stack, EDI = ap_boot_cpu
 *
 *   AP_START +0  16-bit code        no stack is used before 64-bit code
 *            +.. GDTR of boot_gdt
 *            +.. 32-bit code
 */
#include "asm.h"

#define LOW(label)	(AP_START + (label) - ap_trampoline)

	.text
	.globl	ap_trampoline, ap_trampoline_end
	.code16
ap_trampoline:
	cli
	cld
	xorl	%eax, %eax
	movl	%eax, %ds
	lgdtl	LOW(ap_gdtr)
	movl	%cr0, %eax
	orb	$1, %al
	movl	%eax, %cr0
	ljmpl	$0x08, $LOW(ap32)
	.balign 4
ap_gdtr:
	.word	4 * 8 - 1
	.long	boot_gdt
	.code32
ap32:
	movl	$0x10, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	ap_boot_stack, %esp
	movl	$enter_long_mode, %eax
	call	*%eax
	ljmp	$0x18, $ap64
ap_trampoline_end:

	.code64
ap64:
	xorl	%ebp, %ebp
	movl	ap_boot_cpu, %edi
	call	ap_start
	ud2
