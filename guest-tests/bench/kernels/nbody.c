/* Five bodies under gravity: scalar doubles with division and square root. */
#include "../kernel.h"

#define BODIES	5

struct body { double x, y, z, vx, vy, vz, mass; };

static inline double root(double v)
{
	double r;
	__asm__("sqrtsd %1, %0" : "=x"(r) : "x"(v));
	return r;
}

uint64_t kernel_nbody(uint64_t ops)
{
	struct body *b = (void *)arena;
	for (int i = 0; i < BODIES; i++)
		b[i] = (struct body){ i * 3.0, i * i * 0.5 - 2, 1.0 - i, 0.1 * i, 0.2 - 0.1 * i, 0.05 * i, i ? 0.01 * i : 40.0 };
	for (uint64_t step = 0; step < ops * 10; step++) {
		for (int i = 0; i < BODIES; i++)
			for (int j = i + 1; j < BODIES; j++) {
				double dx = b[i].x - b[j].x, dy = b[i].y - b[j].y, dz = b[i].z - b[j].z;
				double d2 = dx * dx + dy * dy + dz * dz + 0.01, pull = 0.001 / (d2 * root(d2));
				b[i].vx -= dx * b[j].mass * pull;
				b[i].vy -= dy * b[j].mass * pull;
				b[i].vz -= dz * b[j].mass * pull;
				b[j].vx += dx * b[i].mass * pull;
				b[j].vy += dy * b[i].mass * pull;
				b[j].vz += dz * b[i].mass * pull;
			}
		for (int i = 0; i < BODIES; i++) {
			b[i].x += b[i].vx * 0.001;
			b[i].y += b[i].vy * 0.001;
			b[i].z += b[i].vz * 0.001;
		}
	}
	double e = 0;
	for (int i = 0; i < BODIES; i++)
		e += b[i].x + 2 * b[i].y + 3 * b[i].z;
	return (uint64_t)(int64_t)(e * 1e6);
}
