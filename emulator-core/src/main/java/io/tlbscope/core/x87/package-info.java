/**
 * x87 instructions as functions on the FPU's state: stack, tags, status word. Depends on fp and
 * cpu; knows neither memory nor engines. Intel SDM vol. 1, chapter 8.
 */
package io.tlbscope.core.x87;
