package io.tlbscope.tools.cli;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where to listen: {@code HOST:PORT}, {@code :PORT} or {@code PORT}; without a host this one alone.
 */
final class SocketAddress implements ITypeConverter<InetSocketAddress> {
  @Override
  public InetSocketAddress convert(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon <= 0 ? "localhost" : text.substring(0, colon);
    String port = text.substring(colon + 1);
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
      throw new TypeConversionException(
          "'" + text + "' is no address to listen on; write it as :1234 or HOST:1234");
    }
    InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
    if (address.isUnresolved()) {
      throw new TypeConversionException("'" + host + "' in '" + text + "' is no host known here");
    }
    return address;
  }
}
