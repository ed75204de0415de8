// GDB's side of a stopped machine: answers packets, keeps breakpoints and watchpoints, decides where to stop.
#ifndef ATOME_EMULATION_GDB_PROTOCOL_H_
#define ATOME_EMULATION_GDB_PROTOCOL_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/gdb/target_registers.h"
#include "emulation/machine/debugger.h"

namespace atome::emulation::gdb {

// Numbers that GDB has for signals on every system (its include/gdb/signals.def).
enum class Signal : uint8_t {
  kInterrupt = 2,
  kIllegal = 4,
  kTrap = 5,
  kAbort = 6,
  kFloat = 8,
  kBus = 10,
  kSegment = 11,
  kCpuLimit = 24,
};

class Protocol {
 public:
  explicit Protocol(bool has_fpu);

  enum class Action : uint8_t { kNone, kResume, kDetach, kKill };
  struct Answer {
    std::optional<std::string> body;  // absent: nothing is answered yet
    Action action = Action::kNone;
  };
  // A packet while the machine is stopped. Any text may come.
  Answer Handle(std::string_view packet, DebugView& machine);

  // Whether to stop in front of the instruction. Sets why, for StopReply.
  bool StopsAt(uint32_t pc, const DebugView& machine);
  void SetSignal(Signal signal) { signal_ = signal; }
  // The answer to "?" and to what made the machine go on.
  std::string StopReply(const DebugView& machine) const;

  // Whether GDB asked to leave out "+" and "-".
  bool no_acknowledgements() const { return no_acknowledgements_; }

 private:
  struct Watchpoint {
    uint32_t address = 0;
    uint32_t bytes = 0;
    bool loads = false;
    bool stores = false;

    auto operator<=>(const Watchpoint&) const = default;
  };

  std::string Query(std::string_view packet, const DebugView& machine) const;
  std::string Monitor(std::string_view command_hex, const DebugView& machine) const;
  std::string ReadAll(const DebugView& machine) const;
  std::string WriteAll(std::string_view hex, DebugView& machine) const;
  std::string ReadOne(std::string_view number, const DebugView& machine) const;
  std::string WriteOne(std::string_view text, DebugView& machine) const;
  static std::string ReadMemory(std::string_view range, const DebugView& machine);
  static std::string WriteMemory(std::string_view text, bool binary, DebugView& machine);
  std::string SetPoint(std::string_view text, bool insert);
  Answer Resume(std::string_view step_or_go, DebugView& machine);
  Answer ResumeEach(std::string_view actions, DebugView& machine);

  std::vector<TargetRegister> registers_;
  std::string description_;
  std::set<uint32_t> breakpoints_;
  std::set<Watchpoint> watchpoints_;
  bool stepping_ = true;  // stops at the very first instruction
  bool no_acknowledgements_ = false;
  Signal signal_ = Signal::kTrap;
  std::string watch_;  // "watch:20000000;" after such a stop
};

}  // namespace atome::emulation::gdb

#endif  // ATOME_EMULATION_GDB_PROTOCOL_H_
