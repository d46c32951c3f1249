package io.tlbscope.tools.cli;

import picocli.CommandLine.IVersionProvider;

/** The version from the jar's manifest. */
final class Version implements IVersionProvider {
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0-SNAPSHOT" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"tlbscope " + text(), "Java " + Runtime.version()};
  }
}
