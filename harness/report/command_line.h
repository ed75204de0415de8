// Command lines that measure one cell again, to be run in the repository's root by a shell.
#ifndef ATOME_HARNESS_REPORT_COMMAND_LINE_H_
#define ATOME_HARNESS_REPORT_COMMAND_LINE_H_

#include <string>
#include <string_view>

namespace atome::harness::report {

// A word as a shell reads it back.
std::string Quoted(std::string_view word);

// Relative to the repository's root when it is inside, else absolute.
std::string FromRoot(const std::string& path);

class CommandLine {
 public:
  // This very program with the subcommand, and the variables of the environment that say what it measures.
  explicit CommandLine(std::string_view subcommand);

  CommandLine& Word(std::string_view word);
  CommandLine& Path(const std::string& path) { return Word(FromRoot(path)); }
  // Nothing when the value is empty, as is what does not apply.
  CommandLine& Option(std::string_view name, std::string_view value);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_COMMAND_LINE_H_
