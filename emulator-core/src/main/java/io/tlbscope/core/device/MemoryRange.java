package io.tlbscope.core.device;

/**
 * A range of the physical address space as firmware reports it (ACPI specification, 15: system
 * address map).
 *
 * @param type 1 RAM, 2 reserved, 3 ACPI reclaimable, 4 ACPI NVS
 */
public record MemoryRange(long pa, long bytes, int type) {}
