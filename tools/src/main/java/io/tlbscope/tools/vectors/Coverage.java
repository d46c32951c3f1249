package io.tlbscope.tools.vectors;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which opcode forms of 64-bit code there are, and how each is known to be right, as Markdown. */
public final class Coverage {
  private static final String NATIVE = "natively";

  private Coverage() {}

  /** The page {@code docs/vectors.md}. */
  public static String page() {
    List<Form> forms = Forms.all().stream().filter(Form::defined).toList();
    Map<String, List<Form>> sorted =
        forms.stream()
            .collect(Collectors.groupingBy(Coverage::status, TreeMap::new, Collectors.toList()));
    List<Form> verified = sorted.remove(NATIVE);
    StringBuilder page = new StringBuilder();
    page.append("# Opcode forms\n\n")
        .append(
            "Made by `./tlbscope vectors --table`: every form of 64-bit code without VEX and EVEX")
        .append(" that the decoder knows (`m` memory, `r` register, `W` REX.W).\n\n")
        .append(
            "- verified natively, in random states, by `./tlbscope vectors`: %,d forms of %,d mnemonics\n"
                .formatted(verified.size(), mnemonics(verified)));
    sorted.forEach(
        (status, some) ->
            page.append(
                "- %s: %,d forms of %,d mnemonics\n"
                    .formatted(status, some.size(), mnemonics(some))));
    table(page, "Verified natively", verified);
    sorted.forEach(
        (status, some) ->
            table(
                page,
                status.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + status.substring(1),
                some));
    return page.toString();
  }

  private static String status(Form form) {
    if (!form.implemented()) {
      return "refused by `unimplemented-instruction`";
    }
    String reason = Exclusions.reason(form);
    return reason == null
        ? NATIVE
        : "verified otherwise (vectors by hand, guests, QEMU): " + reason;
  }

  private static long mnemonics(List<Form> forms) {
    return forms.stream().map(Form::name).distinct().count();
  }

  private static void table(StringBuilder page, String title, List<Form> forms) {
    Map<String, List<String>> byName = new LinkedHashMap<>();
    for (Form form : forms) {
      byName.computeIfAbsent(form.name(), name -> new java.util.ArrayList<>()).add(form.encoding());
    }
    page.append("\n## ")
        .append(title)
        .append("\n\n| mnemonic | forms | encodings |\n|---|---:|---|\n");
    new TreeMap<>(byName)
        .forEach(
            (name, encodings) ->
                page.append(
                    "| %s | %d | %s |\n"
                        .formatted(name, encodings.size(), String.join(", ", encodings))));
  }
}
