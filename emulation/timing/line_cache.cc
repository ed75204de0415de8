#include "emulation/timing/line_cache.h"

#include <algorithm>

namespace atome::timing {
namespace {

constexpr uint32_t kNoLine = 0xFFFFFFFF;

}  // namespace

LineCache::LineCache(uint32_t lines, uint32_t ways)
    : ways_(ways), set_mask_(lines == 0 ? 0 : lines / ways - 1), slots_(lines, {kNoLine, 0}) {}

LineCache::Slot* LineCache::Find(uint32_t line) {
  Slot* const set = FirstOfSet(line);
  Slot* const slot = std::find_if(set, set + ways_, [line](const Slot& s) { return s.line == line; });
  if (slot == set + ways_) return nullptr;
  hints_[line % kHints] = static_cast<uint16_t>(slot - slots_.data());
  return slot;
}

void LineCache::Fill(uint32_t line) {
  if (slots_.empty()) return;
  Slot* const set = FirstOfSet(line);
  Slot* const oldest =
      std::min_element(set, set + ways_, [](const Slot& a, const Slot& b) { return a.used < b.used; });
  *oldest = {line, ++now_};
  hints_[line % kHints] = static_cast<uint16_t>(oldest - slots_.data());
}

}  // namespace atome::timing
