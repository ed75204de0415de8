// Sets up the clocks of an ATSAM3X as start-up code does, prints by its UART, and uses RAM where linker scripts
// have it.
#include "semihosting.h"

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define PMC_SR REGISTER(0x400E0668)

static void Wait(uint32_t bits) {
  while ((PMC_SR & bits) != bits) {
  }
}

void reset(void) {
  REGISTER(0x400E0A00) = REGISTER(0x400E0C00) = 4 << 8;  // EEFC_FMR: wait states
  if ((REGISTER(0x400E0A08) & 1) == 0) Exit(1);          // EEFC_FSR: ready
  REGISTER(0x400E0620) = 0x370809;                       // CKGR_MOR: the crystal
  Wait(1 << 0);
  REGISTER(0x400E0620) |= 1 << 24;
  Wait(1 << 16);
  REGISTER(0x400E0628) = 0x200D3F01;  // CKGR_PLLAR
  Wait(1 << 1);
  REGISTER(0x400E0630) = 0x12;  // PMC_MCKR
  Wait(1 << 3);
  if (REGISTER(0x400E0630) != 0x12) Exit(2);
  for (const char* text = "due"; *text != 0; ++text) {
    while ((REGISTER(0x400E0814) & 2) == 0) {
    }
    REGISTER(0x400E081C) = (uint8_t)*text;
  }
  // SRAM0 and SRAM1 without a gap.
  REGISTER(0x2007FFFC) = 0x12345678;
  REGISTER(0x20080000) = 0x9ABCDEF0;
  if (REGISTER(0x2000FFFC) != 0x12345678 || REGISTER(0x2007FFFE) != 0xDEF01234) Exit(3);
  Exit(0);
}
