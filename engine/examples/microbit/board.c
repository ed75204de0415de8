/* The UART of an nRF51822 at P0.24, which the board's interface chip shows as a serial port. Registers: nRF51
 * Series Reference Manual, 13.2, 14.2 and 29.10. */
#include "board.h"

void board_start(void) {
  REGISTER(0x40000000u) = 1;           /* TASKS_HFCLKSTART: the crystal, for an exact rate */
  while (REGISTER(0x40000100u) == 0) { /* EVENTS_HFCLKSTARTED */
  }
  REGISTER(0x50000508u) = 1u << 24;   /* OUTSET */
  REGISTER(0x50000518u) = 1u << 24;   /* DIRSET */
  REGISTER(0x4000250Cu) = 24;         /* PSELTXD */
  REGISTER(0x40002524u) = 0x01D7E000; /* BAUDRATE: 115200 */
  REGISTER(0x40002500u) = 4;          /* ENABLE */
  REGISTER(0x40002008u) = 1;          /* TASKS_STARTTX */
}

void board_put(char c) {
  REGISTER(0x4000211Cu) = 0;          /* EVENTS_TXDRDY */
  REGISTER(0x4000251Cu) = (uint8_t)c; /* TXD */
  while (REGISTER(0x4000211Cu) == 0) {
  }
}
