// A function whose symbol is mangled as in C++, and whose readable name only DWARF has.
#include "semihosting.h"

__attribute__((noinline)) void Readable(void) __asm__("_ZN5Other4NameEv");
void Readable(void) { __asm__ volatile("nop"); }

void reset(void) {
  Readable();
  Exit(0);
}
