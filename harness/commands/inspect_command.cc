// atome inspect
#include <iostream>

#include "harness/commands/command.h"
#include "harness/commands/progress.h"
#include "harness/model/inspect.h"
#include "harness/model/inspect_output.h"

namespace atome::harness {
namespace {

struct InspectArguments {
  std::string model;
  std::optional<std::string> config;
  FormatOption format;
};

int RunInspect(const InspectArguments& arguments) {
  Progress progress("reading");
  const Result<Inspection> inspection = Inspect(arguments.model, arguments.config);
  progress.End();
  if (!inspection.ok()) return UsageError(inspection.error().message);
  std::cout << FormatInspection(*inspection, arguments.format.get(), arguments.format.style());
  return inspection->damage.empty() ? kPass : kFailed;
}

void Declare(Options& options, InspectArguments* arguments) {
  options.Text("MODEL", &arguments->model, "Model file in any format, also a damaged one").Required();
  options.Text("--config", &arguments->config,
               "Dimensions, for a file that does not say them; default: config.json beside the model");
  arguments->format.AddTo(options);
  options.Footer(
      "Example: atome inspect golden/models/atome_60k/atome_60k.atome03\n"
      "Exit code 1 when the file is damaged, 2 when nothing of it can be read.");
}

}  // namespace

void AddInspect(Program& program) {
  program.Add("inspect", "Show what is in a model file, also in a damaged one", Declare, RunInspect);
}

}  // namespace atome::harness
