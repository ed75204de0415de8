// Guests that call the host with what no program should give it.
#include "hostile.h"

static const uint32_t kWild[] = {0,          1,          2,          3,          0x100,      0x1FFFFFFF, 0x20000000, 0x20000001,
                                 0x203FFFF0, 0x203FFFFF, 0x20400000, 0x40000000, 0x7FFFFFFF, 0x80000000, 0xE000E000, 0xFFFFFFF0,
                                 0xFFFFFFFC, 0xFFFFFFFF};
enum { kWilds = sizeof kWild / sizeof *kWild };
static char name[8000];

static void Long(uint32_t bytes) {
  for (uint32_t k = 0; k < bytes; ++k) name[k] = 'n';
  name[bytes] = 0;
}

#ifdef G_call_pointers
void reset(void) {
  const uint8_t operations[] = {0x01, 0x02, 0x05, 0x06, 0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x0E, 0x0F, 0x15, 0x16, 0x30};
  for (uint32_t k = 0; k < sizeof operations; ++k) {
    for (uint32_t w = 0; w < kWilds; ++w) Semihost(operations[k], (const void*)kWild[w]);
  }
  Exit(0);
}
#endif
#ifdef G_call_arguments
void reset(void) {
  const uint8_t operations[] = {0x01, 0x02, 0x06, 0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x0E, 0x0F, 0x15, 0x16};
  uint32_t seed = 3;
  for (uint32_t round = 0; round < 4000; ++round) {
    uint32_t words[4];
    for (int k = 0; k < 4; ++k) words[k] = kWild[((seed = seed * 1664525 + 1013904223) >> 16) % kWilds];
    Call(operations[round % sizeof operations], words[0], words[1], words[2], words[3]);
  }
  Exit(0);
}
#endif
#ifdef G_call_unknown
void reset(void) {
  Semihost(OPERATION, 0);
  Exit(0);
}
#endif
#ifdef G_call_time_unaligned
void reset(void) {
  for (uint32_t w = 0; w < kWilds; ++w) {
    Semihost(0x30, (const void*)kWild[w]);
    Semihost(0x10, (const void*)kWild[w]);
    Semihost(0x11, (const void*)kWild[w]);
    Semihost(0x31, (const void*)kWild[w]);
  }
  Exit(0);
}
#endif
#ifdef G_call_lengths
void reset(void) {
  const int console = Open(":tt", 4);
  for (uint32_t w = 10; w < kWilds; ++w) {
    Call(0x05, (uint32_t)console, 0x20000000, kWild[w], 0);
    Call(0x06, (uint32_t)console, 0x20000000, kWild[w], 0);
    Call(0x01, (uint32_t)name, 0, kWild[w], 0);
    Call(0x0D, (uint32_t)name, kWild[w], kWild[w], 0);
  }
  Exit(0);
}
#endif
#ifdef G_call_handles
void reset(void) {
  for (uint32_t h = 0; h < 3000; ++h) {
    const uint32_t handle = h < kWilds ? kWild[h] : h;
    Call(0x05, handle + 1000000, (uint32_t)name, 4, 0);
    Call(0x06, handle + 1000000, (uint32_t)name, 4, 0);
    Call(0x0A, handle + 1000000, ~0u, 0, 0);
    Call(0x0C, handle + 1000000, 0, 0, 0);
    Call(0x02, handle + 1000000, 0, 0, 0);
  }
  Exit(0);
}
#endif
#ifdef G_open_many
void reset(void) {
  for (int k = 0; k < 5000; ++k) Open(k % 2 ? ":tt" : ":semihosting-features", 0);
  Exit(0);
}
#endif
#ifdef G_open_modes
void reset(void) {
  for (uint32_t mode = 0; mode < 40; ++mode) {
    Open(":semihosting-features", (int)mode);
    Open("file", (int)(mode * 0x8000001u));
  }
  Exit(0);
}
#endif
#ifdef G_name_long
void reset(void) {
  for (uint32_t bytes = 0; bytes < sizeof name; bytes += 97) {
    Long(bytes);
    Open(name, 0);
    Call(0x0E, (uint32_t)name, bytes, 0, 0);
  }
  Exit(0);
}
#endif
#ifdef G_name_endless
// A name that no zero ends before the end of RAM, again and again.
void reset(void) {
  for (uint32_t at = 0x20030000; at < 0x20400000; at += 4) {
    *(volatile uint32_t*)Hidden(at + ((uint32_t)stack_top & 0xF8000000u) - 0x20000000) = 0x6E6E6E6E;
  }
  for (;;) Call(0x01, Hidden(0x20030000 + ((uint32_t)stack_top & 0xF8000000u) - 0x20000000), 0, 0x3D0000, 0);
}
#endif
#ifdef G_features
void reset(void) {
  const int features = Open(":semihosting-features", 0);
  for (uint32_t k = 0; k < kWilds; ++k) {
    Call(0x0A, (uint32_t)features, kWild[k], 0, 0);
    Call(0x06, (uint32_t)features, (uint32_t)name, kWild[k] & 0xFFF, 0);
    Call(0x05, (uint32_t)features, (uint32_t)name, 4, 0);
  }
  Exit(0);
}
#endif
#ifdef G_escape
// Every way out of a folder that comes to mind. What could be read is printed behind a word that nothing else prints.
static const char* const kNames[] = {CANARY, "/etc/passwd", "/etc/hostname", "../canary", "../../canary", "../../../etc/passwd",
                                     "./../canary", "sub/../../canary", "link", "link/canary", "/proc/self/mem", "/proc/self/environ",
                                     "/dev/zero", "/dev/fd/0", "/proc/self/fd/3", "/proc/self/fd/4", "", ".", "..", "/", "~/.profile",
                                     "canary\xff", "//etc//passwd", "fifo", "device"};
void reset(void) {
  for (uint32_t k = 0; k < sizeof kNames / sizeof *kNames; ++k) {
    for (int mode = 0; mode < 12; ++mode) {
      const int file = Open(kNames[k], mode);
      if (file <= 0) continue;
      for (int byte = 0; byte < 100; ++byte) name[byte] = 0;
      // What it wrote itself begins so.
      if ((uint32_t)Call(0x06, (uint32_t)file, (uint32_t)name, 64, 0) < 64 && name[0] != 'o') {
        Print("ESCAPED ");
        Print(kNames[k]);
        Print(name);
      }
      Call(0x05, (uint32_t)file, (uint32_t)"owned", 5, 0);
      Call(0x02, (uint32_t)file, 0, 0, 0);
    }
    Call(0x0E, (uint32_t)kNames[k], (uint32_t)Length(kNames[k]), 0, 0);
    Call(0x0F, (uint32_t)kNames[k], (uint32_t)Length(kNames[k]), (uint32_t)"moved", 5);
    Call(0x0F, (uint32_t)"inside", 6, (uint32_t)kNames[k], (uint32_t)Length(kNames[k]));
  }
  Exit(0);
}
#endif
#ifdef G_shell
void reset(void) {
  const char* const command = "touch " CANARY "_shell; rm -f " CANARY;
  for (int k = 0; k < 10; ++k) Call(0x12, (uint32_t)command, (uint32_t)Length(command), 0, 0);
  Exit(0);
}
#endif
#ifdef G_file_flood
void reset(void) {
  const int file = Open("flood", 4);
  for (;;) Call(0x05, (uint32_t)file, (uint32_t)stack_top & ~0xFFFFu, 0x20000, 0);
}
#endif
#ifdef G_files_many
void reset(void) {
  char file[] = "f00000";
  for (uint32_t k = 0; k < 20000; ++k) {
    for (int digit = 0; digit < 5; ++digit) file[5 - digit] = (char)('a' + (k >> 4 * digit & 15));
    Open(file, 4);
  }
  Exit(0);
}
#endif
#ifdef G_file_seek
void reset(void) {
  const int file = Open("seek", 6);
  for (uint32_t k = 0; k < kWilds; ++k) {
    Call(0x0A, (uint32_t)file, kWild[k], 0, 0);
    Call(0x05, (uint32_t)file, (uint32_t)name, 16, 0);
    Call(0x06, (uint32_t)file, (uint32_t)name, 16, 0);
  }
  Exit(0);
}
#endif
#ifdef G_exit_code
void reset(void) { Exit(CODE); }
#endif
#ifdef G_exit_reason
void reset(void) {
  Semihost(0x18, (const void*)Hidden(REASON));
  for (;;) {
  }
}
#endif
#ifdef G_exit_wild
void reset(void) {
  Semihost(0x20, (const void*)Hidden(0xFFFFFFFC));
  Exit(6);
}
#endif
#ifdef G_command_line
void reset(void) {
  for (uint32_t bytes = 0; bytes < 300; ++bytes) Call(0x15, (uint32_t)name, bytes, 0, 0);
  for (uint32_t w = 0; w < kWilds; ++w) {
    Call(0x15, kWild[w], 0x10000, 0, 0);
    Call(0x15, (uint32_t)name, kWild[w] | 0x80000000, 0, 0);
  }
  Exit(0);
}
#endif
#ifdef G_heap_info
void reset(void) {
  for (uint32_t w = 0; w < kWilds; ++w) Call(0x16, kWild[w], 0, 0, 0);
  Exit(0);
}
#endif
#ifdef G_temporary_names
void reset(void) {
  for (uint32_t k = 0; k < 3000; ++k) Call(0x0D, (uint32_t)name, k, k % 64, 0);
  Exit(0);
}
#endif
