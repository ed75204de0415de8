// The unit of everything the models say.
#ifndef ATOME_EMULATION_TIMING_CYCLES_H_
#define ATOME_EMULATION_TIMING_CYCLES_H_

#include <cstdint>

namespace atome::timing {

// Modelled cycles: not instructions, not measured.
enum class Cycles : uint64_t {};
constexpr uint64_t Count(Cycles n) { return static_cast<uint64_t>(n); }

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_CYCLES_H_
