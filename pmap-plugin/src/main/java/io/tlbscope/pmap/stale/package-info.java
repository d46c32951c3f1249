/**
 * The sanitizer for stale translations: which cached translations the page tables no longer say,
 * who changed them, and who uses them although it is too late. Knows nothing of any shootdown
 * protocol.
 */
package io.tlbscope.pmap.stale;
