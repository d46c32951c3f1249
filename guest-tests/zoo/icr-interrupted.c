/*
 * An xAPIC's ICR is written in two halves: the destination, then the command, which sends.
 *
 * Bug: interrupts are on between the two, and a handler sends an IPI of its own. The command then goes to the handler's
 * destination; the target never hears of the request, and the initiator waits for ever.
 * Fix: interrupts off from one half to the other.
 */
#include "support/record.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS		8
#define ICR_RESERVED	0xFFF32000u
#define VEC_REPLY	(VEC_PING + 1)

static struct pmap *space;
static uint64_t *entry;
static void *frames[ROUNDS + 1];
static uint32_t stop;

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP uint64_t read_page(void) { return *(volatile uint64_t *)ZOO_VA; }

STEP void send_invlop(uint32_t apic_id)
{
	bool on = FIXED && intr_disable();
	apic_wait_idle();
	apic_write(APIC_ICR_HI, apic_id << 24);
	uint32_t reserved = apic_read(APIC_ICR_LO) & ICR_RESERVED;	/* bits that software leaves as they are */
	apic_write(APIC_ICR_LO, reserved | ICR_ASSERT | ICR_FIXED | IPI_INVLOP);
	intr_restore(on);
}

STEP void reply_to_ping(struct trapframe *tf)
{
	apic_eoi();
	apic_send(__pcpu[2].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_REPLY);
}
static void on_reply(struct trapframe *tf) { apic_eoi(); }

static void change_mappings(void)
{
	zoo_meet(3);
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(frames[i + 1]);
		cpuset_t targets = shootdown_targets(space);
		uint32_t generation = shootdown_fill(space, shootdown_ops.pg, ZOO_VA, ZOO_VA + PAGE_SIZE);
		shootdown_post(&targets);
		send_invlop(__pcpu[1].pc_apic_id);
		shootdown_wait(&targets, generation);
		reuse_frame(frames[i]);
	}
	store_release(&stop, 1);
}

static void target(void)
{
	pmap_activate(space);
	zoo_meet(3);
	for (int i = 0; i < 40; i++) {
		read_page();
		cpu_pause();
	}
}

static void pinger(void)
{
	zoo_meet(3);
	for (int i = 0; i < 60 && !READ_ONCE(stop); i++) {
		apic_send(__pcpu[0].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING);
		spin(cpu_random() % 12);
	}
}

void test_main(void)
{
	zoo_setup(3, "plain");
	if (apic_is_x2)
		skip_all("x2APIC writes the ICR at once");
	trap_set_handler(VEC_PING, reply_to_ping);
	trap_set_handler(VEC_REPLY, on_reply);
	space = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(space, ZOO_VA, (uint64_t)frames[0], ZOO_USER);
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(3, (void (*const[])(void)){ change_mappings, target, pinger });
	zoo_end();
}
