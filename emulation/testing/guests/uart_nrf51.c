// The UART of nRF51 and nRF52, polled by its events: sends what it receives, between brackets.
#include "semihosting.h"

#define UART(offset) (*(volatile uint32_t*)(0x40002000 + (offset)))

static void Send(char c) {
  UART(0x11C) = 0;  // EVENTS_TXDRDY
  UART(0x51C) = (uint8_t)c;
  while (UART(0x11C) == 0) {
  }
}

void reset(void) {
  UART(0x500) = 4;  // ENABLE
  UART(0x008) = 1;  // TASKS_STARTTX
  Send('[');
  Print("in: ");
  UART(0x000) = 1;            // TASKS_STARTRX
  while (UART(0x108) != 0) {  // EVENTS_RXDRDY
    UART(0x108) = 0;
    Send((char)UART(0x518));
  }
  Send(']');
  Exit(0);
}
