// The registers of an emulated core.
#ifndef ATOME_EMULATION_UNICORN_REGISTERS_H_
#define ATOME_EMULATION_UNICORN_REGISTERS_H_

#include <cstdint>

namespace atome::emulation {

enum class SpecialRegister : uint8_t {
  kXpsr,  // flags, T and IPSR; reads and writes all but IPSR as bits, see kIpsr
  kIpsr,  // writing it goes to handler or thread mode, which brings that mode's stack pointer to r13
  kPsp,
  kControl,
  kPrimask,
  kBasepri,
  kFaultmask,
  kFpscr,
  kMsp,
};

class Registers {
 public:
  virtual ~Registers() = default;
  // r0 to r14; not the PC. As far as the emulator knows them in the middle of a block.
  virtual uint32_t Read(unsigned number) const = 0;
  // The flags in bits 31 to 27.
  virtual uint32_t ReadStatus() const = 0;
  // These only while the program is stopped.
  virtual void Write(unsigned number, uint32_t value) = 0;
  virtual uint32_t ReadSpecial(SpecialRegister which) const = 0;
  virtual void WriteSpecial(SpecialRegister which, uint32_t value) = 0;
  // s0 to s31.
  virtual uint32_t ReadFloat(unsigned number) const = 0;
  virtual void WriteFloat(unsigned number, uint32_t value) = 0;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_REGISTERS_H_
