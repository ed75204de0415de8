/* USART2 of an STM32F411, which the board's ST-LINK shows as a serial port. Registers: RM0383, 6.3, 8.4
 * and 19.6. */
#include "board.h"

void board_start(void) {
  REGISTER(0x40023830u) |= 1u << 0;                                         /* RCC_AHB1ENR: GPIOA */
  REGISTER(0x40023840u) |= 1u << 17;                                        /* RCC_APB1ENR: USART2 */
  REGISTER(0x40020020u) = (REGISTER(0x40020020u) & ~(0xFu << 8)) | 7u << 8; /* GPIOA_AFRL: PA2 is its TX */
  REGISTER(0x40020000u) = (REGISTER(0x40020000u) & ~(3u << 4)) | 2u << 4;   /* GPIOA_MODER: and not a GPIO */
  REGISTER(0x40004408u) = 139;                                              /* BRR: 16 MHz / 115200 */
  REGISTER(0x4000440Cu) = 1u << 13 | 1u << 3;                               /* CR1: UE, TE */
}

void board_put(char c) {
  while ((REGISTER(0x40004400u) & 1u << 7) == 0) { /* SR: TXE */
  }
  REGISTER(0x40004404u) = (uint8_t)c; /* DR */
}
