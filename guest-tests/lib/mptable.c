/* The older way: Intel MultiProcessor Specification 1.4, chapter 4. */
#include "acpi.h"

#include <stddef.h>

#include "string.h"

struct mp_floating { char signature[4]; uint32_t table; uint8_t length, revision, sum, feature[5]; } __attribute__((packed));
struct mp_config {
	char signature[4]; uint16_t length; uint8_t revision, sum; char oem[20];
	uint32_t oem_table; uint16_t oem_size, count; uint32_t lapic, extended; uint8_t entries[];
} __attribute__((packed));

enum { MP_CPU = 0, MP_BUS = 1, MP_IOAPIC = 2, MP_INTERRUPT = 3 };

bool mptable_find_cpus(void)
{
	const struct mp_floating *f = firmware_scan("_MP_", 4, 16);
	if (!f || !f->table)
		return false;
	const struct mp_config *c = (void *)(uintptr_t)f->table;
	if (memcmp(c->signature, "PCMP", 4) || !checksum_ok(c, c->length))
		return false;
	platform.source = "MP table";
	platform.lapic_pa = c->lapic;
	const uint8_t *e = c->entries, *end = (const uint8_t *)c + c->length;
	uint8_t isa_bus = 0xFF;
	for (unsigned i = 0; i < c->count && e < end; i++) {
		switch (e[0]) {
		case MP_CPU:
			if (e[3] & 1)
				platform_add_cpu(e[1]);
			break;
		case MP_BUS:
			if (!memcmp(e + 2, "ISA", 3))
				isa_bus = e[1];
			break;
		case MP_IOAPIC:
			if (e[3] & 1)
				memcpy(&platform.ioapic_pa, e + 4, 4);
			break;
		case MP_INTERRUPT:
			if (e[1] == 0 && e[4] == isa_bus && e[5] == 0)
				platform.pit_gsi = e[7];
			break;
		}
		e += e[0] == MP_CPU ? 20 : 8;
	}
	return platform.ncpus > 0;
}
