/**
 * The seams: methods that do nothing until a plugin is woven in, and the views of the machine that
 * they pass. Must not depend on any other room. Manual chapters are named at each seam.
 */
package io.tlbscope.core.hook;
