// The Cortex-M cores of this project: one entry of emulation/boards/cores.json each.
#ifndef ATOME_EMULATION_BOARDS_CORE_H_
#define ATOME_EMULATION_BOARDS_CORE_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "emulation/boards/memory_map.h"

namespace atome::emulation {

struct Core {
  std::string_view name;   // as on the command line: "m4f"
  std::string_view title;  // as in reports: "Cortex-M4F"
  int unicorn_model;       // UC_CPU_ARM_*
  uint32_t cpuid;          // the CPUID register of the real core
  bool has_fpu;
  bool has_dsp;
  bool strict_alignment;  // Armv6-M: every misaligned access faults
  bool armv8m;            // Armv8-M Mainline; runs in Secure state alone
  bool has_vtor;          // the program can move its vector table
  uint8_t mpu_regions;    // of the MPU, as chips with one have; 0: the core cannot have one
  // The memories of the core without a board, which QEMU's machine has too; the project's firmware is linked
  // for them.
  uint32_t flash_address;
  uint32_t flash_bytes;
  uint32_t ram_address;
  uint32_t ram_bytes;
  std::string_view no_cycles;  // why its cycles are not modelled; empty: they are
  std::string_view qemu_machine;
  std::span<const std::string_view> qemu_options;
  std::string_view qemu_core;     // the core QEMU really runs
  std::string_view unicorn_note;  // what Unicorn really runs when it lacks this core; else empty
  std::string_view qemu_note;     // empty when QEMU has this core

  bool has_cycles() const { return no_cycles.empty(); }
};

// Where the architecture's regions for code and for SRAM begin, and with them the memories of most cores and
// chips.
inline constexpr uint32_t kFlashAddress = 0x00000000;
inline constexpr uint32_t kRamAddress = 0x20000000;

// All cores, in the order of the file.
std::span<const Core> Cores();

// The core of that name, or nullptr.
const Core* FindCore(std::string_view name);

// The memories of its emulated machine: flash, which an image may also be linked for where many chips have
// theirs (0x08000000: STM32, GD32), and RAM.
MemoryMap MapOf(const Core& core);

// Whether words of its RAM have aliases for each of their bits, from 0x22000000: Cortex-M3 and M4.
bool HasBitBand(const Core& core);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BOARDS_CORE_H_
