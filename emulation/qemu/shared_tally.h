// The runner's side of the memory it shares with the plugin inside QEMU.
#ifndef ATOME_EMULATION_QEMU_SHARED_TALLY_H_
#define ATOME_EMULATION_QEMU_SHARED_TALLY_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/base/subprocess.h"
#include "emulation/machine/machine.h"
#include "emulation/qemu/plugin/tally.h"

namespace atome::emulation {

// A file of `bytes` bytes without a name that begins with `contents`; invalid when the system lacks the room.
FileDescriptor MemoryFile(const char* label, std::string_view contents, size_t bytes);

class SharedTally {
 public:
  SharedTally();
  ~SharedTally();
  SharedTally(const SharedTally&) = delete;
  SharedTally& operator=(const SharedTally&) = delete;

  bool valid() const { return memory_ != nullptr; }
  int fd() const { return file_.get(); }
  // Changes while QEMU runs.
  const volatile PluginTally& get() const { return *reinterpret_cast<const volatile PluginTally*>(memory_); }
  // Call these two after QEMU has ended.
  std::string Message() const;
  std::vector<Mark> Marks(bool have_cycles) const;

 private:
  FileDescriptor file_;
  const char* memory_ = nullptr;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_QEMU_SHARED_TALLY_H_
