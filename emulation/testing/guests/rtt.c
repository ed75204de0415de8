// Prints through RTT, and what its down ring receives; waits while the up ring is full.
#include "semihosting.h"

typedef struct {
  const char* name;
  volatile char* buffer;
  volatile uint32_t bytes, write, read;
  uint32_t flags;
} Ring;

typedef struct {
  volatile char magic[16];
  uint32_t up_count, down_count;
  Ring up, down;
} Block;

Block BLOCK;
static volatile char up[8], down[8];
// Room for other rings, as a debugger may look for them.
static volatile char rest[1024];

static void Send(char c) {
  const uint32_t next = (BLOCK.up.write + 1) % BLOCK.up.bytes;
  while (next == BLOCK.up.read) {
  }
  BLOCK.up.buffer[BLOCK.up.write] = c;
  BLOCK.up.write = next;
}

static void SendText(const char* text) {
  for (; *text != 0; ++text) Send(*text);
}

void reset(void) {
  BLOCK.up_count = BLOCK.down_count = 1;
  BLOCK.up.buffer = up;
  BLOCK.down.buffer = down;
  BLOCK.up.bytes = BLOCK.down.bytes = sizeof up;
  rest[0] = 0;
  // Written backwards, so that the magic is nowhere else in memory.
  const char* reversed = "TTR REGGES";
  for (int i = 0; i < 10; ++i) BLOCK.magic[i] = reversed[9 - i];
  SendText("more than fits, ");
  Print("semihosting, ");
  while (BLOCK.down.read != BLOCK.down.write) {
    Send(BLOCK.down.buffer[BLOCK.down.read]);
    BLOCK.down.read = (BLOCK.down.read + 1) % BLOCK.down.bytes;
  }
  SendText("end\n");
  Exit(0);
}
