/**
 * Two engines on the same random programs: they must agree on all that can be seen. It runs
 * machines through {@code tools.machine} and knows no engine but by its name.
 */
package io.tlbscope.tools.enginecheck;
