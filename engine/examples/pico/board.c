/* UART0 of an RP2040 at GPIO0, clocked by the crystal of 12 MHz. Registers: RP2040
 * datasheet, 2.14, 2.15, 2.16, 2.19 and 4.2. */
#include "board.h"

#define CLEAR 0x3000u /* the alias whose stores clear bits */

void board_start(void) {
  REGISTER(0x40024000u) = 0xFABu << 12 | 0xAA0u;    /* XOSC_CTRL: on, 1 to 15 MHz */
  while ((REGISTER(0x40024004u) & 1u << 31) == 0) { /* XOSC_STATUS: stable */
  }
  REGISTER(0x40008030u) = 2;                  /* CLK_REF, and with it CLK_SYS: from the crystal */
  REGISTER(0x40008048u) = 1u << 11 | 4u << 5; /* CLK_PERI: on, from the crystal */
  REGISTER(0x4000C000u + CLEAR) = 1u << 5 | 1u << 8 | 1u << 22; /* RESETS: IO_BANK0, PADS_BANK0, UART0 run */
  while ((~REGISTER(0x4000C008u) & (1u << 5 | 1u << 8 | 1u << 22)) != 0) {
  }
  REGISTER(0x40014004u) = 2;     /* GPIO0 is UART0's TX */
  REGISTER(0x40034024u) = 6;     /* UARTIBRD: 12 MHz / (16 * 115200) is 6 */
  REGISTER(0x40034028u) = 33;    /* UARTFBRD: and 33/64 */
  REGISTER(0x4003402Cu) = 0x70;  /* UARTLCR_H: 8 bits, FIFOs */
  REGISTER(0x40034030u) = 0x301; /* UARTCR: on, TXE, RXE */
}

void board_put(char c) {
  while ((REGISTER(0x40034018u) & 1u << 5) != 0) { /* UARTFR: TXFF */
  }
  REGISTER(0x40034000u) = (uint8_t)c; /* UARTDR */
}
