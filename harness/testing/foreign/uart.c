/* The naive engine on the first UART of an MPS2 board (CMSDK APB UART: data, state, control, baud rate). */
#define ATOME_PROBE_UART
#include "engine/probe/atome_probe.h"

#define UART(offset) (*(volatile uint32_t*)(0x40004000u + (offset)))

extern const unsigned char model_file[], model_end[]; /* start.c */

void atome_probe_put(char c) {
  while ((UART(4) & 1) != 0) {
  }
  UART(0) = (uint8_t)c;
}

char atome_probe_get(void) {
  while ((UART(4) & 2) == 0) {
  }
  return (char)UART(0);
}

int main(void) {
  static float logits[MAX_V];
  const struct atome_probe_model model = {model_file, (size_t)(model_end - model_file), {MODEL_DIMENSIONS}};
  UART(16) = 16;
  UART(8) = 3; /* receiver and transmitter on */
  for (int i = 0; i < 2; ++i) atome_probe_run(atome_engine_v1(), &model, logits);
  __asm__ volatile(
      "movs r0, #0x18\n"
      "ldr r1, =0x20026\n"
      "bkpt 0xab"); /* SYS_EXIT, which ends the test */
  return 0;
}
