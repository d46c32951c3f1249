package io.tlbscope.core.weave;

import io.tlbscope.core.plugin.PluginFailure;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import net.bytebuddy.pool.TypePool;
import net.bytebuddy.utility.OpenedClassReader;

/**
 * Puts a handler around a woven seam that turns what the plugin threw into a {@link PluginFailure}
 * with its name. An entry in the exception table: the normal path does not gain one instruction.
 */
final class FailureGuard implements AsmVisitorWrapper.ForDeclaredMethods.MethodVisitorWrapper {
  private static final String FAILURE = Type.getInternalName(PluginFailure.class);
  private static final String FACTORY =
      Type.getMethodDescriptor(
          Type.getType(PluginFailure.class),
          Type.getType(Throwable.class),
          Type.getType(String.class),
          Type.getType(String.class));

  private final String plugin;
  private final String hookPoint;

  FailureGuard(AdviceSite site) {
    this.plugin = site.plugin();
    this.hookPoint = site.seam().id();
  }

  @Override
  public MethodVisitor wrap(
      TypeDescription type,
      MethodDescription method,
      MethodVisitor next,
      Implementation.Context context,
      TypePool pool,
      int writerFlags,
      int readerFlags) {
    return new Guarded(next, frameLocals(method));
  }

  /**
   * A seam is static and its arguments are never replaced by another type: they are the handler's
   * locals.
   */
  private static Object[] frameLocals(MethodDescription method) {
    List<Object> locals = new ArrayList<>();
    for (Type argument : Type.getArgumentTypes(method.getDescriptor())) {
      locals.add(
          switch (argument.getSort()) {
            case Type.LONG -> Opcodes.LONG;
            case Type.DOUBLE -> Opcodes.DOUBLE;
            case Type.FLOAT -> Opcodes.FLOAT;
            case Type.OBJECT, Type.ARRAY -> argument.getInternalName();
            default -> Opcodes.INTEGER;
          });
    }
    return locals.toArray();
  }

  private final class Guarded extends MethodVisitor {
    private final Object[] locals;
    private final Label start = new Label();

    Guarded(MethodVisitor next, Object[] locals) {
      super(OpenedClassReader.ASM_API, next);
      this.locals = locals;
    }

    @Override
    public void visitCode() {
      super.visitCode();
      super.visitLabel(start);
    }

    @Override
    public void visitMaxs(int maxStack, int maxLocals) {
      Label end = new Label();
      // Declared last, so that the handlers of the plugins further in come first in the table.
      super.visitTryCatchBlock(start, end, end, "java/lang/Throwable");
      super.visitLabel(end);
      super.visitFrame(
          Opcodes.F_NEW, locals.length, locals, 1, new Object[] {"java/lang/Throwable"});
      super.visitLdcInsn(plugin);
      super.visitLdcInsn(hookPoint);
      super.visitMethodInsn(Opcodes.INVOKESTATIC, FAILURE, "of", FACTORY, false);
      super.visitInsn(Opcodes.ATHROW);
      super.visitMaxs(Math.max(maxStack, 3), maxLocals);
    }
  }
}
