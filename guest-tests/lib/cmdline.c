#include "cmdline.h"

#include "string.h"

struct multiboot_info { uint32_t flags, mem_lower, mem_upper, boot_device, cmdline; };

uint32_t multiboot_mem_upper;
static char text[512];

void cmdline_init(uint32_t multiboot_info_pa)
{
	const struct multiboot_info *info = (void *)(uintptr_t)multiboot_info_pa;
	if (info->flags & 1)
		multiboot_mem_upper = info->mem_upper;
	if (!(info->flags & 4))
		return;
	const char *s = (void *)(uintptr_t)info->cmdline;
	for (size_t i = 0; s[i] && i < sizeof text - 1; i++)
		text[i] = s[i];
}

const char *cmdline(void) { return text; }

const char *option(const char *key, const char *otherwise)
{
	static char values[8][64];
	static unsigned next;
	size_t n = strlen(key);
	for (const char *p = text; *p; ) {
		while (*p == ' ')
			p++;
		if (!memcmp(p, key, n) && p[n] == '=') {
			char *v = values[next++ % 8];
			size_t i = 0;
			for (p += n + 1; *p && *p != ' ' && i < 63; )
				v[i++] = *p++;
			v[i] = 0;
			return v;
		}
		while (*p && *p != ' ')
			p++;
	}
	return otherwise;
}

uint64_t option_number(const char *key, uint64_t otherwise)
{
	const char *s = option(key, 0);
	uint64_t v = 0;
	unsigned base = 10;
	if (!s || !*s)
		return otherwise;
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	for (; *s; s++) {
		unsigned d = *s >= '0' && *s <= '9' ? (unsigned)(*s - '0') : (unsigned)((*s | 32) - 'a' + 10);
		if (d >= base)
			break;
		v = v * base + d;
	}
	return v;
}

bool option_is(const char *key, const char *value) { return !strcmp(option(key, ""), value); }
