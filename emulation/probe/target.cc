#include "emulation/probe/target.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <thread>

#include "emulation/base/hex.h"

namespace atome::emulation::probe {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kEraseTime{60'000};  // of all blocks; a megabyte takes some 16 s on an STM32F4
constexpr milliseconds kHaltTime{3'000};    // from Ctrl-C to the stop
constexpr milliseconds kResetTime{
    600};  // from a reset command to its effect, which some servers do not wait for
constexpr uint32_t kMostChunkBytes =
    1024;  // of memory in a packet: what all servers take by their packets' size
constexpr size_t kMostObjectBytes = 1 << 20;   // of a memory map
constexpr uint32_t kResetMarker = 0x5A17C0DE;  // a value of LR that a reset does not leave there

std::string Number(uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "%x", value);
  return text;
}

std::string HexText(std::string_view bytes) {
  return gdb::HexBytes({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
}

// Memory order.
std::string WordText(uint32_t value) {
  std::array<uint8_t, 4> bytes{};
  for (unsigned k = 0; k < 4; ++k) bytes[k] = static_cast<uint8_t>(value >> 8 * k);
  return gdb::HexBytes(bytes);
}

std::optional<uint32_t> WordIn(std::string_view hex) {
  const auto bytes = gdb::ParseHexBytes(hex, 4);
  if (!bytes) return std::nullopt;
  uint32_t value = 0;
  for (unsigned k = 0; k < 4; ++k) value |= uint32_t{static_cast<uint8_t>((*bytes)[k])} << 8 * k;
  return value;
}

// "E01", "E.text".
bool IsError(std::string_view answer) {
  return answer.size() >= 2 && answer[0] == 'E' && (answer[1] == '.' || answer.size() == 3);
}

// Text that a server or a program prints, in hexadecimal; nothing for other text.
std::optional<std::string> PrintedIn(std::string_view hex) {
  return hex.size() % 2 == 0 ? gdb::ParseHexBytes(hex, hex.size() / 2) : std::nullopt;
}

// How servers are told apart by what they print when asked for their version.
struct Server {
  std::string_view prints;
  std::string_view name;
};
constexpr std::array kServers = {
    Server{"Open On-Chip", "openocd"},
    Server{"Black Magic", "blackmagic"},
    Server{"unknown command: 'version'", "qemu"},
    Server{"atome has:", "atome"},
};

// Commands that reset a core and halt it in front of its first instruction. One that a server does not know
// does nothing, which WasReset sees.
constexpr std::array<std::string_view, 3> kResets = {
    "reset halt",    // OpenOCD, pyOCD, probe-rs
    "reset",         // SEGGER's GDB server
    "system_reset",  // QEMU
};

}  // namespace

std::optional<std::string> Target::Monitor(std::string_view command) {
  if (!remote_.Tell("qRcmd," + HexText(command))) return std::nullopt;
  std::string printed;
  const Deadline deadline = remote_.deadline().Within(milliseconds(10'000));
  while (const std::optional<std::string> answer = remote_.Receive(deadline)) {
    const bool more = answer->starts_with('O') && *answer != "OK";
    if (const auto text = PrintedIn(more ? std::string_view(*answer).substr(1) : std::string_view(*answer));
        text && printed.size() < kMostObjectBytes)
      printed += *text;
    if (!more) return printed;
  }
  remote_.Fail("the GDB server did not answer the command \"" + std::string(command) + "\" in time");
  return std::nullopt;
}

std::optional<std::string> Target::ReadObject(std::string_view name) {
  std::string object;
  while (object.size() < kMostObjectBytes) {
    const auto part =
        remote_.Ask("qXfer:" + std::string(name) + Number(static_cast<uint32_t>(object.size())) + "," +
                    Number(kMostChunkBytes));
    if (!part) return std::nullopt;
    if (part->empty() || IsError(*part)) return std::string();  // it has none after all
    object += std::string_view(*part).substr(1);
    if ((*part)[0] != 'm' || part->size() == 1) break;
  }
  return object;
}

bool Target::Begin() {
  auto supported = remote_.Ask("qSupported:swbreak+;hwbreak+");
  // A server whose core was running tells first that it is halted now.
  for (int k = 0; k < 4 && supported && supported->find_first_of("TSO") == 0; ++k)
    supported = remote_.Receive(remote_.deadline().Within(milliseconds(5'000)));
  if (!supported) return remote_.Fail("the GDB server does not say what it supports");
  constexpr std::string_view kSize = "PacketSize=";
  if (const size_t at = supported->find(kSize); at != std::string::npos) {
    const std::string_view rest = std::string_view(*supported).substr(at + kSize.size());
    const auto bytes = gdb::ParseHex(rest.substr(0, rest.find(';')));
    // A byte of memory takes two characters, what is in front of them at most 32.
    if (bytes && *bytes >= 96) chunk_bytes_ = std::min((*bytes - 32) / 2, kMostChunkBytes) & ~3u;
  }
  has_memory_map_ = supported->find("qXfer:memory-map:read+") != std::string::npos;
  if (supported->find("QStartNoAckMode+") != std::string::npos) {
    const auto agreed = remote_.Ask("QStartNoAckMode");
    if (!agreed) return false;
    if (*agreed == "OK") remote_.LeaveOutAcknowledgements();
  }
  const auto version = Monitor("version");
  if (!version) return false;
  for (const Server& each : kServers) {
    if (version->find(each.prints) != std::string::npos) server_ = each.name;
  }
  if (server_ == "blackmagic") {  // it has probes, but no target before it is told to look
    if (!remote_.Ask("!") || !Monitor("swdp_scan") || !Accepted("vAttach;1", "find a target")) return false;
  }
  const auto state = remote_.Ask("?");
  if (!state) return false;
  if (state->starts_with('W') || state->starts_with('X') || state->empty())
    return remote_.Fail("the GDB server has no target; is the board connected and powered?");
  if (has_memory_map_) {
    const auto xml = ReadObject("memory-map:read::");
    if (!xml) return false;
    flashes_ = ParseFlashMap(*xml);
  }
  return true;
}

bool Target::Accepted(std::string_view packet, std::string_view what) {
  const auto answer = remote_.Ask(packet);
  if (!answer) return false;
  if (answer->empty() || IsError(*answer))
    return remote_.Fail("the GDB server (" + server_ + ") cannot " + std::string(what) +
                        (answer->empty() ? ": it does not know how" : ": it answers " + *answer));
  return true;
}

bool Target::WasReset(uint32_t marker) {
  const Deadline deadline = remote_.deadline().Within(kResetTime);
  do {
    const auto link = ReadRegister(CoreRegister::kLr);
    if (!link) return false;
    if (*link != marker) return true;
    std::this_thread::sleep_for(milliseconds(20));
  } while (!deadline.over());
  return false;
}

bool Target::Reset(const std::string& command, bool at_start) {
  const auto before = ReadRegister(CoreRegister::kLr);
  if (!before || !WriteRegister(CoreRegister::kLr, kResetMarker)) return false;
  if (server_ == "blackmagic" && command.empty()) {  // its "reset" leaves the target
    if (!Accepted("vRun;", "reset the target")) return false;
    if (WasReset(kResetMarker)) return true;
  }
  for (const std::string_view each :
       command.empty() ? std::span<const std::string_view>(kResets) : std::span<const std::string_view>()) {
    if (server_ == "blackmagic" || (server_ == "atome" && at_start)) break;
    if (!Monitor(each)) return false;
    if (WasReset(kResetMarker)) return true;
    if (remote_.failed()) return false;
  }
  if (!command.empty()) {
    if (!Monitor(command)) return false;
    if (WasReset(kResetMarker)) return true;
  }
  if (remote_.failed() || !WriteRegister(CoreRegister::kLr, *before)) return false;
  if (at_start) return true;
  return remote_.Fail("the GDB server (" + server_ + ") did not reset the target" +
                      (command.empty() ? "; give its command with --reset, as 'reset halt'"
                                       : " by \"" + command + "\"; give another command with --reset"));
}

std::optional<std::string> Target::Read(uint32_t address, uint32_t bytes) {
  std::string all;
  while (all.size() < bytes) {
    const auto at = static_cast<uint32_t>(address + all.size());
    const uint32_t wanted = std::min(chunk_bytes_, bytes - static_cast<uint32_t>(all.size()));
    const auto answer = remote_.Ask("m" + Number(at) + "," + Number(wanted));
    if (!answer) return std::nullopt;
    if (answer->empty() || IsError(*answer)) {
      remote_.Fail("the chip refuses to be read at " + Hex(at) + " (" +
                   (answer->empty() ? "no answer" : *answer) +
                   "): it may be locked, or have no memory there");
      return std::nullopt;
    }
    const auto part =
        answer->size() % 2 == 0 ? gdb::ParseHexBytes(*answer, answer->size() / 2) : std::nullopt;
    if (!part || part->empty() || part->size() > wanted) {
      remote_.Fail("the GDB server answers " + std::to_string(answer->size()) + " characters for " +
                   std::to_string(wanted) + " bytes of memory at " + Hex(at));
      return std::nullopt;
    }
    all += *part;
  }
  return all;
}

bool Target::Write(uint32_t address, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, chunk_bytes_);
    const auto answer = remote_.Ask("M" + Number(address) + "," + Number(static_cast<uint32_t>(part.size())) +
                                    ":" + HexText(part));
    if (!answer) return false;
    if (*answer != "OK")
      return remote_.Fail("the chip refuses to be written at " + Hex(address) + " (" +
                          (answer->empty() ? "no answer" : answer->substr(0, 20)) +
                          "): it may be locked, or have no RAM there");
    address += static_cast<uint32_t>(part.size());
    bytes.remove_prefix(part.size());
  }
  return true;
}

std::optional<std::string> Target::ReadAllRegisters() {
  auto all = remote_.Ask("g");
  if (!all) return std::nullopt;
  constexpr size_t kFirst = 16 * 8;  // r0 to r15, which come first in every description
  if (all->size() >= kFirst) return all;
  remote_.Fail("the GDB server (" + server_ + ") does not show the core's registers: is it halted?");
  return std::nullopt;
}

std::optional<uint32_t> Target::ReadRegister(CoreRegister which) {
  const auto number = static_cast<uint32_t>(which);
  if (single_registers_) {
    const auto answer = remote_.Ask("p" + Number(number));
    if (!answer) return std::nullopt;
    if (const auto value = WordIn(*answer)) return value;
    single_registers_ = false;
  }
  const auto all = ReadAllRegisters();
  if (!all) return std::nullopt;
  const auto value = WordIn(std::string_view(*all).substr(8 * number, 8));
  if (!value) remote_.Fail("the GDB server does not tell register " + std::to_string(number));
  return value;
}

bool Target::WriteRegister(CoreRegister which, uint32_t value) {
  const auto number = static_cast<uint32_t>(which);
  if (single_registers_) {
    const auto answer = remote_.Ask("P" + Number(number) + "=" + WordText(value));
    if (!answer) return false;
    if (*answer == "OK") return true;
    single_registers_ = false;
  }
  auto all = ReadAllRegisters();
  return all && Accepted("G" + all->replace(8 * number, 8, WordText(value)), "change a register");
}

bool Target::Differs(const Piece& piece) {
  const auto there = Read(piece.address, static_cast<uint32_t>(piece.bytes.size()));
  return there && !std::ranges::equal(*there, piece.bytes,
                                      [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
}

bool Target::WriteFlash(const std::vector<Piece>& pieces) {
  if (pieces.empty()) return true;
  std::vector<MemoryRange> blocks;
  for (const Piece& piece : pieces) {
    const MemoryRange range = BlocksOf(flashes_, piece.address, static_cast<uint32_t>(piece.bytes.size()));
    // A block that two pieces share is erased once.
    uint32_t begin = range.begin;
    for (const MemoryRange& other : blocks) {
      if (other.Has(begin)) begin = static_cast<uint32_t>(std::min(other.end(), range.end()));
    }
    if (begin < range.end()) blocks.push_back({begin, static_cast<uint32_t>(range.end() - begin)});
  }
  const auto done = [this](const std::optional<std::string>& answer, const char* what) {
    if (!answer) return false;
    if (*answer == "OK") return true;
    return remote_.Fail(
        std::string("the flash cannot be ") + what + ": the GDB server (" + server_ + ") answers " +
        (answer->empty() ? "that it does not know how" : answer->substr(0, 20)) + "; the chip may be locked");
  };
  for (const MemoryRange& range : blocks) {
    if (!done(remote_.Ask("vFlashErase:" + Number(range.begin) + "," + Number(range.bytes), kEraseTime),
              "erased"))
      return false;
  }
  for (const Piece& piece : pieces) {
    // Escapes may double a byte.
    const size_t most = std::max<uint32_t>(chunk_bytes_ / 2, 4);
    for (size_t at = 0; at < piece.bytes.size(); at += most) {
      const auto part = piece.bytes.subspan(at, std::min(most, piece.bytes.size() - at));
      const std::string packet = "vFlashWrite:" + Number(piece.address + static_cast<uint32_t>(at)) + ":" +
                                 std::string(reinterpret_cast<const char*>(part.data()), part.size());
      if (!done(remote_.Ask(packet, kEraseTime), "written")) return false;
    }
  }
  return done(remote_.Ask("vFlashDone", kEraseTime), "written");
}

bool Target::Load(const std::vector<Piece>& pieces) {
  std::vector<Piece> in_flash, changed;
  for (const Piece& piece : pieces) {
    if (piece.bytes.empty()) continue;
    const auto bytes = static_cast<uint32_t>(piece.bytes.size());
    const bool differs = Differs(piece);
    if (remote_.failed()) return false;
    if (!differs) continue;
    changed.push_back(piece);
    if (BlocksOf(flashes_, piece.address, bytes).bytes != 0)
      in_flash.push_back(piece);
    else if (!Write(piece.address, {reinterpret_cast<const char*>(piece.bytes.data()), bytes}))
      return false;
  }
  // What shares an erased block with changed pieces has to be written again.
  if (!in_flash.empty()) {
    in_flash.clear();
    for (const Piece& piece : pieces) {
      if (BlocksOf(flashes_, piece.address, static_cast<uint32_t>(piece.bytes.size())).bytes != 0)
        in_flash.push_back(piece);
    }
    changed = pieces;
  }
  if (!WriteFlash(in_flash)) return false;
  for (const Piece& piece : changed) {
    if (piece.bytes.empty()) continue;
    if (Differs(piece))
      return remote_.Fail("the memory at " + Hex(piece.address) + ", " + std::to_string(piece.bytes.size()) +
                          " bytes, does not hold what was written there");
    if (remote_.failed()) return false;
  }
  return true;
}

bool Target::SetBreakpoint(uint32_t address) {
  for (const char* kind : {"1", "0"}) {  // in hardware, which works in flash; else as the server likes
    const std::string point = std::string(kind) + "," + Number(address) + ",2";
    const auto answer = remote_.Ask("Z" + point);
    if (!answer) return false;
    if (*answer == "OK") {
      breakpoint_ = point;
      return true;
    }
  }
  return remote_.Fail("the GDB server (" + server_ + ") sets no breakpoint at " + Hex(address));
}

bool Target::WaitForStop(Deadline deadline, std::string& output, size_t most_bytes, Stop& stop) {
  while (const std::optional<std::string> packet = remote_.Receive(deadline)) {
    const std::string_view rest = std::string_view(*packet).substr(packet->empty() ? 0 : 1);
    const auto code = gdb::ParseHex(rest.substr(0, 2));
    const auto nonsense = [&] {
      return remote_.Fail("the GDB server (" + server_ + ") answers \"" + packet->substr(0, 20) +
                          "\" while the core runs");
    };
    switch (packet->empty() ? '\0' : (*packet)[0]) {
      case 'O':
        if (const auto text = PrintedIn(rest))
          output += text->substr(0, most_bytes - std::min(most_bytes, output.size()));
        else
          return nonsense();
        break;
      case 'F':  // the program wants a file or the console of a GDB: refused, EPERM
        if (!remote_.Tell("F-1,1")) return false;
        break;
      case 'S':
      case 'T':
        stop = {Stop::Kind::kStopped, code.value_or(0)};
        return true;
      case 'W':
        stop = {Stop::Kind::kExited, code.value_or(0)};
        return true;
      case 'X':
        return remote_.Fail("the target was ended from outside, by signal " +
                            std::to_string(code.value_or(0)));
      case 'E':
        return remote_.Fail("the GDB server (" + server_ + ") cannot let the core run: it answers " +
                            packet->substr(0, 20));
      default:
        return nonsense();
    }
  }
  return false;
}

std::optional<Target::Stop> Target::Continue(Deadline deadline, std::string& output, size_t most_bytes) {
  Stop stop;
  if (!remote_.Tell("c")) return std::nullopt;
  if (WaitForStop(deadline, output, most_bytes, stop)) return stop;
  if (remote_.failed() || !remote_.Interrupt()) return std::nullopt;
  if (!WaitForStop(Deadline::After(kHaltTime), output, most_bytes, stop)) {
    remote_.Fail("the target runs on and cannot be stopped");
    return std::nullopt;
  }
  stop.kind = Stop::Kind::kLate;
  return stop;
}

void Target::End() {
  if (!breakpoint_.empty()) remote_.Ask("z" + breakpoint_);
  // Our own machine would run on to its limit; a QEMU that is killed could not be asked again.
  if (server_ == "atome")
    remote_.Tell("k");
  else
    remote_.Ask("D");
}

}  // namespace atome::emulation::probe
