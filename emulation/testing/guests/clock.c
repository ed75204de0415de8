// Prints the clocks; only a machine with an emulated clock gives the same numbers twice.
#include "semihosting.h"

void reset(void) {
  volatile uint32_t elapsed[2] = {0, 0};
  for (volatile int i = 0; i < 2000000; ++i) {
  }
  PrintHex((uint32_t)Semihost(0x10, 0));
  PrintHex((uint32_t)Semihost(0x11, 0));
  PrintHex((uint32_t)Semihost(0x30, elapsed));
  PrintHex(elapsed[0]);
  PrintHex(elapsed[1]);
  Exit(0);
}
