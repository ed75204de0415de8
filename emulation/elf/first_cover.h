// Of ranges that may overlap in any way, which of them covers an address first, in n log n for n ranges.
#ifndef ATOME_EMULATION_ELF_FIRST_COVER_H_
#define ATOME_EMULATION_ELF_FIRST_COVER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace atome::emulation {

class FirstCover {
 public:
  // A part of a range that no range before it covers.
  struct Part {
    uint64_t begin = 0;
    uint64_t end = 0;
    size_t range = 0;
  };

  // Adds [begin, end) as range `range`. Calls with each part that is new, by address.
  template <typename OnPart>
  void Add(uint64_t begin, uint64_t end, size_t range, OnPart on_part) {
    if (begin >= end) return;
    // What is covered around it becomes one piece, so that no later range meets the same pieces again.
    auto next = covered_.upper_bound(begin);
    if (next != covered_.begin() && std::prev(next)->second >= begin) --next;
    const uint64_t merged_begin = next != covered_.end() ? std::min(begin, next->first) : begin;
    uint64_t merged_end = end;
    uint64_t at = begin;
    while (next != covered_.end() && next->first <= end) {
      if (at < next->first) on_part(Part{at, next->first, range});
      at = std::max(at, next->second);
      merged_end = std::max(merged_end, next->second);
      next = covered_.erase(next);
    }
    if (at < end) on_part(Part{at, end, range});
    covered_.emplace(merged_begin, merged_end);
  }

  // Adds it and remembers its new parts for At().
  void Add(uint64_t begin, uint64_t end, size_t range) {
    Add(begin, end, range, [this](const Part& part) { parts_.emplace(part.begin, part); });
  }

  // The range that covers the address; nothing when none does.
  std::optional<size_t> At(uint64_t address) const {
    const auto behind = parts_.upper_bound(address);
    if (behind == parts_.begin() || std::prev(behind)->second.end <= address) return std::nullopt;
    return std::prev(behind)->second.range;
  }

  // What is covered at all, by address; pieces that touch are one.
  std::vector<Part> Covered() const {
    std::vector<Part> pieces;
    for (const auto& [begin, end] : covered_) pieces.push_back({begin, end, 0});
    return pieces;
  }

 private:
  std::map<uint64_t, uint64_t> covered_;  // begin and end of pieces that do not touch
  std::map<uint64_t, Part> parts_;        // by their begin
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_FIRST_COVER_H_
