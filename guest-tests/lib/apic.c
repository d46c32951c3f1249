#include "apic.h"

#include "acpi.h"
#include "asm.h"
#include "cmdline.h"
#include "report.h"

#define APIC_BASE_EXTD	(1u << 10)
#define APIC_BASE_EN	(1u << 11)
#define SVR_ENABLE	0x100

bool apic_is_x2;

static volatile uint32_t *reg_ptr(uint32_t reg) { return (volatile uint32_t *)(uintptr_t)(platform.lapic_pa + reg); }

uint32_t apic_read(uint32_t reg)
{
	return apic_is_x2 ? (uint32_t)rdmsr(MSR_X2APIC + reg / 16) : *reg_ptr(reg);
}

void apic_write(uint32_t reg, uint32_t v)
{
	if (apic_is_x2)
		wrmsr(MSR_X2APIC + reg / 16, v);
	else
		*reg_ptr(reg) = v;
}

uint32_t apic_id(void)
{
	return apic_is_x2 ? apic_read(APIC_ID) : apic_read(APIC_ID) >> 24;
}

void apic_choose(void)
{
	if (!option_is("apic", "x2apic"))
		return;
	if (!has_x2apic())
		skip_all("no x2APIC");
	apic_is_x2 = true;
}

void apic_enable(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);
	if (!(base & APIC_BASE_EN))
		wrmsr(MSR_APIC_BASE, base |= APIC_BASE_EN);
	if (apic_is_x2 && !(base & APIC_BASE_EXTD))
		wrmsr(MSR_APIC_BASE, base | APIC_BASE_EXTD);
	apic_write(APIC_SVR, SVR_ENABLE | VEC_SPURIOUS);
	apic_write(APIC_LVT_TIMER, LVT_MASKED);
	apic_write(APIC_LVT_LINT0, LVT_MASKED);
	apic_write(APIC_LVT_ERROR, LVT_MASKED);
	apic_write(APIC_TPR, 0);
}

void apic_wait_idle(void)
{
	while (apic_read(APIC_ICR_LO) & ICR_PENDING)
		cpu_pause();
}

/*
 * xAPIC: the two halves must not be split by a handler that sends too, so interrupts are off between them; the page is
 * uncached, which orders earlier stores. x2APIC: WRMSR to the ICR is not serialising, the MFENCE makes earlier stores
 * (a zeroed scoreboard slot) visible before the interrupt can be.
 */
void apic_send(uint32_t dest, uint32_t cmd)
{
	if (apic_is_x2) {
		mfence();
		wrmsr(MSR_X2APIC + APIC_ICR_LO / 16, (uint64_t)dest << 32 | cmd);
		return;
	}
	bool on = intr_disable();
	apic_wait_idle();
	if (!(cmd & ICR_OTHERS))
		apic_write(APIC_ICR_HI, dest << 24);
	apic_write(APIC_ICR_LO, cmd);
	intr_restore(on);
}

static void ioapic_write(uint32_t reg, uint32_t v)
{
	volatile uint32_t *io = (volatile uint32_t *)(uintptr_t)platform.ioapic_pa;
	io[0] = reg;
	io[4] = v;
}

void ioapic_route(uint32_t pin, uint8_t vector, uint32_t dest_apic_id)
{
	ioapic_write(0x11 + 2 * pin, dest_apic_id << 24);
	ioapic_write(0x10 + 2 * pin, vector);
}

void ioapic_mask(uint32_t pin) { ioapic_write(0x10 + 2 * pin, LVT_MASKED); }
