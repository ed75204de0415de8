// Core clock cycles, from the counter the core has: DWT's CYCCNT on Armv7-M, SysTick on Armv6-M. An emulator
// may count nothing or the host's time, so the counter is tried before it is believed.
#ifndef ATOME_ENGINE_FIRMWARE_CYCLE_COUNTER_H_
#define ATOME_ENGINE_FIRMWARE_CYCLE_COUNTER_H_

#include <stdint.h>

namespace atome {

// The core has one, so all is static: a call around a count takes no argument, whose set-up would be counted.
class CycleCounter {
 public:
  // Switches the counter on and tries it: a loop of known length, three times over, must take the same number
  // of cycles, and no fewer than the core needs for its instructions.
  static void Start();

  // Begin and end a count; harmless before Start.
  static void Begin();
  static void End();

  // Prints the count, as "cycles 1068205"; "cycles over 16777215" when it wrapped; "cycles unavailable" when
  // the counter is not to be believed.
  static void Print();

  // Prints "cycles unavailable: " and why, if so.
  static void PrintReason();

 private:
  inline static uint32_t begin_ = 0;
  inline static uint32_t cycles_ = 0;
  inline static const char* reason_ = nullptr;  // not to believe the counter
};

}  // namespace atome

#endif  // ATOME_ENGINE_FIRMWARE_CYCLE_COUNTER_H_
