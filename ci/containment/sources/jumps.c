// Jumps to TARGET by HOW: bx, blx, mov, pop or ldr; guests of jumps in guests.json.
#include "hostile.h"

void reset(void) {
  register uint32_t target __asm__("r4") = Hidden(TARGET);
#if HOW == 0
  __asm__ volatile("bx %0" ::"r"(target));
#elif HOW == 1
  __asm__ volatile("blx %0" ::"r"(target));
#elif HOW == 2
  __asm__ volatile("mov pc, %0" ::"r"(target));
#elif HOW == 3
  __asm__ volatile("push {%0}\n pop {pc}" ::"r"(target));
#else
  __asm__ volatile("mov lr, %0\n bx lr" ::"r"(target) : "lr");
#endif
  Exit(9);
}
