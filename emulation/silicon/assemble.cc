// Code of the sequences, by the GNU assembler: each instruction in a slot of its own.
#include <unistd.h>

#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include "emulation/base/subprocess.h"
#include "emulation/silicon/facts.h"

namespace atome::silicon {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSlotBytes = 32;  // an instruction and, before it, its IT

// The condition of each instruction that an IT governs: "ITET.N eq" gives eq, ne, eq.
std::vector<std::string> ConditionsOf(const std::string& it) {
  const std::string condition = it.substr(it.rfind(' ') + 1);
  constexpr std::string_view kPairs[] = {"eqne", "cscc", "hslo", "mipl", "vsvc", "hils", "gelt", "gtle"};
  std::string other = condition;
  for (const std::string_view pair : kPairs) {
    if (pair.substr(0, 2) == condition) other = pair.substr(2);
    if (pair.substr(2) == condition) other = pair.substr(0, 2);
  }
  std::vector<std::string> conditions = {condition};
  for (size_t k = 2; k < it.find('.'); ++k) conditions.push_back(it[k] == 'T' ? condition : other);
  return conditions;
}

// The notation numbers registers in the order in which they appear. 16-bit instructions want low ones, and a
// list of registers is in the order of their numbers, so they get numbers that can be assembled.
class Registers {
 public:
  explicit Registers(const Fact& fact) {
    for (const Step& step : fact.steps) Learn(step);
    Number();
  }

  // The instruction's text with the registers' numbers.
  std::string Renamed(const std::string& text) const {
    std::string renamed;
    ForEach(text, [&](std::string_view between, unsigned number) {
      renamed += between;
      if (number < kRegisters) renamed += 'r' + std::to_string(numbers_[number]);
    });
    return renamed;
  }

 private:
  static constexpr unsigned kRegisters = 13;

  // Calls with the text before each register, and its number; at the end with no register.
  template <typename Callback>
  static void ForEach(const std::string& text, Callback callback) {
    size_t from = 0;
    for (size_t at = 1; at + 1 < text.size(); ++at) {
      const bool starts = text[at] == 'r' && std::isdigit(static_cast<unsigned char>(text[at + 1])) &&
                          std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0;
      if (!starts) continue;
      const unsigned long number = std::strtoul(text.c_str() + at + 1, nullptr, 10);
      if (number >= kRegisters) continue;
      callback(std::string_view(text).substr(from, at - from), static_cast<unsigned>(number));
      from = at + (number < 10 ? 2 : 3);
    }
    callback(std::string_view(text).substr(from), kRegisters);
  }

  void Learn(const Step& step) {
    const bool any = step.text.starts_with("MOV.N") || step.text.starts_with("BX.N") ||
                     step.text.starts_with("BLX.N") || step.text.starts_with("ADD.N pc");
    unsigned before = kRegisters;
    bool in_list = false;
    ForEach(step.text, [&](std::string_view between, unsigned number) {
      for (const char c : between) in_list = c == '{' || (in_list && c != '}');
      if (number == kRegisters) return;
      used_[number] = true;
      if (step.bytes == 2 && !any) low_[number] = true;
      if (in_list && before != kRegisters) below_[number] |= 1u << before;
      before = in_list ? number : kRegisters;
    });
  }

  // Low ones and those below them in a list first.
  void Number() {
    for (unsigned round = 0; round < kRegisters; ++round) {
      for (unsigned r = 0; r < kRegisters; ++r) {
        for (unsigned b = 0; b < kRegisters && low_[r]; ++b) low_[b] = low_[b] || (below_[r] >> b & 1) != 0;
      }
    }
    unsigned done = 0;
    for (unsigned next = 0; next < kRegisters; ++next) {
      unsigned best = kRegisters;
      for (unsigned r = 0; r < kRegisters; ++r) {
        if ((done >> r & 1) != 0 || (below_[r] & ~done) != 0) continue;
        if (best == kRegisters || Rank(r) > Rank(best)) best = r;
      }
      if (best == kRegisters) return;  // lists that contradict each other: the assembler will say so
      numbers_[best] = next;
      done |= 1u << best;
    }
  }
  int Rank(unsigned r) const { return low_[r] ? 2 : used_[r] ? 1 : 0; }

  std::array<bool, kRegisters> used_{};
  std::array<bool, kRegisters> low_{};
  std::array<unsigned, kRegisters> below_{};
  std::array<unsigned, kRegisters> numbers_{};
};

std::string Line(const Step& step, std::string text, const std::string& condition) {
  const size_t dot = text.find('.');
  const size_t space = text.find(' ');
  if (!condition.empty() && dot != std::string::npos) {
    text.insert(dot, condition);
    // In an IT block the same code sets no flags, and the assembler wants it written so.
    if (step.bytes == 2 && text[dot - 1] == 'S') text.erase(dot - 1, 1);
  }
  if (step.text.starts_with("MOVW.") || step.text.starts_with("ADDW.") || step.text.starts_with("MOVT."))
    text.erase(text.find('.'), 2);  // have one size, and no suffix
  const bool direct = step.text.starts_with("B.") || step.text.starts_with("BL.") ||
                      step.text.starts_with("CB") ||
                      (step.text[0] == 'B' && step.flow == Step::Flow::kNotTaken) ||
                      (step.text[0] == 'B' && space == std::string::npos);
  if (direct) {
    // The marks of the notation tell the target; where it is not taken or skipped any will do.
    const int distance = step.flow == Step::Flow::kTaken ? step.distance : 8;
    text += (step.text.starts_with("CB") ? ", . + " : " . + ") + std::to_string(distance);
  }
  if (step.text.starts_with("ADR."))
    text = "ADD" + text.substr(3, text.find(", ") - 1) + "pc, " + text.substr(text.find('#'));
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string Source(const std::vector<Fact*>& facts) {
  std::string source = ".syntax unified\n.thumb\n.cpu cortex-m7\n";
  for (const Fact* fact : facts) {
    const Registers registers(*fact);
    std::vector<std::string> conditions;
    size_t next = 0;
    for (const Step& step : fact->steps) {
      std::string condition;
      if (next < conditions.size()) condition = conditions[next++];
      if (step.text.starts_with("IT")) {
        conditions = ConditionsOf(step.text);
        next = 0;
      }
      source += ".balign " + std::to_string(kSlotBytes) + "\n";
      // Behind an IT of its own, which a slot's last instruction needs, or a NOP: the code is at offset 2.
      if (step.text.starts_with("IT")) {
        const size_t dot = step.text.find('.');
        std::string it = "nop\n" + step.text.substr(0, dot) + step.text.substr(dot + 2) + "\n";
        for (const std::string& c : ConditionsOf(step.text)) it += "add" + c + " r0, r0\n";
        for (char& c : it) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        source += it;
        continue;
      }
      source += condition.empty() ? "nop\n" : "it " + condition + "\n";
      source += Line(step, registers.Renamed(step.text), condition) + "\n";
    }
  }
  return source + ".balign " + std::to_string(kSlotBytes) + "\n";
}

// A folder of our own that goes with its contents.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "atome-silicon-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string RunTool(std::vector<std::string> arguments) {
  const std::string name = arguments[0];
  arguments[0] = emulation::FindProgram(name);
  if (arguments[0].empty())
    return name + " not found: sequences without a column \"code\" need it; install binutils-arm-none-eabi";
  const auto result = emulation::RunSubprocess({.arguments = std::move(arguments), .trusted = true});
  return result.end == emulation::SubprocessResult::End::kExited && result.code == 0
             ? std::string{}
             : name + " failed: " + (result.error.empty() ? result.log : result.error);
}

// The instruction whose slot the assembler's first complaint names: "x.s:12: Error: ...".
std::string Complaint(const std::string& log, const std::string& source) {
  size_t at = log.find(".s:");
  while (at != std::string::npos && std::isdigit(static_cast<unsigned char>(log[at + 3])) == 0)
    at = log.find(".s:", at + 3);
  if (at == std::string::npos) return log;
  const size_t wanted = std::strtoul(log.c_str() + at + 3, nullptr, 10);
  std::istringstream lines(source);
  std::string line;
  for (size_t k = 0; k < wanted; ++k) std::getline(lines, line);
  const size_t error = log.find("Error", at);
  return "\"" + line + "\" does not assemble: " + log.substr(error, log.find('\n', error) - error);
}

}  // namespace

std::string Assemble(std::vector<Fact>& facts) {
  std::vector<Fact*> wanted;
  for (Fact& fact : facts) {
    if (fact.steps.front().halfwords.empty()) wanted.push_back(&fact);
  }
  if (wanted.empty()) return {};
  const TemporaryFolder folder;
  const fs::path source = folder.path() / "sequences.s";
  const std::string text = Source(wanted);
  if (!(std::ofstream(source) << text))
    return "cannot write to a temporary folder; set TMPDIR to one that is writable";
  const std::string object = (folder.path() / "sequences.o").string();
  const std::string binary = (folder.path() / "sequences.bin").string();
  if (const std::string error = RunTool({"arm-none-eabi-as", "-o", object, source.string()}); !error.empty())
    return Complaint(error, text);
  if (const std::string error = RunTool({"arm-none-eabi-objcopy", "-O", "binary", object, binary});
      !error.empty())
    return error;
  std::ifstream code(binary, std::ios::binary);
  for (Fact* fact : wanted) {
    for (Step& step : fact->steps) {
      unsigned char slot[kSlotBytes] = {};
      code.read(reinterpret_cast<char*>(slot), kSlotBytes);
      for (size_t at = 2; at < 2u + step.bytes; at += 2)
        step.halfwords.push_back(static_cast<uint16_t>(slot[at] | slot[at + 1] << 8));
    }
  }
  return code ? std::string{} : "the assembler gave less code than there are instructions";
}

}  // namespace atome::silicon
