package io.tlbscope.tools.cli;

import io.tlbscope.core.hook.HookPoints;
import io.tlbscope.core.hook.HookSeam;

@picocli.CommandLine.Command(
    name = "hooks",
    description = "List the hook points that plugins attach to.")
final class HooksCommand extends Command {
  HooksCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    for (HookSeam seam : HookPoints.all()) {
      print(seam.id());
      print("    " + seam.owner().getSimpleName() + ": " + seam.signature());
      print("    when        " + seam.point().when());
      print("    how often   " + seam.point().frequency());
      print("    thread      " + seam.point().thread());
      print("    exact       " + seam.point().exact());
      print("    may change  " + seam.point().mayChange());
    }
    return 0;
  }
}
