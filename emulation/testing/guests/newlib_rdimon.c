// A program as somebody outside this project would build it: newlib with rdimon's semihosting, start-up code
// and linker script, without our headers. Uses stdio, the heap, floating point and the core's cycle counter:
// DWT's CYCCNT, or SysTick on Armv6-M, which has no DWT.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern uint32_t _estack, _sidata, _sdata, _edata, _sbss, _ebss;
extern void initialise_monitor_handles(void);
int main(void);

void Reset_Handler(void) {
  memcpy(&_sdata, &_sidata, (size_t)((uint8_t*)&_edata - (uint8_t*)&_sdata));
  memset(&_sbss, 0, (size_t)((uint8_t*)&_ebss - (uint8_t*)&_sbss));
#ifdef __ARM_FP
  *(volatile uint32_t*)0xE000ED88 |= 0xFu << 20;
#endif
  initialise_monitor_handles();
  exit(main());
}

void Default_Handler(void) {
  for (;;) {
  }
}

__attribute__((section(".isr_vector"), used)) static void* const vectors[16] = {
    &_estack,        Reset_Handler,   Default_Handler, Default_Handler, Default_Handler, Default_Handler,
    Default_Handler, 0,               0,               0,               0,               Default_Handler,
    Default_Handler, 0,               Default_Handler, Default_Handler};

// newlib calls these around main and exit; there are no constructors.
void _init(void) {}
void _fini(void) {}

#if __ARM_ARCH >= 7
#define DEMCR (*(volatile uint32_t*)0xE000EDFC)
#define DWT_CTRL (*(volatile uint32_t*)0xE0001000)
#define DWT_CYCCNT (*(volatile uint32_t*)0xE0001004)

static void StartCounter(void) {
  DEMCR |= 1u << 24;
  DWT_CYCCNT = 0;
  DWT_CTRL |= 1;
}
static uint32_t Now(void) { return DWT_CYCCNT; }
static uint32_t Since(uint32_t start) { return Now() - start; }
#else
#define SYST_CSR (*(volatile uint32_t*)0xE000E010)
#define SYST_RVR (*(volatile uint32_t*)0xE000E014)
#define SYST_CVR (*(volatile uint32_t*)0xE000E018)

static void StartCounter(void) {
  SYST_RVR = 0xFFFFFF;
  SYST_CVR = 0;
  SYST_CSR = 5;  // the core's clock, no interrupt
}
static uint32_t Now(void) { return SYST_CVR; }
static uint32_t Since(uint32_t start) { return (start - Now()) & 0xFFFFFF; }  // it counts down
#endif

__attribute__((noinline)) static uint32_t Collatz(uint32_t n) {
  uint32_t steps = 0;
  for (; n != 1; ++steps) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
  return steps;
}

int main(void) {
  StartCounter();
  printf("Hello from newlib %d\n", __ARM_ARCH);

  uint32_t* steps = malloc(100 * sizeof *steps);
  if (steps == NULL) return 1;
  const uint32_t start = Now();
  for (uint32_t i = 0; i < 100; ++i) steps[i] = Collatz(i + 1);
  const uint32_t cycles = Since(start);
  double sum = 0;
  for (int i = 0; i < 100; ++i) sum += steps[i];
  free(steps);

  printf("mean %.3f steps, 1/3 = %g\n", sum / 100, 1.0 / 3);
  printf("loop cycles: %lu\n", (unsigned long)cycles);
  return 0;
}
