/*
 * KTAP-like report and the guest's end.
 *
 * A guest prints "KTAP version 1", numbered "ok"/"not ok" lines, the plan "1..N" and one last line
 * "PASS name", "FAIL name (k of n)" or "SKIP name (reason)", then writes to the debug-exit port.
 */
#ifndef GUEST_REPORT_H
#define GUEST_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#define EXIT_PORT	0xF4		/* exit status = value * 2 + 1 */
#define EXIT_PASS	0x10		/* 33 */
#define EXIT_FAIL	0x11		/* 35 */
#define EXIT_SKIP	0x12		/* 37 */

/* Each guest defines these two. */
extern const char test_name[];
void test_main(void);

void report_begin(void);
/* One case; returns its argument. */
bool report(bool ok, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void report_skip(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* A line that is no verdict. */
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

__attribute__((noreturn)) void report_finish(void);
__attribute__((noreturn)) void report_abort(void);
__attribute__((noreturn)) void skip_all(const char *reason);
__attribute__((noreturn)) void debug_exit(uint8_t value);

#endif
