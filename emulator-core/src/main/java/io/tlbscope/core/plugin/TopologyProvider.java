package io.tlbscope.core.plugin;

/**
 * Implemented by the machine state of a plugin that brings interrupt controllers. A machine that
 * has one describes it in its boot tables and leaves the PIC's INTR line to it; without one the PIC
 * is wired straight to vCPU 0.
 */
public interface TopologyProvider {
  ApicTopology topology();
}
