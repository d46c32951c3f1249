/**
 * One vCPU put together Must not depend on registers, memory view, pending events, activity.. trap
 * or anything right of it:Intel SDM vol. 3A, 8.4.
 */
package io.tlbscope.core.vcpu;
