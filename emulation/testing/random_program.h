// Random programs for the frame of guests/random_program.S.
#ifndef ATOME_EMULATION_TESTING_RANDOM_PROGRAM_H_
#define ATOME_EMULATION_TESTING_RANDOM_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace atome::emulation {

struct RandomProgramOptions {
  bool armv7m = false;  // IT blocks and 32-bit instructions too
  bool floats = false;
};

// At most `bytes` bytes of Thumb code that only changes r0 to r3, r5, the flags, s0 to s15, 64 words at r4
// and what is below SP, and now and then makes PendSV pending. Equal seeds give equal programs.
std::string RandomProgram(uint64_t seed, size_t bytes, const RandomProgramOptions& options);

// The frame's ELF file with the program and the period of SysTick in it.
std::string WithProgram(std::string elf, const std::string& program, uint32_t period);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_TESTING_RANDOM_PROGRAM_H_
