// Core clock cycles, from the counter the core has: DWT's CYCCNT on Armv7-M, SysTick on Armv6-M. An emulator
// may count nothing or the host's time, so the counter is tried before it is believed.
#ifndef ATOME_ENGINE_FIRMWARE_CYCLE_COUNTER_H_
#define ATOME_ENGINE_FIRMWARE_CYCLE_COUNTER_H_

#include <stdint.h>

#include "engine/firmware/line.h"

namespace atome {

class CycleCounter {
 public:
  // Switches the counter on and tries it: a loop of known length, three times over, must take the same number
  // of cycles, and no fewer than the core needs for its instructions.
  CycleCounter();

  // Begin and end a count.
  void Begin();
  void End();

  // Prints the count, as "1068205 cycles"; "over 16777215 cycles" when it wrapped; "cycles
  // unavailable" when the counter is not to be believed.
  void Print(Line& line) const;

  // Prints "cycles unavailable: " and why, if so.
  void PrintReason(Line& line) const;

 private:
  uint32_t begin_ = 0;
  uint32_t cycles_ = 0;
  const char* reason_ = nullptr;  // not to believe the counter
};

}  // namespace atome

#endif  // ATOME_ENGINE_FIRMWARE_CYCLE_COUNTER_H_
