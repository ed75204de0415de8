// Which handlers of faults do something; both emulators stop a run in front of the others.
#ifndef ATOME_EMULATION_MACHINE_FAULT_HANDLER_H_
#define ATOME_EMULATION_MACHINE_FAULT_HANDLER_H_

#include <cstdint>

#include "emulation/base/memory_reader.h"

namespace atome::emulation {

// Whether `vector`, an entry of a vector table, is a handler: code, which does not start the program again
// from `reset` and does not only branch to itself, as the default handlers of start-up code do. The fault
// itself says more than either.
bool HandlesFaults(uint32_t vector, uint32_t reset, const MemoryReader& read);

// B to itself, narrow or wide.
bool BranchesToItself(uint32_t address, const MemoryReader& read);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_FAULT_HANDLER_H_
