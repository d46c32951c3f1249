/**
 * Guest physical memory: RAM off the Java heap, the pages that devices serve, watched pages and
 * pages that hold decoded code. Depends on the seams (hook) and on cpu's named errors only. Intel
 * SDM vol. 3A, chapter 12 (memory types are not modelled).
 */
package io.tlbscope.core.memory;
