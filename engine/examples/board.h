/* What an example needs of a board: text. */
#ifndef EXAMPLE_BOARD_H_
#define EXAMPLE_BOARD_H_

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t*)(address))

/* Clocks and the UART at 115200 baud; called before main. */
void board_start(void);
void board_put(char c);

#endif
