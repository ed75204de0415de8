// Prints through stimulus port 0 of the ITM: switches it on unless a debugger has.
#include "semihosting.h"

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define PORT(n) (0xE0000000 + 4 * (n))

static void Send(const char* text) {
  for (; *text != 0; ++text) {
    while (REGISTER(PORT(0)) == 0) {
    }
    *(volatile uint8_t*)PORT(0) = (uint8_t)*text;
  }
}

void reset(void) {
  if ((REGISTER(0xE0000E80) & 1) != 0) {
    Send("found on\n");
    Exit(0);
  }
  *(volatile uint8_t*)PORT(0) = 'x';  // lost
  REGISTER(0xE000EDFC) |= 1u << 24;   // DEMCR.TRCENA
  REGISTER(0xE0000FB0) = 0xC5ACCE55;  // LAR
  REGISTER(0xE0000E80) = 1;           // TCR.ITMENA
  REGISTER(0xE0000E00) = 1;           // TER
  Send("by ");
  Print("semihosting, ");
  Send("itm\n");
  *(volatile uint8_t*)PORT(1) = 'x';  // of nobody
  Exit(0);
}
