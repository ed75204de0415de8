// A store to flash, three calls deep.
#include "crash.h"

static const uint32_t kTable[256] = {1, 2, 3};

CALL static uint32_t Crash(uint32_t a) {
  *(volatile uint32_t*)&kTable[a + 128] = 7;
  return kTable[a];
}
