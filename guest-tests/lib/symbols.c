/*
 * Absolute symbols for whoever looks at the guest from outside: offsets in struct pcpu and struct pmap, vector numbers.
 * Their values, not addresses, are what counts. invl_scoreboard_stride is exported in shootdown.c.
 */
#include "apic.h"
#include "shootdown.h"

#define EXPORT(name, value) __asm__ volatile(".globl " #name "\n\t.set " #name ", %c0" :: "i"(value))

__attribute__((used)) static void export_symbols(void)
{
	EXPORT(PCPU_STRIDE, sizeof(struct pcpu));
	EXPORT(PC_CPUID, offsetof(struct pcpu, pc_cpuid));
	EXPORT(PC_APIC_ID, offsetof(struct pcpu, pc_apic_id));
	EXPORT(PC_CURPMAP, offsetof(struct pcpu, pc_curpmap));
	EXPORT(PC_PCID_GEN, offsetof(struct pcpu, pc_pcid_gen));
	EXPORT(PC_SMP_TLB_ADDR1, offsetof(struct pcpu, pc_smp_tlb.addr1));
	EXPORT(PC_SMP_TLB_ADDR2, offsetof(struct pcpu, pc_smp_tlb.addr2));
	EXPORT(PC_SMP_TLB_PMAP, offsetof(struct pcpu, pc_smp_tlb.pmap));
	EXPORT(PC_SMP_TLB_GEN, offsetof(struct pcpu, pc_smp_tlb.gen));
	EXPORT(PC_SMP_TLB_OP, offsetof(struct pcpu, pc_smp_tlb.op));
	EXPORT(PM_CR3, offsetof(struct pmap, pm_cr3));
	EXPORT(PM_UCR3, offsetof(struct pmap, pm_ucr3));
	EXPORT(PM_ACTIVE, offsetof(struct pmap, pm_active));
	EXPORT(PM_PCIDS, offsetof(struct pmap, pm_pcids));
	EXPORT(IPI_INVLOP_VECTOR, IPI_INVLOP);
	EXPORT(SR_ADDR1, 0);
	EXPORT(SR_ADDR2, 8);
	EXPORT(SR_PMAP, 16);
	EXPORT(SR_OP, 24);
	EXPORT(SR_INITIATOR, 28);
}
