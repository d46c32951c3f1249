/* An interpreter for a small stack machine: a jump table, unpredictable to the machine below it. */
#include "../kernel.h"

enum { PUSH, ADD, SUB, MUL, LOAD, STORE, JNZ, XOR, DUP, HALT };

/* x = n; s = 0; do { s = (s + x * 3) ^ x; x = x - 1; } while (x); */
static const uint8_t program[] = {
	PUSH, 0, STORE, 1,
	/* 4: */ LOAD, 1, LOAD, 0, PUSH, 3, MUL, ADD, LOAD, 0, XOR, STORE, 1,
	LOAD, 0, PUSH, 1, SUB, DUP, STORE, 0, JNZ, 4,
	HALT,
};

uint64_t kernel_bytecode(uint64_t ops)
{
	uint64_t stack[16], slots[4] = { ops * 100, 0 };
	uint64_t *sp = stack;
	const uint8_t *pc = program;
	opaque(pc);
	for (;;) {
		switch (*pc++) {
		case PUSH: *sp++ = *pc++; break;
		case ADD: sp--; sp[-1] += *sp; break;
		case SUB: sp--; sp[-1] -= *sp; break;
		case MUL: sp--; sp[-1] *= *sp; break;
		case XOR: sp--; sp[-1] ^= *sp; break;
		case LOAD: *sp++ = slots[*pc++]; break;
		case STORE: slots[*pc++] = *--sp; break;
		case DUP: *sp = sp[-1]; sp++; break;
		case JNZ: pc = *--sp ? program + *pc : pc + 1; break;
		case HALT: return slots[1];
		}
	}
}
