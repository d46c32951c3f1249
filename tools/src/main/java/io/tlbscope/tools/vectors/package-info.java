/**
 * Random instructions in random states, run by the host's processor and by the core, and compared.
 * Knows the core and the bundled native program; no command line, no files of its own but one that
 * both sides map. Intel SDM vol. 2; AMD APM vol. 3.
 */
package io.tlbscope.tools.vectors;
