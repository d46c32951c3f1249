/**
 * The host's terminal: the guest's console and the progress line share it. Depends on the JDK
 * alone. The line is repainted at most ten times a second and cleared before anything else is
 * written.
 */
package io.tlbscope.tools.console;
