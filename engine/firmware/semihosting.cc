#include "engine/firmware/semihosting.h"

#include <stdint.h>

namespace atome::semihosting {
namespace {

// Operation numbers: Semihosting for AArch32 and AArch64, release 2.0, section 6.
enum Operation : uint32_t { kWrite0 = 0x04, kGetCommandLine = 0x15, kExit = 0x18, kExitExtended = 0x20 };

uint32_t Call(Operation operation, const void* argument) {
  register uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

}  // namespace

void Write(const char* text) { Call(kWrite0, text); }

bool ReadCommandLine(char* buffer, size_t size) {
  struct {
    char* buffer;
    uint32_t length;
  } block = {buffer, static_cast<uint32_t>(size)};
  buffer[0] = '\0';
  return Call(kGetCommandLine, &block) == 0;
}

void Exit(int code) {
  constexpr uint32_t kApplicationExit = 0x20026;
  const struct {
    uint32_t reason;
    uint32_t code;
  } block = {kApplicationExit, static_cast<uint32_t>(code)};
  Call(kExitExtended, &block);
  // A host without SYS_EXIT_EXTENDED returns; the plain call carries success or a run-time error, no more.
  constexpr uintptr_t kRunTimeError = 0x20023;
  Call(kExit, reinterpret_cast<const void*>(code == 0 ? uintptr_t{kApplicationExit} : kRunTimeError));
  for (;;) {
  }
}

}  // namespace atome::semihosting
