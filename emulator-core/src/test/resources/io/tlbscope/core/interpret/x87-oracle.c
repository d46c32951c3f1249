/*
 * Executes single x87, MMX and SSE instructions on the host CPU. Reads records from standard input until its end, loads
 * the FXSAVE image, runs the bytes, and writes the record back with the image as the instruction left it, or as it was
 * when a signal came.
 *
 * Fixed places, the same as the test's emulated machine: 0x30000 code   0x40000 data   0x60000 the record
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define CODE ((uint8_t *)0x30000)
#define DATA ((uint8_t *)0x40000)

struct record {
  uint8_t image[512];
  uint8_t code[16];
  uint32_t length, signal;
  uint64_t rax, rdi, flags; /* 536 */
  uint8_t data[576];        /* 560 */
  uint64_t host_rsp;        /* 1136: not transferred */
};
#define S ((struct record *)0x60000)
#define SIZE offsetof(struct record, host_rsp)

_Static_assert(offsetof(struct record, rax) == 536, "layout");
_Static_assert(offsetof(struct record, host_rsp) == 1136, "layout");

extern void enter(void);
extern char back[];

__asm__(
    ".text\n"
    "enter:\n"
    " push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    " mov %rsp, 0x60000+1136\n"
    " fxrstor64 0x60000\n"
    " mov 0x60000+536, %rax; mov 0x60000+544, %rdi\n"
    " pushq 0x60000+552\n"
    " popfq\n"
    " jmp *target\n"
    "back:\n"
    " mov 0x60000+1136, %rsp\n"
    " pushfq\n"
    " popq 0x60000+552\n"
    " cld\n"
    " mov %rax, 0x60000+536; mov %rdi, 0x60000+544\n"
    " fxsave64 0x60000\n"
    " pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    " ret\n"
    ".data\n"
    "target: .quad 0x30000\n"
    ".text\n");

static sigjmp_buf escape;

static void caught(int number, siginfo_t *info, void *context) {
  (void)info;
  memcpy(S->image, ((ucontext_t *)context)->uc_mcontext.fpregs, sizeof S->image);
  siglongjmp(escape, number);
}

static void *map(void *at, int protection) {
  return mmap(at, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

int main(void) {
  static uint8_t alternate[65536];
  static uint8_t clean[512] __attribute__((aligned(16)));
  if (map(CODE, PROT_READ | PROT_WRITE | PROT_EXEC) != CODE || map(DATA, PROT_READ | PROT_WRITE) != DATA
      || map(S, PROT_READ | PROT_WRITE) != S) {
    perror("mmap");
    return 2;
  }
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_ONSTACK | SA_NODEFER | SA_SIGINFO};
  int numbers[] = {SIGFPE, SIGSEGV, SIGILL, SIGBUS, SIGTRAP};
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    sigaction(numbers[i], &action, NULL);
  }
  __asm__ volatile("fxsave64 %0" : "=m"(clean));
  while (fread(S, SIZE, 1, stdin) == 1) {
    memcpy(CODE, S->code, S->length);
    uint8_t *end = CODE + S->length;
    memcpy(end, "\xFF\x25\0\0\0\0", 6);
    uint64_t to = (uint64_t)back;
    memcpy(end + 6, &to, 8);
    memcpy(DATA, S->data, sizeof S->data);
    __builtin___clear_cache((char *)CODE, (char *)CODE + 64);
    int number = sigsetjmp(escape, 1);
    if (number == 0) {
      enter();
    }
    __asm__ volatile("cld; fnclex; fxrstor64 %0" : : "m"(clean));
    S->signal = number;
    memcpy(S->data, DATA, sizeof S->data);
    fwrite(S, SIZE, 1, stdout);
  }
  return 0;
}
