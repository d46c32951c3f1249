#include "trap.h"

#include "console.h"
#include "report.h"

struct gate {
	uint16_t offset0, selector;
	uint8_t ist, type;
	uint16_t offset1;
	uint32_t offset2, reserved;
};

static struct gate idt[256] __attribute__((aligned(16)));
static trap_handler *handlers[256];

extern char trap_stubs[256][16], invlop_handler[], nmi_entry[], trap_catch_unwind[];
__attribute__((noreturn)) void user_unwind(void);

void trap_set_gate(uint8_t vector, uint64_t entry, unsigned ist, unsigned type, unsigned dpl, bool present)
{
	idt[vector] = (struct gate){
		.offset0 = (uint16_t)entry, .selector = SEL_KCODE, .ist = (uint8_t)ist,
		.type = (uint8_t)(type | dpl << 5 | (present ? 0x80 : 0)),
		.offset1 = (uint16_t)(entry >> 16), .offset2 = (uint32_t)(entry >> 32),
	};
}

uint64_t trap_entry(uint8_t vector) { return (uint64_t)trap_stubs[vector]; }

void trap_init(void)
{
	for (unsigned v = 0; v < 256; v++)
		trap_set_gate((uint8_t)v, trap_entry((uint8_t)v), 0, 14, v == VEC_BP || v == VEC_OF || v == VEC_USER_EXIT ? 3 : 0, true);
	trap_set_gate(VEC_NMI, (uint64_t)nmi_entry, IST_NMI, 14, 0, true);
	trap_set_gate(VEC_DF, trap_entry(VEC_DF), IST_DF, 14, 0, true);
	trap_set_gate(IPI_INVLOP, (uint64_t)invlop_handler, 0, 14, 0, true);
}

void trap_load_idt(void)
{
	struct { uint16_t limit; uint64_t base; } __attribute__((packed)) idtr = { sizeof idt - 1, (uint64_t)idt };
	__asm__ volatile("lidt %0" :: "m"(idtr));
}

void trap_set_handler(uint8_t vector, trap_handler *handler) { handlers[vector] = handler; }

static void record(struct pcpu *pc, const struct trapframe *tf)
{
	pc->pc_trap = (struct trap_info){
		.vector = tf->vector, .error = tf->error, .rip = tf->rip, .cr2 = read_cr2(), .rflags = tf->rflags,
		.rsp = tf->rsp, .rax = tf->rax, .cs = tf->cs, .ss = tf->ss,
	};
}

/* Called by entry.S for every vector. */
void trap_dispatch(struct trapframe *tf);
void trap_dispatch(struct trapframe *tf)
{
	struct pcpu *pc = curcpu();
	if (handlers[tf->vector]) {
		handlers[tf->vector](tf);
		return;
	}
	if (from_user(tf) && pc->pc_run_rsp) {
		record(pc, tf);
		user_unwind();
	}
	if (tf->vector < 32 && pc->pc_catch_rsp) {
		record(pc, tf);
		tf->rip = (uint64_t)trap_catch_unwind;
		tf->rsp = pc->pc_catch_rsp;
		tf->cs = SEL_KCODE;
		tf->ss = SEL_KDATA;
		tf->rflags &= ~(uint64_t)(RFLAGS_TF | RFLAGS_AC | RFLAGS_DF);
		return;
	}
	panic("unexpected vector %lu error %lx rip %lx cs %lx rsp %lx cr2 %lx rax %lx",
	    tf->vector, tf->error, tf->rip, tf->cs, tf->rsp, read_cr2(), tf->rax);
}

void panic(const char *fmt, ...)
{
	char text[200];
	va_list ap;
	static uint32_t panicked;
	cli();
	if (__atomic_exchange_n(&panicked, 1, __ATOMIC_SEQ_CST))
		for (;;)
			hlt();		/* one report is enough */
	va_start(ap, fmt);
	format(text, sizeof text, fmt, ap);
	va_end(ap);
	console_break_lock();
	print("# panic: cpu %u: %s\n", cpu_number(), text);
	report_abort();
}
