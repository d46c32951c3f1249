/*
 * The state before the parallel scoreboard: smp_ipi_mtx guards one request record and one counter, so at most one
 * shootdown runs in the machine. A target acknowledges by incrementing smp_tlb_wait.
 */
#include "apic.h"
#include "shootdown.h"

struct spinlock smp_ipi_mtx;
struct smp_tlb_request { uint64_t addr1, addr2; struct pmap *pmap; uint32_t op, initiator; } smp_tlb_request;
uint32_t smp_tlb_wait;

uint32_t shootdown_serial(struct pmap *pmap, enum invl_op_codes op, uint64_t va1, uint64_t va2)
{
	/* Interrupts stay on while waiting for the mutex: its holder waits for this CPU's answer. */
	spin_lock(&smp_ipi_mtx);
	/* The mask is read under the mutex, or a CPU could leave the pmap before its request exists. */
	cpuset_t targets = shootdown_targets(pmap);
	uint32_t count = cpuset_count(&targets);
	smp_tlb_request = (struct smp_tlb_request){ va1, va2, pmap, op, cpu_number() };
	store_release(&smp_tlb_wait, 0);
	if (count)
		shootdown_send(&targets);
	invl_perform(op, pmap, va1, va2);
	while (load_acquire(&smp_tlb_wait) != count)
		cpu_pause();
	spin_unlock(&smp_ipi_mtx);
	return count;
}

void shootdown_serial_serve(void)
{
	struct smp_tlb_request r = smp_tlb_request;
	__atomic_add_fetch(&smp_tlb_wait, 1, __ATOMIC_ACQ_REL);
	invl_perform(r.op, r.pmap, r.addr1, r.addr2);
}
