#include "harness/inject/draw.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

using emulation::Flip;

constexpr std::string_view kToken = "token:", kCycle = "cycle:";

// Below 2^32 of both.
uint32_t Below(uint64_t count, Random& random) {
  return random.Below(static_cast<uint32_t>(std::min<uint64_t>(count, std::numeric_limits<uint32_t>::max())));
}

void DrawMemory(const std::vector<Stretch>& stretches, uint8_t bits, Random& random, Flip* flip) {
  const auto places = [bits](const Stretch& stretch) {
    const uint64_t room = uint64_t{stretch.bytes} * 8;
    return room < bits ? 0 : room - bits + 1;
  };
  uint64_t all = 0;
  for (const Stretch& stretch : stretches) all += places(stretch);
  uint64_t at = Below(all, random);
  for (const Stretch& stretch : stretches) {
    if (at < places(stretch)) {
      flip->address = static_cast<uint32_t>(stretch.address + at / 8);
      flip->bit = static_cast<uint8_t>(at % 8);
      return;
    }
    at -= places(stretch);
  }
}

void DrawRegister(const std::vector<RegisterBits>& registers, uint8_t bits, Random& random, Flip* flip) {
  const auto places = [bits](const RegisterBits& each) {
    return each.bits < bits ? 0 : each.bits - bits + 1;
  };
  uint32_t all = 0;
  for (const RegisterBits& each : registers) all += static_cast<uint32_t>(places(each));
  uint32_t at = random.Below(all);
  for (const RegisterBits& each : registers) {
    if (at < static_cast<uint32_t>(places(each))) {
      flip->number = each.number;
      flip->bit = static_cast<uint8_t>(each.first + at);
      return;
    }
    at -= static_cast<uint32_t>(places(each));
  }
}

}  // namespace

std::string When::Text() const {
  switch (kind) {
    case Kind::kRun:
      return "run";
    case Kind::kBoot:
      return "boot";
    case Kind::kAny:
      return "any";
    case Kind::kToken:
      return StrCat(kToken, number);
    case Kind::kCycle:
      return StrCat(kCycle, number);
    case Kind::kInstruction:
      break;
  }
  return StrCat(number);
}

Result<When> ParseWhen(std::string_view text) {
  for (const When::Kind kind : {When::Kind::kRun, When::Kind::kBoot, When::Kind::kAny}) {
    const When when{kind};
    if (when.Text() == text) return when;
  }
  When when{When::Kind::kInstruction};
  std::string_view digits = text;
  for (const auto& [kind, prefix] :
       {std::pair(When::Kind::kToken, kToken), std::pair(When::Kind::kCycle, kCycle)}) {
    if (!text.starts_with(prefix)) continue;
    when.kind = kind;
    digits.remove_prefix(prefix.size());
  }
  const std::optional<uint32_t> number = Number(digits);
  if (!number)
    return Bad(
        StrCat("--at: \"", text,
               "\" is no time; write run, boot, any, token:3, cycle:5000, or the number of an instruction"));
  when.number = *number;
  return when;
}

Result<Window> WindowOf(const When& when, const emulation::RunResult& clean,
                        const std::function<Result<uint64_t>(uint64_t cycle)>& block_at) {
  const uint64_t end = Count(clean.instructions.value_or(emulation::Instructions{}));
  const auto mark = [&clean](size_t index) { return Count(clean.marks[index].instructions); };
  switch (when.kind) {
    case When::Kind::kBoot:
      return Window{0, 1};
    case When::Kind::kAny:
      return Window{0, end};
    case When::Kind::kRun:
      return Window{clean.marks.empty() ? 0 : mark(0), end};
    case When::Kind::kToken:
      if (when.number >= clean.marks.size() / 2)
        return Bad(StrCat("--at token:", when.number, ": the run has tokens 0 to ",
                          clean.marks.size() / 2 - 1, "; give more --tokens"));
      return Window{mark(2 * when.number), mark(2 * when.number + 1)};
    case When::Kind::kCycle: {
      if (!clean.cycles) return Bad(StrCat("--at ", when.Text(), ": no cycles are modelled of this run"));
      if (when.number >= Count(*clean.cycles))
        return Bad(StrCat("--at ", when.Text(), ": the run has ", Count(*clean.cycles), " modelled cycles"));
      const Result<uint64_t> at = block_at(when.number);
      if (!at.ok()) return at.error();
      return Window{*at, *at + 1};
    }
    case When::Kind::kInstruction:
      break;
  }
  if (when.number >= end) return Bad(StrCat("--at ", when.number, ": the run has ", end, " instructions"));
  return Window{when.number, when.number + 1};
}

Flip Draw(Region region, const Places& places, Window window, uint8_t bits, Random& random) {
  Flip flip{.bits = bits};
  flip.at = emulation::Instructions{window.from + Below(window.to - window.from, random)};
  if (region == Region::kInstruction) {
    flip.target = Flip::Target::kInstruction;
    flip.bit = static_cast<uint8_t>(random.Below(32));
  } else if (region == Region::kRegister) {
    flip.target = Flip::Target::kRegister;
    DrawRegister(places.registers, bits, random, &flip);
  } else {
    DrawMemory(places.Of(region), bits, random, &flip);
  }
  return flip;
}

}  // namespace atome::harness
