/* The Multiboot command line: words of the form key=value; the first word is the file's name. */
#ifndef GUEST_CMDLINE_H
#define GUEST_CMDLINE_H

#include <stdbool.h>
#include <stdint.h>

/* Copy it out of the loader's memory. */
void cmdline_init(uint32_t multiboot_info_pa);
const char *cmdline(void);
/* Value of a key, or `otherwise`. */
const char *option(const char *key, const char *otherwise);
uint64_t option_number(const char *key, uint64_t otherwise);
bool option_is(const char *key, const char *value);

/* Memory above 1 MiB in KiB, as the loader said, or 0. */
extern uint32_t multiboot_mem_upper;

#endif
