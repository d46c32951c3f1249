#include "report.h"

#include "console.h"
#include "cpu.h"

static uint64_t started;
static unsigned cases, failures, skips;

static void line(const char *head, const char *fmt, va_list ap, const char *tail)
{
	char text[200];
	format(text, sizeof text, fmt, ap);
	print("%s%s%s\n", head, text, tail);
}

void report_begin(void)
{
	started = rdtsc();
	print("KTAP version 1\n");
}

bool report(bool ok, const char *fmt, ...)
{
	char text[200];
	va_list ap;
	va_start(ap, fmt);
	format(text, sizeof text, fmt, ap);
	va_end(ap);
	cases++;
	failures += !ok;
	print("%s %u - %s\n", ok ? "ok" : "not ok", cases, text);
	return ok;
}

void report_skip(const char *fmt, ...)
{
	char text[200];
	va_list ap;
	va_start(ap, fmt);
	format(text, sizeof text, fmt, ap);
	va_end(ap);
	cases++;
	skips++;
	print("ok %u - # SKIP %s\n", cases, text);
}

void note(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	line("# ", fmt, ap, "");
	va_end(ap);
}

void report_finish(void)
{
	note("%lu ticks of the time-stamp counter", rdtsc() - started);
	print("1..%u\n", cases);
	if (failures)
		print("FAIL %s (%u of %u)\n", test_name, failures, cases);
	else if (skips == cases)
		print("SKIP %s (every case)\n", test_name);
	else
		print("PASS %s\n", test_name);
	debug_exit(failures ? EXIT_FAIL : skips == cases ? EXIT_SKIP : EXIT_PASS);
}

void report_abort(void)
{
	print("FAIL %s (aborted after %u)\n", test_name, cases);
	debug_exit(EXIT_FAIL);
}

void skip_all(const char *reason)
{
	print("1..0 # SKIP %s\nSKIP %s (%s)\n", reason, test_name, reason);
	debug_exit(EXIT_SKIP);
}

void debug_exit(uint8_t value)
{
	outb(EXIT_PORT, value);
	for (;;) {		/* no such port: stay silent for ever */
		cli();
		hlt();
	}
}
