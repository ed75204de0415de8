#include "emulation/testing/random_program.h"

#include <iterator>
#include <utility>

#include "emulation/boards/core.h"

namespace atome::emulation {
namespace {

// As random_program.S has them.
constexpr uint32_t kPeriodMarker = 0xC0FFEE00, kProgramsMarker = 0xC0FFEE01, kShownMarker = 0xC0FFEE02;
constexpr size_t kStartBytes = 192, kSlotBytes = 768, kCodeBytes = kSlotBytes - kStartBytes;
constexpr size_t kDataWords = 128;

std::string Word(uint32_t value) { return Halfwords({value & 0xFFFF, value >> 16}); }

// Numbers at which arithmetic changes its ways, and any.
uint32_t Number(RandomNumbers& random) {
  constexpr uint32_t kSpecial[] = {0,          1,      2,          0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
                                   0xFFFFFFFE, 0x8000, 0xFFFF8000, 0x7FFF8000, 0x80008000, 0x80808080,
                                   0x7F7F7F7F, 31,     32,         255};
  return random.Below(3) == 0 ? kSpecial[random.Below(std::size(kSpecial))] : random.Word();
}

uint32_t FloatBits(RandomNumbers& random) {
  constexpr uint32_t kSpecial[] = {0,          0x80000000, 0x3F800000, 0xBF800000, 0x7F800000,
                                   0xFF800000, 0x7FC00000, 0x7F800001, 0xFFC12345, 1,
                                   0x807FFFFF, 0x00800000, 0x7F7FFFFF, 0x4B800000, 0x3F000000,
                                   0x40490FDB, 0x4F000000, 0xCF000000, 0x33800000};
  switch (random.Below(4)) {
    case 0:
      return kSpecial[random.Below(std::size(kSpecial))];
    case 1:
      return random.Word();
    default:  // of a size at which sums round
      return (random.Word() & 0x807FFFFF) | (0x78 + random.Below(24)) << 23;
  }
}

std::string Start(RandomNumbers& random, const InstructionSet& set) {
  std::string bytes = Word(random.Word() | 1);  // of the data
  for (int r = 0; r < 13; ++r) bytes += Word(Number(random));
  bytes += Word((random.Word() & 0xF8000000) | (set.dsp ? random.Word() & 0xF0000 : 0));  // the flags
  const uint32_t modes = set.rounds ? 0xF7C0009F : 0xF700009F;
  bytes += Word(random.Word() & (random.Below(3) == 0 ? modes : 0xF0000000));  // FPSCR
  for (int s = 0; s < 32; ++s) bytes += Word(FloatBits(random));
  return bytes;
}

class Writer {
 public:
  Writer(RandomNumbers& random, const InstructionSet& set, const Forms& forms, bool pends)
      : random_(random), set_(set), forms_(forms), pends_(pends) {}

  // One step of a program. `depth`: how many others it is in.
  std::string Step(int depth) {
    switch (random_.Below(depth > 1 ? 8 : set_.armv7m ? 15 : 12)) {
      case 0:
        return Moving();
      case 1:
        return Indexed();
      case 2:
        return Stack();
      case 3:
        return pends_ ? Pend() : Single();
      case 8:
      case 9:
        return Branch(depth);
      case 10:
        return Loop(depth);
      case 11:
        return Call(depth);
      case 12:
        return ItBlock();
      case 13:
        return set_.floats && Below(2) == 0 ? FloatModes() : ZeroBranch(depth);
      case 14:
        return Table(depth);
      default:
        return Single();
    }
  }

 private:
  uint32_t Below(uint32_t limit) { return random_.Below(limit); }
  uint32_t Low() { return Below(5); }
  static uint32_t Size(const std::string& code) { return static_cast<uint32_t>(code.size()); }
  const Form& OneOf(const std::vector<Form>& forms) {
    return forms[Below(static_cast<uint32_t>(forms.size()))];
  }

  std::string Single() { return FillIn(OneOf(forms_.plain), random_); }
  // At most 100 bytes.
  std::string Steps(uint32_t most, int depth) {
    std::string code;
    for (uint32_t left = 1 + Below(most); left > 0 && code.size() < 60; --left) {
      const std::string step = Step(depth + 1);
      if (code.size() + step.size() <= 100) code += step;
    }
    return code.empty() ? Halfwords({0xBF00}) : code;
  }

  // What became of the base is seen in a register, then it is what it was.
  std::string Moving() {
    return FillIn(OneOf(forms_.moving), random_) +
           Halfwords({0x4638 | Low(), 0x4637});  // MOV rx, r7; MOV r7, r6
  }

  std::string Indexed() {
    const uint32_t of = Below(6) << 3 | 4;
    if (!forms_.shifted.empty() && Below(2) == 0)
      return Halfwords({0x0F00 | of}) + FillIn(OneOf(forms_.shifted), random_);  // LSRS r4, rx, #28
    if (set_.armv7m && Below(2) == 0)
      return Halfwords({0x0E40 | of}) + FillIn(OneOf(forms_.indexed), random_);        // #25: misaligned too
    return Halfwords({0x0EC0 | of, 0x00A4}) + FillIn(OneOf(forms_.indexed), random_);  // #27; LSLS r4, r4, #2
  }

  std::string Stack() {
    const uint32_t words = 1 + Below(5);
    uint32_t pushed = 0, popped = 0;
    while (static_cast<uint32_t>(__builtin_popcount(pushed)) < words) pushed |= 1u << Below(8);
    while (static_cast<uint32_t>(__builtin_popcount(popped)) < words) popped |= 1u << Low();
    std::string code = Halfwords({0xB400 | pushed});
    for (uint32_t left = Below(3); left > 0; --left) {
      const uint32_t at = Below(words);
      code += Halfwords({(Below(2) == 0 ? 0x9000 : 0x9800) | Low() << 8 | at});  // STR, LDR of SP
    }
    return code + Halfwords({0xBC00 | popped});
  }

  // ICSR gets PENDSVSET: r3 is 0xE000ED00, r4 is 1 << 28.
  static std::string Pend() { return Halfwords({0x23E0, 0x041B, 0x33ED, 0x021B, 0x2401, 0x0724, 0x605C}); }

  // AHP, DN, FZ and the mode of rounding: UBFX r4, rx, #0, #5; LSLS r4, r4, #22; VMSR. Without the mode #3
  // and #24.
  std::string FloatModes() {
    const std::string bits = set_.rounds ? Halfwords({0x0404, 0x05A4}) : Halfwords({0x0402, 0x0624});
    return Halfwords({0xF3C0 | Below(6)}) + bits + Halfwords({0xEEE1, 0x4A10});
  }

  std::string Branch(int depth) {
    const std::string skipped = Steps(4, depth);
    const uint32_t halfwords = Size(skipped) / 2;
    const uint32_t condition = Below(14);
    if (set_.armv7m && Below(3) == 0) {
      if (Below(3) == 0) return Halfwords({0xF000, 0xB800 | halfwords}) + skipped;  // B.W
      return Halfwords({0xF000 | condition << 6, 0x8000 | halfwords}) + skipped;
    }
    if (Below(8) == 0) return Halfwords({0xE000 | (halfwords - 1)}) + skipped;
    return Halfwords({0xD000 | condition << 8 | (halfwords - 1)}) + skipped;
  }

  std::string ZeroBranch(int depth) {
    const std::string skipped = Steps(3, depth);
    const uint32_t offset = Size(skipped) - 2;  // from PC, which is 4 behind
    return Halfwords(
               {0xB100 | Below(2) << 11 | (offset >> 6 & 1) << 9 | (offset >> 1 & 31) << 3 | Below(8)}) +
           skipped;
  }

  std::string Loop(int depth) {
    if (loops_) return Single();
    loops_ = true;
    std::string code = Steps(4, depth) + Halfwords({0x3D01});  // SUBS r5, #1
    loops_ = false;
    const uint32_t back = (Size(code) + 4) / 2;
    return Halfwords({0x2500 | (1 + Below(5))}) + code + Halfwords({0xD100 | (0x100 - back)});  // BNE
  }

  // BL to what lies behind a branch over it. LR is the frame's only before the first step.
  std::string Call(int depth) {
    if (calls_) return Single();
    calls_ = true;
    const std::string routine = Steps(3, depth) + Halfwords({0x4770});  // BX LR
    calls_ = false;
    return Halfwords({0xF000, 0xF801, 0xE000 | (Size(routine) / 2 - 1)}) + routine;
  }

  std::string ItBlock() {
    const uint32_t count = 1 + Below(4);
    // The mask: a condition's low bit for each further instruction, then a 1.
    const uint32_t mask = (Below(16) & (0xFu << (5 - count)) & 0xF) | 1u << (4 - count);
    std::string code = Halfwords({0xBF00 | Below(14) << 4 | mask});
    for (uint32_t k = 0; k < count; ++k) {
      const Form* form = &OneOf(forms_.plain);
      while (!form->in_it) form = &OneOf(forms_.plain);
      code += FillIn(*form, random_);
    }
    return code;
  }

  // TBB with four places to go on; LSRS r4, rx, #30.
  std::string Table(int depth) {
    std::string code;
    uint32_t offsets[4];
    for (uint32_t k = 0; k < 4; ++k) {
      offsets[k] = 2 + Size(code) / 2;  // of halfwords, from the table on
      code += Steps(1, depth);
    }
    if (offsets[3] > 255) return Single();
    return Halfwords({0x0F84 | Below(6) << 3, 0xE8DF, 0xF004, offsets[0] | offsets[1] << 8,
                      offsets[2] | offsets[3] << 8}) +
           code;
  }

  RandomNumbers& random_;
  const InstructionSet& set_;
  const Forms& forms_;
  bool pends_, loops_ = false, calls_ = false;
};

void Put(std::string& elf, uint32_t marker, uint32_t value) {
  elf.replace(elf.find(Word(marker)), 4, Word(value));
}

}  // namespace

InstructionSet InstructionSetOf(std::string_view core) {
  const Core& found = *FindCore(core);
  return {.armv7m = !found.strict_alignment,
          .dsp = found.has_dsp,
          .floats = found.has_fpu,
          .floats5 = found.has_fpu && core != "m4f",
          .armv8m = found.armv8m};
}

std::string RandomProgram::Code() const {
  std::string code = Halfwords({0xB500});  // PUSH {lr}
  for (const std::string& step : steps) code += step;
  return code + Halfwords({0xBD00});  // POP {pc}
}

RandomProgram MakeRandomProgram(uint64_t seed, const InstructionSet& set, bool pends) {
  RandomNumbers random(seed);
  InstructionSet tried = set;
  tried.rounds = set.floats && random.Below(2) == 0;
  const Forms forms(tried);
  Writer writer(random, tried, forms, pends);
  RandomProgram program{.start = Start(random, tried), .steps = {}};
  size_t bytes = 4;
  for (uint32_t left = 8 + random.Below(40); left > 0; --left) {
    program.steps.push_back(writer.Step(0));
    bytes += program.steps.back().size();
    if (bytes <= kCodeBytes) continue;
    program.steps.pop_back();
    break;
  }
  return program;
}

std::string WithPrograms(std::string elf, std::span<const RandomProgram> programs,
                         const FrameOptions& options) {
  const size_t first = elf.find(Word(kProgramsMarker)) + 4;
  for (size_t k = 0; k < programs.size(); ++k) {
    const std::string slot = programs[k].start + programs[k].Code();
    elf.replace(first + k * kSlotBytes, slot.size(), slot);
  }
  Put(elf, kProgramsMarker, static_cast<uint32_t>(programs.size()));
  Put(elf, kPeriodMarker, options.period);
  Put(elf, kShownMarker, options.shown ? 1 : 0);
  return elf;
}

std::vector<std::string> ShownWords() {
  std::vector<std::string> names;
  for (int r = 0; r < 13; ++r) names.push_back("r" + std::to_string(r));
  names.insert(names.end(), {"sp", "flags", "fpscr"});
  for (int s = 0; s < 32; ++s) names.push_back("s" + std::to_string(s));
  for (size_t k = 0; k < kDataWords; ++k) names.push_back("data+" + std::to_string(4 * k));
  return names;
}

}  // namespace atome::emulation
