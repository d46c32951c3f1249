package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.DecodeResult;
import io.tlbscope.core.isa.Decoder;
import io.tlbscope.core.isa.Disassembler;
import io.tlbscope.tools.randomprogram.RandomProgram.Piece;
import java.util.HexFormat;

/** A program's code as text, one instruction a line. */
public final class Listing {
  private Listing() {}

  /** All pieces of code in order, as they are before the program changes them. */
  public static String of(RandomProgram program) {
    byte[] image = program.image();
    StringBuilder text = new StringBuilder();
    for (Piece piece : program.pieces()) {
      text.append("; ").append(piece.mode()).append('\n');
      int at = piece.offset();
      int end = at + piece.length();
      while (at < end) {
        long va = piece.va() + at - piece.offset();
        DecodeResult result = Decoder.decode(piece.mode(), image, at, end - at);
        text.append(
            "%06x  %-30s  %s%n"
                .formatted(
                    va,
                    HexFormat.of().formatHex(image, at, at + result.length()),
                    Disassembler.text(result, va)));
        at += result.length();
      }
    }
    return text.toString();
  }
}
