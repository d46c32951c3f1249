/**
 * Puts plugins' advice into the hook classes and takes it out again; the only room that knows Byte
 * Buddy and java.lang.instrument. May depend on hook and plugin only.
 */
package io.tlbscope.core.weave;
