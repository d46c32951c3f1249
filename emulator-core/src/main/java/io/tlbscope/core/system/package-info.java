/**
 * The system instructions as helpers that both engines call, one family a file. Must not depend on
 * ir, interpret, run. Intel SDM vol. 2; vol. 3A, chapters 2, 3, 5 and 8.
 */
package io.tlbscope.core.system;
