/**
 * Random x86-64 programs from a seed, to hold one engine against another: valid, terminating, hot
 * enough to be translated. It makes bytes and knows nothing of the emulator but its decoder, for
 * listings. Operating modes: SDM vol. 3A, chapters 2 to 6.
 */
package io.tlbscope.tools.randomprogram;
