// Guests that make code: much of it, other code in its place, and code inside code.
#include "hostile.h"

__attribute__((section(".ramcode"), used)) static void InRam(void) { __asm__ volatile("nop"); }

#define CODE (((uint32_t)stack_top + 0x20000) & ~3u)
#define RAM_END (((uint32_t)stack_top & 0xFF000000u) + 0x400000u)
static void CallAt(uint32_t at) { ((void (*)(void))Hidden(at | 1))(); }
static void Synchronise(void) { __asm__ volatile("dsb\n isb"); }

#ifdef G_blocks_everywhere
void reset(void) {
  for (uint32_t at = CODE; at < RAM_END; at += 4) WORD(at) = 0x47704770;  // bx lr
  Synchronise();
  for (;;) {
    for (uint32_t at = CODE; at < RAM_END; at += 2) CallAt(at);
  }
}
#endif
#ifdef G_blocks_rewritten
void reset(void) {
  for (uint32_t k = 0;; ++k) {
    WORD(CODE) = (0x2000 | (k & 255)) | (0x2100 | (k >> 8 & 255)) << 16;  // movs r0, #; movs r1, #
    WORD(CODE + 4) = (0x2200 | (k >> 16 & 255)) | 0x47700000;             // movs r2, #; bx lr
    Synchronise();
    CallAt(CODE);
  }
}
#endif
#ifdef G_blocks_cycled
// 4096 codes in one place, over and over.
void reset(void) {
  for (uint32_t k = 0;; ++k) {
    WORD(CODE) = (0x2000 | (k & 255)) | (0x2100 | (k >> 8 & 15)) << 16;
    WORD(CODE + 4) = 0x47704770;
    Synchronise();
    CallAt(CODE);
  }
}
#endif
#ifdef G_blocks_long
// Straight code to the end of RAM, each time from the next instruction on.
void reset(void) {
  for (uint32_t at = CODE; at < CODE + 0x10000; at += 4) WORD(at) = 0x30013001;  // adds r0, #1
  WORD(CODE + 0x10000) = 0x47704770;
  Synchronise();
  for (;;) {
    for (uint32_t at = CODE; at < CODE + 0x10000; at += 2) CallAt(at);
  }
}
#endif
#ifdef G_blocks_conditional
// A branch on each halfword, forward and not.
void reset(void) {
  for (uint32_t at = CODE; at < CODE + 0x80000; at += 4) WORD(at) = 0xD0FFD1FF;  // bne, beq to itself + 2
  WORD(CODE + 0x80000) = 0x47704770;
  Synchronise();
  for (uint32_t k = 0;; ++k) CallAt(CODE + 0x80000 - 2 * (k & 0x3FFF));
}
#endif
#ifdef G_modifies_itself
void reset(void) {
  InRam();
  // adds r1, #1 where it stands itself; the store is to what comes next.
  WORD(CODE) = 0x31016001;  // str r1, [r0]; adds r1, #1
  WORD(CODE + 4) = 0x47704770;
  Synchronise();
  for (uint32_t k = 0; k < 20000; ++k) {
    register uint32_t r0 __asm__("r0") = CODE + 4;
    register uint32_t r1 __asm__("r1") = 0x47704770;
    __asm__ volatile("blx %2" : "+r"(r0), "+r"(r1) : "r"(Hidden(CODE | 1)) : "lr", "memory");
  }
  Exit(0);
}
#endif
#ifdef G_runs_data
void reset(void) {
  uint32_t seed = DATA_SEED;
  for (uint32_t at = CODE; at < CODE + 0x4000; at += 4) WORD(at) = seed = seed * 1664525 + 1013904223;
  Synchronise();
  CallAt(CODE);
  Exit(0);
}
#endif
#ifdef G_runs_data_handled
SKIPPING_HANDLER(hard_fault)
void reset(void) {
  uint32_t seed = 5;
  for (uint32_t at = CODE; at < CODE + 0x4000; at += 4) WORD(at) = seed = seed * 1664525 + 1013904223;
  Synchronise();
  CallAt(CODE);
  Exit(0);
}
#endif
#ifdef G_runs_itself_as_data
void reset(void) { CallAt((uint32_t)kVectors); }
#endif
#ifdef G_runs_off_the_end
void reset(void) {
  WORD(RAM_END - 4) = 0x30013001;
  Synchronise();
  CallAt(RAM_END - 4);
}
#endif
