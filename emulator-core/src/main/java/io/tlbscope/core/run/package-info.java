/**
 * A machine put together and run: builder, scheduling, virtual time, the result of a run. May
 * depend on every other room; none may depend on it. Intel SDM vol. 3A, chapter 8
 * (multiple-processor management).
 */
package io.tlbscope.core.run;
