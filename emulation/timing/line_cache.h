// Which lines of a memory a set-associative cache holds; no contents. Replaces the least recently used.
#ifndef ATOME_EMULATION_TIMING_LINE_CACHE_H_
#define ATOME_EMULATION_TIMING_LINE_CACHE_H_

#include <array>
#include <cstdint>
#include <vector>

namespace atome::timing {

class LineCache {
 public:
  // `ways` divides `lines` into a power of two; 0 lines: holds nothing.
  LineCache(uint32_t lines, uint32_t ways);

  // Whether the line, any number below 2^31, is held. It is now the most recently used of its set.
  bool Touch(uint32_t line) {
    if (slots_.empty()) return false;
    Slot* slot = &slots_[hints_[line % kHints]];
    if (slot->line != line) {
      slot = Find(line);
      if (slot == nullptr) return false;
    }
    slot->used = ++now_;
    return true;
  }

  // Takes in a line that is not held.
  void Fill(uint32_t line);

 private:
  struct Slot {
    uint32_t line;
    uint64_t used;  // when last; 0: empty
  };
  // Where a line was found last time: a fully associative cache would be searched otherwise.
  static constexpr uint32_t kHints = 256;

  Slot* FirstOfSet(uint32_t line) { return &slots_[(line & set_mask_) * ways_]; }
  Slot* Find(uint32_t line);

  uint32_t ways_;
  uint32_t set_mask_;
  std::vector<Slot> slots_;  // set by set
  std::array<uint16_t, kHints> hints_{};
  uint64_t now_ = 0;
};

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_LINE_CACHE_H_
