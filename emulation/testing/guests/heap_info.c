// Exits with 0 when SYS_HEAPINFO describes writable memory.
#include "semihosting.h"

static uint32_t heap[4];

void reset(void) {
  volatile uint32_t block[1] = {(uint32_t)heap};
  if (Semihost(0x16, block) != 0) Exit(1);
  if (heap[0] >= heap[1] || heap[2] <= heap[3]) Exit(2);
  volatile uint32_t* first = (volatile uint32_t*)heap[0];
  volatile uint32_t* last = (volatile uint32_t*)(heap[1] - 4);
  *first = 1;
  *last = 2;
  Exit(*first + *last == 3 ? 0 : 3);
}
