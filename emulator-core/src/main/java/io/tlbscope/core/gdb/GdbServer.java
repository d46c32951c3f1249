package io.tlbscope.core.gdb;

import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.vcpu.Debugger;
import io.tlbscope.core.vcpu.Processor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Waits for gdb, one at a time, and holds the machine for it. A thread of its own takes packets in;
 * they are carried out on the thread that runs the vCPUs, which stands in {@link #before}
 * meanwhile: to the schedule nothing has happened.
 *
 * <p>The machine stands still before its first instruction until a gdb comes, and whenever one
 * comes. While nothing is to be looked out for, vCPUs run with no debugger set, at full speed.
 */
public final class GdbServer implements Debugger, AutoCloseable {
  private static final int INTERRUPTED = 2, TRAP = 5;

  /** What comes in: a packet, or what became of the connection. */
  private record Event(PacketChannel from, String packet) {}

  private static final String CONNECTED = "\1", GONE = "\2";

  private final Processor[] cpus;
  private final Session session;
  private final Consumer<String> stop;
  private final ServerSocket socket;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** The machine shall stop at its next instruction. */
  private volatile boolean pause = true;

  /** gdb waits to be told that the machine has stopped. */
  private boolean running;

  /** Some gdb has been here: without one, the machine need not wait any more. */
  private boolean served;

  /** The gdb that is served; null when there is none. */
  private PacketChannel gdb;

  /** A step is under way, of this vCPU; null for none. */
  private Processor stepping;

  /** The stepping vCPU is at its instruction: the next stop ends the step. */
  private boolean begun;

  /**
   * @param address where to listen
   * @param views texts for gdb's {@code monitor}, by name
   * @param stop ends the run, for a reason
   * @throws IOException when the port cannot be had
   */
  public GdbServer(
      InetSocketAddress address,
      Processor[] cpus,
      PhysicalMemory memory,
      Map<String, Supplier<String>> views,
      Consumer<String> stop)
      throws IOException {
    this.cpus = cpus;
    this.stop = stop;
    session = new Session(cpus, memory, views);
    InetAddress host = address.getAddress();
    socket = new ServerSocket(address.getPort(), 1, host);
    arm();
    Thread thread = new Thread(this::listen, "tlbscope-gdb");
    thread.setDaemon(true);
    thread.start();
  }

  /** The port that it listens on. */
  public int port() {
    return socket.getLocalPort();
  }

  // ---- on the server's thread

  private void listen() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        connection.setTcpNoDelay(true);
        serve(new PacketChannel(connection.getInputStream(), connection.getOutputStream()));
      } catch (IOException e) {
        // The connection is lost, or the server was closed: the loop's condition tells.
      }
    }
  }

  /**
   * Events first, then the pause that has them looked at: a pause that comes too late for its event
   * finds nothing, and is taken back by the packet that lets the machine go on.
   */
  private void serve(PacketChannel channel) throws IOException {
    events.add(new Event(channel, CONNECTED));
    pause();
    try {
      String packet;
      while ((packet = channel.read()) != null) {
        if (packet.equals(PacketChannel.INTERRUPT)) {
          pause();
          continue;
        }
        if (Session.resumes(packet)) {
          // What comes after it, and nothing before, stops the machine again.
          pause = false;
        }
        events.add(new Event(channel, packet));
      }
    } finally {
      events.add(new Event(channel, GONE));
      pause();
    }
  }

  private void pause() {
    pause = true;
    arm();
  }

  private void arm() {
    for (Processor cpu : cpus) {
      cpu.debugger = this;
    }
  }

  /** The run is to end: nobody is held any longer. Any thread. */
  public void release() {
    events.add(new Event(null, GONE));
  }

  // ---- on the thread that runs the vCPUs

  @Override
  public void before(Processor cpu) {
    if (pause) {
      pause = false;
      if (served && gdb == null && events.isEmpty()) {
        disarm();
        return;
      }
      stepping = null;
      hold(cpu, INTERRUPTED, "");
      return;
    }
    for (Processor other : cpus) {
      if (other.s.breakpoints.met) {
        other.s.breakpoints.met = false;
        long at = other.s.breakpoints.metAt;
        hold(other, TRAP, "%s:%x;".formatted(session.stopPoints.kind(at), at));
        return;
      }
    }
    boolean stepped = cpu == stepping && begun;
    if (cpu == stepping) {
      begun = true;
    }
    if (stepped || session.stopPoints.at(linear(cpu))) {
      hold(cpu, TRAP, "");
    }
  }

  private static long linear(Processor cpu) {
    return cpu.s.code64() ? cpu.s.rip : cpu.s.segments[Segment.CS].base + cpu.s.rip & 0xFFFF_FFFFL;
  }

  /** Serves gdb until it lets the machine go on. */
  private void hold(Processor cpu, int signal, String more) {
    stepping = null;
    String reply = session.stopped(cpu, signal, more);
    if (running && gdb != null) {
      send(reply);
    }
    running = false;
    Session.Go go = Session.Go.STAY;
    while (go == Session.Go.STAY) {
      go = serve(take());
    }
    switch (go) {
      case STEP -> {
        stepping = session.stepped();
        begun = stepping == cpu;
      }
      case DETACH -> leave();
      case KILL -> {
        leave();
        stop.accept("killed by the debugger");
      }
      default -> {}
    }
    running = gdb != null;
    for (Processor each : cpus) {
      // What was met before, by gdb's own doing, is old.
      each.s.breakpoints.met = false;
    }
    disarm();
  }

  /** Full speed, where there is nothing to look out for. */
  private void disarm() {
    if (stepping == null && session.stopPoints.none()) {
      for (Processor each : cpus) {
        each.debugger = null;
      }
    }
    if (pause || !events.isEmpty()) {
      pause();
    }
  }

  private Event take() {
    try {
      return events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Event(gdb, GONE);
    }
  }

  private Session.Go serve(Event event) {
    if (event.packet.equals(CONNECTED)) {
      gdb = event.from;
      served = true;
      session.begin();
      return Session.Go.STAY;
    }
    if (event.packet.equals(GONE) && (gdb == null || event.from == gdb || event.from == null)) {
      return Session.Go.DETACH;
    }
    if (event.from != gdb) {
      return Session.Go.STAY;
    }
    Session.Go go = session.packet(event.packet);
    if (go == Session.Go.STAY || go == Session.Go.DETACH || go == Session.Go.KILL) {
      send(session.answer);
      if (session.trusted) {
        gdb.trust();
      }
    }
    return go;
  }

  private void leave() {
    session.stopPoints.clear();
    gdb = null;
  }

  private void send(String body) {
    try {
      gdb.send(body);
    } catch (IOException e) {
      // The reader finds the connection lost, too, and says so.
    }
  }

  /** The run has ended: tells gdb the process's exit code, and listens no more. */
  public void ended(int code) {
    if (gdb != null && running) {
      send("W%02x".formatted(code & 0xFF));
    }
    close();
  }

  @Override
  public void close() {
    for (Processor cpu : cpus) {
      cpu.debugger = null;
    }
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
