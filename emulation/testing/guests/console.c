// Every operation on console handles and on the feature file, good and bad.
#include "semihosting.h"

static char buffer[64];

void reset(void) {
  const uint32_t in = (uint32_t)Open(":tt", 0), out = (uint32_t)Open(":tt", 4);
  const uint32_t err = (uint32_t)Open(":tt", 8);
  const uint32_t features = (uint32_t)Open(":semihosting-features", 1);
  const uint32_t text = (uint32_t) "text\n", into = (uint32_t)buffer;
  const uint32_t none = 99;
  Open(":tt", 12);
  Open(":semihosting-features", 4);
  const uint32_t handles[] = {in, out, err, features, none};
  for (int i = 0; i < 5; ++i) {
    Call("length", 0x0C, handles[i], 0, 0, 0);
    Call("is tty", 0x09, handles[i], 0, 0, 0);
    Call("write", 0x05, handles[i], text, 5, 0);
    Call("write nothing", 0x05, handles[i], text, 0, 0);
  }
  Call("read console", 0x06, in, into, 10, 0);
  Call("read output", 0x06, out, into, 10, 0);
  Call("read nothing open", 0x06, none, into, 10, 0);
  Call("read features", 0x06, features, into, 10, 0);
  for (int i = 0; i < 5; ++i) PrintHex((uint8_t)buffer[i]);
  Call("read at the end", 0x06, features, into, 10, 0);
  Call("seek", 0x0A, features, 2, 0, 0);
  Call("read the rest", 0x06, features, into, 10, 0);
  Call("seek too far", 0x0A, features, 200, 0, 0);
  Call("seek output", 0x0A, out, 0, 0, 0);
  Call("seek nothing open", 0x0A, none, 0, 0, 0);
  Call("close", 0x02, features, 0, 0, 0);
  Call("close twice", 0x02, features, 0, 0, 0);
  Call("close output", 0x02, out, 0, 0, 0);
  Call("write to closed", 0x05, out, text, 5, 0);
  Open(":tt", 4);
  Call("is error", 0x08, (uint32_t)-1, 0, 0, 0);
  Call("is no error", 0x08, 5, 0, 0, 0);
  Print("tick frequency ");
  PrintHex((uint32_t)Semihost(0x31, 0));
  PrintHex((uint32_t)Semihost(0x04, ""));
  PrintHex((uint32_t)Semihost(0x03, "x"));
  Exit(0);
}
