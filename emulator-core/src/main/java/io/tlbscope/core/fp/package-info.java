/**
 * Floating-point arithmetic in integers: values in, a value and the exceptions it raises out. Knows
 * no other room. Intel SDM vol. 1, chapter 4.8 and 4.9.
 */
package io.tlbscope.core.fp;
