/* The GDT of the 32-bit guests; start.S and C share it. */
#ifndef GUEST_SELECTORS_H
#define GUEST_SELECTORS_H

#define SEL_CODE	0x08
#define SEL_DATA	0x10
#define SEL_UCODE	0x1B
#define SEL_UDATA	0x23
#define SEL_TSS		0x28		/* the task that runs */
#define SEL_TSS_A	0x30		/* 32 bits */
#define SEL_TSS_B	0x38		/* 16 bits */
#define SEL_TSS_H	0x40		/* handler of exceptions through task gates */
#define SEL_TASK_GATE	0x48		/* to SEL_TSS_A */
#define SEL_GATE32	0x50
#define SEL_GATE16	0x58
#define SEL_CONFORMING	0x60
#define SEL_SPARE	0x68
#define SEL_SMALL_STACK	0x70
#define SEL_LDT		0x78
#define SEL_CODE16	0x80
#define GDT_ENTRIES	17

#endif
