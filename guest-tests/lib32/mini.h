/* What a 32-bit guest needs: tables, traps, report. One CPU, no paging, interrupts off. */
#ifndef GUEST_MINI_H
#define GUEST_MINI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "selectors.h"

#define FLAG_CF		(1u << 0)
#define FLAG_TF		(1u << 8)
#define FLAG_IF		(1u << 9)
#define FLAG_IOPL	(3u << 12)
#define FLAG_NT		(1u << 14)
#define FLAG_RF		(1u << 16)
#define FLAG_VM		(1u << 17)
#define FLAG_AC		(1u << 18)
#define FLAG_VIF	(1u << 19)
#define FLAG_VIP	(1u << 20)
#define CR0_TS		(1u << 3)
#define CR0_AM		(1u << 18)
#define CR4_VME		(1u << 0)
#define CR4_PVI		(1u << 1)

enum { VEC_DE, VEC_DB, VEC_NMI, VEC_BP, VEC_OF, VEC_BR, VEC_UD, VEC_NM, VEC_DF, VEC_TS = 10, VEC_NP, VEC_SS, VEC_GP, VEC_AC = 17 };

struct frame {
	uint32_t gs, fs, es, ds;
	uint32_t edi, esi, ebp, esp0, ebx, edx, ecx, eax;
	uint32_t vector, error, eip, cs, eflags;
	uint32_t esp, ss;				/* from an outer level or virtual-8086 mode */
	uint32_t v_es, v_ds, v_fs, v_gs;		/* from virtual-8086 mode */
};

struct tss32 {
	uint16_t link, r0;
	uint32_t esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
	uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
	uint32_t es, cs, ss, ds, fs, gs, ldt;
	uint16_t trap, io_map;
	uint8_t redirection[32], map[129];
} __attribute__((packed));

struct tss16 {
	uint16_t link, sp0, ss0, sp1, ss1, sp2, ss2, ip, flags;
	uint16_t ax, cx, dx, bx, sp, bp, si, di, es, cs, ss, ds, ldt;
} __attribute__((packed));

extern uint64_t gdt[GDT_ENTRIES];
extern uint64_t idt[256];
extern struct tss32 tss, tss_a, tss_h;
extern struct tss16 tss_b;

/* The command line has strict=1: also what QEMU gets wrong. */
extern bool strict;
extern const char test_name[];
void test_main(void);

bool report(bool ok, const char *what);
void report_skip(const char *what);
void note(const char *what, uint32_t value);
__attribute__((noreturn)) void finish(void);

/* base, limit in bytes, access byte, flags (high nibble: G D 0 0) */
uint64_t segment(uint32_t base, uint32_t limit, uint8_t access, uint8_t flags);
uint64_t gate(uint16_t selector, uint32_t offset, uint8_t type_dpl, unsigned count);
void set_idt(uint8_t vector, uint64_t descriptor);
uint32_t trap_entry(uint8_t vector);

/* Called first for each exception; true if it was dealt with and the code goes on. */
extern bool (*on_trap)(struct frame *);

/* Call fn; true if an exception ended it, which `last` then holds. */
bool caught(void (*fn)(void));
extern struct frame last;
/* What ends code started by caught() from where no exception does. */
__attribute__((noreturn)) void unwind(void);

void iret_frame(const uint32_t *frame, unsigned n);
void far_jump(uint32_t selector);
void far_call(uint32_t selector);

static inline uint32_t read_cr0(void) { uint32_t v; __asm__ volatile("movl %%cr0, %0" : "=r"(v)); return v; }
static inline void write_cr0(uint32_t v) { __asm__ volatile("movl %0, %%cr0" :: "r"(v) : "memory"); }
static inline uint32_t read_cr4(void) { uint32_t v; __asm__ volatile("movl %%cr4, %0" : "=r"(v)); return v; }
static inline void write_cr4(uint32_t v) { __asm__ volatile("movl %0, %%cr4" :: "r"(v) : "memory"); }
static inline uint32_t read_dr6(void) { uint32_t v; __asm__ volatile("movl %%dr6, %0" : "=r"(v)); return v; }
static inline void write_dr6(uint32_t v) { __asm__ volatile("movl %0, %%dr6" :: "r"(v)); }
static inline uint32_t read_flags(void) { uint32_t v; __asm__ volatile("pushfl; popl %0" : "=r"(v) :: "memory"); return v; }
static inline void write_flags(uint32_t v) { __asm__ volatile("pushl %0; popfl" :: "r"(v) : "memory", "cc"); }
static inline uint16_t read_tr(void) { uint32_t v; __asm__ volatile("str %0" : "=r"(v)); return (uint16_t)v; }
static inline void cpuid(uint32_t leaf, uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
	__asm__ volatile("cpuid" : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d) : "a"(leaf), "c"(0));
}

#endif
