// Random programs for the frame of guests/random_program.S: branches, bounded loops, calls, tables, IT
// blocks, loads and stores of every form, DSP and FPU instructions. No two emulators may differ on one, and
// no interrupt may change one.
#ifndef ATOME_EMULATION_TESTING_RANDOM_PROGRAM_H_
#define ATOME_EMULATION_TESTING_RANDOM_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/testing/random_forms.h"

namespace atome::emulation {

// The frame has room for so many programs.
inline constexpr size_t kProgramsOfAFrame = 512;

struct RandomProgram {
  std::string start;               // what registers, flags and data begin with, as the frame reads it
  std::vector<std::string> steps;  // each stands by itself: without some of them it is a program too

  // What runs: the steps between the frame's call and the return.
  std::string Code() const;
};

// What may be tried on a core of that name (FindCore).
InstructionSet InstructionSetOf(std::string_view core);

// A program of at most 576 bytes, which ends, does not fault, and changes only r0 to r5, r8 to r12, the
// flags, s0 to s31, FPSCR, 512 bytes around r6 and what is below SP. With `pends` it now and then makes
// PendSV pending. Equal seeds give equal programs.
RandomProgram MakeRandomProgram(uint64_t seed, const InstructionSet& set, bool pends);

struct FrameOptions {
  uint32_t period = 0;  // of SysTick; 0: no interrupt comes
  bool shown = false;   // print every word of the outcome instead of a sum
};

// The frame's ELF file with 1 to kProgramsOfAFrame programs in it.
std::string WithPrograms(std::string elf, std::span<const RandomProgram> programs,
                         const FrameOptions& options);

// What the words are that the frame shows, in order: "r0", "flags", "s31", "data+4".
std::vector<std::string> ShownWords();

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_TESTING_RANDOM_PROGRAM_H_
