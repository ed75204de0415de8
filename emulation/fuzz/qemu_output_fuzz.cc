// What QEMU and its plugin leave behind, which a guest can forge: logs of exceptions, messages of an abort,
// the shared tally.
#include <sys/mman.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "emulation/fuzz/input.h"
#include "emulation/qemu/qemu_diagnosis.h"
#include "emulation/qemu/shared_tally.h"

using namespace atome::emulation;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)ParseExceptionLog(text);
  if (const std::optional<Abort> abort = ParseAbort(text)) {
    atome::fuzz::Require(abort->offset <= text.size(), "an abort lies in the output");
    atome::fuzz::Require(abort->message.find('\n') == std::string::npos, "a message of one line");
  }
  static const SharedTally tally;
  if (!tally.valid()) return 0;
  PluginTally written{};
  std::copy_n(text.data(), std::min(text.size(), sizeof written), reinterpret_cast<char*>(&written));
  // Any number may stand there; the memory of as many marks as there can be would be slow to copy each time.
  if (written.marks > 1000 && written.marks < kMaxMarks) written.marks %= 1000;
  if (written.marks >= kMaxMarks) written.marks = 0;
  if (pwrite(tally.fd(), &written, sizeof written, 0) != sizeof written) return 0;
  atome::fuzz::Require(tally.Message().size() <= sizeof written.message, "a message ends in its place");
  atome::fuzz::Require(tally.Marks(true).size() == written.marks, "as many marks as were written");
  return 0;
}
