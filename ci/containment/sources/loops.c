// Guests that never end, or wait for what never comes.
#include "hostile.h"

#ifdef G_spin
void reset(void) {
  for (;;) {
  }
}
#endif
#ifdef G_spin_calls
__attribute__((noinline)) static uint32_t Step(uint32_t x) { return Hidden(x) + 1; }
void reset(void) {
  for (uint32_t x = 0;; x = Step(x)) {
  }
}
#endif
#ifdef G_wait_interrupt
void reset(void) {
  for (;;) __asm__ volatile("wfi");
}
#endif
#ifdef G_wait_event
void reset(void) {
  for (;;) __asm__ volatile("wfe");
}
#endif
#ifdef G_wait_masked
void reset(void) {
  WORD(0xE000E014) = 1000;
  WORD(0xE000E018) = 0;
  __asm__ volatile("cpsid i");
  WORD(0xE000E010) = 7;
  for (;;) __asm__ volatile("wfi");
}
void systick(void) {}
#endif
#ifdef G_yield
void reset(void) {
  for (;;) __asm__ volatile("yield\n sev\n nop");
}
#endif
#ifdef G_reset_again
void reset(void) {
  for (;;) WORD(0xE000ED0C) = 0x05FA0004;
}
#endif
#ifdef G_reset_by_hand
void reset(void) { ((void (*)(void))Hidden(kVectors[1] ? (uint32_t)kVectors[1] : 0))(); }
#endif
#ifdef G_clock_forever
void reset(void) {
  for (;;) Semihost(0x10, 0);
}
#endif
#ifdef G_errno_forever
void reset(void) {
  for (;;) Semihost(0x13, 0);
}
#endif
#ifdef G_systick_storm
void reset(void) {
  WORD(0xE000E014) = 1;
  WORD(0xE000E018) = 0;
  WORD(0xE000E010) = 7;
  for (;;) {
  }
}
void systick(void) {}
#endif
#ifdef G_systick_slow
void reset(void) {
  WORD(0xE000E014) = 97;
  WORD(0xE000E018) = 0;
  WORD(0xE000E010) = 7;
  for (uint32_t x = 1;; x = x * 5 + Hidden(x)) {
  }
}
void systick(void) {}
#endif
#ifdef G_pendsv_storm
void reset(void) {
  for (;;) WORD(0xE000ED04) = 1u << 28;
}
void pendsv(void) { WORD(0xE000ED04) = 1u << 28; }
#endif
#ifdef G_interrupt_storm
void reset(void) {
  WORD(0xE000E100) = ~0u;
  for (;;) WORD(0xE000E200) = 1;
}
void interrupt0(void) { WORD(0xE000E200) = 1; }
#endif
#ifdef G_nmi_storm
void reset(void) {
  for (;;) WORD(0xE000ED04) = 1u << 31;
}
void nmi(void) { WORD(0xE000ED04) = 1u << 31; }
#endif
#ifdef G_call_storm
void reset(void) {
  for (;;) __asm__ volatile("svc 1");
}
void svcall(void) {}
#endif
#ifdef G_no_vector
void reset(void) {
  WORD(0xE000ED04) = 1u << 28;
  for (;;) {
  }
}
#endif
