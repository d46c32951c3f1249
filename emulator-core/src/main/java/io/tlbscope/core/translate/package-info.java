/**
 * Hot regions of guest code as JVM bytecode: the control-flow graph around a hot block's head as
 * one method of a hidden class, guest registers in its locals. The only room that generates code
 * with ASM; must not depend on run. It calls no hook and takes no event: what the look-aside does
 * not serve is left to the interpreter. Intel SDM vol. 2 for what the operations mean, vol. 3A
 * chapter 12 for invalidation of modified code.
 */
package io.tlbscope.core.translate;
