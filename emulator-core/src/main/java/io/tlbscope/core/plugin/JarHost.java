package io.tlbscope.core.plugin;

import java.io.IOException;
import java.util.jar.JarFile;

/**
 * Makes a jar's classes visible to the class loader of the core, so that woven seams can link to
 * them.
 */
@FunctionalInterface
public interface JarHost {
  void append(JarFile jar) throws IOException;
}
