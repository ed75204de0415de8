// A return address overwritten by a store past the end of an array.
#include "crash.h"

CALL static void Fill(volatile uint32_t* words, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) words[i] = 0x30000001;
}

CALL static uint32_t Crash(uint32_t a) {
  uint32_t words[4];
  Fill(words, 12);
  return words[a];
}
