/*
 * Multiboot 1 entry of the boot processor, up to bsp_start() in 64-bit C.
 *
 * Address contract
 *   entry   32-bit flat protected mode, paging off, EAX = 0x2BADB002, EBX = pa of the Multiboot information
 *   exit    long mode, CR3 = boot_pml4, RSP = top of cpu_stack[0], EDI = pa of the Multiboot information
 *
 * Physical memory (va == pa below 4 GiB)
 *   0x00000000 +--------------------------------------------+
 *              | firmware data; Multiboot info, command line |
 *   0x00008000 +--------------------------------------------+
 *              | AP trampoline, one page (ap.S is copied)    |
 *   0x000E0000 +--------------------------------------------+
 *              | RSDP, MP floating pointer are searched here |
 *   0x00100000 +--------------------------------------------+
 *              | .text .data .bss (page tables, stacks, pool)|
 *   _end       +--------------------------------------------+
 *   0xFEC00000   I/O APIC, uncached
 *   0xFEE00000   local APIC page, uncached
 *
 * Page tables: PML4[0] -> 4 page directories of 2 MiB supervisor pages, global. PML4[1] is left to the tests.
 */
#include "asm.h"

	.section .multiboot, "a"
	.balign 4
	.long	0x1BADB002
	.long	0x00000003			/* page aligned modules, memory fields */
	.long	-(0x1BADB002 + 0x00000003)

	.text
	.code32
	.globl	_start
_start:
	cli
	cld
	movl	%ebx, %esi
	movl	$cpu_stack + CPU_STACK_SIZE, %esp

	/* 2048 PDEs: P | RW | A | D | PS | G, uncached (PCD | PWT) from 0xFE000000 up. */
	movl	$boot_pd, %edi
	movl	$0x1E3, %eax
1:	movl	%eax, (%edi)
	cmpl	$0xFE000000, %eax
	jb	2f
	orl	$0x18, (%edi)
2:	movl	$0, 4(%edi)
	addl	$8, %edi
	addl	$0x200000, %eax
	jnc	1b

	movl	$boot_pd + 0x23, %eax
	movl	$boot_pdpt, %edi
	movl	$4, %ecx
3:	movl	%eax, (%edi)
	addl	$4096, %eax
	addl	$8, %edi
	loop	3b
	movl	$boot_pdpt + 0x23, boot_pml4

	call	enter_long_mode
	ljmp	$0x18, $bsp64

/* Turn on long mode with the boot page tables; still in compatibility mode on return. Clobbers EAX, ECX, EDX. */
	.globl	enter_long_mode
enter_long_mode:
	movl	$CR4_BITS, %eax
	movl	%eax, %cr4
	movl	$boot_pml4, %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	xorl	%edx, %edx
	movl	$EFER_BITS, %eax
	wrmsr
	movl	$CR0_BITS, %eax
	movl	%eax, %cr0
	fninit				/* a power-on FPU has all exceptions unmasked */
	lgdt	boot_gdtr
	ret

	.code64
bsp64:
	movl	$0x10, %eax
	movl	%eax, %ss
	movl	%eax, %ds
	movl	%eax, %es
	xorl	%ebp, %ebp
	movl	%esi, %edi
	call	bsp_start
	ud2

	.data
	.balign 8
	.globl	boot_gdt, boot_gdtr
boot_gdt:
	.quad	0
	.quad	0x00CF9B000000FFFF		/* 0x08 32-bit code, for the trampoline */
	.quad	0x00CF93000000FFFF		/* 0x10 data */
	.quad	0x00AF9B000000FFFF		/* 0x18 64-bit code */
boot_gdtr:
	.word	. - boot_gdt - 1
	.quad	boot_gdt

	.bss
	.balign 4096
	.globl	boot_pml4, cpu_stack
boot_pml4:	.skip 4096
boot_pdpt:	.skip 4096
boot_pd:	.skip 4 * 4096
cpu_stack:	.skip MAXCPU * CPU_STACK_SIZE
