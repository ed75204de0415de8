// The host's side of the mailbox through which a firmware and a debug probe talk
// (engine/firmware/protocol.md).
#ifndef ATOME_EMULATION_PROBE_MAILBOX_H_
#define ATOME_EMULATION_PROBE_MAILBOX_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "emulation/boards/memory_map.h"
#include "emulation/elf/elf_image.h"
#include "emulation/probe/target.h"

namespace atome::emulation::probe {

class Mailbox {
 public:
  // Nothing when the image has none.
  static std::optional<Mailbox> In(const ElfImage& image);

  uint32_t exchange() const { return exchange_; }

  struct Reply {
    std::optional<int> exit_code;  // of a firmware that has finished
  };
  // Acts on what the firmware wants, which stands at exchange(), and lets it return from there. Nothing after
  // a failure. The words are not trusted: buffers must lie in the RAM of `map`.
  std::optional<Reply> Serve(Target& target, const MemoryMap& map, const std::string& request,
                             std::string& output);

 private:
  Mailbox(uint32_t words, uint32_t exchange) : words_(words), exchange_(exchange) {}

  uint32_t words_;
  uint32_t exchange_;
  bool asked_ = false;
};

}  // namespace atome::emulation::probe

#endif  // ATOME_EMULATION_PROBE_MAILBOX_H_
