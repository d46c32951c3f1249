import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Formats all Java sources below the given directory: {@code check} lists those that differ, {@code
 * apply} rewrites them.
 */
final class Format {
  private Format() {}

  public static void main(String[] arguments) throws Exception {
    boolean apply = arguments[0].equals("apply");
    Path root = Path.of(arguments[1]).normalize();
    List<Path> sources;
    try (Stream<Path> files = Files.walk(root)) {
      sources = files.filter(Format::isSource).sorted().toList();
    }
    List<Path> differing = new ArrayList<>();
    for (Path source : sources) {
      String before = Files.readString(source);
      String after = formatted(before);
      if (!after.equals(before)) {
        differing.add(root.relativize(source));
        if (apply) {
          Files.writeString(source, after);
        }
      }
    }
    if (!differing.isEmpty() && !apply) {
      differing.forEach(path -> System.err.println("not formatted: " + path));
      System.err.println(
          differing.size() + " files; to format them: mvn -N initialize exec:exec@format-apply");
      System.exit(1);
    }
  }

  private static boolean isSource(Path path) {
    String name = path.toString();
    return name.endsWith(".java") && !name.contains("/target/") && !name.contains("/.git/");
  }

  private static String formatted(String source) throws Exception {
    JavaFormatterOptions options = JavaFormatterOptions.defaultOptions();
    String ordered =
        ImportOrderer.reorderImports(
            RemoveUnusedImports.removeUnusedImports(source), options.style());
    return new Formatter(options).formatSource(ordered);
  }
}
