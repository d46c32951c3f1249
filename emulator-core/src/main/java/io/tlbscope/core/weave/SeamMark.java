package io.tlbscope.core.weave;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Type;
import net.bytebuddy.utility.OpenedClassReader;

/**
 * Looks for the traces of an advice in a class file: its guard loads the plugin's name, then the
 * hook point's id.
 */
final class SeamMark {
  private SeamMark() {}

  static boolean isIn(byte[] classFile, AdviceSite site) {
    List<Object> constants = new ArrayList<>();
    MethodVisitor code =
        new MethodVisitor(OpenedClassReader.ASM_API) {
          @Override
          public void visitLdcInsn(Object value) {
            constants.add(value);
          }
        };
    ClassVisitor seam =
        new ClassVisitor(OpenedClassReader.ASM_API) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            boolean wanted =
                name.equals(site.seam().method().getName())
                    && descriptor.equals(Type.getMethodDescriptor(site.seam().method()));
            return wanted ? code : null;
          }
        };
    OpenedClassReader.of(classFile).accept(seam, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    for (int i = 0; i + 1 < constants.size(); i++) {
      if (site.plugin().equals(constants.get(i)) && site.seam().id().equals(constants.get(i + 1))) {
        return true;
      }
    }
    return false;
  }
}
