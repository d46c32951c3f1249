package io.tlbscope.core.isa;

/**
 * Opcodes after 0F 38 and 0F 3A (Intel SDM vol. 2D, tables ). Grammar: {@link
 * OpcodeTable}.
 */
final class ThreeByteMaps {
  private ThreeByteMaps() {}

  static final String ROWS_38 =
      """
      00+1@mx  PSHUFB|PHADDW|PHADDD|PHADDSW|PMADDUBSW|PHSUBW|PHSUBD|PHSUBSW  Po,Qo
      08+1@mx  PSIGNB|PSIGNW|PSIGND|PMULHRSW  Po,Qo
      1C+1@mx  PABSB|PABSW|PABSD  Po,Qo
      10@66    PBLENDVB   Vo,Wo
      14+1@66  BLENDVPS|BLENDVPD  Vo,Wo
      17@66    PTEST      Vo,Wo
      20@66    PMOVSXBW   Vo,Wq
      21@66    PMOVSXBD   Vo,Wd
      22@66    PMOVSXBQ   Vo,Ww
      23@66    PMOVSXWD   Vo,Wq
      24@66    PMOVSXWQ   Vo,Wd
      25@66    PMOVSXDQ   Vo,Wq
      28+1@66  PMULDQ|PCMPEQQ|_|PACKUSDW  Vo,Wo
      2A@66    MOVNTDQA   Vo,Mo
      30@66    PMOVZXBW   Vo,Wq
      31@66    PMOVZXBD   Vo,Wd
      32@66    PMOVZXBQ   Vo,Ww
      33@66    PMOVZXWD   Vo,Wq
      34@66    PMOVZXWQ   Vo,Wd
      35@66    PMOVZXDQ   Vo,Wq
      37@66    PCMPGTQ    Vo,Wo
      38+1@66  PMINSB|PMINSD|PMINUW|PMINUD|PMAXSB|PMAXSD|PMAXUW|PMAXUD  Vo,Wo
      40+1@66  PMULLD|PHMINPOSUW  Vo,Wo
      80+1@66  INVEPT|INVVPID  Gm,Mo  ?vmx
      82@66    INVPCID    Gm,Mo
      C8+1@np  SHA1NEXTE|SHA1MSG1|SHA1MSG2|SHA256RNDS2|SHA256MSG1|SHA256MSG2  Vo,Wo  ?sha
      CF@66    GF2P8MULB  Vo,Wo       ?gfni
      DB+1@66  AESIMC|AESENC|AESENCLAST|AESDEC|AESDECLAST  Vo,Wo
      F0@np    MOVBE      Gv,Mv
      F0@66    MOVBE      Gv,Mv
      F1@np    MOVBE      Mv,Gv
      F1@66    MOVBE      Mv,Gv
      F0@F2    CRC32      Gy,Eb
      F1@F2    CRC32      Gy,Ev
      F5@66    WRUSS      My,Gy       ?shstk
      F6@np    WRSS       My,Gy       ?shstk
      F6@66    ADCX       Gy,Ey
      F6@F3    ADOX       Gy,Ey
      F8@66    MOVDIR64B  Gm,M0       ?movdir64b
      F8@F2    ENQCMD     Gm,M0       ?enqcmd
      F8@F3    ENQCMDS    Gm,M0       ?enqcmd
      F9@np    MOVDIRI    My,Gy       ?movdiri
      """;

  static final String ROWS_3A =
      """
      08+1@66  ROUNDPS|ROUNDPD  Vo,Wo,ub
      0A@66    ROUNDSS    Vo,Wd,ub
      0B@66    ROUNDSD    Vo,Wq,ub
      0C+1@66  BLENDPS|BLENDPD|PBLENDW  Vo,Wo,ub
      0F@mx    PALIGNR    Po,Qo,ub
      14@66    PEXTRB     Ex,Vo,ub
      15@66    PEXTRW     Er,Vo,ub
      16@66    PEXTRD     Ey,Vo,ub    W0
      16@66    PEXTRQ     Ey,Vo,ub    W1
      17@66    EXTRACTPS  Ed,Vo,ub
      20@66    PINSRB     Vo,Ex,ub
      21@66    INSERTPS   Vo,Wd,ub
      22@66    PINSRD     Vo,Ey,ub    W0
      22@66    PINSRQ     Vo,Ey,ub    W1
      40+1@66  DPPS|DPPD|MPSADBW  Vo,Wo,ub
      44@66    PCLMULQDQ  Vo,Wo,ub
      60+1@66  PCMPESTRM|PCMPESTRI|PCMPISTRM|PCMPISTRI  Vo,Wo,ub
      CC@np    SHA1RNDS4  Vo,Wo,ub    ?sha
      CE+1@66  GF2P8AFFINEQB|GF2P8AFFINEINVQB  Vo,Wo,ub  ?gfni
      DF@66    AESKEYGENASSIST  Vo,Wo,ub
      """;
}
