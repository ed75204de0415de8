// What a debugger sees of a run of the Unicorn machine, in front of an instruction.
#ifndef ATOME_EMULATION_UNICORN_DEBUG_VIEW_H_
#define ATOME_EMULATION_UNICORN_DEBUG_VIEW_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "emulation/machine/debugger.h"
#include "emulation/unicorn/guest_run.h"
#include "emulation/unicorn/registers.h"

namespace atome::emulation {

class RunView final : public DebugView {
 public:
  RunView(Registers& registers, GuestRun& run, bool has_fpu)
      : registers_(registers), run_(run), has_fpu_(has_fpu) {}

  // The instruction that comes next.
  void SetPc(uint32_t pc) { pc_ = pc; }
  // Where the debugger wants to go on, or the same place when it has changed memory, in which code may lie.
  std::optional<uint32_t> TakeRestart() { return std::exchange(restart_, std::nullopt); }

  uint32_t ReadRegister(DebugRegister which) const override;
  void WriteRegister(DebugRegister which, uint32_t value) override;
  bool ReadMemory(uint32_t address, std::span<uint8_t> bytes) const override;
  bool WriteMemory(uint32_t address, std::span<const uint8_t> bytes) override;
  std::optional<DebugAccess> AccessAt(uint32_t pc) const override;
  Instructions instructions() const override { return run_.InstructionsBefore(pc_); }
  Cycles cycles() const override { return run_.CyclesBefore(pc_); }
  std::string_view output() const override { return run_.output(); }
  void Excuse(std::chrono::nanoseconds waited) override { run_.Excuse(waited); }

 private:
  Registers& registers_;
  GuestRun& run_;
  bool has_fpu_;
  uint32_t pc_ = 0;
  std::optional<uint32_t> restart_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_DEBUG_VIEW_H_
