// What a run looked like where a fault or a limit ended it: plain data that outlives the ELF image and the
// emulated machine. scene_builder.h makes it, scene_text.h prints it.
#ifndef ATOME_EMULATION_SCENE_SCENE_H_
#define ATOME_EMULATION_SCENE_SCENE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulation/elf/call_frame.h"

namespace atome::emulation {

struct SceneInstruction {
  uint32_t address = 0;
  std::string text = {};     // "ldr r3, [r0, #4]"
  std::string comment = {};  // the function that a branch leads to; else empty
  std::string place = {};    // "function+0x12 (file.cc:34)"
  bool here = false;         // the one at which the run ended
};

struct Loop {
  bool operator==(const Loop&) const = default;
  std::vector<uint32_t> blocks;  // addresses, in the order of execution when steady, else ascending
  uint32_t instructions = 0;     // in one round when steady; of all blocks together when not
  // Whether the rounds are alike. Otherwise the same blocks come again and again, in changing order.
  bool steady = true;
  uint32_t rounds = 0;              // seen among the blocks that were kept; 0 when not steady
  std::vector<std::string> places;  // "function (file.cc:34-40)", one for each function
};

// The exceptions that faults raise, by their numbers.
enum class FaultException : uint8_t {
  kNone = 0,
  kHardFault = 3,
  kMemManage = 4,
  kBusFault = 5,
  kUsageFault = 6
};

// BFSR.IMPRECISERR, in CFSR.
inline constexpr uint32_t kCfsrImprecise = 1u << 10;

// The System Control Block after the same fault on silicon (Armv7-M Architecture Reference Manual, B3.2.15 to
// B3.2.18).
struct FaultStatus {
  FaultException exception = FaultException::kNone;  // kNone: not a fault on silicon
  bool escalated = false;  // to HardFault: the exception's own handler is not enabled
  bool readable = false;   // Armv6-M has none of the registers below
  uint32_t cfsr = 0;
  uint32_t hfsr = 0;
  std::optional<uint32_t> bfar = std::nullopt;  // when valid
  std::string bits = {};                        // "UFSR.UNDEFINSTR, HFSR.FORCED"
  std::string note = {};  // where silicon differs from the emulated machine; a sentence, or empty

  // A data error that comes with a later instruction.
  bool imprecise() const { return (cfsr & kCfsrImprecise) != 0; }
};

struct Scene {
  std::array<uint32_t, 16> registers{};
  uint32_t xpsr = 0;
  // "table+0x10", "stack, sp+0x8", "Step+0x12 (atome.cc:34)" where a register points to a known place.
  std::array<std::string, 16> register_places;
  // Oldest first, up to and with the one at which the run ended.
  std::vector<SceneInstruction> last_instructions;
  std::vector<CallFrame> call_trace;  // innermost first
  std::optional<Loop> loop;
  uint32_t blocks_seen = 0;                 // searched for a loop; 0: no search
  std::string stack;                        // what is wrong with the stack pointer; a sentence, or empty
  std::optional<FaultStatus> fault_status;  // after a fault
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SCENE_SCENE_H_
