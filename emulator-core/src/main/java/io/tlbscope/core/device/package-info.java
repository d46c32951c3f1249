/**
 * The ISA platform: port space, UART, PIC pair, PIT, RTC, fw_cfg, reset and exit ports. Each a pure
 * state machine. Must not depend on vcpu, trap, system, ir, interpret, boot or run; time and
 * outputs are injected. Data sheets: 16550D, 8259A, 8254, MC146818, 8042; QEMU docs/specs/fw_cfg;
 * ACPI specification 4.8.
 */
package io.tlbscope.core.device;
