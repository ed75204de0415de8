#include "emulation/boards/peripherals.h"

#include <algorithm>
#include <charconv>

namespace atome::emulation {
namespace {

std::string_view TakeWord(std::string_view& text) {
  const size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

std::optional<uint32_t> Number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    text.remove_prefix(2);
    base = 16;
  }
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<uint32_t> NumberBehind(std::string_view key, std::string_view text) {
  return text.starts_with(key) ? Number(text.substr(key.size())) : std::nullopt;
}

}  // namespace

std::optional<PeripheralRegister> ParseRegister(std::string_view text) {
  const auto address = Number(TakeWord(text));
  if (!address || *address % 4 != 0) return std::nullopt;
  PeripheralRegister result{.address = *address};
  while (!text.empty()) {
    const std::string_view word = TakeWord(text);
    if (const auto reset = NumberBehind("reset=", word)) {
      result.reset = *reset;
      continue;
    }
    const size_t arrow = word.find('>');
    const auto from = Number(word.substr(0, arrow));
    const auto to = arrow == std::string_view::npos ? std::nullopt : Number(word.substr(arrow + 1));
    if (!from || !to || *from > 31 || *to > 31) return std::nullopt;
    result.follows.emplace_back(*from, *to);
  }
  return result;
}

std::optional<Uart> ParseUart(std::string_view text) {
  const auto address = Number(TakeWord(text));
  const auto data = NumberBehind("data=", TakeWord(text));
  const std::string_view status = TakeWord(text);
  const size_t colon = status.find(':');
  const auto offset = NumberBehind("status=", status.substr(0, colon));
  const auto ready = colon == std::string_view::npos ? std::nullopt : Number(status.substr(colon + 1));
  if (!address || !data || !offset || !ready || !text.empty()) return std::nullopt;
  return Uart{.address = *address, .data = *data, .status = *offset, .ready = *ready};
}

}  // namespace atome::emulation
