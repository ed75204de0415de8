#include "harness/commands/options.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "harness/base/outcome.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"

namespace atome::harness {
namespace {

std::string& Typed() {
  static std::string typed = "atome";
  return typed;
}

// NaN is in any range to CLI::Range, and -1 is 2^64 - 1.
const CLI::Validator kIsNumber(
    [](const std::string& text) {
      return text.find_first_not_of("0123456789.eE+-") == std::string::npos ? "" : text + " is not a number";
    },
    "");
const CLI::Validator kIsNotNegative(
    [](const std::string& text) { return text.starts_with('-') ? text + " is below 0" : ""; }, "");

}  // namespace

struct Options::Command {
  CLI::App* app;
  CLI::Option* last = nullptr;
};

struct Program::State {
  CLI::App app;
  std::vector<std::unique_ptr<Options::Command>> commands;
  int exit_code = kPass;
};

Options& Options::Text(const std::string& name, std::string* value, const std::string& help) {
  command_.last = command_.app->add_option(name, *value, help);
  if (!value->empty()) command_.last->capture_default_str();
  return *this;
}

Options& Options::Text(const std::string& name, std::optional<std::string>* value, const std::string& help) {
  command_.last = command_.app->add_option_function<std::string>(
      name, [value](const std::string& given) { *value = given; }, help);
  return *this;
}

Options& Options::Texts(const std::string& name, std::vector<std::string>* values, const std::string& help) {
  command_.last = command_.app->add_option(name, *values, help);
  if (name.starts_with("-")) command_.last->delimiter(',');
  if (!values->empty()) command_.last->capture_default_str();
  return *this;
}

Options& Options::Flag(const std::string& name, bool* value, const std::string& help) {
  command_.last = command_.app->add_flag(name, *value, help);
  return *this;
}

Options& Options::Real(const std::string& name, double* value, double least, double most,
                       const std::string& help) {
  command_.last = command_.app->add_option(name, *value, help)
                      ->check(kIsNumber)
                      ->check(CLI::Range(least, most))
                      ->capture_default_str();
  return *this;
}

Options& Options::Real(const std::string& name, std::optional<double>* value, double least, double most,
                       const std::string& help) {
  command_.last = command_.app
                      ->add_option_function<double>(
                          name, [value](double given) { *value = given; }, help)
                      ->check(kIsNumber)
                      ->check(CLI::Range(least, most));
  return *this;
}

Options& Options::Word(const std::string& name, std::string* value, const std::vector<std::string>& words,
                       const std::string& help) {
  WordInto(
      name, [value](const std::string& word) { *value = word; }, words, help);
  if (!value->empty()) command_.last->default_str(*value);
  return *this;
}

Options& Options::CountInto(const std::string& name, std::function<void(uint64_t)> take,
                            std::optional<uint64_t> shown, uint64_t least, uint64_t most,
                            const std::string& help) {
  command_.last = command_.app->add_option_function<uint64_t>(name, std::move(take), help)
                      ->check(kIsNotNegative)
                      ->check(CLI::Range(least, most));
  if (shown) command_.last->default_str(StrCat(*shown));
  return *this;
}

Options& Options::WordInto(const std::string& name, std::function<void(const std::string&)> take,
                           const std::vector<std::string>& words, const std::string& help) {
  command_.last = command_.app->add_option_function<std::string>(name, std::move(take), help)
                      ->check(CLI::IsMember(words));
  return *this;
}

Options& Options::Required() {
  command_.last->required();
  return *this;
}

Options& Options::Among(const std::vector<std::string>& words) {
  command_.last->check(CLI::IsMember(words));
  return *this;
}

Options& Options::Excludes(const std::string& name) {
  command_.last->excludes(command_.app->get_option(name));
  return *this;
}

Options& Options::Footer(const std::string& text) {
  command_.app->footer(text);
  return *this;
}

Program::Program(std::string about, std::string footer, std::function<std::string()> version)
    : state_(std::make_unique<State>()) {
  state_->app.name("atome");
  state_->app.description(std::move(about));
  state_->app.require_subcommand(1);
  state_->app.set_version_flag("--version", std::move(version));
  state_->app.failure_message(CLI::FailureMessage::simple);
  state_->app.footer(std::move(footer));
}

Program::~Program() = default;

Options Program::AddCommand(const std::string& name, const std::string& about, std::function<int()> run) {
  CLI::App* app = state_->app.add_subcommand(name, about);
  app->callback([state = state_.get(), run = std::move(run)] { state->exit_code = run(); });
  return Options(*state_->commands.emplace_back(new Options::Command{app}));
}

void Program::Mention(const std::string& name, const std::string& about) {
  state_->app.add_subcommand(name, about);
}

int Program::Main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) StrAppend(&Typed(), " ", argv[i]);
  CLI::App& app = state_->app;
  // Names the unknown command; CLI11 says only that a subcommand is required.
  if (argc > 1 && argv[1][0] != '-' &&
      app.get_subcommands([&](CLI::App* each) { return each->get_name() == argv[1]; }).empty()) {
    return UsageError(StrCat("unknown command \"", argv[1], "\"; see atome --help"));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Replaces CLI11's codes by the documented one; --help and --version are not errors.
    return error.get_exit_code() == 0 ? app.exit(error) : (app.exit(error), static_cast<int>(kUsage));
  } catch (const std::exception& error) {  // out of memory, or a folder that vanishes while it is read
    return UsageError(error.what());
  }
  std::cout.flush();
  if (!std::cout) return UsageError("cannot write to standard output");
  return state_->exit_code;
}

std::string TypedCommandLine() { return Typed(); }

}  // namespace atome::harness
