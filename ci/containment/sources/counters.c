// Guests that keep asking for the time, or keep telling where they are.
#include "hostile.h"

__attribute__((noinline, used)) void atome_mark(void) { __asm__ volatile(""); }

#define TICK WORD(0xE000E018)
static void StartTick(void) {
  WORD(0xE000E014) = 0xFFFFFF;
  WORD(0xE000E018) = 0;
  WORD(0xE000E010) = 5;
}

#define R4(x) x x x x
#define R16(x) R4(R4(x))
#define R256(x) R16(R16(x))

#ifdef G_mark_forever
void reset(void) {
  for (;;) atome_mark();
}
#endif
#ifdef G_tick_forever
void reset(void) {
  StartTick();
  for (;;) (void)TICK;
}
#endif
#ifdef G_cycles_forever
void reset(void) {
  WORD(0xE000EDFC) = 1u << 24;
  WORD(0xE0001000) = 1;
  for (;;) (void)WORD(0xE0001004);
}
#endif
#ifdef G_tick_flood
// 4096 places that read, each in a block of its own.
void reset(void) {
  StartTick();
  uint32_t address = Hidden(0xE000E018);
  R16(R256(__asm__ volatile("ldr r0, [%0]\n b 1f\n .align 2\n 1:" ::"r"(address) : "r0");))
  Exit(0);
}
#endif
#ifdef G_tick_late_places
// The address comes from memory, so each place is known only once it has read.
static volatile uint32_t where = 0xE000E018;
void reset(void) {
  StartTick();
  where = Hidden(0xE000E018);
  R4(R256(__asm__ volatile("ldr r0, [%0]\n ldr r0, [r0]\n b 1f\n .align 2\n 1:" ::"r"(&where) : "r0");))
  Exit(0);
}
#endif
#ifdef G_tick_path
// 128 times the way goes on only where two readings differ, as they do once the place is known.
static volatile uint32_t where;
void reset(void) {
  StartTick();
  where = Hidden(0xE000E018);
  register volatile uint32_t* at __asm__("r4") = &where;
  register uint32_t left __asm__("r5") = 0;
#define STEP                                                                                            \
  __asm__ volatile(                                                                                     \
      "ldr r1, [%1]\n ldr r0, [r1]\n ldr r1, [r1]\n cmp r0, r1\n bne 1f\n b 2f\n 1: adds %0, #1\n b 3f\n" \
      "2: movs r0, #0x18\n movs r1, #0\n bkpt 0xAB\n 3: nop"                                             \
      : "+l"(left)                                                                                      \
      : "l"(at)                                                                                         \
      : "r0", "r1");
  R4(R4(STEP STEP STEP STEP)) R4(R4(STEP STEP STEP STEP))
  Exit(left == 128 ? 0 : 7);
}
#endif
#ifdef G_profile_counters
void reset(void) {
  WORD(0xE000EDFC) = 1u << 24;
  WORD(0xE0001000) = 0x3E0001;
  for (;;) {
    for (uint32_t at = 0xE0001004; at <= 0xE0001018; at += 4) {
      (void)WORD(at);
      WORD(at) = at;
    }
  }
}
#endif
