package io.tlbscope.core.weave;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps the class files that the JVM is about to install; added last, it sees what all transformers
 * before it made.
 */
final class LoadedBytes implements ClassFileTransformer {
  private final Map<Class<?>, byte[]> seen = new HashMap<>();

  byte[] of(Class<?> type) {
    return seen.get(type);
  }

  @Override
  public byte[] transform(
      ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] classFile) {
    if (type != null) {
      seen.put(type, classFile.clone());
    }
    return null;
  }
}
