// The `atome` command.
#include <cstdlib>
#include <iostream>
#include <map>
#include <thread>

#include "harness/commands/command.h"

namespace atome::harness {

int UsageError(std::string_view message) {
  std::cerr << "atome: " << message << "\n";
  return kUsage;
}

void AddFormat(CLI::App* command, OutputFormat* format) {
  static const std::map<std::string, OutputFormat> kFormats{{"table", OutputFormat::kTable},
                                                            {"json", OutputFormat::kJson},
                                                            {"csv", OutputFormat::kCsv},
                                                            {"md", OutputFormat::kMarkdown}};
  command
      ->add_option_function<std::string>(
          "--format", [format](const std::string& name) { *format = kFormats.at(name); },
          "Of the output; default: table")
      ->check(CLI::IsMember(kFormats));
}

std::filesystem::path GoldenFolder() {
  const char* folder = std::getenv("ATOME_GOLDEN_DIR");
  return folder != nullptr ? folder : ATOME_SOURCE_DIR "/golden";
}

unsigned DefaultJobs() { return std::max(1u, std::thread::hardware_concurrency()); }

}  // namespace atome::harness

// Only a wrong declaration of an option could throw outside the try.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  CLI::App app{"Verification and benchmarking of tiny ternary language models on microcontrollers", "atome"};
  app.require_subcommand(1);
  app.set_version_flag("--version", ATOME_VERSION);
  app.failure_message(CLI::FailureMessage::simple);
  app.footer(
      "Exit codes: 0 pass, 1 parity or check failed, 2 usage or missing tool, 3 regression against the "
      "baseline,\n"
      "4 a cell crashed or timed out.");
  int exit_code = atome::harness::kPass;
  std::string command_line = "atome";
  for (int i = 1; i < argc; ++i) command_line += std::string(" ") + argv[i];
  atome::harness::AddVerify(app, command_line, &exit_code);
  atome::harness::AddAccept(app, &exit_code);
  atome::harness::AddBench(app, command_line, &exit_code);
  atome::harness::AddBudget(app, &exit_code);
  atome::harness::AddConvert(app, &exit_code);
  atome::harness::AddAb(app, command_line, &exit_code);
  atome::harness::AddCorpus(app, &exit_code);
  atome::harness::AddCycles(app, command_line, &exit_code);
  atome::harness::AddDiff(app, &exit_code);
  atome::harness::AddLogits(app, &exit_code);
  atome::harness::AddMerge(app, &exit_code);
  atome::harness::AddPpl(app, command_line, &exit_code);
  atome::harness::AddRun(app, &exit_code);
  atome::harness::AddSize(app, command_line, &exit_code);
  atome::harness::AddPython(app);
  if (const std::optional<int> failed = atome::harness::RunPython(argc, argv)) return *failed;
  // CLI11 would only say that a subcommand is required.
  if (argc > 1 && argv[1][0] != '-' &&
      app.get_subcommands([&](CLI::App* each) { return each->get_name() == argv[1]; }).empty()) {
    return atome::harness::UsageError(std::string("unknown command \"") + argv[1] + "\"; see atome --help");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11's own codes become the documented one; --help and --version are no errors.
    return error.get_exit_code() == 0 ? app.exit(error) : (app.exit(error), atome::harness::kUsage);
  } catch (const std::exception& error) {  // out of memory, a folder that vanishes while it is read
    return atome::harness::UsageError(error.what());
  }
  std::cout.flush();
  if (!std::cout) return atome::harness::UsageError("cannot write to standard output");
  return exit_code;
}
