// Arm semihosting, the four calls this firmware makes. Needs a host: an emulator or a debug probe.
#ifndef ATOME_ENGINE_FIRMWARE_SEMIHOSTING_H_
#define ATOME_ENGINE_FIRMWARE_SEMIHOSTING_H_

#include <stddef.h>

namespace atome::semihosting {

// Writes a zero-terminated text to the host's console.
void Write(const char* text);

// Copies the host's command line, zero-terminated, into `buffer`. False when there is none or it does not
// fit.
bool ReadCommandLine(char* buffer, size_t size);

[[noreturn]] void Exit(int code);

}  // namespace atome::semihosting

#endif  // ATOME_ENGINE_FIRMWARE_SEMIHOSTING_H_
