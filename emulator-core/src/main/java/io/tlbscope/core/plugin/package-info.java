/**
 * What a plugin implements and how plugins are found, selected and checked. May depend on the rooms
 * hook and trace only; how advice gets into the seams is the business of the room weave.
 */
package io.tlbscope.core.plugin;
