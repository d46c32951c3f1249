/* CRC-32 with a table over 64 KiB: a byte load and a dependent table load each byte. */
#include "../kernel.h"

uint64_t kernel_crc(uint64_t ops)
{
	uint32_t *table = (void *)arena;
	unsigned char *data = arena + 8192;
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ 0xEDB88320u : c >> 1;
		table[i] = c;
	}
	for (uint32_t i = 0; i < 65536; i++)
		data[i] = (unsigned char)(i * 7 + (i >> 8));
	uint32_t crc = ~0u;
	for (uint64_t op = 0; op < ops; op++)
		for (uint32_t i = 0; i < 65536; i++)
			crc = table[(crc ^ data[i]) & 255] ^ crc >> 8;
	return crc;
}
