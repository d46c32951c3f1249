package io.tlbscope.core.isa;

/**
 * Integer and system opcodes after 0F (Intel SDM vol. 2D, table A-3 and group tables A-6). Grammar:
 * {@link OpcodeTable}.
 */
final class TwoByteMap {
  private TwoByteMap() {}

  static final String ROWS =
      """
      00/0   SLDT       Ek
      00/1   STR        Ek
      00/2   LLDT       Ew
      00/3   LTR        Ew
      00/4   VERR       Ew
      00/5   VERW       Ew
      01/*m  SGDT|SIDT|LGDT|LIDT|_|_|_|_  Ms  f64
      01/4   SMSW       Ek
      01/5m@F3   RSTORSSP  Mq  ?shstk
      01/6   LMSW       Ew
      01/7m  INVLPG     Mb
      01/0r.*@no  ENCLV|VMCALL|VMLAUNCH|VMRESUME|VMXOFF|PCONFIG|WRMSRNS|_  -  ?vmx
      01/1r.*@no  _|MWAIT|CLAC|STAC|_|_|_|_  -
      01/1r.0@no  MONITOR   mAX
      01/1r.7@no  ENCLS     -  ?sgx
      01/2r.*@no  XGETBV|XSETBV|_|_|_|_|_|_  -
      01/2r.4@no  VMFUNC    -  ?vmx
      01/2r.*@no  _|_|_|_|_|XEND|XTEST|_  -  ?rtm
      01/2r.7@no  ENCLU     -  ?sgx
      01/3r.*@no  VMRUN|VMMCALL|VMLOAD|VMSAVE|STGI|CLGI|SKINIT|INVLPGA  -  ?svm
      01/5r.*@F3  SETSSBSY|_|SAVEPREVSSP|_|_|_|_|_  -  ?shstk
      01/5r.*@no  _|_|_|_|_|_|RDPKRU|WRPKRU  -
      01/7r.0@no  SWAPGS    -  x64
      01/7r.1@no  RDTSCP    -
      01/7r.*@no  _|_|MONITORX|MWAITX|CLZERO|RDPRU|_|_  -  ?amd
      01/7r.*@no  _|_|_|_|_|_|INVLPGB|TLBSYNC  -
      02     LAR        Gv,Ew
      03     LSL        Gv,Ew
      05     SYSCALL    -
      06     CLTS       -
      07     SYSRET     -
      08     INVD       -
      09     WBINVD     -
      0B     UD2        -
      0Dm    PREFETCH   Mb
      0Dr    NOP        Ev
      18/0m  PREFETCH   Mb
      18/1m  PREFETCH   Mb
      18/2m  PREFETCH   Mb
      18/3m  PREFETCH   Mb
      18     NOP        Ev
      1E/7r.2@F3  ENDBR64  -
      1E/7r.3@F3  ENDBR32  -
      19-1F  NOP        Ev
      20     MOV        Km,Cm
      21     MOV        Km,Dm
      22     MOV        Cm,Km
      23     MOV        Dm,Km
      30+1   WRMSR|RDTSC|RDMSR|RDPMC|SYSENTER|SYSEXIT  -
      37     GETSEC     -         ?smx
      40-4F  CMOVCC     Gv,Ev
      78@np  VMREAD     Em,Gm     ?vmx
      79@np  VMWRITE    Gm,Em     ?vmx
      80-8F  JCC        Jz        f64
      90-9F  SETCC      Eb
      A0     PUSH       FS        d64
      A1     POP        FS        d64
      A2     CPUID      -
      A3     BT         Ev,Gv
      A4     SHLD       Ev,Gv,ub
      A5     SHLD       Ev,Gv,CL
      A8     PUSH       GS        d64
      A9     POP        GS        d64
      AA     RSM        -         ?smm
      AB     BTS        Ev,Gv
      AC     SHRD       Ev,Gv,ub
      AD     SHRD       Ev,Gv,CL
      AE/0m@np  FXSAVE    M0
      AE/1m@np  FXRSTOR   M0
      AE/2m@np  LDMXCSR   Md
      AE/3m@np  STMXCSR   Md
      AE/4m@np  XSAVE     M0
      AE/5m@np  XRSTOR    M0
      AE/6m@np  XSAVEOPT  M0
      AE/6m@66  CLWB      Mb
      AE/6m@F3  CLRSSBSY  Mq      ?shstk
      AE/7m@np  CLFLUSH   Mb
      AE/7m@66  CLFLUSHOPT  Mb
      AE/*r@F3  RDFSBASE|RDGSBASE|WRFSBASE|WRGSBASE|_|_|_|_  Ry  x64
      AE/5r@F3  INCSSP    Ry      ?shstk
      AE/*r@np  _|_|_|_|_|LFENCE|MFENCE|SFENCE  -
      AE/6r@F3  UMONITOR  Rv      ?waitpkg
      AE/6r@F2  UMWAIT    Rd      ?waitpkg
      AE/6r@66  TPAUSE    Rd      ?waitpkg
      AF     IMUL       Gv,Ev
      B0     CMPXCHG    Eb,Gb
      B1     CMPXCHG    Ev,Gv
      B2     LSS        Gv,Mp
      B3     BTR        Ev,Gv
      B4     LFS        Gv,Mp
      B5     LGS        Gv,Mp
      B6     MOVZX      Gv,Eb
      B7     MOVZX      Gv,Ew
      B8@F3  POPCNT     Gv,Ev
      B9     UD1        Gv,Ev
      BA/*   _|_|_|_|BT|BTS|BTR|BTC  Ev,ub
      BB     BTC        Ev,Gv
      BC     BSF        Gv,Ev
      BD     BSR        Gv,Ev
      BE     MOVSX      Gv,Eb
      BF     MOVSX      Gv,Ew
      C0     XADD       Eb,Gb
      C1     XADD       Ev,Gv
      C3@np  MOVNTI     My,Gy
      C7/1m  CMPXCHG8B  Mq        W0
      C7/1m  CMPXCHG16B  Mo       W1
      C7/*m@np  _|_|_|XRSTORS|XSAVEC|XSAVES|_|_  M0
      C7/*m@np  _|_|_|_|_|_|VMPTRLD|VMPTRST  Mq  ?vmx
      C7/6m@66  VMCLEAR   Mq      ?vmx
      C7/6m@F3  VMXON     Mq      ?vmx
      C7/6r@no  RDRAND    Rv
      C7/7r@no  RDSEED    Rv
      C7/6r@F3  SENDUIPI  Rq      x64 ?uintr
      C7/7r@F3  RDPID     Rm
      C8-CF  BSWAP      Zv
      FF     UD0        Gv,Ev
      """;
}
