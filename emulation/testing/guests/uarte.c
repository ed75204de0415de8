// The UARTE of nRF52: receives five bytes by EasyDMA and sends them, then tries to send from flash.
#include "semihosting.h"

#define UARTE(offset) (*(volatile uint32_t*)(0x40002000 + (offset)))

static char buffer[8];

static void Send(const char* text, uint32_t bytes) {
  UARTE(0x120) = 0;  // EVENTS_ENDTX
  UARTE(0x544) = (uint32_t)text;
  UARTE(0x548) = bytes;
  UARTE(0x008) = 1;  // TASKS_STARTTX
  while (UARTE(0x120) == 0) {
  }
}

void reset(void) {
  UARTE(0x500) = 8;  // ENABLE
  UARTE(0x534) = (uint32_t)buffer;
  UARTE(0x538) = 5;
  UARTE(0x000) = 1;             // TASKS_STARTRX
  while (UARTE(0x110) == 0) {}  // EVENTS_ENDRX
  Send(buffer, UARTE(0x53C));
  Send((const char*)"flash", 5);
  Exit(UARTE(0x54C));  // what was sent last
}
