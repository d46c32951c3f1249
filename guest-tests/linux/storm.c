/*
 * A Linux program that makes TLB shootdowns: threads on all CPUs share an address space, in which each changes its own part
 * by mprotect, madvise(MADV_DONTNEED) and munmap while the others run. It checks what it reads, so that a translation that
 * outlives its invalidation shows as a wrong byte or as a missing fault. (What munmap gave back another thread may have again.)
 *
 *   storm [THREADS [ROUNDS]]       prints "storm: ok ..." and ends with 0, or says what went wrong and ends with 1
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096ul
#define PAGES 16

static int rounds = 50;
static int failures;
static volatile int go;
static __thread sigjmp_buf fault;
static __thread volatile sig_atomic_t expected;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	if (!expected) {
		fprintf(stderr, "storm: signal %d where none was due\n", signal);
		_exit(1);
	}
	siglongjmp(fault, 1);
}

/* True if a store to the page faults. */
static int store_faults(volatile unsigned char *at)
{
	expected = 1;
	int faulted = sigsetjmp(fault, 1);
	if (!faulted)
		*at = 1;
	expected = 0;
	return faulted;
}

static void check(int right, const char *what, int thread, int round)
{
	if (!right && !__atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED))
		fprintf(stderr, "storm: %s (thread %d, round %d)\n", what, thread, round);
}

static unsigned char *map(void)
{
	unsigned char *at = mmap(0, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED) {
		perror("storm: mmap");
		exit(1);
	}
	return at;
}

static void *work(void *argument)
{
	int thread = (int)(intptr_t)argument;
	while (!go)
		sched_yield();
	for (int round = 0; round < rounds; round++) {
		unsigned char *at = map();
		for (int page = 0; page < PAGES; page++)
			at[page * PAGE] = (unsigned char)(thread + page + 1);
		mprotect(at, PAGES * PAGE, PROT_READ);
		check(store_faults(at + (round % PAGES) * PAGE), "a store to a read-only page went through", thread, round);
		for (int page = 0; page < PAGES; page++)
			check(at[page * PAGE] == (unsigned char)(thread + page + 1), "a byte was lost", thread, round);
		mprotect(at, PAGES * PAGE, PROT_READ | PROT_WRITE);
		madvise(at, PAGES * PAGE, MADV_DONTNEED);
		for (int page = 0; page < PAGES; page++)
			check(at[page * PAGE] == 0, "a dropped page was still there", thread, round);
		munmap(at, PAGES * PAGE);
	}
	return 0;
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 4;
	if (argc > 2)
		rounds = atoi(argv[2]);
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER };
	sigaction(SIGSEGV, &action, 0);
	sigaction(SIGBUS, &action, 0);
	pthread_t all[64];
	for (int i = 0; i < threads && i < 64; i++)
		pthread_create(&all[i], 0, work, (void *)(intptr_t)i);
	go = 1;
	for (int i = 0; i < threads && i < 64; i++)
		pthread_join(all[i], 0);
	if (failures) {
		printf("storm: %d failures\n", failures);
		return 1;
	}
	printf("storm: ok, %d threads, %d rounds each\n", threads, rounds);
	return 0;
}
