#include "acpi.h"

#include <stddef.h>

#include "string.h"

struct platform platform = { .lapic_pa = 0xFEE00000, .ioapic_pa = 0xFEC00000 };

struct rsdp { char signature[8]; uint8_t sum; char oem[6]; uint8_t revision; uint32_t rsdt; uint32_t length; uint64_t xsdt; } __attribute__((packed));
struct sdt { char signature[4]; uint32_t length; uint8_t revision, sum; char rest[26]; } __attribute__((packed));
struct madt { struct sdt sdt; uint32_t lapic, flags; uint8_t entries[]; } __attribute__((packed));

enum { MADT_LAPIC = 0, MADT_IOAPIC = 1, MADT_OVERRIDE = 2, MADT_X2APIC = 9 };

static uint32_t get32(const uint8_t *p) { return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24; }

bool checksum_ok(const void *p, uint32_t length)
{
	const uint8_t *b = p;
	uint8_t sum = 0;
	while (length--)
		sum = (uint8_t)(sum + *b++);
	return sum == 0;
}

static const void *scan(uintptr_t from, uintptr_t to, const char *signature, unsigned n, unsigned length)
{
	for (uintptr_t p = from; p + length <= to; p += 16)
		if (!memcmp((void *)p, signature, n) && checksum_ok((void *)p, length))
			return (void *)p;
	return NULL;
}

const void *firmware_scan(const char *signature, unsigned n, unsigned length)
{
	uintptr_t word = 0x40E;		/* BIOS data area: segment of the EBDA */
	__asm__("" : "+r"(word));	/* gcc takes accesses near 0 for null pointers */
	uintptr_t ebda = (uintptr_t)*(volatile uint16_t *)word << 4;
	const void *p = scan(0xE0000, 0x100000, signature, n, length);
	if (!p && ebda >= 0x80000 && ebda < 0xA0000)
		p = scan(ebda, ebda + 1024, signature, n, length);
	if (!p)
		p = scan(0x9FC00, 0xA0000, signature, n, length);
	return p;
}

void platform_add_cpu(uint32_t apic_id)
{
	if (platform.ncpus < 256)
		platform.apic_id[platform.ncpus++] = apic_id;
}

static void parse_madt(const struct madt *madt)
{
	const uint8_t *end = (const uint8_t *)madt + madt->sdt.length;
	platform.lapic_pa = madt->lapic;
	for (const uint8_t *e = madt->entries; e + 2 <= end && e[1] >= 2; e += e[1]) {
		if (e[0] == MADT_LAPIC && get32(e + 4) & 1)
			platform_add_cpu(e[3]);
		else if (e[0] == MADT_X2APIC && get32(e + 8) & 1)
			platform_add_cpu(get32(e + 4));
		else if (e[0] == MADT_IOAPIC && get32(e + 8) == 0)
			platform.ioapic_pa = get32(e + 4);
		else if (e[0] == MADT_OVERRIDE && e[3] == 0)
			platform.pit_gsi = get32(e + 4);
	}
}

static const struct sdt *find_madt(const struct sdt *root, unsigned width)
{
	const uint8_t *p = (const uint8_t *)(root + 1);
	const uint8_t *end = (const uint8_t *)root + root->length;
	for (; p + width <= end; p += width) {
		uint64_t pa = get32(p) | (width == 8 ? (uint64_t)get32(p + 4) << 32 : 0);
		const struct sdt *t = (void *)pa;
		if (!memcmp(t->signature, "APIC", 4) && checksum_ok(t, t->length))
			return t;
	}
	return NULL;
}

bool acpi_find_cpus(void)
{
	const struct rsdp *rsdp = firmware_scan("RSD PTR ", 8, 20);
	const struct sdt *madt = NULL;
	if (!rsdp)
		return false;
	if (rsdp->revision >= 2 && rsdp->xsdt && checksum_ok((void *)rsdp->xsdt, ((const struct sdt *)rsdp->xsdt)->length)) {
		platform.source = "XSDT";
		madt = find_madt((void *)rsdp->xsdt, 8);
	}
	if (!madt && rsdp->rsdt) {
		platform.source = "RSDT";
		madt = find_madt((void *)(uintptr_t)rsdp->rsdt, 4);
	}
	if (!madt)
		return false;
	parse_madt((const struct madt *)madt);
	return platform.ncpus > 0;
}
