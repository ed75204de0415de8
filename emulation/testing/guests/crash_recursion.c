// Two functions that call each other for ever, below data that the stack must not reach.
#include "semihosting.h"

#define CALL __attribute__((noinline, noipa))

static volatile uint32_t data[16];

CALL static uint32_t Pong(uint32_t a);

CALL static uint32_t Ping(uint32_t a) {
  volatile uint32_t local[5] = {a};
  return Pong(a + 1) + local[0];
}

CALL static uint32_t Pong(uint32_t a) { return Ping(a) + data[a & 15]; }

void reset(void) { Exit(Ping(0)); }
