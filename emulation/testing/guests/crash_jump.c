// A call of data in RAM, three calls deep.
#include "crash.h"

static uint32_t data[4];

CALL static uint32_t Crash(uint32_t a) {
  uint32_t (*volatile function)(uint32_t) = (uint32_t(*)(uint32_t))((uintptr_t)data + 1);
  return function(a) + 1;
}
