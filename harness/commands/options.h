// Commands and their options. The adapter for CLI11, which only options.cc includes.
#ifndef ATOME_HARNESS_COMMANDS_OPTIONS_H_
#define ATOME_HARNESS_COMMANDS_OPTIONS_H_

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/commands/command_info.h"

namespace atome::harness {

// The options of one command. A name is "--core", "-o,--out", or "MODEL" for a positional argument. When an
// option is not given, its value stays; help shows that default unless it is empty. Values must outlive the
// parsing.
class Options {
 public:
  struct Command;  // CLI11's, and what help says
  explicit Options(Command& command) : command_(command) {}

  Options& Text(const std::string& name, std::string* value, const std::string& help);
  Options& Text(const std::string& name, std::optional<std::string>* value, const std::string& help);
  // An option takes words separated by commas, or can be repeated, and never the word behind, which may be a
  // positional argument; a positional argument takes several words.
  Options& Texts(const std::string& name, std::vector<std::string>* values, const std::string& help);
  Options& Flag(const std::string& name, bool* value, const std::string& help);
  Options& Real(const std::string& name, double* value, double least, double most, const std::string& help);
  Options& Real(const std::string& name, std::optional<double>* value, double least, double most,
                const std::string& help);
  // One of the words.
  Options& Word(const std::string& name, std::string* value, const std::vector<std::string>& words,
                const std::string& help);

  // A whole number in [least, most].
  template <std::unsigned_integral Number>
  Options& Count(const std::string& name, Number* value, uint64_t least, uint64_t most,
                 const std::string& help) {
    return CountInto(
        name, [value](uint64_t given) { *value = static_cast<Number>(given); }, uint64_t{*value}, least, most,
        help);
  }
  template <std::unsigned_integral Number>
  Options& Count(const std::string& name, std::optional<Number>* value, uint64_t least, uint64_t most,
                 const std::string& help) {
    return CountInto(
        name, [value](uint64_t given) { *value = static_cast<Number>(given); }, {}, least, most, help);
  }

  // One of the names, each of which stands for a value.
  template <class Enum>
  struct Named {
    const char* name;
    Enum value;
  };
  // `value` is an Enum or an optional one.
  template <class Value, class Enum, size_t kCount>
  Options& OneOf(const std::string& name, Value* value, const Named<Enum> (&named)[kCount],
                 const std::string& help) {
    std::vector<std::string> words;
    for (const Named<Enum>& each : named) words.emplace_back(each.name);
    return WordInto(
        name,
        [value, &named](const std::string& word) {
          for (const Named<Enum>& each : named) {
            if (word == each.name) *value = each.value;
          }
        },
        words, help);
  }

  // The option added last must be given.
  Options& Required();
  // Each value of the option added last must be one of these words.
  Options& Among(const std::vector<std::string>& words);
  // What completion offers for the option added last, whose values are checked elsewhere.
  Options& Offer(const std::vector<std::string>& words);
  // The option added last names a file that is written: refused, before anything is run, where none can be.
  Options& Output();
  // The option added last cannot be given together with this one.
  Options& Excludes(const std::string& name);

  // Text at the end of the help.
  Options& Footer(const std::string& text);

 private:
  friend class Program;

  // What help says of the option that CLI11 has last.
  OptionInfo& Note(const std::string& name, std::string value, const std::string& help);
  Options& CountInto(const std::string& name, std::function<void(uint64_t)> take,
                     std::optional<uint64_t> shown, uint64_t least, uint64_t most, const std::string& help);
  Options& WordInto(const std::string& name, std::function<void(const std::string&)> take,
                    const std::vector<std::string>& words, const std::string& help);

  Command& command_;
};

// The program with its commands.
class Program {
 public:
  // `version` is called for --version.
  Program(std::string about, std::string footer, std::function<std::string()> version);
  ~Program();

  // The commands that are added next stand below this title in the help.
  void Group(const std::string& title);
  // Adds a command with its own arguments: `declare` adds the options, `run` returns the exit code. `about`
  // is a line of the help: at most 64 characters.
  template <class Arguments>
  void Add(const std::string& name, const std::string& about, void (*declare)(Options&, Arguments*),
           int (*run)(const Arguments&)) {
    auto arguments = std::make_shared<Arguments>();
    Options options = AddCommand(name, about, [arguments, run] { return run(*arguments); });
    declare(options, arguments.get());
  }
  // The same, of a command about the program itself.
  template <class Arguments>
  void Add(const std::string& name, const std::string& about,
           void (*declare)(Options&, Arguments*, const ProgramInfo&),
           int (*run)(const Arguments&, const ProgramInfo&)) {
    auto arguments = std::make_shared<Arguments>();
    Options options = AddCommand(name, about, [this, arguments, run] { return run(*arguments, Info()); });
    declare(options, arguments.get(), Info());
  }
  // Adds to the help a command that another program runs.
  void Mention(const std::string& name, const std::string& about);

  // Of all commands so far.
  const ProgramInfo& Info() const;

  // Parses and runs; returns the exit code, kUsage when the arguments cannot be parsed. "help" alone is
  // --help, "help COMMAND" is COMMAND --help.
  int Main(int argc, char** argv);

 private:
  struct State;
  static constexpr size_t kMostCommands = 64;

  // What was said of arguments that cannot be parsed, and what to do.
  std::string WhatIsWrong(const std::string& said) const;
  Options AddCommand(const std::string& name, const std::string& about, std::function<int()> run);

  std::unique_ptr<State> state_;
};

// The typed command line, for reports.
std::string TypedCommandLine();

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_OPTIONS_H_
