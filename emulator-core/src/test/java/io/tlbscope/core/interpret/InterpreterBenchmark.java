package io.tlbscope.core.interpret;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Guest instructions a second on small loops. Reports, asserts nothing; run its main from the test
 * class path with the options of the surefire configuration. The first rounds warm HotSpot up.
 */
final class InterpreterBenchmark {
  private static final int ROUNDS = 4;
  private static final long INSTRUCTIONS = 30_000_000;
  private static final long SLICE = 10_000;

  private InterpreterBenchmark() {}

  /** 64-bit code that loops for ever; RSI, RDI, RBX point to data, RCX starts at -1. */
  private static Map<String, String> kernels() {
    Map<String, String> kernels = new LinkedHashMap<>();
    // mov rdx,[rsi]; add rax,rdx; mov [rdi],rax; add edx,3; dec ecx; jnz
    kernels.put("registers and memory", "488b16 4801d0 488907 83c203 ffc9 75f0 ebee");
    // lea rax,[rax+rdx*2+1]; xor rdx,rax; shr rax,3; and eax,0xffff; add rdx,rcx; dec rcx; jnz
    kernels.put("registers only", "488d445001 4831c2 48c1e803 25ffff0000 4801ca 48ffc9 75e7 ebe5");
    // call f; dec ecx; jnz; jmp; f: push rbp; mov rbp,rsp; leave; ret
    kernels.put("calls and returns", "e806000000 ffc9 75f7 ebf5 55 4889e5 c9 c3");
    // and ecx,0xfff; movzx eax,byte [rbx+rcx]; add edx,eax; cmp al,5; jbe +0; inc ecx; jmp
    kernels.put("bytes and branches", "81e1ff0f0000 0fb6040b 01c2 3c05 7600 ffc1 ebec");
    // rep stosq of 512 bytes: mov ecx,64; mov rdi,rbx; rep stosq; jmp
    kernels.put("rep stosq, 64 each", "b940000000 4889df f348ab ebf3");
    // movdqu xmm0,[rsi]; paddd xmm0,xmm1; movdqu [rdi],xmm0; dec ecx; jnz
    kernels.put("SSE2", "f30f6f06 660ffec1 f30f7f07 ffc9 75f0 ebee");
    return kernels;
  }

  public static void main(String[] arguments) {
    for (int round = 1; round <= ROUNDS; round++) {
      for (Map.Entry<String, String> kernel : kernels().entrySet()) {
        TestCpu machine = new TestCpu().code(kernel.getValue());
        machine.r[1] = -1;
        machine.r[3] = 0x40000;
        machine.r[6] = 0x50000;
        machine.r[7] = 0x51000;
        long start = System.nanoTime();
        long done = 0;
        while (done < INSTRUCTIONS) {
          done += machine.interpreter.run(SLICE);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "round %d  %-22s %7.1f million instructions/s%n",
            round,
            kernel.getKey(),
            done / seconds / 1e6);
      }
    }
  }
}
