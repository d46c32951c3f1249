#include "cmdline.h"

#include "string.h"

struct multiboot_info { uint32_t flags, mem_lower, mem_upper, boot_device, cmdline; };

uint32_t multiboot_mem_upper;
static char text[512];

/* The same, a NUL behind each word; longer than any key. */
static char words[sizeof text + 64];

void cmdline_init(uint32_t multiboot_info_pa)
{
	const struct multiboot_info *info = (void *)(uintptr_t)multiboot_info_pa;
	if (info->flags & 1)
		multiboot_mem_upper = info->mem_upper;
	if (!(info->flags & 4))
		return;
	const char *s = (void *)(uintptr_t)info->cmdline;
	for (size_t i = 0; s[i] && i < sizeof text - 1; i++) {
		text[i] = s[i];
		words[i] = s[i] == ' ' ? 0 : s[i];
	}
}

const char *cmdline(void) { return text; }

const char *option(const char *key, const char *otherwise)
{
	size_t n = strlen(key), end = strlen(text);
	for (size_t i = 0; i < end; i += strlen(words + i) + 1)
		if (!memcmp(words + i, key, n) && words[i + n] == '=')
			return words + i + n + 1;
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
