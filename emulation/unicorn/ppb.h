// The private peripheral bus of a Cortex-M: system control registers at their architectural addresses.
#ifndef ATOME_EMULATION_UNICORN_PPB_H_
#define ATOME_EMULATION_UNICORN_PPB_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "emulation/base/counts.h"
#include "emulation/boards/core.h"
#include "emulation/unicorn/counters.h"
#include "emulation/unicorn/exceptions.h"
#include "emulation/unicorn/fault_registers.h"
#include "emulation/unicorn/itm.h"
#include "emulation/unicorn/mpu.h"

namespace atome::emulation {

inline constexpr uint32_t kPpbAddress = 0xE0000000;
inline constexpr uint32_t kPpbBytes = 0x00100000;

// The counters, CPUID, exceptions, fault status, and what a program sets up in the System Control Block:
// VTOR, CCR, CPACR. Armv6-M lacks CYCCNT, the ITM, CPACR and all fault registers. The MPU's registers, which
// protect nothing. Every other register reads 0 and ignores writes. One per run.
class Ppb {
 public:
  // With the ITM switched on by a debugger, or off as after a reset. `vector_table` is what VTOR holds at
  // first, as a boot loader leaves it.
  explicit Ppb(const Core& core, bool traces = false, uint32_t vector_table = 0);

  // Whether `now` matters to an access there.
  bool NeedsTime(uint32_t offset) const;
  // Whether its events do: a read, or a write of `value`.
  bool NeedsEvents(uint32_t offset, uint32_t value = 0) const;
  // `offset` from kPpbAddress; `bytes` is 1, 2 or 4; `now` is when the accessing instruction executes.
  uint32_t Read(uint32_t offset, unsigned bytes, const timing::Moment& now = {});
  void Write(uint32_t offset, unsigned bytes, uint32_t value, const timing::Moment& now = {});

  // Whether CPACR lets the program use the FPU; false on a core that has none.
  bool fpu_enabled() const;
  // Whether a division by 0 faults.
  bool traps_division_by_zero() const;
  Exceptions& exceptions() { return exceptions_; }
  const Exceptions& exceptions() const { return exceptions_; }
  const Mpu& mpu() const { return mpu_; }
  FaultRegisters& faults() { return faults_; }
  // Whether a store goes on behind the instruction, so that its fault comes late.
  bool buffers_stores() const;
  // FPCCR, false without an FPU: whether exceptions stack the FPU's registers, and whether late.
  bool keeps_float_state() const;
  bool stacks_floats_late() const;
  std::optional<Cycles> NextTick(Cycles now) const { return systick_.NextInterrupt(now); }
  // Of the vector table; nothing on a core that has no VTOR, or where it was not set.
  std::optional<uint32_t> vector_table() const;
  bool sleeps_on_exit() const;

  // What the program printed through the ITM since the last call.
  std::string TakePrinted() { return std::exchange(printed_, {}); }

  // The firmware asked for a system reset through AIRCR.
  bool reset_requested() const { return reset_requested_; }

 private:
  struct Stored {
    uint32_t offset;
    uint32_t writable;  // bits
    uint32_t reset;
    bool armv6m;  // Armv6-M has it too
  };
  static const std::array<Stored, 6> kStored;

  bool armv6m() const { return core_.strict_alignment; }
  bool traces() const;
  uint32_t StoredWord(uint32_t offset) const;
  uint32_t ReadWord(uint32_t offset, const timing::Moment& now);

  const Core& core_;
  CycleCounter cycle_counter_;
  SysTick systick_;
  Exceptions exceptions_;
  Mpu mpu_;
  FaultRegisters faults_;
  Itm itm_;
  std::string printed_;
  std::array<uint32_t, 6> stored_{};
  bool reset_requested_ = false;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_PPB_H_
