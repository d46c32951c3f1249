package io.tlbscope.core.interpret;
public class FirstRun {
  public static void main(String[] a) {
    // mov ecx,N ; xor eax,eax; L: mov rdx,[rsi]; add rax,rdx; mov [rdi],rax; add edx,3 ; dec ecx ; jnz L ; hlt(ud2)
    for (int k = 0; k < 8; k++) {
    TestCpu t = new TestCpu().code("b900e1f505 31c0 488b16 4801d0 488907 83c203 ffc9 75f1 0f0b".replace(" ",""));
    t.r[6] = TestCpu.DATA; t.r[7] = TestCpu.DATA + 64; t.ram.write(TestCpu.DATA, 8, 5);
    long t0 = System.nanoTime();
    long n = 0;
    while (n < 60_000_000) n += t.interpreter.run(100_000);
    double sec = (System.nanoTime()-t0)/1e9;
    System.out.printf("%d instr, rip=%x rax=%x rcx=%x, %.1f MIPS%n", n, t.s.rip, t.r[0], t.r[1], n/sec/1e6);
    }
  }
}
