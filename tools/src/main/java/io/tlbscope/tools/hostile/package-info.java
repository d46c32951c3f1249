/**
 * Guests that mean harm, made from a seed, and whether the emulator stands them. Depends on
 * machines only.
 */
package io.tlbscope.tools.hostile;
