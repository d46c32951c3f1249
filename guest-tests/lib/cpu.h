/* The instructions C cannot say, and the architecture's constants. */
#ifndef GUEST_CPU_H
#define GUEST_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CR0_TS		(1ull << 3)
#define CR0_WP		(1ull << 16)
#define CR4_DE		(1ull << 3)
#define CR4_PGE		(1ull << 7)
#define CR4_OSFXSR	(1ull << 9)
#define CR4_PCIDE	(1ull << 17)
#define CR4_SMEP	(1ull << 20)
#define CR4_SMAP	(1ull << 21)
#define CR3_NOFLUSH	(1ull << 63)

#define RFLAGS_TF	(1u << 8)
#define RFLAGS_IF	(1u << 9)
#define RFLAGS_DF	(1u << 10)
#define RFLAGS_RF	(1u << 16)
#define RFLAGS_AC	(1u << 18)

#define MSR_TSC			0x10
#define MSR_APIC_BASE		0x1B
#define MSR_TSC_DEADLINE	0x6E0
#define MSR_X2APIC		0x800
#define MSR_STAR		0xC0000081
#define MSR_LSTAR		0xC0000082
#define MSR_SFMASK		0xC0000084
#define MSR_FSBASE		0xC0000100
#define MSR_KGSBASE		0xC0000102

enum { VEC_DE = 0, VEC_DB = 1, VEC_NMI = 2, VEC_BP = 3, VEC_OF = 4, VEC_UD = 6, VEC_NM = 7, VEC_DF = 8,
       VEC_NP = 11, VEC_SS = 12, VEC_GP = 13, VEC_PF = 14, VEC_AC = 17 };

#define READ_ONCE(x)		(*(volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v)	(*(volatile typeof(x) *)&(x) = (v))
#define load_acquire(p)		__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define store_release(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define fence_acquire()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define fence_release()		__atomic_thread_fence(__ATOMIC_RELEASE)
#define barrier()		__asm__ volatile("" ::: "memory")

static inline void outb(uint16_t port, uint8_t v) { __asm__ volatile("outb %0, %1" :: "a"(v), "Nd"(port)); }
static inline uint8_t inb(uint16_t port)
{
	uint8_t v;
	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t lo, hi;
	__asm__ volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr) : "memory");
	return (uint64_t)hi << 32 | lo;
}
static inline void wrmsr(uint32_t msr, uint64_t v)
{
	__asm__ volatile("wrmsr" :: "c"(msr), "a"((uint32_t)v), "d"((uint32_t)(v >> 32)) : "memory");
}

#define CR_ACCESS(n) \
static inline uint64_t read_cr##n(void) \
{ uint64_t v; __asm__ volatile("movq %%cr" #n ", %0" : "=r"(v) :: "memory"); return v; } \
static inline void write_cr##n(uint64_t v) { __asm__ volatile("movq %0, %%cr" #n :: "r"(v) : "memory"); }
CR_ACCESS(0)
CR_ACCESS(3)
CR_ACCESS(4)
CR_ACCESS(8)
static inline uint64_t read_cr2(void) { uint64_t v; __asm__ volatile("movq %%cr2, %0" : "=r"(v)); return v; }

struct cpuid { uint32_t a, b, c, d; };
static inline struct cpuid cpuid(uint32_t leaf, uint32_t sub)
{
	struct cpuid r;
	__asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(sub));
	return r;
}

static inline uint64_t rdtsc(void)
{
	uint32_t lo, hi;
	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

static inline void cli(void) { __asm__ volatile("cli" ::: "memory"); }
static inline void sti(void) { __asm__ volatile("sti" ::: "memory"); }
static inline void hlt(void) { __asm__ volatile("hlt" ::: "memory"); }
static inline void sti_hlt(void) { __asm__ volatile("sti; hlt" ::: "memory"); }
static inline void cpu_pause(void) { __asm__ volatile("pause" ::: "memory"); }
static inline void mfence(void) { __asm__ volatile("mfence" ::: "memory"); }
static inline void wbinvd(void) { __asm__ volatile("wbinvd" ::: "memory"); }
static inline void stac(void) { __asm__ volatile("stac" ::: "memory"); }
static inline void clac(void) { __asm__ volatile("clac" ::: "memory"); }

static inline uint64_t read_rflags(void)
{
	uint64_t v;
	__asm__ volatile("pushfq; popq %0" : "=r"(v) :: "memory");
	return v;
}
static inline bool intr_disable(void)
{
	bool were_on = read_rflags() & RFLAGS_IF;
	cli();
	return were_on;
}
static inline void intr_restore(bool were_on) { if (were_on) sti(); }

/* Invalidation: AMD's INVLPGB and TLBSYNC are bytes because older assemblers lack them. */
static inline void invlpg(uint64_t va) { __asm__ volatile("invlpg (%0)" :: "r"(va) : "memory"); }

enum { INVPCID_ADDR = 0, INVPCID_CTX = 1, INVPCID_ALL_GLOB = 2, INVPCID_ALL = 3 };
static inline void invpcid(uint64_t type, uint64_t pcid, uint64_t va)
{
	struct { uint64_t pcid, va; } d = { pcid, va };
	__asm__ volatile("invpcid %1, %0" :: "r"(type), "m"(d) : "memory");
}

#define INVLPGB_VA	1u
#define INVLPGB_PCID	2u
#define INVLPGB_ASID	4u
#define INVLPGB_GLOBAL	8u
/* rax = page va | flags; ecx = count - 1 (bit 31: 2 MiB stride); edx = ASID | PCID << 16. */
static inline void invlpgb(uint64_t rax, uint32_t ecx, uint32_t edx)
{
	__asm__ volatile(".byte 0x0F, 0x01, 0xFE" :: "a"(rax), "c"(ecx), "d"(edx) : "memory");
}
static inline void tlbsync(void) { __asm__ volatile(".byte 0x0F, 0x01, 0xFF" ::: "memory"); }

/* A short wait counted in loops: virtual time under the emulator is retired instructions. */
static inline void spin(uint32_t loops) { while (loops--) cpu_pause(); }

/* Features; each test asks before it relies on one. */
static inline uint32_t cpuid_ext7_b(void) { return cpuid(0, 0).a >= 7 ? cpuid(7, 0).b : 0; }
static inline bool has_x2apic(void) { return cpuid(1, 0).c >> 21 & 1; }
static inline bool has_pcid(void) { return cpuid(1, 0).c >> 17 & 1; }
static inline bool has_mwait(void) { return cpuid(1, 0).c >> 3 & 1; }
static inline bool has_tsc_deadline(void) { return cpuid(1, 0).c >> 24 & 1; }
static inline bool has_invpcid(void) { return cpuid_ext7_b() >> 10 & 1; }
static inline bool has_smep(void) { return cpuid_ext7_b() >> 7 & 1; }
static inline bool has_smap(void) { return cpuid_ext7_b() >> 20 & 1; }
static inline bool has_1g_pages(void) { return cpuid(0x80000001, 0).d >> 26 & 1; }
static inline bool has_invlpgb(void) { return cpuid(0x80000000, 0).a >= 0x80000008 && (cpuid(0x80000008, 0).b >> 3 & 1); }

#endif
