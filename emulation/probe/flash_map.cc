#include "emulation/probe/flash_map.h"

#include <string>

#include "emulation/base/number.h"

namespace atome::emulation::probe {
namespace {

constexpr size_t kMostFlashes = 64;

// The number that an attribute of a tag's text has.
std::optional<uint32_t> NumberOf(std::string_view tag, std::string_view name) {
  for (const char quote : {'"', '\''}) {
    const std::string begin = " " + std::string(name) + "=" + quote;
    const size_t at = tag.find(begin);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = tag.substr(at + begin.size());
    return ParseNumber(rest.substr(0, rest.find(quote)));
  }
  return std::nullopt;
}

// The number between the first '>' and the '<' behind it.
std::optional<uint32_t> NumberIn(std::string_view element) {
  const size_t begin = element.find('>');
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string_view rest = element.substr(begin + 1);
  return ParseNumber(rest.substr(0, rest.find('<')));
}

}  // namespace

std::vector<Flash> ParseFlashMap(std::string_view xml) {
  std::vector<Flash> flashes;
  constexpr std::string_view kMemory = "<memory ";
  for (size_t at = xml.find(kMemory); at != std::string_view::npos && flashes.size() < kMostFlashes;) {
    const size_t next = xml.find(kMemory, at + 1);
    const std::string_view element = xml.substr(at, next - at);
    at = next;
    const std::string_view tag = element.substr(0, element.find('>'));
    if (tag.find("\"flash\"") == std::string_view::npos && tag.find("'flash'") == std::string_view::npos)
      continue;
    const auto start = NumberOf(tag, "start"), length = NumberOf(tag, "length");
    const size_t property = element.find("blocksize");
    const auto block = property == std::string_view::npos ? std::nullopt : NumberIn(element.substr(property));
    if (!start || !length || *length == 0 || !block || *block == 0 || *block > *length) continue;
    const Flash flash{{*start, *length}, *block};
    if (flash.range.end() <= uint64_t{UINT32_MAX} + 1) flashes.push_back(flash);
  }
  return flashes;
}

MemoryRange BlocksOf(const std::vector<Flash>& flashes, uint32_t address, uint32_t bytes) {
  for (const Flash& flash : flashes) {
    if (bytes == 0 || !flash.range.Has(address) || uint64_t{address} + bytes > flash.range.end()) continue;
    const uint32_t first = (address - flash.range.begin) / flash.block_bytes * flash.block_bytes;
    const uint64_t past = uint64_t{address - flash.range.begin} + bytes;
    const uint64_t end = std::min<uint64_t>(
        (past + flash.block_bytes - 1) / flash.block_bytes * flash.block_bytes, flash.range.bytes);
    return {flash.range.begin + first, static_cast<uint32_t>(end - first)};
  }
  return {};
}

}  // namespace atome::emulation::probe
