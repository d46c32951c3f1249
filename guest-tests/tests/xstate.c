/*
 * XSAVE and its kin, XCR0, protection keys, FSGSBASE, RDTSCP and RDPID, UMIP: what CPUID says and what then works.
 * strict=1: also bases that are not canonical, which QEMU takes.
 */
#include "../lib/cmdline.h"
#include "../lib/pmap.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/trap.h"
#include "../lib/usermode.h"

const char test_name[] = "xstate";

#define CR4_UMIP	(1ull << 11)
#define CR4_FSGSBASE	(1ull << 16)
#define CR4_OSXSAVE	(1ull << 18)
#define CR4_PKE		(1ull << 22)
#define MSR_TSC_AUX	0xC0000103

static uint8_t area[4096] __attribute__((aligned(64)));
static uint64_t *const header = (uint64_t *)(area + 512);

static uint64_t xgetbv(uint32_t n)
{
	uint32_t lo, hi;
	__asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(n));
	return (uint64_t)hi << 32 | lo;
}
static void xsetbv(uint32_t n, uint64_t v) { __asm__ volatile("xsetbv" :: "c"(n), "a"((uint32_t)v), "d"((uint32_t)(v >> 32))); }
#define XOP(name) static void name(uint64_t m) { __asm__ volatile(#name " %0" : "+m"(area) : "a"((uint32_t)m), "d"((uint32_t)(m >> 32)) : "memory"); }
XOP(xsave64)
XOP(xrstor64)
static void set_xmm3(uint64_t v) { __asm__ volatile("movq %0, %%xmm3" :: "r"(v)); }
static uint64_t get_xmm3(void) { uint64_t v; __asm__ volatile("movq %%xmm3, %0" : "=r"(v)); return v; }

static void do_xgetbv(void *v) { xgetbv(0); }
static void do_xsetbv(void *v) { xsetbv(0, *(uint64_t *)v); }
static void do_xrstor(void *v) { xrstor64(3); }
static void do_xsave_unaligned(void *v) { __asm__ volatile("xsave64 8(%0)" :: "r"(area), "a"(3), "d"(0) : "memory"); }

static bool raises(void (*fn)(void *), void *arg, uint64_t vector)
{
	bool trapped = trap_catch(fn, arg);
	if (!trapped || curcpu()->pc_trap.vector != vector)
		note("trapped %u vector %lu error %lx", trapped, curcpu()->pc_trap.vector, curcpu()->pc_trap.error);
	return trapped && curcpu()->pc_trap.vector == vector;
}

static void xsave(void)
{
	if (!(cpuid(1, 0).c >> 26 & 1)) {
		report_skip("XSAVE");
		return;
	}
	report(!(cpuid(1, 0).c >> 27 & 1) && raises(do_xgetbv, 0, VEC_UD), "XGETBV without CR4.OSXSAVE is #UD");
	write_cr4(read_cr4() | CR4_OSXSAVE);
	report(cpuid(1, 0).c >> 27 & 1, "CPUID.OSXSAVE follows CR4");
	uint64_t has = cpuid(0xD, 0).a;
	report((has & 3) == 3 && xgetbv(0) == 1, "XCR0 is 1 at first");
	report(cpuid(0xD, 0).b == 576, "the area then has 576 bytes");
	uint64_t bad[] = { 0, 2, 1ull << 40 | 1, 5 };
	bool all = true;
	for (unsigned i = 0; i < 4; i++)
		all &= raises(do_xsetbv, &bad[i], VEC_GP);
	report(all, "XSETBV refuses what may not be");
	xsetbv(0, 3);
	uint32_t end = 576;
	for (uint32_t n = 2; n < 63; n++)
		if (n < 32 && has >> n & 1 && cpuid(0xD, n).a + cpuid(0xD, n).b > end)
			end = cpuid(0xD, n).a + cpuid(0xD, n).b;
	report(cpuid(0xD, 0).c == end, "the largest area ends with the last component");

	set_xmm3(0x123456789);
	header[0] = 0;
	header[1] = 0;
	xsave64(3);
	report((header[0] & 2) && *(uint64_t *)(area + 160 + 48) == 0x123456789, "XSAVE writes XMM3");
	set_xmm3(0);
	xrstor64(2);
	report(get_xmm3() == 0x123456789, "XRSTOR reads it");
	header[0] &= ~2ull;
	xrstor64(2);
	report(get_xmm3() == 0, "what XSTATE_BV lacks is initialised");
	header[0] = 1ull << 62;
	report(raises(do_xrstor, 0, VEC_GP), "XRSTOR of a component that is not there is #GP");
	header[0] = 0;
	header[2] = 1;
	report(raises(do_xrstor, 0, VEC_GP), "reserved bytes of the header must be 0");
	header[2] = 0;
	report(raises(do_xsave_unaligned, 0, VEC_GP), "the area is aligned to 64 bytes");
}

static uint32_t rdpkru(void)
{
	uint32_t v;
	__asm__ volatile(".byte 0x0F, 0x01, 0xEE" : "=a"(v) : "c"(0) : "edx");
	return v;
}
static void wrpkru(uint32_t v) { __asm__ volatile(".byte 0x0F, 0x01, 0xEF" :: "a"(v), "c"(0), "d"(0) : "memory"); }
static void load(void *p) { (void)*(volatile uint32_t *)p; }
static void store(void *p) { *(volatile uint32_t *)p = 1; }
static void do_rdpkru(void *v) { rdpkru(); }

static bool fault(void (*fn)(void *), void *p, uint64_t error)
{
	bool trapped = trap_catch(fn, p);
	bool ok = trapped && curcpu()->pc_trap.vector == VEC_PF && curcpu()->pc_trap.error == error;
	if (!ok)
		note("trapped %u vector %lu error %lx", trapped, curcpu()->pc_trap.vector, curcpu()->pc_trap.error);
	return ok;
}

static void keys(void)
{
	if (!(cpuid(7, 0).c >> 3 & 1)) {
		report_skip("protection keys");
		return;
	}
	report(raises(do_rdpkru, 0, VEC_UD), "RDPKRU without CR4.PKE is #UD");
	write_cr4(read_cr4() | CR4_PKE);
	report(cpuid(7, 0).c >> 4 & 1, "CPUID.OSPKE follows CR4");
	struct pmap *pmap = pmap_create();
	pmap_enter(pmap, USER_BASE, (uint64_t)page_alloc(), PTE_P | PTE_W | PTE_U | 3ull << 59);
	pmap_activate(pmap);
	uint32_t *page = (uint32_t *)USER_BASE;
	report(!trap_catch(store, page), "PKRU 0 allows all");
	wrpkru(2u << 6);
	report(rdpkru() == 2u << 6, "RDPKRU reads what WRPKRU wrote");
	report(!trap_catch(load, page), "write disable allows loads");
	report(fault(store, page, 0x23), "and no stores: #PF with PK");
	wrpkru(1u << 6);
	report(fault(load, page, 0x21), "access disable allows none");
	wrpkru(~(3u << 6));
	report(!trap_catch(store, page), "other keys' rights do not count");
	wrpkru(0);
	write_cr4(read_cr4() & ~CR4_PKE);
}

static void do_rdfsbase(void *v) { uint64_t x; __asm__ volatile("rdfsbase %0" : "=r"(x)); }
static void do_wrfsbase(void *v) { __asm__ volatile("wrfsbase %0" :: "r"(1ull << 62)); }

static void bases(void)
{
	if (!(cpuid_ext7_b() & 1)) {
		report_skip("FSGSBASE");
		return;
	}
	report(raises(do_rdfsbase, 0, VEC_UD), "RDFSBASE without CR4.FSGSBASE is #UD");
	write_cr4(read_cr4() | CR4_FSGSBASE);
	uint64_t value;
	__asm__ volatile("wrfsbase %1\n\trdfsbase %0" : "=r"(value) : "r"(0x1234567890ull));
	report(value == 0x1234567890 && rdmsr(MSR_FSBASE) == value, "WRFSBASE is the MSR's other name");
	if (option_number("strict", 0))
		report(raises(do_wrfsbase, 0, VEC_GP), "a base must be canonical");
	write_cr4(read_cr4() & ~CR4_FSGSBASE);
}

static void identity(void)
{
	uint32_t a, c, d;
	wrmsr(MSR_TSC_AUX, 0x77);
	__asm__ volatile("rdtscp" : "=a"(a), "=d"(d), "=c"(c));
	report(c == 0x77, "RDTSCP gives IA32_TSC_AUX");
	if (cpuid(7, 0).c >> 22 & 1) {
		uint64_t v;
		__asm__ volatile("rdpid %0" : "=r"(v));
		report(v == 0x77, "RDPID too");
	} else
		report_skip("RDPID");
}

USER_TEXT static void user_sgdt(struct user_work *w)
{
	__asm__ volatile("sgdt %0" : "=m"(*(char (*)[10])(w + 1)));
	USER_EXIT();
}

static void umip(void)
{
	if (!(cpuid(7, 0).c >> 2 & 1)) {
		report_skip("UMIP");
		return;
	}
	struct pmap *pmap = pmap_create();
	usermode_map(pmap, 1, 0);
	pmap_activate(pmap);
	usermode_run(0, usermode_address(user_sgdt));
	report(curcpu()->pc_trap.vector == VEC_USER_EXIT, "user mode may run SGDT");
	write_cr4(read_cr4() | CR4_UMIP);
	usermode_run(0, usermode_address(user_sgdt));
	report(curcpu()->pc_trap.vector == VEC_GP && curcpu()->pc_trap.error == 0, "but not with CR4.UMIP");
	write_cr4(read_cr4() & ~CR4_UMIP);
}

void test_main(void)
{
	pmap_setup();
	xsave();
	keys();
	bases();
	identity();
	umip();
}
