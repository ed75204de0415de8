// Where the cycles of a run went: a tree of calls, by function.
#ifndef ATOME_EMULATION_MACHINE_PROFILE_H_
#define ATOME_EMULATION_MACHINE_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace atome::emulation {

// A function called from the chain of its parents. Its figures leave out what it calls.
struct ProfileNode {
  std::string function;  // demangled; an address where the ELF has no symbol
  size_t parent = 0;     // its index is lower; the root is the whole program and its own parent
  uint64_t calls = 0;    // times it was entered from that parent
  uint64_t instructions = 0;
  uint64_t cycles = 0;
};

struct Profile {
  bool has_cycles = true;          // else the nodes' cycles mean nothing: those of the core are not modelled
  std::vector<ProfileNode> nodes;  // the root first
};

// Which part of a run is of interest: from one arrival at the mark to another.
struct ProfileWindow {
  size_t from_mark = 0;  // 0: from the start
  size_t to_mark = SIZE_MAX;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_PROFILE_H_
