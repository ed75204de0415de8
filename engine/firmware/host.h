// Who asks and gets the answer (protocol.md): a debug probe through the mailbox, or the semihosting host.
#ifndef ATOME_ENGINE_FIRMWARE_HOST_H_
#define ATOME_ENGINE_FIRMWARE_HOST_H_

#include <stddef.h>

namespace atome::host {

// Asks for the request, zero-terminated; the first call of this room, which finds out who listens. False when
// there is none or it does not fit.
bool ReadRequest(char* buffer, size_t size);

// A piece of the answer, `size` characters and a zero behind them.
void Write(const char* text, size_t size);

[[noreturn]] void Exit(int code);

}  // namespace atome::host

#endif  // ATOME_ENGINE_FIRMWARE_HOST_H_
