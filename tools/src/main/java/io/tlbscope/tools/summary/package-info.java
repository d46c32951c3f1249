/**
 * The summary of a run, as text and as JSON. Depends on core.run's result and core.trace; knows no
 * files and no command line. The JSON is a contract, described in docs/json.md.
 */
package io.tlbscope.tools.summary;
