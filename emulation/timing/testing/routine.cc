#include "emulation/timing/testing/routine.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>

#include "emulation/thumb/decode.h"

namespace atome::timing {
namespace {

constexpr uint32_t kRunUp = 16;  // bytes in front of the routine

struct Assembled {
  uint32_t base = 0;
  std::vector<uint16_t> halfwords;  // from the base
  uint32_t end = 0;
  uint32_t target = 0;
};

// The binary that a source makes; nothing when it does not assemble.
std::optional<std::vector<uint16_t>> Binary(std::string_view core, const std::string& text) {
  const std::map<std::string_view, std::string> options = {{"m0", "-mcpu=cortex-m0"},
                                                           {"m0plus", "-mcpu=cortex-m0plus"},
                                                           {"m3", "-mcpu=cortex-m3"},
                                                           {"m4", "-mcpu=cortex-m4"},
                                                           {"m4f", "-mcpu=cortex-m4 -mfpu=fpv4-sp-d16"},
                                                           {"m7", "-mcpu=cortex-m7 -mfpu=fpv5-d16"}};
  const std::string stem =
      (std::filesystem::temp_directory_path() / ("atome_timing_" + std::to_string(getpid()))).string();
  {
    std::ofstream source(stem + ".s");
    source << ".syntax unified\n.thumb\n" << text;
  }
  const std::string command = "arm-none-eabi-as " + options.at(core) + " -o " + stem + ".o " + stem +
                              ".s && arm-none-eabi-objcopy -O binary " + stem + ".o " + stem + ".bin";
  const bool ok = std::system(command.c_str()) == 0;
  std::vector<uint16_t> halfwords;
  if (ok) {
    std::ifstream binary(stem + ".bin", std::ios::binary);
    uint16_t halfword = 0;
    while (binary.read(reinterpret_cast<char*>(&halfword), 2)) halfwords.push_back(halfword);
  }
  for (const char* suffix : {".s", ".o", ".bin"}) std::filesystem::remove(stem + suffix);
  return ok ? std::optional(halfwords) : std::nullopt;
}

std::optional<Assembled> Assemble(std::string_view core, const Routine& routine) {
  std::optional<std::vector<uint16_t>> binary =
      Binary(core, "base:\n.rept 8\n mov r8, r8\n.endr\n" + routine.text +
                       "\n.ifndef end\nend:\n.endif\n.ifndef target\n.set target, end\n.endif\n"
                       ".rept 8\n mov r9, r9\n.endr\n.balign 4\n.word end - base, target - base\n");
  if (!binary || binary->size() < 4) return std::nullopt;
  Assembled result{.base = routine.start - kRunUp, .halfwords = *std::move(binary)};
  const auto word_from_end = [&result](size_t halfwords) {
    const size_t at = result.halfwords.size() - halfwords;
    return result.halfwords[at] | static_cast<uint32_t>(result.halfwords[at + 1]) << 16;
  };
  result.end = result.base + word_from_end(4);
  result.target = result.base + word_from_end(2);
  return result;
}

// Follows the routine and feeds the model.
class Walk {
 public:
  Walk(const TimingCore& core, const Assembled& code, const Routine& routine)
      : code_(code), routine_(routine), model_(core) {
    for (const Site& site : Sites(core, thumb::DecodeRun(code.base, code.halfwords)))
      sites_.emplace(site.address, site);
    std::vector<Site> all;
    for (const auto& [address, site] : sites_) all.push_back(site);
    model_.ExpectNotes(all);
  }

  uint64_t Run() {
    EnterBlock(code_.base, routine_.start);
    uint32_t pc = EnterBlock(routine_.start, code_.end);
    const uint64_t begin = Count(model_.cycles());
    for (int blocks = 0; pc != code_.end && blocks < 1000; ++blocks) pc = EnterBlock(pc, code_.end);
    EnterBlock(code_.end, code_.end + 2);
    EXPECT_EQ(branch_, routine_.branches.size()) << "branches given but not met";
    EXPECT_EQ(condition_, routine_.conditions.size()) << "conditions given but not met";
    EXPECT_EQ(operand_, routine_.operands.size()) << "operands given but not met";
    EXPECT_EQ(model_.unknown_instructions(), 0u);
    return Count(model_.cycles()) - begin;
  }

 private:
  // Enters the block at `pc`, which ends at a branch or at `limit`, and executes it; where it leads.
  uint32_t EnterBlock(uint32_t pc, uint32_t limit) {
    const std::span<const uint16_t> all = code_.halfwords;
    const size_t first = (pc - code_.base) / 2;
    std::vector<thumb::Instruction> run;
    std::vector<DataAccess> accesses;
    uint32_t at = pc;
    while (at < limit || run.empty()) {
      run.push_back(thumb::Decode(at, all.subspan((at - code_.base) / 2)));
      at += run.back().bytes;
      accesses.push_back(
          {.memory = run.back().Has(thumb::kLiteral) ? DataMemory::kUnknown : routine_.memory});
      if (run.back().branch != thumb::Branch::kNone) break;
    }
    model_.Enter(model_.Prepare(pc, all.subspan(first, (at - pc) / 2), accesses));
    unsigned it_left = 0;
    uint32_t next = at;
    for (const thumb::Instruction& i : run) {
      const bool in_it = it_left > 0;
      if (in_it) --it_left;
      if (i.kind == thumb::Class::kIt) it_left = i.it_length;
      const bool taken =
          i.branch != thumb::Branch::kNone && (!(i.Has(thumb::kConditional) || in_it) || NextBranch());
      if (taken)
        next = i.branch_offset != 0 ? i.address + static_cast<uint32_t>(i.branch_offset) : code_.target;
      Note(i, in_it && i.branch == thumb::Branch::kNone);
    }
    return next;
  }

  void Note(const thumb::Instruction& i, bool conditional) {
    const bool executed = !conditional || NextCondition();
    const auto site = sites_.find(i.address);
    if (site == sites_.end() || !executed) return;
    if (site->second.kind == Site::Kind::kConditional) return model_.NoteExecuted(i.address);
    if (operand_ >= routine_.operands.size()) {
      ADD_FAILURE() << "operands missing";
      return;
    }
    const auto& [a, b] = routine_.operands[operand_++];
    model_.NoteOperands(i.address, a, b);
  }

  bool NextBranch() {
    if (branch_ < routine_.branches.size()) return routine_.branches[branch_++] == 'T';
    ADD_FAILURE() << "branch decisions missing";
    return false;
  }

  bool NextCondition() {
    if (condition_ < routine_.conditions.size()) return routine_.conditions[condition_++] == 'E';
    ADD_FAILURE() << "conditions missing";
    return false;
  }

  const Assembled& code_;
  const Routine& routine_;
  CycleModel model_;
  std::map<uint32_t, Site> sites_;
  size_t branch_ = 0;
  size_t condition_ = 0;
  size_t operand_ = 0;
};

}  // namespace

bool CanAssemble() {
  static const bool can = std::system("arm-none-eabi-as --version >/dev/null 2>&1") == 0;
  return can;
}

std::optional<uint64_t> Measure(std::string_view core, const Routine& routine) {
  const TimingCore* timing = FindTimingCore(core);
  const std::optional<Assembled> code = Assemble(core, routine);
  if (timing == nullptr || !code) {
    ADD_FAILURE() << "does not assemble for " << core << ":\n" << routine.text;
    return std::nullopt;
  }
  return Walk(*timing, *code, routine).Run();
}

std::vector<std::vector<uint16_t>> AssembleEach(std::string_view core,
                                                const std::vector<std::string>& texts) {
  std::string source;
  for (const std::string& text : texts) source += text + "\n.balign 4, 0\n";
  const std::optional<std::vector<uint16_t>> halfwords = Binary(core, source);
  std::vector<std::vector<uint16_t>> each;
  for (size_t at = 0; halfwords && at + 2 <= halfwords->size(); at += 2)
    each.push_back({halfwords->begin() + static_cast<ptrdiff_t>(at),
                    halfwords->begin() + static_cast<ptrdiff_t>(at + thumb::Bytes((*halfwords)[at]) / 2)});
  EXPECT_EQ(each.size(), texts.size()) << "does not assemble for " << core;
  if (each.size() != texts.size()) each.assign(texts.size(), {});
  return each;
}

}  // namespace atome::timing
