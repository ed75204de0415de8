// The registers of a Cortex-M as GDB numbers and names them.
#ifndef ATOME_EMULATION_GDB_TARGET_REGISTERS_H_
#define ATOME_EMULATION_GDB_TARGET_REGISTERS_H_

#include <string>
#include <vector>

#include "emulation/machine/debugger.h"

namespace atome::emulation::gdb {

struct TargetRegister {
  std::string name;
  std::string feature;  // of GDB's target descriptions
  std::string type;     // GDB's name of it; empty: a number
  // A register of 64 bits is this one and the next.
  DebugRegister first{};
  unsigned bits = 32;
};

// In the order of GDB's numbers, from 0.
std::vector<TargetRegister> TargetRegisters(bool has_fpu);

// The target description, XML (Debugging with GDB, appendix G.5.4: "M-profile").
std::string TargetDescription(const std::vector<TargetRegister>& registers);

}  // namespace atome::emulation::gdb

#endif  // ATOME_EMULATION_GDB_TARGET_REGISTERS_H_
