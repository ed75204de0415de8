// Guests that load and store everywhere.
#include "hostile.h"

#ifdef G_store_at
void reset(void) {
  WORD(AT) = 0x12345678;
  Exit(0);
}
#endif
#ifdef G_load_at
void reset(void) {
  (void)WORD(AT);
  Exit(0);
}
#endif
#if defined(G_store_everywhere) || defined(G_load_everywhere) || defined(G_store_bytes_everywhere)
SKIPPING_HANDLER(hard_fault)
void reset(void) {
  // Not the MPU's, whose registers nobody obeys in one machine and the other does, and not a reset.
  for (uint32_t page = 0; page < 0x10000; ++page) {
    const uint32_t at = page << 16 | 0x8000;
    if (at < 0x20030000 && at >= 0x20000000) continue;
#ifdef G_store_everywhere
    WORD(at) = 0x4770BF00;
#elif defined(G_store_bytes_everywhere)
    *(volatile uint8_t*)Hidden(at + 1) = 0xA5;
#else
    (void)WORD(at);
#endif
  }
  Exit(0);
}
#endif
#ifdef G_system_store
SKIPPING_HANDLER(hard_fault)
void reset(void) {
  uint32_t seed = 7;
  for (uint32_t round = 0; round < 60000; ++round) {
    seed = seed * 1664525 + 1013904223;
    const uint32_t offset = (seed >> 12) & 0xFFC;
    if (offset == 0xD0C || (offset >= 0xD90 && offset < 0xDC0)) continue;  // a reset, the MPU
    WORD(0xE000E000 + offset) = seed * 2654435761u;
  }
  Exit(0);
}
#endif
#ifdef G_private_store
SKIPPING_HANDLER(hard_fault)
void reset(void) {
  for (uint32_t at = 0xE0000000; at < 0xE0004000; at += 4) WORD(at) = ~0u;
  for (uint32_t at = 0xE0040000; at < 0xE0043000; at += 4) WORD(at) = ~0u;
  Exit(0);
}
#endif
#ifdef G_private_load
SKIPPING_HANDLER(hard_fault)
void reset(void) {
  uint32_t sum = 0;
  for (uint32_t at = 0xE0000000; at < 0xE0100000; at += 4) sum += WORD(at);
  Exit(sum & 0);
}
#endif
#ifdef G_private_bytes
SKIPPING_HANDLER(hard_fault)
void reset(void) {
  for (uint32_t at = 0xE000E000; at < 0xE000F000; ++at) {
    const uint32_t offset = at & 0xFFC;
    if (offset == 0xD0C || (offset >= 0xD90 && offset < 0xDC0)) continue;
    *(volatile uint8_t*)Hidden(at) = 0xFF;
    (void)*(volatile uint16_t*)Hidden(at & ~1u);
  }
  Exit(0);
}
#endif
#ifdef G_mpu
void reset(void) {
  for (uint32_t region = 0; region < 16; ++region) {
    WORD(0xE000ED98) = region;
    WORD(0xE000ED9C) = region << 28 | region;
    WORD(0xE000EDA0) = ~0u;
  }
  WORD(0xE000ED94) = 1;
  __asm__ volatile("dsb\n isb");
  (void)WORD(0x20000000);
  Exit(0);
}
#endif
#ifdef G_bit_band
SKIPPING_HANDLER(hard_fault)
void reset(void) {
  for (uint32_t at = 0x22800000; at < 0x24000000; at += 0x1004) {
    WORD(at & ~3u) = at;
    *(volatile uint8_t*)Hidden(at) = 0xFF;
    (void)*(volatile uint16_t*)Hidden(at & ~1u);
  }
  Exit(0);
}
#endif
#ifdef G_fill_ram
void reset(void) {
  for (;;) {
    for (uint32_t at = (uint32_t)stack_top + 0x10000; at < (uint32_t)stack_top + 0x3E0000; at += 4) WORD(at) = at;
  }
}
#endif
#ifdef G_recursion
__attribute__((noinline)) static uint32_t Deeper(uint32_t n) { return Deeper(Hidden(n) + 1) + n; }
void reset(void) { Exit(Deeper(0)); }
#endif
#ifdef G_stack_below
void reset(void) { __asm__ volatile("1: push {r0-r7}\n b 1b"); }
#endif
#ifdef G_stack_above
void reset(void) { __asm__ volatile("1: pop {r0-r7}\n b 1b"); }
#endif
#ifdef G_stack_at
void reset(void) {
  __asm__ volatile("mov sp, %0\n push {r0-r3}\n bkpt 0xAB" ::"r"(Hidden(AT)));
  Exit(0);
}
#endif
#ifdef G_stack_odd
void reset(void) {
  __asm__ volatile("mov r0, sp\n subs r0, #3\n mov sp, r0\n push {r0-r3}\n pop {r0-r3}");
  Exit(0);
}
#endif
#ifdef G_unaligned_everywhere
SKIPPING_HANDLER(hard_fault)
void reset(void) {
  for (uint32_t at = (uint32_t)stack_top; at < (uint32_t)stack_top + 20000; ++at) {
    WORD(at) = at;
    uint32_t from = Hidden(at);
    __asm__ volatile("ldmia %0!, {r4, r5}" : "+l"(from)::"r4", "r5");
  }
  Exit(0);
}
#endif
