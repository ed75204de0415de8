#include "harness/commands/options.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <deque>
#include <iostream>

#include "harness/base/nearest.h"
#include "harness/base/outcome.h"
#include "harness/base/replace_file.h"
#include "harness/base/standard_files.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/commands/help.h"

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

CLI::Validator IsAmong(const std::vector<std::string>& words) {
  return CLI::Validator(
      [words](const std::string& text) {
        if (std::ranges::find(words, text) != words.end()) return std::string();
        const std::string meant = DidYouMean(text, words);
        return StrCat("\"", text, "\" is none of ", Join(words, ", "), meant);
      },
      "");
}

std::string RangeNote(double least, double most) {
  return most >= 1e18 ? fmt::format("from {:g}", least) : fmt::format("{:.10g} to {:.10g}", least, most);
}

void AddNote(OptionInfo* info, const std::string& note) {
  if (!note.empty()) StrAppend(&info->note, info->note.empty() ? "" : "; ", note);
}

}  // namespace

struct Options::Command {
  CLI::App* app;
  CommandInfo* info;
  CLI::Option* last = nullptr;
};

struct Program::State {
  CLI::App app;
  std::deque<Options::Command> commands;
  ProgramInfo info;
  std::string group;
  int exit_code = kPass;
};

OptionInfo& Options::Note(const std::string& name, std::string value, const std::string& help) {
  OptionInfo info{.names = {}, .value = std::move(value), .help = help, .note = {}, .words = {}};
  for (const std::string_view each : Split(name, ',')) info.names.emplace_back(each);
  return command_.info->options.emplace_back(std::move(info));
}

Options& Options::Text(const std::string& name, std::string* value, const std::string& help) {
  command_.last = command_.app->add_option(name, *value, help);
  OptionInfo& info = Note(name, "TEXT", help);
  if (!value->empty()) AddNote(&info, StrCat("default: ", *value));
  return *this;
}

Options& Options::Text(const std::string& name, std::optional<std::string>* value, const std::string& help) {
  command_.last = command_.app->add_option_function<std::string>(
      name, [value](const std::string& given) { *value = given; }, help);
  Note(name, "TEXT", help);
  return *this;
}

Options& Options::Texts(const std::string& name, std::vector<std::string>* values, const std::string& help) {
  command_.last = command_.app->add_option(name, *values, help);
  if (name.starts_with("-")) command_.last->delimiter(',')->allow_extra_args(false);
  Note(name, "A,B,...", help).list = true;
  return *this;
}

Options& Options::Flag(const std::string& name, bool* value, const std::string& help) {
  command_.last = command_.app->add_flag(name, *value, help);
  Note(name, "", help);
  return *this;
}

Options& Options::Real(const std::string& name, double* value, double least, double most,
                       const std::string& help) {
  command_.last =
      command_.app->add_option(name, *value, help)->check(kIsNumber)->check(CLI::Range(least, most));
  AddNote(&Note(name, "X", help), StrCat(RangeNote(least, most), "; default: ", fmt::format("{:g}", *value)));
  return *this;
}

Options& Options::Real(const std::string& name, std::optional<double>* value, double least, double most,
                       const std::string& help) {
  command_.last = command_.app
                      ->add_option_function<double>(
                          name, [value](double given) { *value = given; }, help)
                      ->check(kIsNumber)
                      ->check(CLI::Range(least, most));
  AddNote(&Note(name, "X", help), RangeNote(least, most));
  return *this;
}

Options& Options::Word(const std::string& name, std::string* value, const std::vector<std::string>& words,
                       const std::string& help) {
  WordInto(
      name, [value](const std::string& word) { *value = word; }, words, help);
  if (!value->empty()) AddNote(&command_.info->options.back(), StrCat("default: ", *value));
  return *this;
}

Options& Options::CountInto(const std::string& name, std::function<void(uint64_t)> take,
                            std::optional<uint64_t> shown, uint64_t least, uint64_t most,
                            const std::string& help) {
  command_.last = command_.app->add_option_function<uint64_t>(name, std::move(take), help)
                      ->check(kIsNotNegative)
                      ->check(CLI::Range(least, most));
  OptionInfo& info = Note(name, "N", help);
  AddNote(&info, RangeNote(static_cast<double>(least), static_cast<double>(most)));
  if (shown) AddNote(&info, StrCat("default: ", *shown));
  return *this;
}

Options& Options::WordInto(const std::string& name, std::function<void(const std::string&)> take,
                           const std::vector<std::string>& words, const std::string& help) {
  command_.last =
      command_.app->add_option_function<std::string>(name, std::move(take), help)->check(IsAmong(words));
  Note(name, Join(words, "|"), help).words = words;
  return *this;
}

Options& Options::Required() {
  command_.last->required();
  command_.info->options.back().required = true;
  return *this;
}

Options& Options::Among(const std::vector<std::string>& words) {
  command_.last->check(IsAmong(words));
  return Offer(words);
}

Options& Options::Offer(const std::vector<std::string>& words) {
  command_.info->options.back().words = words;
  return *this;
}

Options& Options::Output() {
  command_.last->check(CLI::Validator([](const std::string& path) { return WhyNotWritable(path); }, ""));
  command_.info->options.back().value = "FILE";
  return *this;
}

Options& Options::Excludes(const std::string& name) {
  command_.last->excludes(command_.app->get_option(name));
  AddNote(&command_.info->options.back(), StrCat("not with ", name));
  return *this;
}

Options& Options::Footer(const std::string& text) {
  command_.info->footer = text;
  return *this;
}

Program::Program(std::string about, std::string footer, std::function<std::string()> version)
    : state_(std::make_unique<State>()) {
  state_->info = {.about = std::move(about), .footer = std::move(footer), .commands = {}};
  state_->info.commands.reserve(kMostCommands);  // commands point to their own
  state_->app.name("atome");
  state_->app.require_subcommand(1);
  state_->app.set_version_flag("--version", std::move(version));
}

Program::~Program() = default;

void Program::Group(const std::string& title) { state_->group = title; }

Options Program::AddCommand(const std::string& name, const std::string& about, std::function<int()> run) {
  CLI::App* app = state_->app.add_subcommand(name, about);
  app->callback([state = state_.get(), run = std::move(run)] { state->exit_code = run(); });
  state_->info.commands.push_back(
      {.name = name, .about = about, .group = state_->group, .options = {}, .footer = {}});
  Options options(state_->commands.emplace_back(Options::Command{app, &state_->info.commands.back()}));
  options.Note("-h,--help", "", "Print this help");
  return options;
}

void Program::Mention(const std::string& name, const std::string& about) {
  state_->app.add_subcommand(name, about);
  state_->info.commands.push_back({.name = name,
                                   .about = about,
                                   .group = state_->group,
                                   .options = {},
                                   .footer = {},
                                   .has_options = false});
}

const ProgramInfo& Program::Info() const { return state_->info; }

std::string Program::WhatIsWrong(const std::string& said) const {
  const auto parsed = state_->app.get_subcommands();
  if (parsed.empty()) return StrCat(said, "; see atome --help");
  const CommandInfo& command = *state_->info.Find(parsed.front()->get_name());
  std::vector<std::string> known;
  for (const OptionInfo& option : command.options) {
    if (!option.positional()) known.insert(known.end(), option.names.begin(), option.names.end());
  }
  const std::string see = StrCat("atome help ", command.name, " lists all options");
  // An unknown option goes before what may be missing because of it.
  for (const std::string& word : parsed.front()->remaining()) {
    if (!word.starts_with('-') || word == "-") continue;
    const std::string name = word.substr(0, word.find('='));
    const std::string meant = DidYouMean(name, known);
    return StrCat("atome ", command.name, " has no option ", name, meant, meant.empty() ? "; " : " ", see);
  }
  return StrCat(said, "; ", see);
}

int Program::Main(int argc, char** argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  for (const std::string& word : words) StrAppend(&Typed(), " ", word);
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.resize(std::min<size_t>(words.size(), 1));
    words.emplace_back("--help");
  }
  CLI::App& app = state_->app;
  // Names the unknown command; CLI11 says only that a subcommand is required.
  if (!words.empty() && !words.front().starts_with('-') && state_->info.Find(words.front()) == nullptr) {
    std::vector<std::string> known;
    for (const CommandInfo& command : state_->info.commands) known.push_back(command.name);
    const std::string meant = DidYouMean(words.front(), known);
    return UsageError(StrCat("unknown command \"", words.front(), "\"", meant, meant.empty() ? "; " : " ",
                             "see atome --help"));
  }
  try {
    std::ranges::reverse(words);  // as CLI11 takes them
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    const auto parsed = app.get_subcommands();
    std::cout << (parsed.empty() ? HelpText(state_->info)
                                 : HelpText(*state_->info.Find(parsed.front()->get_name())));
  } catch (const CLI::CallForVersion& version) {
    std::cout << version.what() << "\n";
  } catch (const CLI::ParseError& error) {
    return UsageError(WhatIsWrong(error.what()));
  } catch (const std::exception& error) {  // out of memory, or a folder that vanishes while it is read
    return UsageError(error.what());
  }
  if (const std::string why = WhyNotPrinted(); !why.empty()) return UsageError(why);
  return state_->exit_code;
}

std::string TypedCommandLine() { return Typed(); }

}  // namespace atome::harness
