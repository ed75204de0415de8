// A loop of several blocks and two functions that never ends.
#include "semihosting.h"

static volatile uint32_t data[16];

__attribute__((noinline, noipa)) static uint32_t Step(uint32_t a) {
  return a + data[a & 15];
}

void reset(void) {
  uint32_t a = 1;
  while (a != 0) {
    a = Step(a);
    if (data[1] != 0) a += 2;
  }
  Exit(0);
}
