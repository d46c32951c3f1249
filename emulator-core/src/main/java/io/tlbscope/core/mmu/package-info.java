/**
 * Linear to physical addresses: page walk, architectural TLB, paging-structure caches,
 * invalidation, look-aside. Depends on hook, cpu and memory; knows neither instructions nor the
 * vCPU's other rooms. Intel SDM vol. 3A, chapter 4 (4.10 for the caches); AMD APM vol. 3, INVLPGB.
 */
package io.tlbscope.core.mmu;
