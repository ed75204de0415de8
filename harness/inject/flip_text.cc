#include "harness/inject/flip_text.h"

#include <charconv>
#include <optional>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

using emulation::DebugRegister;
using emulation::Flip;

constexpr std::string_view kInstruction = "instruction";
constexpr struct {
  std::string_view name;
  unsigned number;
} kNamed[] = {{"sp", 13}, {"lr", 14}, {"pc", 15}, {"xpsr", 16}};
constexpr auto kS0 = static_cast<unsigned>(DebugRegister::kS0);

std::string RegisterName(DebugRegister number) {
  const auto which = static_cast<unsigned>(number);
  for (const auto& [name, known] : kNamed) {
    if (known == which) return std::string(name);
  }
  return which >= kS0 ? StrCat("s", which - kS0) : StrCat("r", which);
}

std::optional<DebugRegister> FindRegister(std::string_view text) {
  for (const auto& [name, number] : kNamed) {
    if (name == text) return static_cast<DebugRegister>(number);
  }
  const std::optional<uint32_t> number = text.empty() ? std::nullopt : Number(text.substr(1));
  if (!number) return std::nullopt;
  if (text[0] == 'r' && *number < 13) return static_cast<DebugRegister>(*number);
  if (text[0] == 's' && *number < 32) return static_cast<DebugRegister>(kS0 + *number);
  return std::nullopt;
}

std::optional<uint64_t> LongNumber(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string FlipText(const Flip& flip) {
  const std::string place = flip.target == Flip::Target::kMemory     ? fmt::format("{:#010x}", flip.address)
                            : flip.target == Flip::Target::kRegister ? RegisterName(flip.number)
                                                                     : std::string(kInstruction);
  return StrCat(place, ".", unsigned{flip.bit}, "@", Count(flip.at));
}

Result<Flip> ParseFlip(std::string_view text, uint8_t bits) {
  const Error wrong =
      Bad(StrCat("--flip: \"", text,
                 "\" is none; write PLACE.BIT@INSTRUCTION with an address (0x20000123.4@5000), a register "
                 "(r3.17@5000, sp, lr, pc, xpsr, s0 to s31) or instruction.9@5000"));
  const size_t at = text.find('@');
  const size_t dot = text.substr(0, at).rfind('.');
  if (at == std::string_view::npos || dot == std::string_view::npos) return wrong;
  const std::string_view place = text.substr(0, dot);
  const std::optional<uint32_t> bit = Number(text.substr(dot + 1, at - dot - 1));
  const std::optional<uint64_t> when = LongNumber(text.substr(at + 1));
  if (!bit || !when) return wrong;
  Flip flip{.bits = bits, .at = emulation::Instructions{*when}};
  unsigned room = 32;
  if (place == kInstruction) {
    flip.target = Flip::Target::kInstruction;
  } else if (place.starts_with("0x")) {
    const std::optional<uint32_t> address = Number(place.substr(2), 16);
    if (!address) return wrong;
    flip.address = *address;
    room = 8;
  } else if (const std::optional<DebugRegister> number = FindRegister(place)) {
    flip.target = Flip::Target::kRegister;
    flip.number = *number;
  } else {
    return wrong;
  }
  if (*bit >= room)
    return Bad(StrCat("--flip: \"", text, "\" has no bit ", *bit, "; it has 0 to ", room - 1));
  flip.bit = static_cast<uint8_t>(*bit);
  return flip;
}

}  // namespace atome::harness
