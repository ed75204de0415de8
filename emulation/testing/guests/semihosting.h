// Semihosting for the guests in C, each call's result printed.
#ifndef ATOME_EMULATION_TESTING_GUESTS_SEMIHOSTING_H_
#define ATOME_EMULATION_TESTING_GUESTS_SEMIHOSTING_H_

#include <stdint.h>

extern uint32_t stack_top[];
void reset(void);
__attribute__((section(".vectors"), used)) static void* const kVectors[16] = {stack_top, (void*)reset};

static int Semihost(int operation, const volatile void* parameter) {
  register int r0 __asm__("r0") = operation;
  register const volatile void* r1 __asm__("r1") = parameter;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

static inline void Print(const char* text) { Semihost(0x04, text); }

static inline void PrintHex(uint32_t value) {
  char text[10];
  for (int i = 0; i < 8; ++i) text[i] = "0123456789abcdef"[value >> (28 - 4 * i) & 15];
  text[8] = ' ';
  text[9] = 0;
  Print(text);
}

static inline int Length(const char* text) {
  int length = 0;
  while (text[length] != 0) ++length;
  return length;
}

// Prints name, result and, after a -1, SYS_ERRNO.
static inline int Call(const char* name, int operation, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  volatile uint32_t block[4] = {a, b, c, d};
  const int result = Semihost(operation, block);
  Print(name);
  Print(" ");
  PrintHex((uint32_t)result);
  if (result == -1) PrintHex((uint32_t)Semihost(0x13, 0));
  Print("\n");
  return result;
}

static inline int Open(const char* name, int mode) {
  return Call(name, 0x01, (uint32_t)name, (uint32_t)mode, (uint32_t)Length(name), 0);
}

__attribute__((noreturn)) static inline void Exit(uint32_t code) {
  volatile uint32_t block[2] = {0x20026, code};
  for (;;) Semihost(0x20, block);
}

#endif  // ATOME_EMULATION_TESTING_GUESTS_SEMIHOSTING_H_
