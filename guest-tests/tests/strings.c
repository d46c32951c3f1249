/* String instructions with REP: every width, both directions, zero counts, faults in the middle, page crossings. */
#include "../lib/pmap.h"
#include "../lib/report.h"
#include "../lib/string.h"
#include "../lib/trap.h"

const char test_name[] = "strings";

static unsigned char src[12288] __attribute__((aligned(4096))), dst[12288] __attribute__((aligned(4096)));

static void fill(void)
{
	for (unsigned i = 0; i < sizeof src; i++) {
		src[i] = (unsigned char)(i * 7 + (i >> 8));
		dst[i] = 0;
	}
}

static bool same(unsigned d, unsigned s, unsigned n) { return !memcmp(dst + d, src + s, n); }

#define REP(insn, rdi, rsi, rcx, rax) \
	__asm__ volatile(insn : "+D"(rdi), "+S"(rsi), "+c"(rcx), "+a"(rax) :: "memory", "cc")

static void moves(const char *name, unsigned width)
{
	void *d = dst + 5, *s = src + 3;
	uint64_t n = 9000 / width, a = 0;
	fill();
	switch (width) {
	case 1: REP("rep movsb", d, s, n, a); break;
	case 2: REP("rep movsw", d, s, n, a); break;
	case 4: REP("rep movsl", d, s, n, a); break;
	default: REP("rep movsq", d, s, n, a); break;
	}
	unsigned bytes = 9000 / width * width;
	report(same(5, 3, bytes) && dst[4] == 0 && dst[5 + bytes] == 0 && n == 0
	    && d == dst + 5 + bytes && s == src + 3 + bytes, "%s copies across pages and leaves its registers behind the end", name);
}

static void backwards(void)
{
	void *d = dst + 5000, *s = src + 4999;
	uint64_t n = 4000, a = 0;
	fill();
	REP("std; rep movsb; cld", d, s, n, a);
	report(same(1001, 1000, 4000) && d == dst + 1000, "REP MOVSB with DF = 1 copies downwards");
	fill();
	memcpy(dst, src, 4096);
	d = dst + 100, s = dst;
	n = 300;
	REP("rep movsb", d, s, n, a);
	bool ok = true;
	for (unsigned i = 0; i < 400; i++)
		ok = ok && dst[i] == src[i % 100];
	report(ok, "REP MOVSB on overlapping bytes repeats the pattern");
	uint64_t zero = 0;
	d = dst, s = src;
	REP("rep movsq", d, s, zero, a);
	report(d == dst && s == src, "REP with a count of 0 does nothing");
}

static void stores(void)
{
	void *d = dst + 1, *s = 0;
	uint64_t n = 600, a = 0x1122334455667788;
	fill();
	REP("rep stosq", d, s, n, a);
	bool ok = d == dst + 4801;
	for (unsigned i = 0; i < 4800; i++)
		ok = ok && dst[1 + i] == (unsigned char)(0x88 - 0x11 * (i % 8));
	report(ok && dst[0] == 0 && dst[4801] == 0, "REP STOSQ, unaligned");
	s = src;
	d = 0;
	n = 4;
	REP("rep lodsb", d, s, n, a);
	report((a & 0xFF) == src[3] && a >> 8 == 0x11223344556677, "REP LODSB changes AL alone");
}

static void compares(void)
{
	void *d = dst, *s = src;
	uint64_t n = 8192, a = 0;
	fill();
	memcpy(dst, src, 8192);
	dst[5000] ^= 1;
	REP("repe cmpsb", d, s, n, a);
	report(d == dst + 5001 && n == 8192 - 5001, "REPE CMPSB stops behind the first difference");
	d = dst;
	n = 8192;
	memset(dst, 'x', 8192);
	dst[4100] = 'y';
	a = 'y';
	REP("repne scasb", d, s, n, a);
	report(d == dst + 4101 && n == 8192 - 4101, "REPNE SCASB finds a byte");
	uint64_t flag;
	d = dst, s = dst;
	n = 16;
	__asm__ volatile("repe cmpsq; sete %b3; movzbl %b3, %k3" : "+D"(d), "+S"(s), "+c"(n), "=a"(flag) :: "memory", "cc");
	report(flag == 1 && n == 0, "REPE CMPSQ over equal memory leaves ZF = 1");
}

/* A fault in the middle leaves RCX, RSI, RDI at the element that faulted; the handler maps the page and it goes on. */
static struct pmap *pmap;
static struct trapframe at_fault;
static uint32_t faults;

static void map_it(struct trapframe *tf)
{
	at_fault = *tf;
	faults++;
	pmap_enter(pmap, read_cr2() & ~(PAGE_SIZE - 1), (uint64_t)page_alloc(), PTE_P | PTE_W | PTE_U);
}

static void faulting(void)
{
	void *d = (void *)(USER_BASE + 0x200000 - 8 * 100), *s = src;
	uint64_t n = 700, a = 0;
	fill();
	pmap_enter(pmap, USER_BASE + 0x1FF000, (uint64_t)page_alloc(), PTE_P | PTE_W | PTE_U);
	trap_set_handler(VEC_PF, map_it);
	REP("rep movsq", d, s, n, a);
	trap_set_handler(VEC_PF, 0);
	report(faults == 2, "REP MOVSQ over two missing pages faults twice and completes");
	report(at_fault.rcx == 700 - 100 - 512 && at_fault.rdi == USER_BASE + 0x201000, "with RCX and RDI exact at the second fault");
	report(!memcmp((void *)(USER_BASE + 0x200000 - 800), src, 5600), "and every element moved once");
}

void test_main(void)
{
	pmap_setup();
	pmap = pmap_create();
	pmap_activate(pmap);
	moves("REP MOVSB", 1);
	moves("REP MOVSW", 2);
	moves("REP MOVSD", 4);
	moves("REP MOVSQ", 8);
	backwards();
	stores();
	compares();
	faulting();
}
