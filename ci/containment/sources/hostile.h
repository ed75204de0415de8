// What every hostile guest has: a vector table whose handlers it may define, semihosting, and a way to wild
// addresses that the compiler does not see through.
#ifndef ATOME_CI_CONTAINMENT_SOURCES_HOSTILE_H_
#define ATOME_CI_CONTAINMENT_SOURCES_HOSTILE_H_

#include <stdint.h>

extern uint32_t stack_top[];
void reset(void);
#define HANDLER __attribute__((weak, used)) void
HANDLER nmi(void);
HANDLER hard_fault(void);
HANDLER memory_fault(void);
HANDLER bus_fault(void);
HANDLER usage_fault(void);
HANDLER svcall(void);
HANDLER pendsv(void);
HANDLER systick(void);
HANDLER interrupt0(void);
__attribute__((section(".vectors"), used)) static void* const kVectors[20] = {
    stack_top, reset,  nmi, hard_fault, memory_fault, bus_fault, usage_fault, 0, 0, 0,
    0,         svcall, 0,   0,          pendsv,       systick,   interrupt0,  0, 0, 0};

typedef volatile uint32_t Word;
#define WORD(address) (*(Word*)Hidden(address))

static inline uint32_t Hidden(uint32_t value) {
  __asm__ volatile("" : "+r"(value));
  return value;
}

static inline int Semihost(int operation, const volatile void* parameter) {
  register int r0 __asm__("r0") = operation;
  register const volatile void* r1 __asm__("r1") = parameter;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

static inline int Call(int operation, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  volatile uint32_t block[4] = {a, b, c, d};
  return Semihost(operation, block);
}

static inline void Print(const char* text) { Semihost(0x04, text); }

static inline int Length(const char* text) {
  int length = 0;
  while (text[length] != 0) ++length;
  return length;
}

static inline int Open(const char* name, int mode) {
  return Call(0x01, (uint32_t)name, (uint32_t)mode, (uint32_t)Length(name), 0);
}

__attribute__((noreturn)) static inline void Exit(uint32_t code) {
  for (;;) Call(0x20, 0x20026, code, 0, 0);
}

// Goes on behind the instruction that faulted.
#define SKIPPING_HANDLER(name)                                                                  \
  __attribute__((naked)) void name(void) {                                                      \
    __asm__ volatile(                                                                           \
        "ldr r0, [sp, #24]\n ldrh r1, [r0]\n lsrs r1, r1, #11\n adds r0, #2\n"                  \
        "cmp r1, #29\n blo 1f\n adds r0, #2\n 1: str r0, [sp, #24]\n"                           \
        "ldr r0, [sp, #28]\n movs r1, #1\n lsls r1, #24\n str r1, [sp, #28]\n bx lr\n .ltorg"); \
  }

// CFSR's faults go to their own handlers too, where the core has them.
static inline void EnableFaults(void) { WORD(0xE000ED24) = 0x70000; }

#endif  // ATOME_CI_CONTAINMENT_SOURCES_HOSTILE_H_
