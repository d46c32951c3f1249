/*
 * Says back what is typed, line by line, with the time-stamp counter at which each line was complete: the receive interrupt
 * is not used, the UART is asked. Ends with an empty line.
 */
#include "../lib/console.h"
#include "../lib/cpu.h"
#include "../lib/report.h"

const char test_name[] = "echo";

#define COM1 0x3F8
#define LINE_STATUS (COM1 + 5)
#define DATA_READY 1

static unsigned read_line(char *line, unsigned size)
{
	unsigned length = 0;
	for (;;) {
		while (!(inb(LINE_STATUS) & DATA_READY))
			cpu_pause();
		char c = inb(COM1);
		if (c == '\n' || c == '\r')
			break;
		if (length < size - 1)
			line[length++] = c;
	}
	line[length] = 0;
	return length;
}

void test_main(void)
{
	char line[80];
	unsigned lines = 0;
	note("type; an empty line ends");
	while (read_line(line, sizeof(line))) {
		note("%lu \"%s\"", rdtsc(), line);
		lines++;
	}
	report(1, "%u lines", lines);
}
