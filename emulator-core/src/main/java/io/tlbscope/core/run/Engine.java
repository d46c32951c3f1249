package io.tlbscope.core.run;

/** Executes one vCPU's instructions: the interpreter, later the translator. */
@FunctionalInterface
interface Engine {
  /**
   * Retires at most {@code budget} instructions and returns how many; fewer when the vCPU yields,
   * sleeps or must stop. Pending events are taken at instruction boundaries inside.
   */
  long run(long budget);
}
