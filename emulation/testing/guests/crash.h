// A crash three calls deep. The including file defines Crash; optimisation must leave the calls alone.
#ifndef ATOME_EMULATION_TESTING_GUESTS_CRASH_H_
#define ATOME_EMULATION_TESTING_GUESTS_CRASH_H_

#include "semihosting.h"

#define CALL __attribute__((noinline, noipa))

CALL static uint32_t Crash(uint32_t a);

CALL static uint32_t Inner(uint32_t a) {
  volatile uint32_t local[3] = {a, a + 1, a + 2};
  return Crash(a + 1) + local[1];
}

CALL static uint32_t Outer(uint32_t a, uint32_t b) {
  const uint32_t sum = Inner(a) + Inner(b);
  return sum * a + b;
}

void reset(void) { Exit(Outer(1, 2)); }

#endif  // ATOME_EMULATION_TESTING_GUESTS_CRASH_H_
