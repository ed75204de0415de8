// Waits for 100 microseconds of the RP2040's timer twice, and returns what SysTick counted meanwhile in MHz.
#include "semihosting.h"

#define REGISTER(address) (*(volatile uint32_t*)(address))
enum { kTimer = 0x40054028, kSysTick = 0xE000E010 };

static void Wait(uint32_t microseconds) {
  const uint32_t begin = REGISTER(kTimer);
  while (REGISTER(kTimer) - begin < microseconds) {
  }
}

void reset(void) {
  REGISTER(kSysTick + 4) = 0xFFFFFF;
  REGISTER(kSysTick + 8) = 0;
  REGISTER(kSysTick) = 5;
  Wait(100);
  const uint32_t first = REGISTER(kSysTick + 8);
  Wait(100);
  Exit((first - REGISTER(kSysTick + 8)) / 100);
}
