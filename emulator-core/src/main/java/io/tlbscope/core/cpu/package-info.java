/**
 * The architectural state of one vCPU Must not depend on registers, MSRs, what CPUID tells.. any
 * other room but hook:Intel SDM vol. 1, chapter 3; vol. 3A, chapter 2; vol. 4.
 */
package io.tlbscope.core.cpu;
