package io.tlbscope.core.weave;

import io.tlbscope.core.hook.HookPoints;
import io.tlbscope.core.hook.HookSeam;
import io.tlbscope.core.plugin.PluginJarMaker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sources of an advice class for every hook point there is: it records its arguments and gives the
 * recorder's answer.
 */
final class RecordingAdvice {
  private RecordingAdvice() {}

  static String className(HookSeam seam) {
    return "made.recording.On_" + seam.id().replace('.', '_').replace('-', '_');
  }

  static Path jar(Path directory) throws IOException {
    Map<String, String> sources = new LinkedHashMap<>();
    sources.put(
        "made.recording.Plugin1",
        PluginJarMaker.plugin("made.recording.Plugin1", "recording", "1"));
    for (HookSeam seam : HookPoints.all()) {
      sources.put(className(seam), source(seam));
    }
    return PluginJarMaker.make(directory, "recording", "made.recording.Plugin1\n", sources);
  }

  private static String source(HookSeam seam) {
    StringBuilder parameters = new StringBuilder();
    StringBuilder arguments = new StringBuilder();
    Class<?>[] types = seam.method().getParameterTypes();
    for (int i = 0; i < types.length; i++) {
      parameters
          .append(i == 0 ? "" : ", ")
          .append("@Advice.Argument(" + i + ") " + types[i].getCanonicalName() + " a" + i);
      arguments.append(", a" + i);
    }
    String answer = "";
    Class<?> result = seam.method().getReturnType();
    if (result != void.class) {
      parameters.append(
          ", @Advice.Return(readOnly = false) " + result.getCanonicalName() + " result");
      answer =
          "result = (" + result.getCanonicalName() + ") io.tlbscope.core.weave.Recorder.answer();";
    }
    String name = className(seam);
    return """
        package made.recording;
        import net.bytebuddy.asm.Advice;
        @io.tlbscope.core.plugin.Attach("%1$s")
        public final class %2$s {
          @Advice.OnMethodExit
          static void exit(%3$s) {
            io.tlbscope.core.weave.Recorder.record("%1$s"%4$s);
            %5$s
          }
        }
        """
        .formatted(
            seam.id(), name.substring(name.lastIndexOf('.') + 1), parameters, arguments, answer);
  }
}
