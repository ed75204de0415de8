// Starts the clocks of an nRF51 or nRF52 and waits for their events.
#include "semihosting.h"

#define CLOCK(offset) (*(volatile uint32_t*)(0x40000000 + (offset)))

static void Start(uint32_t task, uint32_t event) {
  CLOCK(event) = 0;
  if (CLOCK(event) != 0) Exit(1);
  CLOCK(task) = 1;
  while (CLOCK(event) == 0) {
  }
  CLOCK(event) = 0;
}

void reset(void) {
  if (CLOCK(0x40C) != 0) Exit(2);
  Start(0x000, 0x100);  // the crystal
  if (CLOCK(0x40C) != (1 << 16 | 1)) Exit(3);
  CLOCK(0x518) = 1;
  Start(0x008, 0x104);  // the low-frequency crystal
  if (CLOCK(0x418) != (1 << 16 | 1)) Exit(4);
  CLOCK(0x004) = 1;
  Exit(CLOCK(0x40C));
}
