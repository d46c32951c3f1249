package io.tlbscope.core.isa;

/** One-byte opcodes (Intel SDM vol. 2D, table A-2). Grammar: {@link OpcodeTable}. */
final class OneByteMap {
  private OneByteMap() {}

  static final String ROWS =
      """
      00+8   ADD|OR|ADC|SBB|AND|SUB|XOR|CMP  Eb,Gb
      01+8   ADD|OR|ADC|SBB|AND|SUB|XOR|CMP  Ev,Gv
      02+8   ADD|OR|ADC|SBB|AND|SUB|XOR|CMP  Gb,Eb
      03+8   ADD|OR|ADC|SBB|AND|SUB|XOR|CMP  Gv,Ev
      04+8   ADD|OR|ADC|SBB|AND|SUB|XOR|CMP  AL,ib
      05+8   ADD|OR|ADC|SBB|AND|SUB|XOR|CMP  rAX,iz
      06     PUSH       ES        i64
      07     POP        ES        i64
      0E     PUSH       CS        i64
      16     PUSH       SS        i64
      17     POP        SS        i64
      1E     PUSH       DS        i64
      1F     POP        DS        i64
      27+8   DAA|DAS|AAA|AAS  -   i64
      40-47  INC        Zv        i64
      48-4F  DEC        Zv        i64
      50-57  PUSH       Zv        d64
      58-5F  POP        Zv        d64
      60     PUSHA      -         i64
      61     POPA       -         i64
      62     BOUND      Gv,Ma     i64
      63     ARPL       Ew,Gw     i64
      63     MOVSXD     Gv,Ez     x64
      68     PUSH       iz        d64
      69     IMUL       Gv,Ev,iz
      6A     PUSH       sb        d64
      6B     IMUL       Gv,Ev,sb
      6C     INS        Yb,DX
      6D     INS        Yz,DX
      6E     OUTS       DX,Xb
      6F     OUTS       DX,Xz
      70-7F  JCC        Jb        f64
      80/*   ADD|OR|ADC|SBB|AND|SUB|XOR|CMP  Eb,ib
      81/*   ADD|OR|ADC|SBB|AND|SUB|XOR|CMP  Ev,iz
      82/*   ADD|OR|ADC|SBB|AND|SUB|XOR|CMP  Eb,ib  i64
      83/*   ADD|OR|ADC|SBB|AND|SUB|XOR|CMP  Ev,sb
      84     TEST       Eb,Gb
      85     TEST       Ev,Gv
      86     XCHG       Eb,Gb
      87     XCHG       Ev,Gv
      88     MOV        Eb,Gb
      89     MOV        Ev,Gv
      8A     MOV        Gb,Eb
      8B     MOV        Gv,Ev
      8C     MOV        Ek,Sw
      8D     LEA        Gv,M0
      8E     MOV        Sw,Ew     nocs
      8F/0   POP        Ev        d64
      90@F3  PAUSE      -         B0
      90     NOP        -         B0
      90-97  XCHG       Zv,rAX
      98     CBW        -         os16
      98     CWDE       -         os32
      98     CDQE       -         os64
      99     CWD        -         os16
      99     CDQ        -         os32
      99     CQO        -         os64
      9A     CALL_FAR   Ap        i64
      9B     FWAIT      -
      9C     PUSHF      -         d64
      9D     POPF       -         d64
      9E     SAHF       -
      9F     LAHF       -
      A0     MOV        AL,Ob
      A1     MOV        rAX,Ov
      A2     MOV        Ob,AL
      A3     MOV        Ov,rAX
      A4     MOVS       Yb,Xb
      A5     MOVS       Yv,Xv
      A6     CMPS       Xb,Yb
      A7     CMPS       Xv,Yv
      A8     TEST       AL,ib
      A9     TEST       rAX,iz
      AA     STOS       Yb
      AB     STOS       Yv
      AC     LODS       Xb
      AD     LODS       Xv
      AE     SCAS       Yb
      AF     SCAS       Yv
      B0-B7  MOV        Zb,ib
      B8-BF  MOV        Zv,iv
      C0/*   ROL|ROR|RCL|RCR|SHL|SHR|SHL|SAR  Eb,ub
      C1/*   ROL|ROR|RCL|RCR|SHL|SHR|SHL|SAR  Ev,ub
      C2     RET        uw        f64
      C3     RET        -         f64
      C4     LES        Gv,Mp     i64
      C5     LDS        Gv,Mp     i64
      C6/0   MOV        Eb,ib
      C7/0   MOV        Ev,iz
      C6/7r.0  XABORT   ub        ?rtm
      C7/7r.0  XBEGIN   Jz        ?rtm
      C8     ENTER      uw,ub     d64
      C9     LEAVE      -         d64
      CA     RET_FAR    uw
      CB     RET_FAR    -
      CC     INT3       -
      CD     INT        ub
      CE     INTO       -         i64
      CF     IRET       -
      D0/*   ROL|ROR|RCL|RCR|SHL|SHR|SHL|SAR  Eb,1
      D1/*   ROL|ROR|RCL|RCR|SHL|SHR|SHL|SAR  Ev,1
      D2/*   ROL|ROR|RCL|RCR|SHL|SHR|SHL|SAR  Eb,CL
      D3/*   ROL|ROR|RCL|RCR|SHL|SHR|SHL|SAR  Ev,CL
      D4     AAM        ub        i64
      D5     AAD        ub        i64
      D6     SALC       -         i64 ?salc
      D7     XLAT       mBX
      E0+1   LOOPNE|LOOPE|LOOP|JCXZ  Jb  f64
      E4     IN         AL,ub
      E5     IN         eAX,ub
      E6     OUT        ub,AL
      E7     OUT        ub,eAX
      E8     CALL       Jz        f64
      E9     JMP        Jz        f64
      EA     JMP_FAR    Ap        i64
      EB     JMP        Jb        f64
      EC     IN         AL,DX
      ED     IN         eAX,DX
      EE     OUT        DX,AL
      EF     OUT        DX,eAX
      F1     INT1       -
      F4     HLT        -
      F5     CMC        -
      F6/0   TEST       Eb,ib
      F6/1   TEST       Eb,ib
      F6/*   _|_|NOT|NEG|MUL|IMUL|DIV|IDIV  Eb
      F7/0   TEST       Ev,iz
      F7/1   TEST       Ev,iz
      F7/*   _|_|NOT|NEG|MUL|IMUL|DIV|IDIV  Ev
      F8+1   CLC|STC|CLI|STI|CLD|STD  -
      FE/*   INC|DEC|_|_|_|_|_|_  Eb
      FF/*   INC|DEC|_|_|_|_|_|_  Ev
      FF/2   CALL       Ev        f64
      FF/3   CALL_FAR   Mp
      FF/4   JMP        Ev        f64
      FF/5   JMP_FAR    Mp
      FF/6   PUSH       Ev        d64
      """;
}
