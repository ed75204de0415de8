// The bytes of a GDB that is not to be trusted: packets, and what is answered.
#include <array>
#include <optional>
#include <string>

#include "emulation/fuzz/input.h"
#include "emulation/gdb/packet.h"
#include "emulation/gdb/protocol.h"
#include "emulation/machine/debugger.h"

using namespace atome::emulation;

namespace {

// 256 bytes at 0x20000000, of which the second half can be written.
class FewBytes final : public DebugView {
 public:
  uint32_t ReadRegister(DebugRegister which) const override { return values_.at(static_cast<size_t>(which)); }
  void WriteRegister(DebugRegister which, uint32_t value) override {
    values_.at(static_cast<size_t>(which)) = value;
  }
  bool ReadMemory(uint32_t address, std::span<uint8_t> bytes) const override {
    if (!Inside(address, bytes.size())) return false;
    std::copy_n(memory_.begin() + (address - kBegin), bytes.size(), bytes.begin());
    return true;
  }
  bool WriteMemory(uint32_t address, std::span<const uint8_t> bytes) override {
    if (!Inside(address, bytes.size()) || address < kBegin + 128) return false;
    std::ranges::copy(bytes, memory_.begin() + (address - kBegin));
    return true;
  }
  std::optional<DebugAccess> AccessAt(uint32_t pc) const override {
    return DebugAccess{pc & ~3u, 4, (pc & 2) != 0};
  }
  Instructions instructions() const override { return Instructions{12}; }
  Cycles cycles() const override { return Cycles{34}; }
  std::string_view output() const override { return {}; }
  void Excuse(std::chrono::nanoseconds) override {}

 private:
  static constexpr uint32_t kBegin = 0x20000000;
  bool Inside(uint32_t address, size_t bytes) const {
    return address >= kBegin && uint64_t{address} + bytes <= kBegin + memory_.size();
  }
  std::array<uint32_t, 64> values_{};
  std::array<uint8_t, 256> memory_{};
};

}  // namespace

// A byte of options, then: bytes as they come, or, so that checksums are no hurdle, bodies that end with a
// line.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  atome::fuzz::Input input(data, size);
  const uint8_t options = input.Byte();
  const bool of_server = (options & 1) != 0;
  gdb::PacketReader reader(of_server ? gdb::PacketReader::Of::kServer : gdb::PacketReader::Of::kGdb);
  gdb::Protocol protocol((options & 2) != 0);
  FewBytes machine;
  std::string rest(input.Rest());
  if ((options & 4) != 0) {
    std::string packets;
    for (size_t at = 0; at < rest.size();) {
      const size_t end = std::min(rest.find('\n', at), rest.size());
      packets += gdb::Packet(gdb::Escaped(rest.substr(at, end - at)));
      at = end + 1;
    }
    rest = std::move(packets);
  }
  const size_t piece = 1 + (options >> 4);
  for (size_t at = 0; at < rest.size(); at += piece) {
    reader.Feed(std::string_view(rest).substr(at, piece));
    while (const auto event = reader.Next()) {
      if (event->kind != gdb::PacketReader::Event::Kind::kPacket || of_server) continue;
      const gdb::Protocol::Answer answer = protocol.Handle(event->body, machine);
      if (answer.body)
        atome::fuzz::Require(answer.body->size() <= 2 * gdb::kMostPacketBytes, "an answer of bounded size");
      (void)protocol.StopsAt(machine.ReadRegister(DebugRegister::kPc), machine);
      (void)protocol.StopReply(machine);
      if (answer.action == gdb::Protocol::Action::kKill) return 0;
    }
  }
  return 0;
}
