/**
 * The amd64 pmap's TLB-invalidation module: follows a guest's parallel and serial shootdowns
 * through woven hooks, checks the protocol's rules, catches stale translations and, when asked,
 * serves IPI_INVLOP itself. May depend on the core's hook, plugin and trace rooms only. Intel SDM
 * vol. 3A, 4.10 (caching translation information); FreeBSD's sys/amd64/amd64/mp_machdep.c for the
 * protocol.
 */
package io.tlbscope.pmap;
