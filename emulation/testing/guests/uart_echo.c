// A UART that is polled: sends what it receives, between brackets, until nothing waits; semihosting prints
// in between. The registers come
// from the build: ON_..., whose bits switch it on; ROOM_... and INPUT_..., read until (value & MASK) == VALUE.
#include "semihosting.h"

#define REGISTER(address) (*(volatile uint32_t*)(address))

static void Send(char c) {
  while ((REGISTER(ROOM_ADDRESS) & ROOM_MASK) != ROOM_VALUE) {
  }
  REGISTER(SEND_ADDRESS) = (uint8_t)c;
}

static int Waits(void) { return (REGISTER(INPUT_ADDRESS) & INPUT_MASK) == INPUT_VALUE; }

void reset(void) {
  REGISTER(ON_ADDRESS) |= ON_VALUE;
  Send('[');
  Print("in: ");
  while (Waits()) Send((char)REGISTER(RECEIVE_ADDRESS));
  Send(']');
  while ((REGISTER(ROOM_ADDRESS) & ROOM_MASK) != ROOM_VALUE) {
  }
  Exit(0);
}
