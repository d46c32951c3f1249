package io.tlbscope.tools.cli;

import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.DecodeResult;
import io.tlbscope.core.isa.Decoder;
import io.tlbscope.core.isa.Disassembler;
import io.tlbscope.tools.disasm.ElfView;
import java.io.IOException;
import java.nio.file.Files;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(name = "disasm", description = "Disassemble a guest's code.")
final class DisasmCommand extends Command {
  private static final int LONGEST = 15;

  @Parameters(paramLabel = "GUEST", description = "an image's file, or a bundled guest's name")
  private String guest;

  @Option(names = "--symbol", paramLabel = "NAME", description = "this function")
  private String symbol;

  @Option(
      names = "--start",
      paramLabel = "VA",
      converter = Address.class,
      description = "from this address")
  private Long start;

  @Option(names = "--count", paramLabel = "N", description = "at most so many instructions")
  private Long count;

  @Option(names = "--mode", paramLabel = "BITS", description = "16, 32 or 64 (default 64)")
  private int mode = 64;

  @Option(
      names = "--load-address",
      paramLabel = "VA",
      converter = Address.class,
      description = "take the file as flat code at this address")
  private Long loadAddress;

  DisasmCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws Problem {
    if (symbol != null && start != null) {
      throw new Problem(ExitCode.USAGE, "--symbol and --start both say where to begin; give one");
    }
    if (count != null && count < 1) {
      throw new Problem(ExitCode.USAGE, "--count " + count + " shows nothing; give 1 or more");
    }
    try (GuestFile file = GuestFile.find(guest)) {
      byte[] bytes = Files.readAllBytes(file.path());
      if (loadAddress != null) {
        long from = start == null ? loadAddress : start;
        show(
            new ElfView.Code(file.name(), loadAddress, bytes),
            null,
            from,
            loadAddress + bytes.length);
      } else {
        show(new ElfView(bytes));
      }
    } catch (IOException e) {
      throw new Problem(
          ExitCode.INPUT, "the guest " + guest + " cannot be read (" + Outputs.cause(e) + ")", e);
    } catch (IllegalArgumentException e) {
      throw new Problem(
          ExitCode.INPUT,
          "the guest "
              + guest
              + " cannot be disassembled: "
              + e.getMessage()
              + "; for flat code give --load-address",
          e);
    }
    return 0;
  }

  private void show(ElfView elf) throws Problem {
    if (symbol == null && start == null) {
      for (ElfView.Code code : elf.code()) {
        print("section " + code.name());
        show(code, elf, code.va(), code.va() + code.bytes().length);
      }
      return;
    }
    ElfView.Symbol named =
        symbol == null
            ? null
            : elf.symbol(symbol)
                .orElseThrow(
                    () ->
                        new Problem(
                            ExitCode.INPUT, "the guest " + guest + " has no function " + symbol));
    long from = named == null ? start : named.va();
    ElfView.Code code =
        elf.codeAt(from)
            .orElseThrow(
                () ->
                    new Problem(
                        ExitCode.INPUT,
                        "the guest " + guest + " has no code at 0x" + Long.toHexString(from)));
    long end = code.va() + code.bytes().length;
    show(
        code,
        elf,
        from,
        named != null && named.size() > 0 && count == null
            ? Math.min(end, from + named.size())
            : end);
  }

  private void show(ElfView.Code code, ElfView elf, long from, long end) throws Problem {
    CodeMode bits =
        switch (mode) {
          case 16 -> CodeMode.BITS16;
          case 32 -> CodeMode.BITS32;
          case 64 -> CodeMode.BITS64;
          default ->
              throw new Problem(
                  ExitCode.USAGE, "--mode " + mode + " is unknown; give 16, 32 or 64");
        };
    if (from < code.va() || from >= end) {
      throw new Problem(
          ExitCode.INPUT, "the guest " + guest + " has no code at 0x" + Long.toHexString(from));
    }
    long left = count == null ? Long.MAX_VALUE : count;
    for (long va = from; va < end && left > 0; left--) {
      int offset = (int) (va - code.va());
      String label = elf == null ? "" : elf.at(va);
      if (!label.isEmpty() && !label.contains("+0x")) {
        print("%n%s:".formatted(label));
      }
      int available = Math.min(LONGEST, (int) (end - va));
      DecodeResult result = Decoder.decode(bits, code.bytes(), offset, available);
      int length = Math.clamp(result.length(), 1, available);
      print(
          "%16s  %-30s  %s"
              .formatted(
                  Long.toHexString(va),
                  hex(code.bytes(), offset, length),
                  Disassembler.text(result, va)));
      va += length;
    }
  }

  private static String hex(byte[] bytes, int offset, int length) {
    StringBuilder text = new StringBuilder();
    for (int n = 0; n < length; n++) {
      text.append("%02x".formatted(bytes[offset + n]));
    }
    return text.toString();
  }
}
