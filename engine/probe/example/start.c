/* What every firmware has: the vector table, and the way from reset to main. And the model file. */
#include <stdint.h>
#include <string.h>

extern uint8_t data_image[], data_begin[], data_end[], bss_begin[], bss_end[], stack_top[]; /* naive.ld */
int main(void);
void start(void);

__asm__(
    ".section .rodata.model\n"
    ".balign 4\n"
    ".global model_file, model_end\n"
    "model_file: .incbin \"" MODEL_FILE
    "\"\n"
    "model_end:\n"
    ".text\n");

void start(void) {
#ifdef __ARM_FP
  *(volatile uint32_t*)0xE000ED88 |= 0xFu << 20; /* CPACR: the FPU is off after reset */
  __asm__ volatile("dsb\nisb" ::: "memory");
#endif
  memcpy(data_begin, data_image, (size_t)(data_end - data_begin));
  memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
  main();
  for (;;) {
  }
}

static void fault(void) {
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {
    (void (*)(void))(uintptr_t)stack_top,
    start,
    fault,
    fault,
    fault,
    fault,
    fault,
    fault,
    fault,
    fault,
    fault,
    fault,
    fault,
    fault,
    fault,
    fault};
