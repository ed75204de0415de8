#include "harness/commands/host_options.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "harness/base/file.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

constexpr std::string_view kWritable = ":rw";
constexpr const char* kConsoles[] = {"semihosting", "uart", "itm", "rtt"};  // in the order of ConsoleSource

emulation::FileGrant GrantOf(std::string_view text) {
  const bool writable = text.ends_with(kWritable);
  if (writable) text.remove_suffix(kWritable.size());
  return {.folder = std::string(text), .writable = writable};
}

uint8_t ConsolesOf(const std::vector<std::string>& names) {
  if (names.empty()) return emulation::kAllConsoles;
  unsigned set = 0;
  for (size_t k = 0; k < std::size(kConsoles); ++k) {
    if (std::ranges::find(names, kConsoles[k]) != names.end()) set |= 1u << k;
  }
  return static_cast<uint8_t>(set);
}

}  // namespace

void HostOptions::AddTo(Options& options) {
  options.Text("--files", &files_,
               "FOLDER whose files semihosting may read; FOLDER:rw to write them too, when the run is over");
  options.Text("--stdin", &input_,
               "File that consoles read: SYS_READC, SYS_READ, UARTs, RTT; - for this program's own input");
  options
      .Texts("--console", &consoles_,
             "Only what these print: uart, itm, rtt, semihosting; else all, in the order in which they "
             "print; itm is "
             "on from the start, as with a debugger")
      .Among({std::begin(kConsoles), std::end(kConsoles)});
}

bool HostOptions::Shows(std::string_view console) const {
  return std::ranges::find(consoles_, console) != consoles_.end();
}

std::string HostOptions::WhyNot(std::string_view runner, const Target& target) const {
  if (Shows("itm") && target.core->strict_alignment)
    return StrCat("--console itm: ", target.core->title, " has no ITM; leave it out");
  if (Shows("uart") && target.board == nullptr)
    return "--console uart: a bare core has no UART; name a --board, or leave it out";
  if (runner != "qemu") return {};
  if (files_.ends_with(kWritable))
    return "--files FOLDER:rw needs --runner unicorn, which writes when the run is over; in QEMU programs "
           "read files only: give the folder without :rw";
  if (!input_.empty()) return "--stdin needs --runner unicorn: programs in QEMU have no input";
  if (!consoles_.empty())
    return "--console needs --runner unicorn: QEMU shows semihosting and UARTs together";
  return {};
}

std::string HostOptions::Apply(emulation::RunRequest* request) const {
  request->consoles = ConsolesOf(consoles_);
  request->listens_to_itm = !consoles_.empty() && (request->consoles & emulation::kItmConsole) != 0;
  if (!files_.empty()) request->files = GrantOf(files_);
  if (input_.empty()) return {};
  Result<std::string> input = ReadFile(input_ == "-" ? "/dev/stdin" : input_);
  if (!input.ok()) return input.error().message;
  request->console_input = *std::move(input);
  return {};
}

void HostOptions::AddTo(report::CommandLine* line) const {
  line->Option("--files", files_).Option("--stdin", input_).Option("--console", Join(consoles_, ","));
}

std::string HostOptions::Detail() const {
  std::vector<std::string> parts;
  const auto name = [](const std::string& path) { return std::filesystem::path(path).filename().string(); };
  if (!input_.empty()) parts.push_back(StrCat("stdin ", name(input_)));
  if (!files_.empty()) parts.push_back(StrCat("files ", name(files_)));
  if (!consoles_.empty()) parts.push_back(StrCat("console ", Join(consoles_, "+")));
  return Join(parts, ", ");
}

}  // namespace atome::harness
