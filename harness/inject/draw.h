// Which bit flips, and when: by hand, or drawn.
#ifndef ATOME_HARNESS_INJECT_DRAW_H_
#define ATOME_HARNESS_INJECT_DRAW_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "emulation/machine/flip.h"
#include "emulation/machine/machine.h"
#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/inject/region.h"

namespace atome::harness {

// Instructions from reset on, `to` not included.
struct Window {
  uint64_t from = 0;
  uint64_t to = 0;
};

// When bits flip, as an option has it.
struct When {
  enum class Kind : uint8_t {
    kRun,          // "run": from the first token's step on, once the firmware is open
    kBoot,         // "boot": in front of the first instruction, as damage of an idle device
    kAny,          // "any": from reset on
    kToken,        // "token:3": in the step that consumes that token, from 0
    kCycle,        // "cycle:12345": in front of the block that this modelled cycle falls in
    kInstruction,  // "12345": in front of this one
  };
  Kind kind = Kind::kRun;
  uint64_t number = 0;

  std::string Text() const;
};
Result<When> ParseWhen(std::string_view text);

// In a run that ended well, whose marks are two a step. `block_at` says with which instruction the block of a
// cycle begins. The error says what there is.
Result<Window> WindowOf(const When& when, const emulation::RunResult& clean,
                        const std::function<Result<uint64_t>(uint64_t cycle)>& block_at);

// A flip of `bits` neighbours: each place in the region where they fit and each moment of the window as
// likely as any other. The region has bits; the window is not empty.
emulation::Flip Draw(Region region, const Places& places, Window window, uint8_t bits, Random& random);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_INJECT_DRAW_H_
