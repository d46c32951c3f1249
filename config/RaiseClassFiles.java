import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Raises a jar's class files from before Java 6 to Java 8's format: the same code, with the stack
 * maps that its verifier wants. The JVM leaves older ones out of its start-up cache and verifies
 * them at every start.
 */
final class RaiseClassFiles {
  /** Class files below this version have no stack maps. */
  private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

  private static final int CLASS_FILE_MAGIC = 0xCAFEBABE;
  private static final int VERSION_OFFSET = 6;
  private static final String NOTE = "META-INF/raised-class-files.txt";

  private final JarFile jar;
  private final ClassFile files;
  private final TreeSet<String> raised = new TreeSet<>();

  private RaiseClassFiles(JarFile jar) {
    this.jar = jar;
    ClassHierarchyResolver inJar = ClassHierarchyResolver.ofResourceParsing(this::open);
    this.files =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS,
            ClassHierarchyResolverOption.of(
                inJar.orElse(ClassHierarchyResolver.defaultResolver()).cached()));
  }

  /** Rewrites the jar that the one argument names, whole or not at all. */
  public static void main(String[] arguments) throws IOException {
    Path path = Path.of(arguments[0]);
    Path made = Files.createTempFile(path.toAbsolutePath().getParent(), "raised", ".jar");
    try (JarFile jar = new JarFile(path.toFile());
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(made))) {
      new RaiseClassFiles(jar).copyTo(out);
    }
    Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(path));
    Files.move(made, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private void copyTo(JarOutputStream out) throws IOException {
    long time = 0;
    for (JarEntry entry : Collections.list(jar.entries())) {
      if (entry.getName().equals(NOTE)) {
        continue;
      }
      byte[] bytes;
      try (InputStream in = jar.getInputStream(entry)) {
        bytes = in.readAllBytes();
      }
      time = entry.getTime();
      put(out, entry.getName(), time, raise(entry.getName(), bytes));
    }
    String note =
        "Classes of these packages were raised from an older class file format to Java 8's, their code unchanged:\n"
            + String.join("\n", raised)
            + "\n";
    if (!raised.isEmpty()) {
      put(out, NOTE, time, note.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void put(JarOutputStream out, String name, long time, byte[] bytes)
      throws IOException {
    JarEntry entry = new JarEntry(name);
    entry.setTime(time);
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }

  private byte[] raise(String name, byte[] bytes) {
    if (!name.endsWith(".class") || version(bytes) >= FIRST_WITH_STACK_MAPS) {
      return bytes;
    }
    raised.add(name.substring(0, Math.max(0, name.lastIndexOf('/'))).replace('/', '.'));
    // Method bodies go through the builder element by element: copied whole they get no stack maps.
    ClassTransform rebuilt =
        ClassTransform.transformingMethodBodies((code, element) -> code.with(element));
    ClassTransform later =
        (type, element) -> {
          if (element instanceof ClassFileVersion) {
            type.withVersion(ClassFile.JAVA_8_VERSION, 0);
          } else {
            type.with(element);
          }
        };
    return files.transformClass(files.parse(bytes), rebuilt.andThen(later));
  }

  private static int version(byte[] bytes) {
    int magic = bytes[0] << 24 | (bytes[1] & 0xFF) << 16 | (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
    if (magic != CLASS_FILE_MAGIC) {
      throw new IllegalArgumentException("not a class file");
    }
    return (bytes[VERSION_OFFSET] & 0xFF) << 8 | bytes[VERSION_OFFSET + 1] & 0xFF;
  }

  private InputStream open(ClassDesc type) {
    String descriptor = type.descriptorString();
    JarEntry entry = jar.getJarEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
