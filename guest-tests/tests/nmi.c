/* Non-maskable interrupts: through IF = 0, on their own stack, not nested until IRET, out of HLT and user mode. */
#include "../lib/apic.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/trap.h"
#include "../lib/usermode.h"
#include "../lib/wait.h"

const char test_name[] = "nmi";

static uint32_t count, depth, deepest, again, foreign_stack, was_user, wrong_cpu;
static struct pcpu *expected_cpu;

static void send_self(void)
{
	/* The self shorthand takes fixed delivery only on some APICs; the own id takes all. */
	apic_send(curcpu()->pc_apic_id, ICR_NMI | ICR_ASSERT);
}

static void nmi(struct trapframe *tf)
{
	uint32_t d = ++depth;
	if (d > deepest)
		deepest = d;
	count++;
	was_user += from_user(tf);
	wrong_cpu += curcpu() != expected_cpu;
	uint64_t top = curcpu()->pc_tss.ist[IST_NMI - 1];
	foreign_stack += (uint64_t)tf >= top || (uint64_t)tf < top - IST_STACK_SIZE;
	if (again) {
		again--;
		send_self();
		spin(500);
	}
	depth--;
}

static void send_to_bsp(void *unused)
{
	spin(3000);
	apic_send(__pcpu[0].pc_apic_id, ICR_NMI | ICR_ASSERT);
}

USER_TEXT static void user_spin(struct user_work *w)
{
	while (!READ_ONCE(w->stop))
		cpu_pause();
	USER_EXIT();
}

static void nmi_and_stop(struct trapframe *tf)
{
	nmi(tf);
	usermode_work(0)->stop = 1;
}

void test_main(void)
{
	smp_start();
	pmap_setup();
	expected_cpu = curcpu();
	trap_set_handler(VEC_NMI, nmi);
	cli();
	send_self();
	bool came = wait_until(READ_ONCE(count) == 1);
	sti();
	report(came, "an NMI arrives with interrupts off");
	report(!foreign_stack, "on the stack its gate's IST names");
	report(!wrong_cpu, "with the CPU's own area behind GS");

	again = 1;
	count = 0;
	send_self();
	came = wait_until(READ_ONCE(count) == 2);
	report(came && deepest == 1, "an NMI sent in the handler waits for its IRET (depth %u)", deepest);

	if (ncpus() < 2) {
		report_skip("HLT and user mode need a second CPU");
		return;
	}
	count = 0;
	smp_call(1, send_to_bsp, 0);
	cli();
	while (!READ_ONCE(count))
		hlt();		/* interrupts off: only an NMI ends it */
	sti();
	report(count == 1, "an NMI ends HLT with interrupts off");

	struct pmap *pmap = pmap_create();
	usermode_map(pmap, 1, 0);
	pmap_activate(pmap);
	count = 0;
	trap_set_handler(VEC_NMI, nmi_and_stop);
	smp_call(1, send_to_bsp, 0);
	usermode_run(0, usermode_address(user_spin));
	report(curcpu()->pc_trap.vector == VEC_USER_EXIT && count == 1, "user mode goes on after an NMI");
	report(was_user <= 1 && !wrong_cpu, "GS is the kernel's in the handler and the user's after it");
}
