// What firmware does to notice damage: options of the engine (engine/config.h).
#ifndef ATOME_HARNESS_INJECT_GUARD_H_
#define ATOME_HARNESS_INJECT_GUARD_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace atome::harness {

struct Guard {
  bool boot = true;       // the image's checksum when it is opened, as firmware has it by default
  bool scrub = false;     // the same while it runs, a slice after each token
  bool range = false;     // whether activations are as large as the contract says
  uint32_t slice = 1024;  // bytes; of scrub

  bool is_default() const { return boot && !scrub && !range; }
  // Of the compiler.
  std::vector<std::string> Defines() const;
  // "boot", "none", "scrub 1024", "range", "scrub 1024+range".
  std::string Text() const;
};

// The words that ParseGuard takes, for help.
inline constexpr std::string_view kGuardWords[] = {"boot", "none", "scrub", "range", "scrub+range"};

// `slice`: of those that scrub.
Result<Guard> ParseGuard(std::string_view word, uint32_t slice);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_INJECT_GUARD_H_
