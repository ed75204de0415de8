/* From reset to main, and what the compiler and the engine need of a C library: memcpy and memset. */
#include <stddef.h>
#include <stdint.h>

#include "board.h"

extern uint32_t stack_top;
extern uint8_t data_begin[], data_end[], bss_begin[], bss_end[];
extern const uint8_t data_image[];
int main(void);

__attribute__((optimize("no-tree-loop-distribute-patterns"))) void* memcpy(void* to, const void* from,
                                                                           size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) ((uint8_t*)to)[i] = ((const uint8_t*)from)[i];
  return to;
}

__attribute__((optimize("no-tree-loop-distribute-patterns"))) void* memset(void* to, int value,
                                                                           size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) ((uint8_t*)to)[i] = (uint8_t)value;
  return to;
}

void Reset(void) {
#ifdef __ARM_FP
  REGISTER(0xE000ED88u) |= 0xFu << 20; /* CPACR: the FPU is off after reset */
  __asm__ volatile("dsb\n isb" ::: "memory");
#endif
  memcpy(data_begin, data_image, (size_t)(data_end - data_begin));
  memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
  board_start();
  main();
  for (;;) __asm__ volatile("wfi");
}

static void Fault(void) {
  for (;;) __asm__ volatile("wfi");
}

__attribute__((section(".vectors"), used)) static const struct {
  uint32_t* stack;
  void (*handlers[15])(void);
} vectors = {&stack_top,
             {Reset, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault,
              Fault, Fault}};
