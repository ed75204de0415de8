#include "harness/report/command_line.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "emulation/base/executable.h"
#include "harness/base/places.h"
#include "harness/base/text.h"

namespace atome::harness::report {

std::string Quoted(std::string_view word) {
  const auto plain = [](unsigned char c) {
    return (std::isalnum(c) && c < 0x80) ||
           std::string_view("_-+./:,=@%").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string FromRoot(const std::string& path) {
  std::error_code error;  // the current folder is gone
  const std::filesystem::path whole = std::filesystem::absolute(path, error).lexically_normal();
  if (error) return path;
  const std::filesystem::path relative = whole.lexically_relative(DataFolder());
  return relative.empty() || *relative.begin() == ".." ? whole.string() : relative.string();
}

CommandLine::CommandLine(std::string_view subcommand) {
  for (const char* name : {"ATOME_BENCHMARK_DIR", "ATOME_FIRMWARE_DIR", "ATOME_GOLDEN_DIR"}) {
    if (const char* value = std::getenv(name)) StrAppend(&text_, name, "=", Quoted(FromRoot(value)), " ");
  }
  const std::filesystem::path program = emulation::Executable();
  text_ += Quoted(program.empty() ? "atome" : FromRoot(program.string()));
  Word(subcommand);
}

CommandLine& CommandLine::Word(std::string_view word) {
  StrAppend(&text_, " ", Quoted(word));
  return *this;
}

CommandLine& CommandLine::Option(std::string_view name, std::string_view value) {
  return value.empty() ? *this : Word(name).Word(value);
}

}  // namespace atome::harness::report
