// Whole numbers that a person wrote.
#ifndef ATOME_EMULATION_BASE_NUMBER_H_
#define ATOME_EMULATION_BASE_NUMBER_H_

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace atome::emulation {

// "0x8002000", "131072", "128K" or "4M" (of 1024), in either case. Nothing when it is another text or does
// not fit.
inline std::optional<uint32_t> ParseNumber(std::string_view text) {
  uint64_t unit = 1;
  if (!text.empty()) {
    const char last = text.back();
    if (last == 'K' || last == 'k') unit = 1024;
    if (last == 'M' || last == 'm') unit = 1024 * 1024;
  }
  if (unit != 1) text.remove_suffix(1);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  uint32_t value = 0;
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, value, hexadecimal ? 16 : 10);
  if (error != std::errc{} || end != text_end || value * unit > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(value * unit);
}

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_NUMBER_H_
