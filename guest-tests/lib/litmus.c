#include "litmus.h"

#define BLOCK		32u		/* instances between two looks at their outcomes */
#define OUTCOMES	256u		/* four values of two bits */

static struct litmus_instance instances[BLOCK] __attribute__((aligned(4096)));
struct litmus_instance *litmus_current[LITMUS_CPUS];
static struct race_gate block_gate, instance_gate;
static uint32_t counts[OUTCOMES];

static struct run { const struct litmus *test; uint32_t parties, blocks; } run;

static uint64_t value_of(const struct litmus_instance *i, const char *what)
{
	switch (*what) {
	case 'x': return i->x;
	case 'y': return i->y;
	case 'z': return i->z;
	default: return what[1] == 'a' ? i->result[*what - '0'].a : i->result[*what - '0'].b;
	}
}

/* The outcome's number, first value in the highest bits, and how many values it has. */
static uint32_t outcome_of(const struct litmus_instance *i, const char *shown, uint32_t *values)
{
	uint32_t code = 0, n = 0;
	for (const char *p = shown; *p; p++) {
		if (p != shown && p[-1] != ' ')
			continue;
		uint64_t v = value_of(i, p);
		code = code << 2 | (uint32_t)(v < 3 ? v : 3);
		n++;
	}
	*values = n;
	return code;
}

/* "1,0,2" for an outcome's number. */
static void spell(uint32_t code, uint32_t values, char *text)
{
	for (uint32_t k = 0; k < values; k++) {
		if (k)
			*text++ = ',';
		*text++ = (char)('0' + (code >> 2 * (values - 1 - k) & 3));
	}
	*text = 0;
}

static bool listed(const char *list, const char *outcome)
{
	size_t n = strlen(outcome);
	for (const char *p = list; p && *p; p++)
		if ((p == list || p[-1] == ' ') && !memcmp(p, outcome, n) && (p[n] == ' ' || !p[n]))
			return true;
	return false;
}

/* Bodies change their CPUs with every block: no CPU is always the one that leaves the barrier first. */
static void party(void *unused)
{
	uint32_t cpu = cpu_number(), values;
	for (uint32_t block = 0; block < run.blocks; block++) {
		uint32_t role = (cpu + block) % run.parties;
		litmus_body *body = run.test->body[role];
		if (cpu == 0)
			memset(instances, 0, sizeof instances);
		race_meet(&block_gate, run.parties);
		for (uint32_t i = 0; i < BLOCK; i++) {
			litmus_current[cpu] = &instances[i];
			race_meet(&instance_gate, run.parties);
			race_jitter();
			body(&instances[i], role);
		}
		race_meet(&block_gate, run.parties);
		for (uint32_t i = 0; cpu == 0 && i < BLOCK; i++)
			counts[outcome_of(&instances[i], run.test->shown, &values)]++;
	}
}

void litmus_run(const struct litmus *test, uint32_t cpus, uint32_t iterations)
{
	uint32_t parties = 0, values, bad = 0;
	while (parties < LITMUS_CPUS && test->body[parties])
		parties++;
	if (parties > cpus) {
		report_skip("%s needs %u CPUs", test->name, parties);
		return;
	}
	if (parties > 2)
		iterations /= 4;	/* where CPUs outnumber cores the barrier takes most of the time */
	memset(counts, 0, sizeof counts);
	run = (struct run){ test, parties, (iterations + BLOCK - 1) / BLOCK };
	smp_run(parties, party, 0);
	outcome_of(&instances[0], test->shown, &values);
	note("%s, outcome %s", test->name, test->shown);
	for (uint32_t code = 0; code < OUTCOMES; code++) {
		if (!counts[code])
			continue;
		char outcome[2 * LITMUS_VALUES];
		spell(code, values, outcome);
		bool forbidden = listed(test->forbidden, outcome);
		for (uint32_t k = 0; k < values; k++)
			forbidden = forbidden || (code >> 2 * k & 3) == 3;
		bad += forbidden;
		note("%s %s: %u %s", test->name, outcome, counts[code],
		    forbidden ? "FORBIDDEN" : listed(test->relaxed, outcome) ? "allowed, relaxed" : "allowed");
	}
	report(!bad, "%s: no forbidden outcome (%s)", test->name, test->reference);
}
