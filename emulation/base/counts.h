// What runs are measured in. The types do not mix.
#ifndef ATOME_EMULATION_BASE_COUNTS_H_
#define ATOME_EMULATION_BASE_COUNTS_H_

#include <cstdint>

namespace atome::emulation {

// Executed instructions. A conditional instruction in an IT block counts whether it is executed or skipped,
// as block decoding sees it; both emulators count alike.
enum class Instructions : uint64_t {};
constexpr uint64_t Count(Instructions n) { return static_cast<uint64_t>(n); }

// Modelled by emulation/timing, from the first instruction on, never measured; emulation/README.md says how
// far to trust them.
enum class Cycles : uint64_t {};
constexpr uint64_t Count(Cycles n) { return static_cast<uint64_t>(n); }

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_COUNTS_H_
