/* Constants that assembly and C share. */
#ifndef GUEST_ASM_H
#define GUEST_ASM_H

#ifndef MAXCPU
#define MAXCPU		255
#endif
#define CPU_STACK_SIZE	8192
#define IST_STACK_SIZE	4096

#define AP_START	0x8000		/* SIPI vector 0x08 */

/* Selectors; the order from UCODE32 on is what SYSRET wants. */
#define SEL_KCODE	0x08
#define SEL_KDATA	0x10
#define SEL_UCODE32	0x18
#define SEL_UDATA	0x20
#define SEL_UCODE	0x28
#define SEL_TSS		0x30
#define RPL_USER	3

/* Vectors. */
#define VEC_USER_EXIT	0x80		/* INT from user mode back to user_run() */
#define VEC_TIMER	0x90
#define VEC_PIT		0x91
#define VEC_PING	0xA0
#define IPI_WAKEUP	0xF0
#define IPI_INVLOP	0xF3
#define VEC_SPURIOUS	0xFF

/* Byte offsets in struct pcpu; pcpu.c asserts them. */
#define PC_SELF		0
#define PC_USER_RSP	8
#define PC_RSP0		16
#define PC_KCR3		24
#define PC_UCR3		32
#define PC_CATCH_RSP	40
#define PC_RUN_RSP	48
#define PC_TSS_RSP0	(PC_TSS + 4)
#define PC_TSS		352

#define MSR_EFER	0xC0000080
#define MSR_GSBASE	0xC0000101
#define EFER_BITS	0x901		/* NXE | LME | SCE */
#define CR4_BITS	0x6A0		/* OSXMMEXCPT | OSFXSR | PGE | PAE */
#define CR0_BITS	0x80010033	/* PG | WP | NE | ET | MP | PE */

#endif
