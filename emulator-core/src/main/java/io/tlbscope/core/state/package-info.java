/**
 * The form in which everything that has state gives it away and takes it back: what snapshots are
 * made of. Must not depend on any other room.
 */
package io.tlbscope.core.state;
