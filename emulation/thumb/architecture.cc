#include "emulation/thumb/architecture.h"

#include "emulation/thumb/decode.h"

namespace atome::thumb {
namespace {

constexpr unsigned kNoRegister = 15;

bool IsSixteenBitsOfArmv7(uint16_t h) {
  const bool compares = (h & 0xF500) == 0xB100;                      // CBZ, CBNZ
  const bool conditions = (h & 0xFF00) == 0xBF00 && (h & 0xF) != 0;  // IT
  return compares || conditions;
}

bool IsWideOfArmv6(uint16_t first, uint16_t second) {
  if ((first & 0xF800) != 0xF000) return false;
  const bool call = (second & 0xD000) == 0xD000;
  if ((second & 0xD000) != 0x8000) return call;
  const bool special = (first & 0xFFF0) == 0xF380 || first == 0xF3EF;  // MSR, MRS
  const unsigned barrier = second >> 4 & 15;
  const bool fences = first == 0xF3BF && barrier >= 4 && barrier <= 6;
  return special || fences;
}

// 0xFA80 to 0xFAFF: parallel addition and subtraction, saturating arithmetic, SEL; not REV, RBIT, CLZ.
bool IsDspRegister(uint16_t first, uint16_t second) {
  if ((second & 0xF080) == 0xF000) return true;
  const unsigned operation = first >> 4 & 3;
  return (second & 0xF0C0) == 0xF080 && (first & 0x40) == 0 && (operation == 0 || operation == 2);
}

bool IsDsp(uint16_t first, uint16_t second) {
  if ((first & 0xFFE0) == 0xEAC0) return true;  // PKHBT, PKHTB
  // SSAT16, USAT16: no shift amount.
  if ((first & 0xFFF0) == 0xF320 || (first & 0xFFF0) == 0xF3A0) return (second & 0xF0C0) == 0;
  switch (first & 0xFF80) {
    case 0xFA00: {
      if ((second & 0xF0C0) != 0xF080) return false;  // shifts by register
      const unsigned operation = first >> 4 & 7;
      return (first & 15) != kNoRegister || operation == 2 || operation == 3;  // SXTAB, ...; SXTB16, UXTB16
    }
    case 0xFA80:
      return IsDspRegister(first, second);
    case 0xFB00:
      return (first >> 4 & 7) != 0;  // all but MUL, MLA, MLS
    case 0xFB80: {
      const unsigned operation = first >> 4 & 7;
      const unsigned more = second >> 4 & 15;
      return operation == 5 || ((operation == 4 || operation == 6) && more != 0);  // not SMLAL, UMLAL
    }
    default:
      return false;
  }
}

// Load-acquire and store-release, TT, SG, VLLDM and VLSTM.
bool IsArmv8M(uint16_t first, uint16_t second) {
  if (first == 0xE97F && second == 0xE97F) return true;
  if ((first & 0xFFF0) == 0xE840) return (second & 0xF03F) == 0xF000;
  if ((first & 0xFFE0) == 0xE8C0) return (second & 0x0F80) == 0x0F80 && (second & 0x30) != 0x30;
  return (first & 0xFFE0) == 0xEC20 && second == 0x0A00;
}

}  // namespace

bool Knows(Architecture architecture, uint16_t first, uint16_t second) {
  const bool wide = Bytes(first) == 4;
  switch (architecture) {
    case Architecture::kArmv6M:
      return wide ? IsWideOfArmv6(first, second) : !IsSixteenBitsOfArmv7(first);
    case Architecture::kArmv7M:
      return !wide || (!IsDsp(first, second) && !IsArmv8M(first, second));
    case Architecture::kArmv7EM:
      return !wide || !IsArmv8M(first, second);
    case Architecture::kArmv8M:
      return true;
  }
  return true;
}

}  // namespace atome::thumb
