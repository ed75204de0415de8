// Which code a program has executed, without the code: how much of it there was, though the same is learnt
// again.
#ifndef ATOME_EMULATION_UNICORN_CODE_SEEN_H_
#define ATOME_EMULATION_UNICORN_CODE_SEEN_H_

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "emulation/thumb/block_facts.h"

namespace atome::emulation {

// 8 to 16 bytes a block, in a table of hashes that is searched from where the hash says. Two blocks with one
// hash count as one.
class CodeSeen {
 public:
  static uint64_t HashOf(thumb::Block block, const uint8_t* code) {
    const std::string_view text(reinterpret_cast<const char*>(code), block.bytes);
    return std::hash<std::string_view>()(text) ^ block.address * 0x9E3779B97F4A7C15;
  }
  // Adds a block and its code; false when there is more than `most` bytes of different code.
  bool Add(thumb::Block block, const uint8_t* code, uint64_t most) {
    const uint64_t hash = HashOf(block, code) | 1;
    if (2 * ++count_ > hashes_.size()) Grow();
    if (!Insert(hash)) {
      --count_;
      return true;
    }
    bytes_ += block.bytes;
    return bytes_ <= most;
  }

  uint64_t bytes() const { return hashes_.size() * sizeof(uint64_t); }

 private:
  bool Insert(uint64_t hash) {
    size_t at = hash >> 20 & (hashes_.size() - 1);
    for (; hashes_[at] != 0; at = (at + 1) & (hashes_.size() - 1)) {
      if (hashes_[at] == hash) return false;
    }
    hashes_[at] = hash;
    return true;
  }
  void Grow() {
    const std::vector<uint64_t> old = std::exchange(hashes_, std::vector<uint64_t>(2 * hashes_.size()));
    for (const uint64_t hash : old) {
      if (hash != 0) Insert(hash);
    }
  }

  std::vector<uint64_t> hashes_ = std::vector<uint64_t>(1024);  // 0: free
  size_t count_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_CODE_SEEN_H_
