/* Processors and I/O APIC as the firmware lists them: ACPI's MADT, or the MP table with cpus-from=mp. */
#ifndef GUEST_ACPI_H
#define GUEST_ACPI_H

#include <stdbool.h>
#include <stdint.h>

struct platform {
	uint32_t ncpus;				/* usable processors, listed order */
	uint32_t apic_id[256];
	uint32_t lapic_pa, ioapic_pa;
	uint32_t pit_gsi;			/* where ISA IRQ 0 enters the I/O APIC */
	const char *source;			/* "RSDT", "XSDT" or "MP table" */
};

extern struct platform platform;

bool acpi_find_cpus(void);
bool mptable_find_cpus(void);
/* Look for a signature on 16-byte boundaries, checksum over `length` bytes. */
const void *firmware_scan(const char *signature, unsigned n, unsigned length);
bool checksum_ok(const void *p, uint32_t length);
void platform_add_cpu(uint32_t apic_id);

#endif
