/*
 * Memory order between CPUs against x86-TSO: test=NAME runs one of the tests, iterations= sets the instances of each.
 *
 * Section numbers are the Intel SDM's, volume 3A, "Memory Ordering"; names without one there are those of the x86-TSO
 * literature (Owens, Sarkar, Sewell: "A better x86 memory model: x86-TSO"), as are iwp2.x: examples of Intel's white paper.
 *
 * With strict=1 alone: instructions that serialise, which not every emulator has wait for earlier stores.
 */
#include "../lib/apic.h"
#include "../lib/litmus.h"
#include "../lib/trap.h"

const char test_name[] = "litmus";

/* One store or load each, or two of them in order. */
LITMUS_BODY(wx, W(X, 1))
LITMUS_BODY(wy, W(Y, 1))
LITMUS_BODY(wx_wy, W(X, 1) W(Y, 1))
LITMUS_BODY(wx_wy2, W(X, 1) W(Y, 2))
LITMUS_BODY(wx2_wy, W(X, 2) W(Y, 1))
LITMUS_BODY(wy_wx2, W(Y, 1) W(X, 2))
LITMUS_BODY(wy2_wx2, W(Y, 2) W(X, 2))
LITMUS_BODY(rx_ry, R(a, X) R(b, Y))
LITMUS_BODY(ry_rx, R(a, Y) R(b, X))
LITMUS_BODY(rx_rx, R(a, X) R(b, X))
LITMUS_BODY(rx_wy, R(a, X) W(Y, 1))
LITMUS_BODY(ry_wx, R(a, Y) W(X, 1))
LITMUS_BODY(rx_wx, R(a, X) W(X, 1))
LITMUS_BODY(rx_wx2, R(a, X) W(X, 2))
LITMUS_BODY(wx_ry, W(X, 1) R(a, Y))
LITMUS_BODY(wy_rx, W(Y, 1) R(a, X))
LITMUS_BODY(wy2_rx, W(Y, 2) R(a, X))
LITMUS_BODY(wx_rx, W(X, 1) R(a, X))
LITMUS_BODY(wx2_rx, W(X, 2) R(a, X))
LITMUS_BODY(wx_rx_ry, W(X, 1) R(a, X) R(b, Y))
LITMUS_BODY(wy_ry_rx, W(Y, 1) R(a, Y) R(b, X))

/* Something between a store and a load of another location. */
LITMUS_BODY(wx_mfence_ry, W(X, 1) MFENCE R(a, Y))
LITMUS_BODY(wy_mfence_rx, W(Y, 1) MFENCE R(a, X))
LITMUS_BODY(wy2_mfence_rx, W(Y, 2) MFENCE R(a, X))
LITMUS_BODY(wx_locked_ry, W(X, 1) LOCKED_ADD_0 R(a, Y))
LITMUS_BODY(wy_locked_rx, W(Y, 1) LOCKED_ADD_0 R(a, X))
LITMUS_BODY(wx_mfence_rx_ry, W(X, 1) MFENCE R(a, X) R(b, Y))
LITMUS_BODY(wx_xchg_z_ry, W(X, 1) XCHG(Z, 1) R(a, Y))
LITMUS_BODY(wy_xchg_z_rx, W(Y, 1) XCHG(Z, 1) R(a, X))
LITMUS_BODY(wx_out_ry, W(X, 1) OUT R(a, Y))
LITMUS_BODY(wy_out_rx, W(Y, 1) OUT R(a, X))
LITMUS_BODY(wx_invlpg_ry, W(X, 1) "invlpg " Z "\n\t" R(a, Y))
LITMUS_BODY(wy_invlpg_rx, W(Y, 1) "invlpg " Z "\n\t" R(a, X))
LITMUS_BODY(wx_wrmsr_ry, W(X, 1) WRMSR_SERIALIZING R(a, Y))
LITMUS_BODY(wy_wrmsr_rx, W(Y, 1) WRMSR_SERIALIZING R(a, X))
LITMUS_BODY(wx_cr3_ry, W(X, 1) "movq %%cr3, %%rax\n\tmovq %%rax, %%cr3\n\t" R(a, Y))
LITMUS_BODY(wy_cr3_rx, W(Y, 1) "movq %%cr3, %%rax\n\tmovq %%rax, %%cr3\n\t" R(a, X))
LITMUS_BODY(wx_cpuid_ry, W(X, 1) SERIALIZE R(a, Y))
LITMUS_BODY(wy_cpuid_rx, W(Y, 1) SERIALIZE R(a, X))
LITMUS_BODY(wx_sfence_ry, W(X, 1) SFENCE R(a, Y))
LITMUS_BODY(wy_sfence_rx, W(Y, 1) SFENCE R(a, X))
LITMUS_BODY(wx_lfence_ry, W(X, 1) LFENCE R(a, Y))
LITMUS_BODY(wy_lfence_rx, W(Y, 1) LFENCE R(a, X))

/* Locked instructions. */
LITMUS_BODY(xx, XCHG(X, 1))
LITMUS_BODY(xy, XCHG(Y, 1))
LITMUS_BODY(xx_ry, XCHG(X, 1) R(a, Y))
LITMUS_BODY(xy_rx, XCHG(Y, 1) R(a, X))
LITMUS_BODY(xx_wy, XCHG(X, 1) W(Y, 1))
LITMUS_BODY(xadd_x_ry, "movl $1, %%eax\n\tlock xaddq %%rax, " X "\n\t" R(a, Y))
LITMUS_BODY(inc_y_rx, "lock incq " Y "\n\t" R(a, X))
LITMUS_BODY(cmpxchg_y_rx, "xorl %%eax, %%eax\n\tmovl $1, %%ecx\n\tlock cmpxchgq %%rcx, " Y "\n\t" R(a, X))
/* A CMPXCHG that fails is a fence too. */
LITMUS_BODY(wx_failed_ry, W(X, 1) "movl $7, %%eax\n\tlock cmpxchgq %%rax, " Z "\n\t" R(a, Y))
LITMUS_BODY(wy_failed_rx, W(Y, 1) "movl $7, %%eax\n\tlock cmpxchgq %%rax, " Z "\n\t" R(a, X))

/* Stores and loads of other widths: a flag byte after a word of data, a wide load over two stores. */
LITMUS_BODY(wx32_wy8, "movl $1, " X "\n\tmovb $1, " Y "\n\t")
LITMUS_BODY(ry8_rx16, "movzbl " Y ", %k[a]\n\tmovzwl " X ", %k[b]\n\t")
/* A misaligned pair inside one line: bytes 3..10 and byte 11 of x. */
LITMUS_BODY(wx_mis_wx_byte, "movq $1, 3(%[i])\n\tmovb $1, 11(%[i])\n\t")
LITMUS_BODY(rx_byte_rx_mis, "movzbl 11(%[i]), %k[a]\n\tmovq 3(%[i]), %[b]\n\t")

/* String stores, then a plain one (9.2.4: stores after a string operation are not seen before it). */
LITMUS_BODY(stos_wy, "leaq 192(%[i]), %%rdi\n\tmovl $24, %%ecx\n\tmovl $1, %%eax\n\tcld\n\trep stosq\n\t" W(Y, 1))
LITMUS_BODY(stosb_wy, "leaq 192(%[i]), %%rdi\n\tmovl $192, %%ecx\n\tmovl $1, %%eax\n\tcld\n\trep stosb\n\t" W(Y, 1))
LITMUS_BODY(ry_rlast, R(a, Y) "movq 376(%[i]), %[b]\n\t")
LITMUS_BODY(ry_rfirst, R(a, Y) "movzbl 192(%[i]), %k[b]\n\t")

/* A store to the local APIC: to its uncached page, or by WRMSR to an MSR of the x2APIC, which does not serialise. */
#define LITMUS_APIC_BODY(body_name, mine, fence, other) \
static void body_name(struct litmus_instance *i, uint32_t role) \
{ \
	WRITE_ONCE(i->mine, 1); \
	fence; \
	apic_write(APIC_TPR, 0); \
	i->result[role].a = READ_ONCE(i->other); \
}
LITMUS_APIC_BODY(wx_apic_ry, x, (void)0, y)
LITMUS_APIC_BODY(wy_apic_rx, y, (void)0, x)
LITMUS_APIC_BODY(wx_mfence_apic_ry, x, mfence(), y)
LITMUS_APIC_BODY(wy_mfence_apic_rx, y, mfence(), x)

/* The handler of an interrupt says in z what it finds in x: 1 for 0, 2 for 1. */
static void ping(struct trapframe *tf)
{
	struct litmus_instance *i = litmus_current[cpu_number()];
	WRITE_ONCE(i->z, READ_ONCE(i->x) + 1);
	apic_eoi();
}

static uint32_t peer(void) { return __pcpu[cpu_number() ^ 1].pc_apic_id; }

static void wx_ipi(struct litmus_instance *i, uint32_t role)
{
	WRITE_ONCE(i->x, 1);
	apic_send(peer(), ICR_FIXED | ICR_ASSERT | VEC_PING);
}

static void wx_wrmsr_icr(struct litmus_instance *i, uint32_t role)
{
	uint64_t icr = (uint64_t)peer() << 32 | ICR_FIXED | ICR_ASSERT | VEC_PING;
	WRITE_ONCE(i->x, 1);
	wrmsr(MSR_X2APIC + APIC_ICR_LO / 16, icr);
}

static void await_z(struct litmus_instance *i, uint32_t role)
{
	while (!READ_ONCE(i->z))
		cpu_pause();
}

static const struct litmus tests[] = {
	{ "SB", "9.2.3.4, iwp2.3.a", { wx_ry, wy_rx }, "0a 1a", "", "0,0" },
	{ "SB+mfence", "9.2.5", { wx_mfence_ry, wy_mfence_rx }, "0a 1a", "0,0", "" },
	{ "SB+locked", "9.2.3.9, 9.2.5", { wx_locked_ry, wy_locked_rx }, "0a 1a", "0,0", "" },
	{ "SB+xchg", "9.2.3.9, iwp2.8.a", { xx_ry, xy_rx }, "0a 1a", "0,0", "" },
	{ "SB+lock-other", "9.2.3.9", { wx_xchg_z_ry, wy_xchg_z_rx }, "0a 1a", "0,0", "" },
	{ "SB+rmw", "9.2.3.9", { xadd_x_ry, inc_y_rx }, "0a 1a", "0,0", "" },
	{ "SB+cmpxchg", "9.2.3.9", { xadd_x_ry, cmpxchg_y_rx }, "0a 1a", "0,0", "" },
	{ "SB+failed-cmpxchg", "9.2.3.9", { wx_failed_ry, wy_failed_rx }, "0a 1a", "0,0", "" },
	{ "SB+one-mfence", "9.2.3.4", { wx_mfence_ry, wy_rx }, "0a 1a", "", "0,0" },
	{ "SB+sfence", "9.2.3.4", { wx_sfence_ry, wy_sfence_rx }, "0a 1a", "", "0,0" },
	{ "SB+lfence", "9.2.3.4", { wx_lfence_ry, wy_lfence_rx }, "0a 1a", "", "0,0" },
	{ "SB+forwarding", "9.2.3.5, iwp2.4", { wx_rx_ry, wy_ry_rx }, "0a 0b 1a 1b",
	    "0,0,0,0 0,0,0,1 0,0,1,0 0,0,1,1 0,1,0,0 0,1,0,1 0,1,1,0 0,1,1,1 1,0,0,0 1,0,0,1 1,1,0,0 1,1,0,1", "1,0,1,0" },
	{ "MP", "9.2.3.2, iwp2.1", { wx_wy, ry_rx }, "1a 1b", "1,0", "" },
	{ "MP+widths", "9.2.3.2", { wx32_wy8, ry8_rx16 }, "1a 1b", "1,0", "" },
	{ "MP+misaligned", "9.1.1, 9.2.3.2", { wx_mis_wx_byte, rx_byte_rx_mis }, "1a 1b", "1,0", "" },
	{ "MP+xchg", "9.2.3.9, iwp2.8.b", { xx_wy, ry_rx }, "1a 1b", "1,0", "" },
	{ "MP+stosq", "9.2.4", { stos_wy, ry_rlast }, "1a 1b", "1,0", "" },
	{ "MP+stosb", "9.2.4", { stosb_wy, ry_rfirst }, "1a 1b", "1,0", "" },
	{ "LB", "9.2.3.3, iwp2.2", { rx_wy, ry_wx }, "0a 1a", "1,1", "" },
	{ "S", "9.2.3.2, 9.2.3.3", { wx2_wy, ry_wx }, "1a x", "1,2", "" },
	{ "R", "9.2.3.4", { wx_wy, wy2_rx }, "1a y", "", "0,2" },
	{ "R+mfence", "9.2.5", { wx_wy, wy2_mfence_rx }, "1a y", "0,2", "" },
	{ "2+2W", "9.2.3.2, 9.2.3.7", { wx_wy2, wy_wx2 }, "x y", "1,1 0,0 0,1 0,2 1,0 2,0", "" },
	{ "CoRR", "9.2.2", { wx, rx_rx }, "1a 1b", "1,0", "" },
	{ "n4", "9.2.2", { rx_wx, rx_wx2 }, "0a 1a", "2,1", "" },
	{ "n5", "9.2.2", { wx_rx, wx2_rx }, "0a 1a", "2,1 0,0 0,1 0,2 1,0 2,0", "" },
	{ "n6", "9.2.3.5", { wx_rx_ry, wy2_wx2 }, "0a 0b x", "", "1,0,1" },
	{ "WRC", "9.2.3.6, iwp2.5", { wx, rx_wy, ry_rx }, "1a 2a 2b", "1,1,0", "" },
	{ "RWC", "9.2.3.4", { wx, rx_ry, wy_rx }, "1a 1b 2a", "", "1,0,0" },
	{ "RWC+mfence", "9.2.5", { wx, rx_ry, wy_mfence_rx }, "1a 1b 2a", "1,0,0", "" },
	{ "IRIW", "9.2.3.7", { wx, wy, rx_ry, ry_rx }, "2a 2b 3a 3b", "1,0,1,0", "" },
	{ "IRIW+xchg", "9.2.3.8, iwp2.7", { xx, xy, rx_ry, ry_rx }, "2a 2b 3a 3b", "1,0,1,0", "" },
	{ "n7", "9.2.3.5", { wx_rx_ry, wy, ry_rx }, "0a 0b 2a 2b", "", "1,0,1,0" },
	{ "n7+mfence", "9.2.5", { wx_mfence_rx_ry, wy, ry_rx }, "0a 0b 2a 2b", "1,0,1,0", "" },
	{ "CoWR", "9.2.3.2, iwp2.3.b", { wx_rx, wy_rx }, "0a", "0", "" },
	{ "CoRR+two-readers", "9.2.3.7, iwp2.6", { wx, rx_wx2, rx_rx, rx_rx }, "2a 2b 3a 3b", "1,2,2,1 2,1,1,2", "" },
};

/* What the local APIC's mode decides. */
static const struct litmus xapic[] = {
	{ "SB+xapic", "12.3, 9.2.5", { wx_apic_ry, wy_apic_rx }, "0a 1a", "0,0", "" },
	{ "MP+ipi", "9.2.5, 11.6.1", { wx_ipi, await_z }, "z", "1", "" },
};
static const struct litmus x2apic[] = {
	{ "SB+x2apic", "9.3, 11.12.3", { wx_apic_ry, wy_apic_rx }, "0a 1a", "", "0,0" },
	{ "SB+mfence+x2apic", "9.2.5", { wx_mfence_apic_ry, wy_mfence_apic_rx }, "0a 1a", "0,0", "" },
	{ "MP+x2apic-ipi", "9.3, 11.12.3", { wx_wrmsr_icr, await_z }, "z", "", "1" },
	{ "MP+ipi", "11.12.3", { wx_ipi, await_z }, "z", "1", "" },
};

static const struct litmus strict[] = {
	{ "SB+cpuid", "9.3", { wx_cpuid_ry, wy_cpuid_rx }, "0a 1a", "0,0", "" },
	{ "SB+invlpg", "9.3", { wx_invlpg_ry, wy_invlpg_rx }, "0a 1a", "0,0", "" },
	{ "SB+wrmsr", "9.3", { wx_wrmsr_ry, wy_wrmsr_rx }, "0a 1a", "0,0", "" },
	{ "SB+cr3", "9.3", { wx_cr3_ry, wy_cr3_rx }, "0a 1a", "0,0", "" },
	{ "SB+out", "9.2.5", { wx_out_ry, wy_out_rx }, "0a 1a", "0,0", "" },
};

static uint32_t run_table(const struct litmus *table, size_t n, uint32_t cpus, uint32_t iterations)
{
	uint32_t run = 0;
	for (size_t t = 0; t < n; t++)
		if (race_wanted(table[t].name)) {
			litmus_run(&table[t], cpus, iterations);
			run++;
		}
	return run;
}
#define RUN(table) run_table(table, sizeof table / sizeof *table, cpus, iterations)

void test_main(void)
{
	uint32_t cpus = race_start(2), iterations = race_iterations(1000), run = 0;
	trap_set_handler(VEC_PING, ping);
	if (option_number("strict", 0)) {
		run = RUN(strict);
	} else {
		run = RUN(tests);
		run += apic_is_x2 ? RUN(x2apic) : RUN(xapic);
	}
	if (!run)
		report(false, "there is a test %s", option("test", ""));
}
