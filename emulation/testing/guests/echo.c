// Prints what the console reads: a key by SYS_READC, the rest by SYS_READ, and what comes at the end.
#include "semihosting.h"

static char buffer[64];

void reset(void) {
  PrintHex((uint32_t)Semihost(0x07, 0));
  const uint32_t keyboard = (uint32_t)Open(":tt", 0);
  Call("read", 0x06, keyboard, (uint32_t)buffer, 63, 0);
  Print(buffer);
  PrintHex((uint32_t)Semihost(0x07, 0));
  Exit(0);
}
