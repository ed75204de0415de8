#include "engine/firmware/host.h"

#include <stdint.h>

#include "engine/firmware/semihosting.h"
#include "engine/probe/atome_probe.h"

extern "C" {

atome_mailbox_words atome_mailbox;

// noipa: each call is made, and memory is what the host left there.
[[gnu::noipa]] void atome_exchange() { asm volatile("" ::: "memory"); }
}

namespace atome::host {
namespace {

uint32_t Address(const void* place) { return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(place)); }

bool Connected() { return atome_mailbox.connected != 0; }

}  // namespace

bool ReadRequest(char* buffer, size_t size) {
  atome_mailbox.magic = ATOME_MAILBOX_MAGIC;
  atome_mailbox.version = ATOME_MAILBOX_VERSION;
  atome_mailbox.request_address = Address(buffer);
  atome_mailbox.request_capacity = static_cast<uint32_t>(size);
  atome_exchange();  // the state is ATOME_MAILBOX_WANTS_REQUEST since start-up
  return Connected() || semihosting::ReadCommandLine(buffer, size);
}

void Write(const char* text, size_t size) {
  if (!Connected()) return semihosting::Write(text);
  atome_mailbox.answer_address = Address(text);
  atome_mailbox.answer_bytes = static_cast<uint32_t>(size);
  atome_mailbox.state = ATOME_MAILBOX_OFFERS_ANSWER;
  atome_exchange();
}

void Exit(int code) {
  if (!Connected()) semihosting::Exit(code);
  atome_mailbox.exit_code = static_cast<uint32_t>(code);
  atome_mailbox.state = ATOME_MAILBOX_FINISHED;
  for (;;) atome_exchange();
}

}  // namespace atome::host
