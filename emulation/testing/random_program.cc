#include "emulation/testing/random_program.h"

#include <random>

namespace atome::emulation {
namespace {

// As random_program.S has them, little-endian.
constexpr uint32_t kPeriodMarker = 0xC0FFEE00, kProgramMarker = 0xC0FFEE01;

std::string LittleEndian(uint32_t value) {
  std::string bytes;
  for (int k = 0; k < 4; ++k) bytes += static_cast<char>(value >> (8 * k) & 0xFF);
  return bytes;
}

class Writer {
 public:
  Writer(uint64_t seed, const RandomProgramOptions& options) : random_(seed), options_(options) {}

  void Step() {
    const uint32_t kinds = options_.floats ? 12 : options_.armv7m ? 10 : 8;
    switch (Below(kinds)) {
      case 0:
        return Branch();
      case 1:
        return Access();
      case 2:
        return Stack();
      case 3:
        return Emit(0x603E);  // STR r6, [r7]: PendSV
      case 4:
        return Multiple();
      case 8:
        return ItBlock();
      case 9:
        return Wide();
      case 10:
      case 11:
        return Float();
      default:
        return Arithmetic();
    }
  }

  std::string Take() { return std::move(code_); }
  size_t bytes() const { return code_.size(); }

 private:
  // Unlike a distribution of the standard library, the same everywhere.
  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }
  uint32_t Changed() { return "\0\1\2\3\5"[Below(5)]; }
  uint32_t Read() { return Below(6); }

  void Emit(uint32_t halfword) {
    code_ += static_cast<char>(halfword & 0xFF);
    code_ += static_cast<char>(halfword >> 8 & 0xFF);
  }
  void Emit(uint32_t first, uint32_t second) {
    Emit(first);
    Emit(second);
  }

  // 16 bits, of data processing alone.
  void Arithmetic() {
    switch (Below(6)) {
      case 0:
        return Emit(0x1800 | Below(2) << 9 | Read() << 6 | Read() << 3 | Changed());  // ADDS, SUBS
      case 1:
        return Emit((0x2000 + 0x800 * Below(4)) | Changed() << 8 | Below(256));  // with an immediate
      case 2:
        return Emit(Below(3) << 11 | Below(32) << 6 | Read() << 3 | Changed());  // shifts
      default:
        return Emit(0x4000 | Below(16) << 6 | Read() << 3 | Changed());
    }
  }

  void Branch() {
    const uint32_t skipped = 1 + Below(4);
    Emit(0xD000 | Below(14) << 8 | (skipped - 1));
    for (uint32_t k = 0; k < skipped; ++k) Arithmetic();
  }

  // Words, halfwords and bytes at r4, at most 64 words from there.
  void Access() {
    const uint32_t load = Below(2) << 11;
    switch (Below(3)) {
      case 0:
        return Emit(0x6000 | load | Below(32) << 6 | 4 << 3 | Changed());
      case 1:
        return Emit(0x7000 | load | Below(32) << 6 | 4 << 3 | Changed());
      default:
        return Emit(0x8000 | load | Below(32) << 6 | 4 << 3 | Changed());
    }
  }

  void Stack() {
    Emit(0xB400 | 0x23);  // PUSH {r0, r1, r5}
    for (uint32_t k = Below(4); k > 0; --k) Arithmetic();
    Emit(0xBC00 | 0x0E);  // POP {r1, r2, r3}
  }

  void Multiple() {
    Emit(0xC400 | 0x2B);  // STMIA r4!, {r0, r1, r3, r5}
    Emit(0x3C10);         // SUBS r4, #16
    if (Below(2) != 0)
      Emit(0xCC2F);  // LDMIA r4!, {r0 to r3, r5}
    else
      return;
    Emit(0x3C14);
  }

  void ItBlock() {
    const uint32_t count = 1 + Below(4);
    // The mask: a condition's low bit for each further instruction, then a 1.
    const uint32_t mask = (Below(16) & (0xFu << (5 - count)) & 0xF) | 1u << (4 - count);
    Emit(0xBF00 | Below(14) << 4 | mask);
    for (uint32_t k = 0; k < count; ++k) Arithmetic();
  }

  void Wide() {
    const uint32_t n = Read(), m = Read(), d = Changed();
    switch (Below(4)) {
      case 0:
        return Emit(0xFB00 | n, Read() << 12 | d << 8 | m);  // MLA
      case 1:
        return Emit(0xFBB0 | n, 0xF0F0 | d << 8 | m);  // UDIV
      case 2:
        return Emit(0xFB80 | n, d << 12 | (d == 0 ? 1 : 0) << 8 | m);  // SMULL
      default:
        return Emit(0xEA80 | n, Below(4) << 4 | Below(8) << 12 | d << 8 | m);  // EOR, shifted
    }
  }

  void Float() {
    const uint32_t d = Below(16), n = Below(16), m = Below(16);
    const uint32_t first = (d & 1) << 6 | n >> 1,
                   second = d >> 1 << 12 | 0xA00 | (n & 1) << 7 | (m & 1) << 5 | m >> 1;
    switch (Below(4)) {
      case 0:
        return Emit(0xEE30 | first, second);  // VADD
      case 1:
        return Emit(0xEE20 | first, second);  // VMUL
      case 2:
        return Emit(0xEE10 | n >> 1, Changed() << 12 | 0xA10 | (n & 1) << 7);  // VMOV r, s
      default:
        return Emit(0xEE00 | n >> 1, Read() << 12 | 0xA10 | (n & 1) << 7);  // VMOV s, r
    }
  }

  std::mt19937_64 random_;
  RandomProgramOptions options_;
  std::string code_;
};

}  // namespace

std::string RandomProgram(uint64_t seed, size_t bytes, const RandomProgramOptions& options) {
  constexpr size_t kLongestStep = 16;
  Writer writer(seed, options);
  while (writer.bytes() + kLongestStep <= bytes) writer.Step();
  return writer.Take();
}

std::string WithProgram(std::string elf, const std::string& program, uint32_t period) {
  elf.replace(elf.find(LittleEndian(kPeriodMarker)), 4, LittleEndian(period));
  elf.replace(elf.find(LittleEndian(kProgramMarker)), program.size(), program);
  return elf;
}

}  // namespace atome::emulation
