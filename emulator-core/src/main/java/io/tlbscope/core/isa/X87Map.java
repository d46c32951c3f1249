package io.tlbscope.core.isa;

/**
 * x87 opcodes D8..DF (Intel SDM vol. 2D, tables ), and at the end those that the manual
 * reserves and processors take for others. Grammar: {@link OpcodeTable}.
 */
final class X87Map {
  private X87Map() {}

  static final String ROWS =
      """
      D9/5m    FLDCW     Mw
      D9/7m    FNSTCW    Mw
      DB/4r.2  FNCLEX    -
      DB/4r.3  FNINIT    -
      DD/7m    FNSTSW    Mw
      DF/4r.0  FNSTSW    AX
      D8/*m    FADD|FMUL|FCOM|FCOMP|FSUB|FSUBR|FDIV|FDIVR  Md
      D8/*r    FADD|FMUL|FCOM|FCOMP|FSUB|FSUBR|FDIV|FDIVR  ST,T
      D9/*m    FLD|_|FST|FSTP|_|_|_|_  Md
      D9/*m    _|_|_|_|FLDENV|_|FNSTENV|_  M0
      D9/*r    FLD|FXCH|_|_|_|_|_|_  T
      D9/2r.0  FNOP      -
      D9/4r.*  FCHS|FABS|_|_|FTST|FXAM|_|_  -
      D9/5r.*  FLD1|FLDL2T|FLDL2E|FLDPI|FLDLG2|FLDLN2|FLDZ|_  -
      D9/6r.*  F2XM1|FYL2X|FPTAN|FPATAN|FXTRACT|FPREM1|FDECSTP|FINCSTP  -
      D9/7r.*  FPREM|FYL2XP1|FSQRT|FSINCOS|FRNDINT|FSCALE|FSIN|FCOS  -
      DA/*m    FIADD|FIMUL|FICOM|FICOMP|FISUB|FISUBR|FIDIV|FIDIVR  Md
      DA/*r    FCMOVB|FCMOVE|FCMOVBE|FCMOVU|_|_|_|_  ST,T
      DA/5r.1  FUCOMPP   -
      DB/*m    FILD|FISTTP|FIST|FISTP|_|_|_|_  Md
      DB/*m    _|_|_|_|_|FLD|_|FSTP  Mt
      DB/*r    FCMOVNB|FCMOVNE|FCMOVNBE|FCMOVNU|_|FUCOMI|FCOMI|_  ST,T
      DB/4r.*  FNENI|FNDISI|_|_|FNSETPM|FRSTPM|_|_  -
      DC/*m    FADD|FMUL|FCOM|FCOMP|FSUB|FSUBR|FDIV|FDIVR  Mq
      DC/*r    FADD|FMUL|_|_|FSUBR|FSUB|FDIVR|FDIV  T,ST
      DD/*m    FLD|FISTTP|FST|FSTP|_|_|_|_  Mq
      DD/*m    _|_|_|_|FRSTOR|_|FNSAVE|_  M0
      DD/*r    FFREE|_|FST|FSTP|FUCOM|FUCOMP|_|_  T
      DE/*m    FIADD|FIMUL|FICOM|FICOMP|FISUB|FISUBR|FIDIV|FIDIVR  Mw
      DE/*r    FADDP|FMULP|_|_|FSUBRP|FSUBP|FDIVRP|FDIVP  T,ST
      DE/3r.1  FCOMPP    -
      DF/*m    FILD|FISTTP|FIST|FISTP|_|_|_|_  Mw
      DF/*m    _|_|_|_|FBLD|_|FBSTP|_  Mt
      DF/*m    _|_|_|_|_|FILD|_|FISTP  Mq
      DF/0r    FFREEP    T
      DF/*r    _|_|_|_|_|FUCOMIP|FCOMIP|_  ST,T
      D9/3r    FSTP1     T
      DC/*r    _|_|FCOM|FCOMP|_|_|_|_  ST,T
      DD/1r    FXCH      T
      DE/2r    FCOMP     ST,T
      DF/*r    _|FXCH|FSTP|FSTP|_|_|_|_  T
      """;
}
