package io.tlbscope.core.weave;

import io.tlbscope.core.plugin.PluginException;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.ClassFileVersion;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.InstrumentedType;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.matcher.ElementMatchers;

/** Class file in, class file with advice in its seams out; touches no loaded class. */
final class ClassWeaver {
  private ClassWeaver() {}

  /**
   * Inlines the advice of {@code sites} into their seams of {@code type}, the first plugin's first.
   *
   * @param original the class file of {@code type}
   */
  static byte[] weave(Class<?> type, byte[] original, List<AdviceSite> sites)
      throws PluginException {
    ClassFileLocator files =
        new ClassFileLocator.Compound(
            ClassFileLocator.Simple.of(type.getName(), original),
            ClassFileLocator.ForClassLoader.of(type.getClassLoader()));
    DynamicType.Builder<?> builder =
        new ByteBuddy(ClassFileVersion.JAVA_V25)
            .with(InstrumentedType.Factory.Default.FROZEN)
            .with(Implementation.Context.Disabled.Factory.INSTANCE)
            .with(MethodGraph.Compiler.ForDeclaredMethods.INSTANCE)
            .decorate(TypeDescription.ForLoadedType.of(type), files);
    for (AdviceSite site : outermostFirst(sites)) {
      builder = builder.visit(around(site, new FailureGuard(site)));
      builder = builder.visit(around(site, advice(site)));
    }
    try (DynamicType.Unloaded<?> woven = builder.make()) {
      return woven.getBytes();
    }
  }

  /**
   * Each step wraps what the later ones made, so enter advice comes in plugin order and exit advice
   * in reverse: with empty bodies between them, both then run in plugin order.
   */
  private static List<AdviceSite> outermostFirst(List<AdviceSite> sites) {
    List<AdviceSite> order = new ArrayList<>(sites.stream().filter(AdviceSite::entry).toList());
    order.addAll(sites.reversed().stream().filter(site -> !site.entry()).toList());
    return order;
  }

  private static AsmVisitorWrapper around(
      AdviceSite site, AsmVisitorWrapper.ForDeclaredMethods.MethodVisitorWrapper wrapper) {
    return new AsmVisitorWrapper.ForDeclaredMethods()
        .method(ElementMatchers.is(site.seam().method()), wrapper)
        .readerFlags(ClassReader.EXPAND_FRAMES)
        .writerFlags(ClassWriter.COMPUTE_MAXS);
  }

  private static Advice advice(AdviceSite site) throws PluginException {
    try {
      return Advice.to(site.advice());
    } catch (RuntimeException e) {
      throw new PluginException(site.who() + " cannot be woven: " + e.getMessage(), e);
    }
  }
}
