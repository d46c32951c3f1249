/* The verdicts of a storm, shared by the guests that run one. */
#ifndef STORM_REPORT_H
#define STORM_REPORT_H

#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/storm.h"

static inline void storm_report(const char *what)
{
	uint64_t expected = (uint64_t)storm.cpus * storm.iterations, stale = storm_total(COUNT_STALE);
	uint64_t done = storm_total(COUNT_SHOOTDOWNS), reads = storm_total(COUNT_READS);
	report(done == expected, "%s: %lu of %lu shootdowns completed on %u CPUs", what, done, expected, storm.cpus);
	report(stale == 0, "%s: no stale read", what);
	note("%lu reads checked, %lu stale", reads, stale);
	note("%lu shootdowns had targets, %lu requests in all, %lu address-space switches, %lu user-mode runs",
	    storm_total(COUNT_REMOTE), storm_total(COUNT_IPI_TARGETS), storm_total(COUNT_SWITCHES), storm_total(COUNT_USER_RUNS));
}

#endif
