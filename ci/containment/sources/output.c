// Guests that print without an end, or what a terminal would obey.
#include "hostile.h"

static char text[1 << 16];

static void Fill(uint32_t bytes) {
  for (uint32_t k = 0; k < bytes; ++k) text[k] = (char)('a' + k % 26);
  text[bytes] = 0;
}

#ifdef G_print_forever
void reset(void) {
  Fill(100);
  for (;;) Print(text);
}
#endif
#ifdef G_print_characters
void reset(void) {
  for (;;) Semihost(0x03, "x");
}
#endif
#ifdef G_print_large
void reset(void) {
  Fill(sizeof text - 1);
  const int console = Open(":tt", 4);
  for (;;) Call(0x05, (uint32_t)console, (uint32_t)text, sizeof text, 0);
}
#endif
#ifdef G_print_zeros
void reset(void) {
  const int console = Open(":tt", 4);
  for (;;) Call(0x05, (uint32_t)console, (uint32_t)text, sizeof text, 0);
}
#endif
#ifdef G_print_escapes
void reset(void) {
  Print("\x1b[2J\x1b]0;title\x07\x9b" "31m\r\b\x7f\xe2\x80\xae");
  Exit(3);
}
#endif
#ifdef G_print_memory
void reset(void) {
  for (uint32_t at = 0; at < 64; ++at) Semihost(0x04, (const void*)(uintptr_t)Hidden(at * 0x10000));
  Exit(0);
}
#endif
#ifdef G_console_forever
void reset(void) {
  for (;;) Semihost(0x07, 0);
}
#endif
#ifdef G_itm_flood
void reset(void) {
  WORD(0xE000EDFC) = 1u << 24;
  WORD(0xE0000FB0) = 0xC5ACCE55;
  WORD(0xE0000E80) = 1;
  WORD(0xE0000E00) = ~0u;
  for (;;) WORD(0xE0000000) = 0x1B1B1B1B;
}
#endif
#ifdef G_uart_flood
// CMSDK's, of the MPS2 boards.
void reset(void) {
  WORD(UART + 8) = 3;
  WORD(UART + 16) = 16;
  for (;;) WORD(UART) = 'u';
}
#endif
#ifdef G_rtt_flood
volatile struct {
  char magic[16];
  uint32_t up, down, name, buffer, bytes, write, read, flags;
} _SEGGER_RTT;
void reset(void) {
  Fill(sizeof text - 1);
  _SEGGER_RTT.up = 1;
  _SEGGER_RTT.buffer = (uint32_t)text;
  _SEGGER_RTT.bytes = sizeof text;
  for (int k = 0; k < 10; ++k) _SEGGER_RTT.magic[k] = "SEGGER RTT"[k];
  for (uint32_t k = 1;; ++k) _SEGGER_RTT.write = k * 977 % sizeof text;
}
#endif
#ifdef G_rtt_hostile
volatile uint32_t _SEGGER_RTT[64];
void reset(void) {
  const uint32_t wild[] = {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF, 0x20000000, 0xE0000000, 64};
  for (int k = 0; k < 10; ++k) ((volatile char*)_SEGGER_RTT)[k] = "SEGGER RTT"[k];
  uint32_t seed = 1;
  for (int round = 0; round < 20000; ++round) {
    for (int k = 4; k < 64; ++k) {
      seed = seed * 1664525 + 1013904223;
      if (seed >> 31) _SEGGER_RTT[k] = k < 6 ? seed >> 28 : wild[(seed >> 8) % 9];
    }
  }
  Exit(0);
}
#endif
