/*
 * Executes single instructions on the host CPU. Reads records from standard input until its end, runs each one's bytes
 * with its registers, flags, XMM registers and data, and writes the record back as the instruction left it.
 *
 * Fixed places, the same as the test's emulated machine:
 *   0x30000 code   0x40000 data (one page)   0x60000 the record itself, reached by absolute addresses
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define CODE ((uint8_t *)0x30000)
#define DATA ((uint8_t *)0x40000)

struct record {
  uint8_t code[16];
  uint32_t length, signal;
  uint64_t reg[16]; /* 24 */
  uint64_t flags;   /* 152 */
  uint64_t xmm[32]; /* 160 */
  uint32_t mxcsr, pad;
  uint8_t data[512];
  uint64_t host_rsp; /* 936: not transferred */
};
#define S ((struct record *)0x60000)
#define SIZE offsetof(struct record, host_rsp)

_Static_assert(offsetof(struct record, reg) == 24, "layout");
_Static_assert(offsetof(struct record, flags) == 152, "layout");
_Static_assert(offsetof(struct record, xmm) == 160, "layout");
_Static_assert(offsetof(struct record, host_rsp) == 936, "layout");

extern void enter(void);
extern char back[];

__asm__(
    ".text\n"
    "enter:\n"
    " push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    " mov %rsp, 0x60000+936\n"
    ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    " movdqu 0x60000+160+16*\\n, %xmm\\n\n"
    ".endr\n"
    " pushq 0x60000+152\n"
    " mov 0x60000+24, %rax; mov 0x60000+32, %rcx; mov 0x60000+40, %rdx; mov 0x60000+48, %rbx\n"
    " mov 0x60000+64, %rbp; mov 0x60000+72, %rsi; mov 0x60000+80, %rdi\n"
    " mov 0x60000+88, %r8; mov 0x60000+96, %r9; mov 0x60000+104, %r10; mov 0x60000+112, %r11\n"
    " mov 0x60000+120, %r12; mov 0x60000+128, %r13; mov 0x60000+136, %r14; mov 0x60000+144, %r15\n"
    " popfq\n"
    " mov 0x60000+56, %rsp\n"
    " jmp *target\n"
    "back:\n"
    " mov %rsp, 0x60000+56\n"
    " mov 0x60000+936, %rsp\n"
    " pushfq\n"
    " popq 0x60000+152\n"
    " cld\n"
    " mov %rax, 0x60000+24; mov %rcx, 0x60000+32; mov %rdx, 0x60000+40; mov %rbx, 0x60000+48\n"
    " mov %rbp, 0x60000+64; mov %rsi, 0x60000+72; mov %rdi, 0x60000+80\n"
    " mov %r8, 0x60000+88; mov %r9, 0x60000+96; mov %r10, 0x60000+104; mov %r11, 0x60000+112\n"
    " mov %r12, 0x60000+120; mov %r13, 0x60000+128; mov %r14, 0x60000+136; mov %r15, 0x60000+144\n"
    ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    " movdqu %xmm\\n, 0x60000+160+16*\\n\n"
    ".endr\n"
    " pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    " ret\n"
    ".data\n"
    "target: .quad 0x30000\n"
    ".text\n");

static sigjmp_buf escape;

static void caught(int number) { siglongjmp(escape, number); }

static void *map(void *at, int protection) {
  return mmap(at, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

int main(void) {
  static uint8_t alternate[65536];
  if (map(CODE, PROT_READ | PROT_WRITE | PROT_EXEC) != CODE || map(DATA, PROT_READ | PROT_WRITE) != DATA
      || map(S, PROT_READ | PROT_WRITE) != S) {
    perror("mmap");
    return 2;
  }
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_handler = caught, .sa_flags = SA_ONSTACK | SA_NODEFER};
  int numbers[] = {SIGFPE, SIGSEGV, SIGILL, SIGBUS, SIGTRAP};
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    sigaction(numbers[i], &action, NULL);
  }
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
    __asm__ volatile("cld");
    S->signal = number;
    memcpy(S->data, DATA, sizeof S->data);
    fwrite(S, SIZE, 1, stdout);
  }
  return 0;
}
