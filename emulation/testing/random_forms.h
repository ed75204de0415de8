// Instructions of random operands that any program may execute: none faults, branches, or is unpredictable.
#ifndef ATOME_EMULATION_TESTING_RANDOM_FORMS_H_
#define ATOME_EMULATION_TESTING_RANDOM_FORMS_H_

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace atome::emulation {

// What a core has, and what may be tried on it.
struct InstructionSet {
  bool armv7m = false;  // IT blocks and 32-bit instructions
  bool dsp = false;
  bool floats = false;   // FPv4-SP
  bool floats5 = false;  // what FPv5 has more, of single precision
  // Whether FPSCR has other modes of rounding than to nearest. VCVT from fixed point rounds to nearest in any
  // (Armv7-M Architecture Reference Manual: "VCVT (between floating-point and fixed-point)"), but not in
  // Unicorn: left out then.
  bool rounds = false;
  bool armv8m = false;     // LDA, STL
  bool exclusives = true;  // LDREX and STREX, which an interrupt between them changes
};

// Unlike a distribution of the standard library, the same everywhere.
class RandomNumbers {
 public:
  explicit RandomNumbers(uint64_t seed) : random_(seed) {}
  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }
  uint32_t Word() { return static_cast<uint32_t>(random_() >> 32); }

 private:
  std::mt19937_64 random_;
};

// A pattern of 16 or 32 binary digits, halfwords in order of execution. Letters side by side are a number:
//   d, e     registers that are written: d of three digits r0 to r4, of four also r8 to r12; e another than d
//   and m n, m, a  registers that are read: of three digits to r7, of four to r12 f, g, h  registers of the
//   FPU, s0 to s31, without the lowest bit, which is F, G, H i        any bits
struct Form {
  const char* pattern;
  bool in_it = true;  // whether it may stand in an IT block
};

// The forms of a set.
struct Forms {
  explicit Forms(const InstructionSet& set);

  std::vector<Form> plain;
  std::vector<Form> moving;   // change their base, r7, by at most 255
  std::vector<Form> indexed;  // need an index in r4, a multiple of 4 under 128 where alignment matters
  std::vector<Form> shifted;  // need one under 16
};

// The bytes of an instruction of the form, its operands chosen.
std::string FillIn(const Form& form, RandomNumbers& random);

// Little-endian halfwords.
std::string Halfwords(std::initializer_list<uint32_t> halfwords);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_TESTING_RANDOM_FORMS_H_
