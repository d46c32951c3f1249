/**
 * The self-contained HTML report of a trace. Depends on tracefile; the page's style and scripts are
 * small resource files, put together here. It loads nothing from anywhere: the data is inside, gzip
 * in base64.
 */
package io.tlbscope.tools.report;
