/*
 * Executes single instructions on the host's processor, in user mode, from given states. Freestanding: no libc, so
 * that FS and GS bases, signals and the floating-point state are the program's own.
 *
 * Argument 1 is a file that the other side has mapped too:
 *
 *       0   contents of the two data pages before each instruction
 *    8192   struct in [n]
 *           struct out [n]                      n as argument 2 says
 *
 * A number (32 bits) on standard input asks for so many records to be run; one byte on standard output answers.
 * Before that, one byte tells what there is: bit 0 XSAVE with AVX state.
 *
 * Fixed places, the same as the emulated machine's:
 *   10000000 code, the page after it is absent   10010000 two data pages, a read-only one, an absent one
 *   10080000 the running record
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <asm/unistd.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <ucontext.h>

#define CODE ((uint8_t *)0x10000000)
#define DATA ((uint8_t *)0x10010000)
#define PAGE 4096
#define FS_BASE 0x12340
#define GS_BASE 0x7000
#define SA_RESTORER 0x04000000
#define NOTHING 0xFFFFFFFF
#define AVX_STATE 832

struct in {
  uint8_t code[16];
  uint32_t length, offset; /* of the code in its page */
  uint64_t reg[16];        /* 24 */
  uint64_t flags;          /* 152 */
  uint64_t pad[4];
  uint8_t state[AVX_STATE]; /* 192: an XSAVE area, standard form */
};

struct out {
  uint32_t vector, error; /* NOTHING when nothing was raised at the instruction itself */
  uint64_t cr2, rip;
  uint64_t reg[16]; /* 24 */
  uint64_t flags;   /* 152 */
  uint32_t from, to; /* 160: changed bytes of the data pages */
  uint64_t hash;     /* 168: of the quadwords between */
  uint64_t pad[2];
  uint8_t state[AVX_STATE]; /* 192 */
  uint8_t changed[64];
};

struct running {
  struct in in;   /* 0 */
  struct out out; /* 1024 */
  uint64_t host_rsp; /* 2112 */
};
#define S ((struct running *)0x10080000)

_Static_assert(offsetof(struct in, state) == 192 && sizeof(struct in) == 1024, "layout");
_Static_assert(offsetof(struct out, state) == 192 && sizeof(struct out) == 1088, "layout");
_Static_assert(offsetof(struct running, host_rsp) == 2112, "layout");

extern void enter_avx(void), enter_sse(void);
extern char back[], resume[];

/* Loads the record's state, executes its code, and comes back through `back` or, after a signal, `resume`. */
__asm__(
    ".set IN, 0x10080000\n"
    ".set OUT, IN+1024\n"
    ".set HOST_RSP, IN+2112\n"
    ".text\n"
    "enter_avx:\n"
    " push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    " mov %rsp, HOST_RSP\n"
    " movb $1, with_avx(%rip)\n"
    " mov $7, %eax; xor %edx, %edx\n"
    " xrstor64 IN+192\n"
    " jmp 1f\n"
    "enter_sse:\n"
    " push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    " mov %rsp, HOST_RSP\n"
    " movb $0, with_avx(%rip)\n"
    " fxrstor64 IN+192\n"
    "1:\n"
    " pushq IN+152\n"
    " mov IN+24, %rax; mov IN+32, %rcx; mov IN+40, %rdx; mov IN+48, %rbx\n"
    " mov IN+64, %rbp; mov IN+72, %rsi; mov IN+80, %rdi\n"
    " mov IN+88, %r8; mov IN+96, %r9; mov IN+104, %r10; mov IN+112, %r11\n"
    " mov IN+120, %r12; mov IN+128, %r13; mov IN+136, %r14; mov IN+144, %r15\n"
    " popfq\n"
    " mov IN+56, %rsp\n"
    " jmp *entry(%rip)\n"
    "back:\n"
    " mov %rsp, OUT+56\n"
    " mov HOST_RSP, %rsp\n"
    " pushfq\n"
    " popq OUT+152\n"
    " pushq $0x202\n"
    " popfq\n"
    " mov %rax, OUT+24; mov %rcx, OUT+32; mov %rdx, OUT+40; mov %rbx, OUT+48\n"
    " mov %rbp, OUT+64; mov %rsi, OUT+72; mov %rdi, OUT+80\n"
    " mov %r8, OUT+88; mov %r9, OUT+96; mov %r10, OUT+104; mov %r11, OUT+112\n"
    " mov %r12, OUT+120; mov %r13, OUT+128; mov %r14, OUT+136; mov %r15, OUT+144\n"
    " cmpb $0, with_avx(%rip)\n"
    " je 2f\n"
    " mov $7, %eax; xor %edx, %edx\n"
    " xsave64 OUT+192\n"
    " jmp resume\n"
    "2: fxsave64 OUT+192\n"
    "resume:\n"
    " pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    " ret\n"
    "restorer:\n"
    " mov $15, %eax\n"
    " syscall\n"
    ".globl _start\n"
    "_start:\n"
    " xor %ebp, %ebp\n"
    " mov %rsp, %rdi\n"
    " and $-16, %rsp\n"
    " call run\n"
    " mov %eax, %edi\n"
    " mov $231, %eax\n"
    " syscall\n"
    ".data\n"
    ".globl entry\n"
    "entry: .quad 0\n"
    "with_avx: .byte 0\n"
    ".text\n");
extern uint64_t entry;
extern char restorer[];

static long call6(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

static void copy(void *to, const void *from, size_t bytes) {
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

void *memcpy(void *to, const void *from, size_t bytes);

void *memcpy(void *to, const void *from, size_t bytes) {
  copy(to, from, bytes);
  return to;
}

/* What the processor raised, at which instruction, in which state. */
static void caught(int number, siginfo_t *info, void *where) {
  greg_t *g = ((ucontext_t *)where)->uc_mcontext.gregs;
  struct out *out = &S->out;
  static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
  for (int i = 0; i < 16; i++) {
    out->reg[i] = (uint64_t)g[order[i]];
  }
  out->flags = (uint64_t)g[REG_EFL];
  out->rip = (uint64_t)g[REG_RIP];
  copy(out->state, ((ucontext_t *)where)->uc_mcontext.fpregs, S->in.pad[0] ? AVX_STATE : 512);
  if (out->rip == entry && number != SIGTRAP) {
    out->vector = (uint32_t)g[REG_TRAPNO];
    out->error = (uint32_t)g[REG_ERR];
    out->cr2 = (uint64_t)g[REG_CR2];
  } else if (g[REG_TRAPNO] == 3) {
    out->rip--; /* INT3 lies wherever a branch may go in the code page */
  }
  g[REG_RIP] = (greg_t)resume;
  g[REG_RSP] = (greg_t)S->host_rsp;
  g[REG_EFL] = 0x202;
}

static void compare(const uint64_t *before) {
  const uint64_t *now = (const uint64_t *)DATA;
  struct out *out = &S->out;
  int from = 0, to = 2 * PAGE / 8;
  while (from < to && now[from] == before[from]) {
    from++;
  }
  while (to > from && now[to - 1] == before[to - 1]) {
    to--;
  }
  uint64_t hash = 0;
  for (int i = from; i < to; i++) {
    hash = (hash ^ now[i]) * 0x9E3779B97F4A7C15;
    hash ^= hash >> 32;
  }
  out->from = from == to ? 0 : from * 8;
  out->to = from == to ? 0 : to * 8;
  out->hash = hash;
  copy(out->changed, (const uint8_t *)now + out->from, out->from > 2 * PAGE - 64 ? 2 * PAGE - out->from : 64);
}

/* One record: the code, then a jump back that changes nothing, in a page full of INT3. */
static void one(const struct in *in, struct out *out, const uint8_t *pages, int avx) {
  copy(&S->in, in, sizeof *in);
  S->in.pad[0] = (uint64_t)avx;
  S->out.vector = NOTHING;
  S->out.error = 0;
  S->out.cr2 = 0;
  copy(DATA, pages, 2 * PAGE);
  uint8_t *at = CODE;
  uint32_t page = PAGE;
  __asm__ volatile("rep stosb" : "+D"(at), "+c"(page) : "a"(0xCC) : "memory");
  uint8_t *code = CODE + in->offset;
  uint32_t room = PAGE - in->offset;
  copy(code, S->in.code, in->length < room ? in->length : room);
  if (in->length + 14 <= room) {
    copy(code + in->length, "\xFF\x25\0\0\0\0", 6);
    uint64_t to = (uint64_t)back;
    copy(code + in->length + 6, &to, 8);
  }
  entry = (uint64_t)code;
  S->out.rip = entry + in->length;
  if (avx) {
    enter_avx();
  } else {
    enter_sse();
  }
  compare((const uint64_t *)pages);
  copy(out, &S->out, sizeof *out);
}

static int has_avx_state(void) {
  uint32_t a = 1, b, c = 0, d;
  __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  if ((c & (1 << 27 | 1 << 28)) != (1 << 27 | 1 << 28)) {
    return 0;
  }
  __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  return (a & 7) == 7;
}

static void *map(void *at, size_t bytes, int protection, int flags, int file) {
  return (void *)call6(__NR_mmap, (long)at, (long)bytes, protection, flags, file, 0);
}

static int absent(void *p, void *wanted) { return p != wanted; }

static uint8_t alternate[65536] __attribute__((aligned(64)));

static void handle_signals(void) {
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  call6(__NR_sigaltstack, (long)&stack, 0, 0, 0, 0, 0);
  struct {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void *restorer;
    unsigned long mask;
  } action = {caught, SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTORER, restorer, 0};
  static const int numbers[] = {SIGFPE, SIGSEGV, SIGILL, SIGBUS, SIGTRAP};
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    call6(__NR_rt_sigaction, numbers[i], (long)&action, 0, 8, 0, 0);
  }
}

int run(char **stack);

int run(char **stack) {
  if (*(long *)stack != 3) {
    return 2;
  }
  unsigned records = 0;
  for (char *p = stack[3]; *p; p++) {
    records = records * 10 + (unsigned)(*p - '0');
  }
  size_t bytes = 2 * PAGE + (size_t)records * (sizeof(struct in) + sizeof(struct out));
  int file = (int)call6(__NR_open, (long)stack[2], 2, 0, 0, 0, 0);
  int private = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  uint8_t *shared = map(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file);
  if (file < 0 || (unsigned long)shared > -4096UL
      || absent(map(CODE, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, private, -1), CODE)
      || absent(map(DATA, 2 * PAGE, PROT_READ | PROT_WRITE, private, -1), DATA)
      || absent(map(DATA + 2 * PAGE, PAGE, PROT_READ, private, -1), DATA + 2 * PAGE)
      || absent(map(S, 2 * PAGE, PROT_READ | PROT_WRITE, private, -1), S)) {
    return 3;
  }
  handle_signals();
  call6(__NR_arch_prctl, ARCH_SET_FS, FS_BASE, 0, 0, 0, 0);
  call6(__NR_arch_prctl, ARCH_SET_GS, GS_BASE, 0, 0, 0, 0);
  for (int i = 0; i < PAGE; i++) {
    CODE[i] = 0xCC;
  }
  /* The read-only page is there only once it was read. */
  (void)*(volatile uint8_t *)(DATA + 2 * PAGE);
  int avx = has_avx_state();
  uint8_t answer = (uint8_t)avx;
  struct in *in = (struct in *)(shared + 2 * PAGE);
  struct out *out = (struct out *)(in + records);
  uint32_t count = 0;
  do {
    for (uint32_t i = 0; i < count && i < records; i++) {
      one(&in[i], &out[i], shared, avx);
    }
    call6(__NR_write, 1, (long)&answer, 1, 0, 0, 0);
  } while (call6(__NR_read, 0, (long)&count, 4, 0, 0, 0) == 4);
  return 0;
}
