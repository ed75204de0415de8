#include "emulation/qemu/shared_tally.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "emulation/machine/prepare.h"

namespace atome::emulation {

FileDescriptor MemoryFile(const char* label, std::string_view contents, size_t bytes) {
  FileDescriptor file(memfd_create(label, MFD_CLOEXEC));
  if (!file.valid() || ftruncate(file.get(), static_cast<off_t>(bytes)) != 0) return {};
  while (!contents.empty()) {
    const ssize_t count = write(file.get(), contents.data(), contents.size());
    if (count <= 0) return {};
    contents.remove_prefix(static_cast<size_t>(count));
  }
  return file;
}

// Room for every mark there may be; pages never written cost nothing.
SharedTally::SharedTally() : file_(MemoryFile("atome-tally", {}, kPluginTallyBytes)) {
  if (!file_.valid()) return;
  void* memory = mmap(nullptr, kPluginTallyBytes, PROT_READ, MAP_SHARED, file_.get(), 0);
  if (memory != MAP_FAILED) memory_ = static_cast<const char*>(memory);
}

SharedTally::~SharedTally() {
  if (memory_ != nullptr) munmap(const_cast<char*>(memory_), kPluginTallyBytes);
}

std::string SharedTally::Message() const {
  const auto* tally = reinterpret_cast<const PluginTally*>(memory_);
  return {tally->message, strnlen(tally->message, sizeof tally->message)};
}

std::vector<Mark> SharedTally::Marks(bool have_cycles) const {
  const auto* marks = reinterpret_cast<const PluginMark*>(memory_ + kPluginMarksOffset);
  const uint64_t marked = get().marks;
  const size_t written = std::min<size_t>(marked, kMaxMarks);
  std::vector<Mark> result;
  result.reserve(written);
  for (size_t i = 0; i < written; ++i)
    result.push_back({Instructions{marks[i].instructions},
                      have_cycles ? std::optional(Cycles{marks[i].cycles}) : std::nullopt});
  return result;
}

}  // namespace atome::emulation
