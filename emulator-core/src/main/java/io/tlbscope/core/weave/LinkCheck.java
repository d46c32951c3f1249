package io.tlbscope.core.weave;

import io.tlbscope.core.plugin.PluginException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Type;
import net.bytebuddy.utility.OpenedClassReader;

/**
 * Advice is copied into a class of the core, so all that it names must be public and visible from
 * there; found at start-up, not when the event first fires.
 */
final class LinkCheck {
  private LinkCheck() {}

  static void check(AdviceSite site, Method method) throws PluginException {
    ClassLoader core = site.seam().owner().getClassLoader();
    Set<Member> members = membersNamed(site, method);
    for (String name : owners(members)) {
      Class<?> type;
      try {
        type = Class.forName(name, false, core);
      } catch (ClassNotFoundException | LinkageError e) {
        throw new PluginException(
            site.who() + " uses class " + name + ", which the core cannot see: " + e, e);
      }
      if (!Modifier.isPublic(type.getModifiers())) {
        throw new PluginException(
            site.who()
                + " uses class "
                + name
                + ", which is not public; the advice becomes part of the core: make it public");
      }
    }
    for (Member member : members) {
      if (!isPublic(member, core)) {
        throw new PluginException(
            site.who()
                + " uses "
                + member.owner()
                + "."
                + member.name()
                + ", which is not public; the advice becomes part of the core: make it public");
      }
    }
  }

  private record Member(String owner, String name, String descriptor)
      implements Comparable<Member> {
    @Override
    public int compareTo(Member other) {
      return toString().compareTo(other.toString());
    }
  }

  private static boolean isPublic(Member member, ClassLoader core) {
    try {
      for (Class<?> type = Class.forName(member.owner(), false, core);
          type != null;
          type = type.getSuperclass()) {
        for (Method method : type.getDeclaredMethods()) {
          if (method.getName().equals(member.name())
              && Type.getMethodDescriptor(method).equals(member.descriptor())) {
            return Modifier.isPublic(method.getModifiers());
          }
        }
        for (Field field : type.getDeclaredFields()) {
          if (field.getName().equals(member.name())
              && Type.getDescriptor(field.getType()).equals(member.descriptor())) {
            return Modifier.isPublic(field.getModifiers());
          }
        }
      }
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static Set<String> owners(Set<Member> members) {
    Set<String> names = new TreeSet<>();
    for (Member member : members) {
      names.add(member.owner());
    }
    return names;
  }

  private static Set<Member> membersNamed(AdviceSite site, Method method) throws PluginException {
    Set<Member> members = new TreeSet<>();
    MethodVisitor code =
        new MethodVisitor(OpenedClassReader.ASM_API) {
          @Override
          public void visitMethodInsn(
              int opcode, String owner, String name, String descriptor, boolean isInterface) {
            members.add(new Member(Type.getObjectType(owner).getClassName(), name, descriptor));
          }

          @Override
          public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            members.add(new Member(Type.getObjectType(owner).getClassName(), name, descriptor));
          }
        };
    ClassVisitor finder =
        new ClassVisitor(OpenedClassReader.ASM_API) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            boolean wanted =
                name.equals(method.getName())
                    && descriptor.equals(Type.getMethodDescriptor(method));
            return wanted ? code : null;
          }
        };
    OpenedClassReader.of(classFile(site))
        .accept(finder, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return members;
  }

  private static byte[] classFile(AdviceSite site) throws PluginException {
    String resource = site.advice().getName().replace('.', '/') + ".class";
    try (InputStream in = site.advice().getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new PluginException(
            site.who() + ": its class file " + resource + " is not there to be woven");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new PluginException(
          site.who() + ": its class file cannot be read: " + e.getMessage(), e);
    }
  }
}
