package io.tlbscope.core.isa;

/**
 * MMX, SSE and SSE2 opcodes after 0F (Intel SDM vol. 2D, table A-3). Grammar: {@link OpcodeTable}.
 */
final class TwoByteSseMap {
  private TwoByteSseMap() {}

  static final String ROWS =
      """
      10@*     MOVUPS|MOVUPD|MOVSS|MOVSD_XMM  Vo,W*
      11@*     MOVUPS|MOVUPD|MOVSS|MOVSD_XMM  W*,Vo
      12m@np   MOVLPS     Vo,Mq
      12r@np   MOVHLPS    Vo,Uo
      12@66    MOVLPD     Vo,Mq
      12@F3    MOVSLDUP   Vo,Wo
      12@F2    MOVDDUP    Vo,Wq
      13@np    MOVLPS     Mq,Vo
      13@66    MOVLPD     Mq,Vo
      14@*     UNPCKLPS|UNPCKLPD|_|_  Vo,Wo
      15@*     UNPCKHPS|UNPCKHPD|_|_  Vo,Wo
      16m@np   MOVHPS     Vo,Mq
      16r@np   MOVLHPS    Vo,Uo
      16@66    MOVHPD     Vo,Mq
      16@F3    MOVSHDUP   Vo,Wo
      17@np    MOVHPS     Mq,Vo
      17@66    MOVHPD     Mq,Vo
      28@*     MOVAPS|MOVAPD|_|_  Vo,Wo
      29@*     MOVAPS|MOVAPD|_|_  Wo,Vo
      2A@np    CVTPI2PS   Vo,Qq
      2A@66    CVTPI2PD   Vo,Qq
      2A@F3    CVTSI2SS   Vo,Ey
      2A@F2    CVTSI2SD   Vo,Ey
      2B@*     MOVNTPS|MOVNTPD|_|_  Mo,Vo
      2C@np    CVTTPS2PI  Pq,Wq
      2C@66    CVTTPD2PI  Pq,Wo
      2C@F3    CVTTSS2SI  Gy,Wd
      2C@F2    CVTTSD2SI  Gy,Wq
      2D@np    CVTPS2PI   Pq,Wq
      2D@66    CVTPD2PI   Pq,Wo
      2D@F3    CVTSS2SI   Gy,Wd
      2D@F2    CVTSD2SI   Gy,Wq
      2E@np    UCOMISS    Vo,Wd
      2E@66    UCOMISD    Vo,Wq
      2F@np    COMISS     Vo,Wd
      2F@66    COMISD     Vo,Wq
      50@*     MOVMSKPS|MOVMSKPD|_|_  Gd,Uo
      51@*     SQRTPS|SQRTPD|SQRTSS|SQRTSD  Vo,W*
      52@*     RSQRTPS|_|RSQRTSS|_  Vo,W*
      53@*     RCPPS|_|RCPSS|_  Vo,W*
      54@*     ANDPS|ANDPD|_|_  Vo,Wo
      55@*     ANDNPS|ANDNPD|_|_  Vo,Wo
      56@*     ORPS|ORPD|_|_  Vo,Wo
      57@*     XORPS|XORPD|_|_  Vo,Wo
      58@*     ADDPS|ADDPD|ADDSS|ADDSD  Vo,W*
      59@*     MULPS|MULPD|MULSS|MULSD  Vo,W*
      5A@np    CVTPS2PD   Vo,Wq
      5A@66    CVTPD2PS   Vo,Wo
      5A@F3    CVTSS2SD   Vo,Wd
      5A@F2    CVTSD2SS   Vo,Wq
      5B@*     CVTDQ2PS|CVTPS2DQ|CVTTPS2DQ|_  Vo,Wo
      5C@*     SUBPS|SUBPD|SUBSS|SUBSD  Vo,W*
      5D@*     MINPS|MINPD|MINSS|MINSD  Vo,W*
      5E@*     DIVPS|DIVPD|DIVSS|DIVSD  Vo,W*
      5F@*     MAXPS|MAXPD|MAXSS|MAXSD  Vo,W*
      60+1@np  PUNPCKLBW|PUNPCKLWD|PUNPCKLDQ  Pq,Qd
      60+1@66  PUNPCKLBW|PUNPCKLWD|PUNPCKLDQ  Vo,Wo
      63+1@mx  PACKSSWB|PCMPGTB|PCMPGTW|PCMPGTD|PACKUSWB  Po,Qo
      68+1@mx  PUNPCKHBW|PUNPCKHWD|PUNPCKHDQ|PACKSSDW  Po,Qo
      6C+1@66  PUNPCKLQDQ|PUNPCKHQDQ  Vo,Wo
      6E@66    MOVD       Vo,Ey       W0
      6E@66    MOVQ       Vo,Ey       W1
      6E@np    MOVD       Pq,Ey       W0
      6E@np    MOVQ       Pq,Ey       W1
      6F@np    MOVQ       Pq,Qq
      6F@66    MOVDQA     Vo,Wo
      6F@F3    MOVDQU     Vo,Wo
      70@np    PSHUFW     Pq,Qq,ub
      70@66    PSHUFD     Vo,Wo,ub
      70@F3    PSHUFHW    Vo,Wo,ub
      70@F2    PSHUFLW    Vo,Wo,ub
      71/*@mx  _|_|PSRLW|_|PSRAW|_|PSLLW|_  No,ub
      72/*@mx  _|_|PSRLD|_|PSRAD|_|PSLLD|_  No,ub
      73/*@mx  _|_|PSRLQ|_|_|_|PSLLQ|_  No,ub
      73/*@66  _|_|_|PSRLDQ|_|_|_|PSLLDQ  Uo,ub
      74+1@mx  PCMPEQB|PCMPEQW|PCMPEQD  Po,Qo
      77@np    EMMS       -
      7C@66    HADDPD     Vo,Wo
      7C@F2    HADDPS     Vo,Wo
      7D@66    HSUBPD     Vo,Wo
      7D@F2    HSUBPS     Vo,Wo
      7E@66    MOVD       Ey,Vo       W0
      7E@66    MOVQ       Ey,Vo       W1
      7E@F3    MOVQ       Vo,Wq
      7E@np    MOVD       Ey,Pq       W0
      7E@np    MOVQ       Ey,Pq       W1
      7F@np    MOVQ       Qq,Pq
      7F@66    MOVDQA     Wo,Vo
      7F@F3    MOVDQU     Wo,Vo
      C2@*     CMPPS|CMPPD|CMPSS|CMPSD_XMM  Vo,W*,ub
      C4@mx    PINSRW     Po,Er,ub
      C5@mx    PEXTRW     Gd,No,ub
      C6@*     SHUFPS|SHUFPD|_|_  Vo,Wo,ub
      D0@66    ADDSUBPD   Vo,Wo
      D0@F2    ADDSUBPS   Vo,Wo
      D1+1@mx  PSRLW|PSRLD|PSRLQ|PADDQ|PMULLW  Po,Qo
      D6@66    MOVQ       Wq,Vo
      D6@F3    MOVQ2DQ    Vo,Nq
      D6@F2    MOVDQ2Q    Pq,Uo
      D7@mx    PMOVMSKB   Gd,No
      D8+1@mx  PSUBUSB|PSUBUSW|PMINUB|PAND|PADDUSB|PADDUSW|PMAXUB|PANDN  Po,Qo
      E0+1@mx  PAVGB|PSRAW|PSRAD|PAVGW|PMULHUW|PMULHW  Po,Qo
      E6@66    CVTTPD2DQ  Vo,Wo
      E6@F3    CVTDQ2PD   Vo,Wq
      E6@F2    CVTPD2DQ   Vo,Wo
      E7@np    MOVNTQ     Mq,Pq
      E7@66    MOVNTDQ    Mo,Vo
      E8+1@mx  PSUBSB|PSUBSW|PMINSW|POR|PADDSB|PADDSW|PMAXSW|PXOR  Po,Qo
      F0@F2    LDDQU      Vo,Mo
      F1+1@mx  PSLLW|PSLLD|PSLLQ|PMULUDQ|PMADDWD|PSADBW  Po,Qo
      F7@np    MASKMOVQ   Pq,Nq,mDI
      F7@66    MASKMOVDQU  Vo,Uo,mDI
      F8+1@mx  PSUBB|PSUBW|PSUBD|PSUBQ|PADDB|PADDW|PADDD  Po,Qo
      """;
}
