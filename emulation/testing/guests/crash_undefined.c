// An undefined instruction, three calls deep, in an inlined function.
#include "crash.h"

__attribute__((always_inline)) static inline void Abort(void) { __asm__ volatile(".inst 0xDE2A" ::: "memory"); }

CALL static uint32_t Crash(uint32_t a) {
  if (a == 2) Abort();
  return a;
}
