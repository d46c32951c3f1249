package io.tlbscope.core.hook;

/** Seams of RDMSR, WRMSR and of MOV to and from CR8. */
public final class MsrHooks {
  private MsrHooks() {}

  @HookPoint(
      id = "msr.read",
      when = "RDMSR, privilege checked, before the core looks the register up",
      frequency = "each RDMSR",
      exact = "all registers; RIP is the instruction's",
      mayChange = "the claim; value[0] is the result when DONE")
  public static Claim read(Vcpu cpu, int msr, long[] value) {
    return Claim.NONE;
  }

  @HookPoint(
      id = "msr.write",
      when = "WRMSR, privilege checked, before the core stores the value",
      frequency = "each WRMSR",
      exact = "all registers; RIP is the instruction's",
      mayChange = "the claim")
  public static Claim write(Vcpu cpu, int msr, long value) {
    return Claim.NONE;
  }

  @HookPoint(
      id = "cr8.read",
      when = "MOV from CR8",
      frequency = "each MOV from CR8",
      exact = "all registers",
      mayChange = "the claim; value[0] is the result (bits 3..0) when DONE")
  public static Claim readCr8(Vcpu cpu, long[] value) {
    return Claim.NONE;
  }

  @HookPoint(
      id = "cr8.write",
      when = "MOV to CR8, reserved bits checked",
      frequency = "each MOV to CR8",
      exact = "all registers",
      mayChange = "the claim")
  public static Claim writeCr8(Vcpu cpu, long value) {
    return Claim.NONE;
  }

  @HookPoint(
      id = "cpuid.leaf",
      when = "CPUID, after the core filled in its own answer",
      frequency = "each CPUID",
      exact = "all registers",
      mayChange = "regs[0..3] = EAX, EBX, ECX, EDX")
  public static void cpuid(Vcpu cpu, int leaf, int subleaf, int[] regs) {}

  @HookPoint(
      id = "cr.write",
      when =
          "a control register 0, 3 or 4 (or EFER as 0xC0000080) got a new value, its TLB effects done",
      frequency = "each MOV to CR0, CR3, CR4, each LMSW and CLTS, each WRMSR of EFER",
      exact = "all registers")
  public static void controlWritten(Vcpu cpu, int register, long before, long after) {}
}
