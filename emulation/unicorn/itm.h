// The Instrumentation Trace Macrocell of Armv7-M: firmware prints through its stimulus port 0.
#ifndef ATOME_EMULATION_UNICORN_ITM_H_
#define ATOME_EMULATION_UNICORN_ITM_H_

#include <cstdint>
#include <string>

namespace atome::emulation {

// Armv7-M Architecture Reference Manual, C1.7. Offsets are from the start of the private peripheral bus,
// where it lies. TER, TPR and TCR are written once LAR has unlocked them. What is written to an enabled port
// goes out at once, so an enabled port is always ready.
class Itm {
 public:
  static constexpr bool Has(uint32_t offset) { return offset < 0x1000; }

  // As a debugger that listens leaves it: on, with all ports.
  void SwitchOn();

  // Of words, with `traces` for DEMCR.TRCENA.
  uint32_t Read(uint32_t word, bool traces) const;
  // A store of `bytes` bytes; returns what port 0 sends.
  std::string Write(uint32_t offset, unsigned bytes, uint32_t value, bool traces);

 private:
  bool Enabled(uint32_t port, bool traces) const;

  uint32_t ports_ = 0;      // TER
  uint32_t privilege_ = 0;  // TPR
  uint32_t control_ = 0;    // TCR
  bool locked_ = true;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_ITM_H_
