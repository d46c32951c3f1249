/*
 * SYSCALL and SYSRET, SWAPGS, IRET to user mode and back through the TSS, interrupts on IST stacks.
 * strict=1 checks the error code of a forbidden INT n, which QEMU 7.2 gets wrong.
 */
#include "../lib/cmdline.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/trap.h"
#include "../lib/usermode.h"

const char test_name[] = "syscall";

/*
 * The system-call entry, in the shape kernels give it: user RSP kept in the per-CPU area, one swap of GS in, one out.
 * It adds RDI and RSI into RAX, and stores what it found: RCX, R11 and RFLAGS in sys_seen.
 */
uint64_t sys_seen[4];
void sys_entry(void);
__asm__(
    ".globl sys_entry\n"
    "sys_entry:\n\t"
    "swapgs\n\t"
    "movq %rsp, %gs:8\n\t"
    "movq %gs:16, %rsp\n\t"
    "movq %rcx, sys_seen\n\t"
    "movq %r11, sys_seen + 8\n\t"
    "pushfq\n\tpopq sys_seen + 16\n\t"
    "movq %gs:0, %rax\n\tmovq %rax, sys_seen + 24\n\t"
    "leaq (%rdi,%rsi), %rax\n\t"
    "movq %gs:8, %rsp\n\t"
    "swapgs\n\t"
    "sysretq");

struct result { uint64_t sum, rip_after, flags_before, flags_after, cs, ss; uint32_t count; };

USER_TEXT static void user_syscall(struct user_work *w)
{
	struct result *r = (void *)(w + 1);
	uint64_t sum, after, flags;
	__asm__ volatile("stc; pushfq; popq %0" : "=r"(flags));
	r->flags_before = flags;
	__asm__ volatile("stc\n\tsyscall\n1:\tpushfq\n\tpopq %2\n\tleaq 1b(%%rip), %1"
	    : "=a"(sum), "=&r"(after), "=&r"(flags) : "D"(40ull), "S"(2ull) : "rcx", "r11", "memory", "cc");
	r->sum = sum;
	r->rip_after = after;
	r->flags_after = flags;
	uint16_t cs, ss;
	__asm__ volatile("movw %%cs, %0; movw %%ss, %1" : "=r"(cs), "=r"(ss));
	r->cs = cs;
	r->ss = ss;
	USER_EXIT();
}

USER_TEXT static void user_many_syscalls(struct user_work *w)
{
	struct result *r = (void *)(w + 1);
	uint64_t sum;
	for (r->count = 0; r->count < 1000; r->count++)
		__asm__ volatile("syscall" : "=a"(sum) : "D"(1ull), "S"(2ull) : "rcx", "r11", "memory", "cc");
	USER_EXIT();
}

USER_TEXT static void user_hlt(struct user_work *w) { __asm__ volatile("hlt"); }
USER_TEXT static void user_out(struct user_work *w) { __asm__ volatile("outb %al, $0x80"); }
USER_TEXT static void user_cli(struct user_work *w) { __asm__ volatile("cli"); }
USER_TEXT static void user_swapgs(struct user_work *w) { __asm__ volatile("swapgs"); }
USER_TEXT static void user_int(struct user_work *w) { __asm__ volatile("int $0x22"); }
USER_TEXT static void user_kernel_page(struct user_work *w) { (void)*(volatile char *)0x100000; }

static void user_fault(void (*fn)(struct user_work *), uint64_t vector, uint64_t error, const char *name)
{
	const struct trap_info *t = &curcpu()->pc_trap;
	usermode_run(0, usermode_address(fn));
	report(t->vector == vector && t->error == error && (t->cs & 3) == 3, "user mode: %s", name);
}

static void setup(void)
{
	wrmsr(MSR_LSTAR, (uint64_t)sys_entry);
	wrmsr(MSR_SFMASK, RFLAGS_IF | RFLAGS_DF | RFLAGS_TF | 1);	/* and CF, to see it masked */
}

static void calls(void)
{
	struct user_work *w = usermode_work(0);
	struct result *r = (void *)(w + 1);
	usermode_run(0, usermode_address(user_syscall));
	report(curcpu()->pc_trap.vector == VEC_USER_EXIT, "user code ran to its end");
	report(r->sum == 42, "SYSCALL passes registers and RAX comes back");
	report(sys_seen[0] == r->rip_after, "RCX holds the address behind SYSCALL");
	report((sys_seen[1] & (RFLAGS_IF | 1)) == (RFLAGS_IF | 1), "R11 holds the user's flags");
	report(!(sys_seen[2] & (RFLAGS_IF | 1)), "SFMASK clears IF and CF in the kernel");
	report((r->flags_after & (RFLAGS_IF | 1)) == (RFLAGS_IF | 1), "SYSRET brings them back");
	report(r->cs == (SEL_UCODE | 3) && r->ss == (SEL_UDATA | 3), "SYSRET loads CS and SS from STAR");
	report(sys_seen[3] == (uint64_t)curcpu(), "SWAPGS gives the kernel its per-CPU area");
	usermode_run(0, usermode_address(user_many_syscalls));
	report(r->count == 1000, "a thousand calls in a row");
}

static uint32_t int_rsp_ok, int_count;
static void on_int(struct trapframe *tf)
{
	int_count++;
	int_rsp_ok += (uint64_t)(tf + 1) == curcpu()->pc_tss.rsp[0];
	tf->rax = 77;
}

USER_TEXT static void user_int_80s(struct user_work *w)
{
	uint64_t v = 0;
	for (int i = 0; i < 10; i++)
		__asm__ volatile("int $0x23" : "+a"(v) :: "memory");
	w->reads = (uint32_t)v;
	USER_EXIT();
}

static void gates(void)
{
	struct user_work *w = usermode_work(0);
	trap_set_handler(0x23, on_int);
	trap_set_gate(0x23, trap_entry(0x23), 0, 14, 3, true);
	usermode_run(0, usermode_address(user_int_80s));
	report(int_count == 10 && w->reads == 77, "INT n through a gate of DPL 3 and IRET, ten times");
	report(int_rsp_ok == 10, "each on the stack of TSS.RSP0");
	trap_set_gate(0x23, trap_entry(0x23), IST_DF, 14, 0, true);
	int_count = int_rsp_ok = 0;
	__asm__ volatile("int $0x23" ::: "rax", "memory");
	report(int_count == 1, "INT n in the kernel through a gate with IST");
}

void test_main(void)
{
	pmap_setup();
	struct pmap *pmap = pmap_create();
	usermode_map(pmap, 1, 0);
	pmap_activate(pmap);
	setup();
	calls();
	gates();
	user_fault(user_hlt, VEC_GP, 0, "HLT is #GP");
	user_fault(user_cli, VEC_GP, 0, "CLI is #GP");
	user_fault(user_out, VEC_GP, 0, "OUT is #GP");
	user_fault(user_swapgs, VEC_GP, 0, "SWAPGS is #GP");
	if (option_number("strict", 0))
		user_fault(user_int, VEC_GP, 0x22 << 3 | 2, "INT through a gate of DPL 0 is #GP");
	user_fault(user_kernel_page, VEC_PF, 5, "a kernel page is #PF");
}
