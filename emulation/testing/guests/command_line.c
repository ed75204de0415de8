// The command line, into buffers of every size around it.
#include "semihosting.h"

static char buffer[256];

static int Ask(uint32_t bytes) {
  volatile uint32_t block[2] = {(uint32_t)buffer, bytes};
  for (int i = 0; i < 256; ++i) buffer[i] = '#';
  const int result = Semihost(0x15, block);
  PrintHex((uint32_t)result);
  PrintHex(block[1]);
  return result;
}

void reset(void) {
  const int result = Ask(sizeof buffer);
  buffer[255] = 0;
  Print("[");
  Print(buffer);
  Print("]");
  const uint32_t length = (uint32_t)Length(buffer);
  Ask(0);
  Ask(1);
  if (length > 0) Ask(length);
  Ask(length + 1);
  Ask(length + 2);
  Exit(result == 0 ? 0 : 1);
}
