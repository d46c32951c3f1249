package io.tlbscope.core.hook;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a seam: a static method that the core calls and that does nothing until a plugin's
 * advice is woven into it.
 *
 * <p>The page of hooks is generated from these annotations, so every attribute is a sentence for a
 * plugin's author.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface HookPoint {
  /** Stable name, {@code room.event}, by which plugins attach. */
  String id();

  /** The moment at which the core calls it. */
  String when();

  /** The thread on which it runs. */
  String thread() default "the thread that runs the vCPU";

  /** How often it fires; tells a plugin's author what its cost will be. */
  String frequency();

  /** Which architectural state is exact when it fires. */
  String exact();

  /** What advice may change: the return value, an argument's contents, or nothing. */
  String mayChange() default "nothing";
}
