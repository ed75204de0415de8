// Flips as users read and write them.
#ifndef ATOME_HARNESS_INJECT_FLIP_TEXT_H_
#define ATOME_HARNESS_INJECT_FLIP_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "emulation/machine/flip.h"
#include "harness/base/result.h"

namespace atome::harness {

// "0x20000123.4@56789": bit 4 of the byte there, in front of instruction 56789; "r3.17@56789", also sp, lr,
// pc, xpsr, s0 to s31; "instruction.9@56789": of the one that comes next.
std::string FlipText(const emulation::Flip& flip);

// Reads it back, as a flip of `bits` neighbours. The error shows the form.
Result<emulation::Flip> ParseFlip(std::string_view text, uint8_t bits);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_INJECT_FLIP_TEXT_H_
