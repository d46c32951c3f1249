/* Console: a 16550 at 0x3F8, polled, one line at a time under a lock. */
#ifndef GUEST_CONSOLE_H
#define GUEST_CONSOLE_H

#include <stdarg.h>
#include <stddef.h>

void console_init(void);
void console_write(const char *s);
/* The holder may be the CPU that died: a panic takes the console by force. */
void console_break_lock(void);

/* %s %c %d %u %x with l, 0 and a width; enough for a report. */
int format(char *buf, size_t size, const char *fmt, va_list ap);
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
