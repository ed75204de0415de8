#include "emulation/gdb/protocol.h"

#include <algorithm>
#include <array>

#include "emulation/gdb/packet.h"

namespace atome::emulation::gdb {
namespace {

// Errors of answers: GDB shows the number, and takes none for more than a refusal.
constexpr const char* kBadPacket = "E01";
constexpr const char* kNoMemory = "E0e";  // EFAULT
constexpr const char* kTooMany = "E1c";   // ENOSPC
constexpr const char* kOk = "OK";

constexpr size_t kMostPoints = 1024;  // breakpoints and watchpoints, each
constexpr uint32_t kMostWatchedBytes = 4096;

// The text up to the separator; `rest` is what stands behind it.
std::string_view CutAt(std::string_view text, char separator, std::string_view* rest) {
  const size_t at = text.find(separator);
  *rest = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return text.substr(0, at);
}

// "address,count".
struct Range {
  uint32_t address = 0;
  uint32_t bytes = 0;
};
std::optional<Range> ParseRange(std::string_view text) {
  std::string_view count;
  const std::optional<uint32_t> address = ParseHex(CutAt(text, ',', &count)), bytes = ParseHex(count);
  if (!address || !bytes) return std::nullopt;
  return Range{*address, *bytes};
}

std::string ValueText(const TargetRegister& which, const DebugView& machine) {
  std::array<uint8_t, 8> bytes{};
  for (unsigned word = 0; word < which.bits / 32; ++word) {
    const auto number = static_cast<DebugRegister>(static_cast<unsigned>(which.first) + word);
    const uint32_t value = machine.ReadRegister(number);
    for (unsigned k = 0; k < 4; ++k) bytes[4 * word + k] = static_cast<uint8_t>(value >> 8 * k);
  }
  return HexBytes(std::span(bytes).first(which.bits / 8));
}

void SetValue(const TargetRegister& which, std::string_view bytes, DebugView& machine) {
  for (unsigned word = 0; word < which.bits / 32; ++word) {
    uint32_t value = 0;
    for (unsigned k = 0; k < 4; ++k) value |= uint32_t{static_cast<uint8_t>(bytes[4 * word + k])} << 8 * k;
    machine.WriteRegister(static_cast<DebugRegister>(static_cast<unsigned>(which.first) + word), value);
  }
}

}  // namespace

Protocol::Protocol(bool has_fpu)
    : registers_(TargetRegisters(has_fpu)), description_(TargetDescription(registers_)) {}

Protocol::Answer Protocol::Handle(std::string_view packet, DebugView& machine) {
  if (packet.empty()) return {""};
  const std::string_view rest = packet.substr(1);
  switch (packet[0]) {
    case '?':
      return {StopReply(machine)};
    case 'g':
      return {ReadAll(machine)};
    case 'G':
      return {WriteAll(rest, machine)};
    case 'p':
      return {ReadOne(rest, machine)};
    case 'P':
      return {WriteOne(rest, machine)};
    case 'm':
      return {ReadMemory(rest, machine)};
    case 'M':
      return {WriteMemory(rest, false, machine)};
    case 'X':
      return {WriteMemory(rest, true, machine)};
    case 'Z':
      return {SetPoint(rest, true)};
    case 'z':
      return {SetPoint(rest, false)};
    case 'H':
    case 'T':
      return {kOk};  // the one thread
    case 'c':
    case 's':
      return Resume(packet, machine);
    case 'C':
    case 'S': {  // with a signal, which no firmware takes
      std::string_view address;
      CutAt(rest, ';', &address);
      return Resume((packet[0] == 'C' ? "c" : "s") + std::string(address), machine);
    }
    case 'D':
      return {kOk, Action::kDetach};
    case 'k':
      return {std::nullopt, Action::kKill};
    case 'v':
      if (packet == "vCont?") return {"vCont;c;C;s;S"};
      if (packet.starts_with("vCont;")) return ResumeEach(packet.substr(6), machine);
      if (packet.starts_with("vKill")) return {kOk, Action::kKill};
      return {""};
    case 'Q':
      if (packet != "QStartNoAckMode") return {""};
      no_acknowledgements_ = true;
      return {kOk};
    case 'q':
      return {Query(packet, machine)};
    default:
      return {""};  // not supported
  }
}

std::string Protocol::Query(std::string_view packet, const DebugView& machine) const {
  constexpr std::string_view kDescription = "qXfer:features:read:target.xml:";
  if (packet.starts_with("qSupported"))
    return "PacketSize=" + HexBytes(std::array<uint8_t, 2>{kMostPacketBytes >> 8, kMostPacketBytes & 0xFF}) +
           ";qXfer:features:read+;QStartNoAckMode+;vContSupported+";
  if (packet.starts_with(kDescription)) {
    const auto range = ParseRange(packet.substr(kDescription.size()));
    if (!range) return kBadPacket;
    if (range->address >= description_.size()) return "l";
    const size_t bytes = std::min<size_t>(range->bytes, kMostPacketBytes - 1);
    const bool more = range->address + bytes < description_.size();
    return (more ? "m" : "l") + description_.substr(range->address, bytes);
  }
  if (packet.starts_with("qRcmd,")) return Monitor(packet.substr(6), machine);
  if (packet.starts_with("qSymbol")) return kOk;
  if (packet == "qfThreadInfo") return "m1";
  if (packet == "qsThreadInfo") return "l";
  if (packet == "qC") return "QC1";
  if (packet.starts_with("qAttached")) return "1";  // so that GDB detaches when it ends
  return "";
}

std::string Protocol::Monitor(std::string_view command_hex, const DebugView& machine) const {
  const auto command = ParseHexBytes(command_hex, command_hex.size() / 2);
  std::string text = "atome has: monitor cycles\n";
  if (command == "cycles")
    text = std::to_string(Count(machine.instructions())) + " instructions, " +
           std::to_string(Count(machine.cycles())) + " modelled cycles before this one\n";
  return HexBytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

std::string Protocol::ReadAll(const DebugView& machine) const {
  std::string all;
  for (const TargetRegister& each : registers_) all += ValueText(each, machine);
  return all;
}

std::string Protocol::WriteAll(std::string_view hex, DebugView& machine) const {
  size_t bytes = 0;
  for (const TargetRegister& each : registers_) bytes += each.bits / 8;
  const auto values = ParseHexBytes(hex, bytes);
  if (!values) return kBadPacket;
  size_t at = 0;
  for (const TargetRegister& each : registers_) {
    SetValue(each, std::string_view(*values).substr(at, each.bits / 8), machine);
    at += each.bits / 8;
  }
  return kOk;
}

std::string Protocol::ReadOne(std::string_view number, const DebugView& machine) const {
  const auto n = ParseHex(number);
  return n && *n < registers_.size() ? ValueText(registers_[*n], machine) : kBadPacket;
}

std::string Protocol::WriteOne(std::string_view text, DebugView& machine) const {
  std::string_view value;
  const auto n = ParseHex(CutAt(text, '=', &value));
  if (!n || *n >= registers_.size()) return kBadPacket;
  const auto bytes = ParseHexBytes(value, registers_[*n].bits / 8);
  if (!bytes) return kBadPacket;
  SetValue(registers_[*n], *bytes, machine);
  return kOk;
}

std::string Protocol::ReadMemory(std::string_view text, const DebugView& machine) {
  const auto range = ParseRange(text);
  if (!range) return kBadPacket;
  std::vector<uint8_t> bytes(std::min<size_t>(range->bytes, kMostPacketBytes / 2));
  // What a memory ends before is answered up to there.
  while (!bytes.empty() && !machine.ReadMemory(range->address, bytes)) bytes.resize(bytes.size() / 2);
  return bytes.empty() && range->bytes != 0 ? kNoMemory : HexBytes(bytes);
}

std::string Protocol::WriteMemory(std::string_view text, bool binary, DebugView& machine) {
  std::string_view data;
  const auto range = ParseRange(CutAt(text, ':', &data));
  if (!range) return kBadPacket;
  const auto bytes = binary ? std::optional(std::string(data)) : ParseHexBytes(data, range->bytes);
  if (!bytes || bytes->size() != range->bytes) return kBadPacket;
  if (bytes->empty()) return kOk;
  const std::span<const uint8_t> view(reinterpret_cast<const uint8_t*>(bytes->data()), bytes->size());
  return machine.WriteMemory(range->address, view) ? kOk : kNoMemory;
}

// "type,address,kind"; the kind is the bytes of a breakpoint's instruction, or those that are watched.
std::string Protocol::SetPoint(std::string_view text, bool insert) {
  if (text.size() < 2 || text[1] != ',') return kBadPacket;
  const auto range = ParseRange(text.substr(2, text.find(';') - 2));  // conditions are not announced
  if (text[0] < '0' || text[0] > '4') return "";
  if (!range) return kBadPacket;
  if (text[0] <= '1') {
    if (!insert)
      breakpoints_.erase(range->address & ~1u);
    else if (breakpoints_.size() == kMostPoints)
      return kTooMany;
    else
      breakpoints_.insert(range->address & ~1u);
    return kOk;
  }
  if (range->bytes == 0 || range->bytes > kMostWatchedBytes) return kBadPacket;
  const Watchpoint point{range->address, range->bytes, text[0] != '2', text[0] != '3'};
  if (!insert)
    watchpoints_.erase(point);
  else if (watchpoints_.size() == kMostPoints)
    return kTooMany;
  else
    watchpoints_.insert(point);
  return kOk;
}

// "c" or "s", and where to go on, if somewhere else.
Protocol::Answer Protocol::Resume(std::string_view text, DebugView& machine) {
  if (text.size() > 1) {
    const auto address = ParseHex(text.substr(1));
    if (!address) return {kBadPacket};
    machine.WriteRegister(DebugRegister::kPc, *address);
  }
  stepping_ = text[0] == 's';
  return {std::nullopt, Action::kResume};
}

// "c", "s:1;c": the first is the one for the only thread.
Protocol::Answer Protocol::ResumeEach(std::string_view actions, DebugView& machine) {
  if (actions.empty()) return {kBadPacket};
  switch (actions[0]) {
    case 'c':
    case 'C':
      return Resume("c", machine);
    case 's':
    case 'S':
      return Resume("s", machine);
    default:
      return {""};
  }
}

bool Protocol::StopsAt(uint32_t pc, const DebugView& machine) {
  bool stops = stepping_ || (!breakpoints_.empty() && breakpoints_.contains(pc));
  watch_.clear();
  if (!watchpoints_.empty() && !stepping_) {
    if (const std::optional<DebugAccess> access = machine.AccessAt(pc)) {
      for (const Watchpoint& point : watchpoints_) {
        const bool wanted = access->stores ? point.stores : point.loads;
        const bool overlaps =
            access->address - point.address < point.bytes || point.address - access->address < access->bytes;
        if (!wanted || !overlaps) continue;
        const char* kind = !point.loads ? "watch:" : !point.stores ? "rwatch:" : "awatch:";
        const uint32_t at = point.address;
        watch_ =
            kind +
            HexBytes(std::array<uint8_t, 4>{static_cast<uint8_t>(at >> 24), static_cast<uint8_t>(at >> 16),
                                            static_cast<uint8_t>(at >> 8), static_cast<uint8_t>(at)}) +
            ";";
        stops = true;
        break;
      }
    }
  }
  if (stops) signal_ = Signal::kTrap;
  return stops;
}

std::string Protocol::StopReply(const DebugView& machine) const {
  std::string reply = "T" + HexBytes(std::array<uint8_t, 1>{static_cast<uint8_t>(signal_)});
  // What GDB asks for at each stop.
  for (const unsigned r : {13u, 14u, 15u})
    reply += HexBytes(std::array<uint8_t, 1>{static_cast<uint8_t>(r)}) + ":" +
             ValueText(registers_[r], machine) + ";";
  return reply + watch_ + "thread:1;";
}

}  // namespace atome::emulation::gdb
