/**
 * Guest images into RAM: ELF and Multiboot 1, flat binaries, ACPI and MP tables, the entry state,
 * the guest's symbols. Knows memory, register state and the plugin contract of symbols; knows no
 * vCPU and no device. Multiboot specification 0.6.96; System V ABI chapter 4; ACPI specification
 * 5.2; MultiProcessor Specification 1.4.
 */
package io.tlbscope.core.boot;
