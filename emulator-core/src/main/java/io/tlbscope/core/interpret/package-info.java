/**
 * Runs blocks of pre-decoded step objects, built once from IR and cached by physical page. Depends
 * on everything left of it; nothing of the core depends on it but run. Intel SDM vol. 3A, 9.1.3
 * (self-modifying code) and 6.6 (restart of instructions).
 */
package io.tlbscope.core.interpret;
