/**
 * Catalogue of the bundled guest kernels: which there are and how each wants to be run. Depends on
 * the JDK alone; the guests themselves are built from C by make before this package is compiled.
 * The stanza file's format is described at {@link io.tlbscope.guests.Stanzas}.
 */
package io.tlbscope.guests;
