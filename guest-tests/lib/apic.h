/*
 * Local APIC in both modes, I/O APIC (Intel SDM volume 3, chapter 11).
 *
 * xAPIC: memory page, ICR written in two halves with interrupts off. x2APIC: MSRs, one WRMSR behind an MFENCE.
 */
#ifndef GUEST_APIC_H
#define GUEST_APIC_H

#include "cpu.h"

enum {	/* register offsets in the xAPIC page; the x2APIC MSR is 0x800 + offset / 16 */
	APIC_ID = 0x020, APIC_VERSION = 0x030, APIC_TPR = 0x080, APIC_PPR = 0x0A0, APIC_EOI = 0x0B0, APIC_LDR = 0x0D0,
	APIC_DFR = 0x0E0, APIC_SVR = 0x0F0, APIC_ISR = 0x100, APIC_TMR = 0x180, APIC_IRR = 0x200, APIC_ESR = 0x280,
	APIC_ICR_LO = 0x300, APIC_ICR_HI = 0x310, APIC_LVT_TIMER = 0x320, APIC_LVT_LINT0 = 0x350, APIC_LVT_LINT1 = 0x360,
	APIC_LVT_ERROR = 0x370, APIC_TIMER_ICR = 0x380, APIC_TIMER_CCR = 0x390, APIC_TIMER_DCR = 0x3E0, APIC_SELF_IPI = 0x3F0,
};

/* ICR: delivery mode, destination mode, level, shorthand. */
#define ICR_FIXED	0x00000u
#define ICR_LOWEST	0x00100u
#define ICR_NMI		0x00400u
#define ICR_INIT	0x00500u
#define ICR_SIPI	0x00600u
#define ICR_LOGICAL	0x00800u
#define ICR_PENDING	0x01000u
#define ICR_ASSERT	0x04000u
#define ICR_LEVEL	0x08000u
#define ICR_SELF	0x40000u
#define ICR_ALL		0x80000u
#define ICR_OTHERS	0xC0000u

#define LVT_MASKED	0x10000u
#define LVT_PERIODIC	0x20000u
#define LVT_DEADLINE	0x40000u

extern bool apic_is_x2;

/* Mode from the command line, once, before any CPU calls apic_enable(). Ends the guest with SKIP if it cannot be. */
void apic_choose(void);
void apic_enable(void);
uint32_t apic_read(uint32_t reg);
void apic_write(uint32_t reg, uint32_t v);
uint32_t apic_id(void);
static inline void apic_eoi(void) { apic_write(APIC_EOI, 0); }
/* Send one interprocessor interrupt; `dest` is ignored where `cmd` has a shorthand. */
void apic_send(uint32_t dest, uint32_t cmd);
/* xAPIC: wait until the delivery status is idle. */
void apic_wait_idle(void);

void ioapic_route(uint32_t pin, uint8_t vector, uint32_t dest_apic_id);
void ioapic_mask(uint32_t pin);

#endif
