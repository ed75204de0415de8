// A little of everything that a model's engine does: floating point, 64-bit sums, tables, calls through
// pointers, byte loads, deep loops. Prints a checksum; the marks surround each round.
#include "semihosting.h"

#define SIZE 512

static uint32_t state = 12345;
static float values[SIZE];
static int8_t trits[SIZE];
static uint32_t sorted[SIZE];

__attribute__((noinline, used)) void atome_mark(void) { __asm__ volatile(""); }

static uint32_t Random(void) { return state = state * 1664525u + 1013904223u; }

static uint32_t Rotate(uint32_t a) { return a << 5 | a >> 27; }
static uint32_t Fold(uint32_t a) { return (a ^ a >> 7) * 31u; }
static uint32_t (*const kSteps[2])(uint32_t) = {Rotate, Fold};

static float Series(float x) {
  float sum = 1.0f, term = 1.0f;
  for (int i = 1; i < 12; ++i) {
    term = term * x / (float)i;
    sum += term;
  }
  return sum;
}

static void Sort(void) {
  for (int i = 1; i < SIZE; ++i) {
    const uint32_t value = sorted[i];
    int j = i;
    for (; j > 0 && sorted[j - 1] > value; --j) sorted[j] = sorted[j - 1];
    sorted[j] = value;
  }
}

__attribute__((noinline)) static uint32_t Round(uint32_t sum) {
  int64_t wide = 0;
  for (int i = 0; i < SIZE; ++i) {
    const uint32_t random = Random();
    values[i] = (float)(int32_t)random / 2147483648.0f;
    trits[i] = (int8_t)((int)(random % 3) - 1);
    sorted[i] = random;
  }
  for (int i = 0; i < SIZE; ++i) {
    wide += (int64_t)trits[i] * (int64_t)(int32_t)sorted[SIZE - 1 - i];
    const float y = Series(values[i]);
    uint32_t bits;
    __builtin_memcpy(&bits, &y, 4);
    sum = kSteps[bits & 1](sum + bits);
    switch (bits >> 3 & 7) {
      case 0: sum += 3; break;
      case 1: sum ^= 0x55; break;
      case 2: sum -= bits; break;
      case 3: sum = ~sum; break;
      case 4: sum *= 5; break;
      case 6: sum += (uint32_t)wide; break;
      default: break;
    }
  }
  Sort();
  return sum + (uint32_t)(wide % 1000003) + sorted[SIZE / 2];
}

__attribute__((noinline, noreturn)) static void Work(void) {
  state = 12345;  // no start-up code copies .data here
  uint32_t sum = 0;
  for (int round = 0; round < 4; ++round) {
    atome_mark();
    sum = Round(sum);
    atome_mark();
    PrintHex(sum);
  }
  Exit(0);
}

// Apart from Work, which may save FPU registers before anything else.
void reset(void) {
#ifdef FPU_ON
  *(volatile uint32_t*)0xE000ED88 = 0x00F00000;
  __asm__ volatile("dsb\n isb" ::: "memory");
#endif
  Work();
}
