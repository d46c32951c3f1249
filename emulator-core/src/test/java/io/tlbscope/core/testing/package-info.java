/**
 * A machine small enough for unit tests: vCPUs, 1 MiB of RAM, page tables and descriptor tables at
 * fixed places. Depends on the core up to system. Used by the tests of any room.
 */
package io.tlbscope.core.testing;
