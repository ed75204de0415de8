#include "harness/size/symbol_bytes.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace atome::harness {
namespace {

constexpr uint64_t kMostAlignment = 64;

// What a symbol covers of the section. The least owns a byte.
struct Claim {
  uint64_t begin, end;
  const emulation::ElfImage::SizedSymbol* of;
  size_t symbol;

  auto Rank() const { return std::tuple(of->label, ~of->address, uint64_t{of->address} + of->bytes, symbol); }
  bool operator<(const Claim& other) const { return Rank() < other.Rank(); }
};

std::vector<Claim> ClaimsOn(const Range& section, std::span<const emulation::ElfImage::SizedSymbol> symbols) {
  std::vector<Claim> claims;
  for (size_t i = 0; i < symbols.size(); ++i) {
    const uint64_t from = std::max<uint64_t>(symbols[i].address, section.begin);
    const uint64_t to = std::min(uint64_t{symbols[i].address} + symbols[i].bytes, section.end);
    if (from < to) claims.push_back({from, to, &symbols[i], i});
  }
  std::ranges::sort(claims, {}, &Claim::begin);
  return claims;
}

// A gap in front of what is aligned is as short as the alignment asks.
bool IsPadding(uint64_t begin, uint64_t end, const IsFillerBetween& is_filler) {
  const uint64_t alignment = std::min(kMostAlignment, end & (~end + 1));
  return end - begin < alignment && is_filler(begin, end);
}

}  // namespace

SymbolBytes BytesBySymbol(const Range& section, std::span<const emulation::ElfImage::SizedSymbol> symbols,
                          const IsFillerBetween& is_filler) {
  const std::vector<Claim> claims = ClaimsOn(section, symbols);
  SymbolBytes bytes;
  bytes.of_symbols.resize(symbols.size());
  std::set<Claim> open;
  size_t next = 0;
  for (uint64_t at = section.begin; at < section.end;) {
    while (next < claims.size() && claims[next].begin == at) open.insert(claims[next++]);
    while (!open.empty() && open.begin()->end <= at) open.erase(open.begin());
    uint64_t until = next < claims.size() ? claims[next].begin : section.end;
    if (open.empty()) {
      (IsPadding(at, until, is_filler) ? bytes.padding : bytes.unnamed) += until - at;
    } else {
      until = std::min(until, open.begin()->end);
      bytes.of_symbols[open.begin()->symbol] += until - at;
    }
    at = until;
  }
  return bytes;
}

}  // namespace atome::harness
