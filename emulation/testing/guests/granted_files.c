// Reads "in.txt" of a granted folder, appends to "log.txt", and tries names that lead out of it.
#include "semihosting.h"

static char buffer[16];

static void Show(const char* name) {
  const uint32_t handle = (uint32_t)Open(name, 1);
  if (handle == ~0u) return;
  Call("length", 0x0C, handle, 0, 0, 0);
  Call("read", 0x06, handle, (uint32_t)buffer, 15, 0);
  Print(buffer);
  Call("close", 0x02, handle, 0, 0, 0);
}

void reset(void) {
  Show("in.txt");
  Show("missing");
  Show("../outside");
  Show("link");
  Show("/etc/passwd");
  Show("/proc/self/root/etc/passwd");
  // Its cycles are exact in a repeated run only, which has to see the folder as it was.
  *(volatile uint32_t*)0xE000E014 = 0xFFFFFF;
  *(volatile uint32_t*)0xE000E018 = 0;
  *(volatile uint32_t*)0xE000E010 = 5;
  const uint32_t log = (uint32_t)Open("log.txt", 8);
  if (log != ~0u) {
    (void)*(volatile uint32_t*)0xE000E018;
    Call("write", 0x05, log, (uint32_t) "line\n", 5, 0);
    Call("close", 0x02, log, 0, 0, 0);
  }
  Exit(0);
}
