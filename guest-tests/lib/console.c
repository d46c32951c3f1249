#include "console.h"

#include "cpu.h"
#include "lock.h"

#define COM1		0x3F8
#define LSR		5
#define LSR_THRE	0x20

static struct spinlock console_lock;

void console_init(void)
{
	outb(COM1 + 1, 0x00);		/* no interrupts */
	outb(COM1 + 3, 0x80);		/* divisor latch */
	outb(COM1 + 0, 0x01);
	outb(COM1 + 1, 0x00);
	outb(COM1 + 3, 0x03);		/* 8n1 */
	outb(COM1 + 2, 0x07);		/* FIFOs on, cleared */
	outb(COM1 + 4, 0x03);
}

static void put(char c)
{
	while (!(inb(COM1 + LSR) & LSR_THRE))
		;
	outb(COM1, (uint8_t)c);
}

void console_write(const char *s)
{
	bool on = spin_lock_irq(&console_lock);
	for (; *s; s++) {
		if (*s == '\n')
			put('\r');
		put(*s);
	}
	spin_unlock_irq(&console_lock, on);
}

void console_break_lock(void)
{
	store_release(&console_lock.held, 0);
}

struct out { char *p, *end; };

static void emit(struct out *o, char c)
{
	if (o->p < o->end)
		*o->p++ = c;
}

static void emit_number(struct out *o, uint64_t v, unsigned base, int width, char pad)
{
	char digits[20];
	int n = 0;
	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	for (; width > n; width--)
		emit(o, pad);
	while (n)
		emit(o, digits[--n]);
}

int format(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct out o = { buf, buf + size - 1 };
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			emit(&o, *fmt);
			continue;
		}
		char pad = ' ';
		int width = 0, longs = 0;
		if (*++fmt == '0')
			pad = '0';
		for (; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = width * 10 + *fmt - '0';
		for (; *fmt == 'l'; fmt++)
			longs++;
		switch (*fmt) {
		case 's':
			for (const char *s = va_arg(ap, const char *); *s; s++)
				emit(&o, *s);
			break;
		case 'c':
			emit(&o, (char)va_arg(ap, int));
			break;
		case 'd': {
			long v = longs ? va_arg(ap, long) : va_arg(ap, int);
			if (v < 0)
				emit(&o, '-');
			emit_number(&o, v < 0 ? -(uint64_t)v : (uint64_t)v, 10, width, pad);
			break;
		}
		case 'u':
		case 'x': {
			uint64_t v = longs ? va_arg(ap, unsigned long) : va_arg(ap, unsigned);
			emit_number(&o, v, *fmt == 'u' ? 10 : 16, width, pad);
			break;
		}
		default:
			emit(&o, *fmt);
		}
	}
	*o.p = 0;
	return (int)(o.p - buf);
}

void print(const char *fmt, ...)
{
	char line[256];
	va_list ap;
	va_start(ap, fmt);
	format(line, sizeof line, fmt, ap);
	va_end(ap);
	console_write(line);
}
