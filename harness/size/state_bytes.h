// How large the engine's state is at another max_seq.
#ifndef ATOME_HARNESS_SIZE_STATE_BYTES_H_
#define ATOME_HARNESS_SIZE_STATE_BYTES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

namespace atome::harness {

// The state's arrays begin at multiples of at most 8 bytes and, from some length on, grow evenly with
// max_seq, so that every 8 positions add the same. A few short sequences then tell all lengths exactly.
class StateBytes {
 public:
  // `ask` tells the state's bytes at a max_seq under even_from + 16; nothing when it cannot. `even_from`: a
  // ring that attention and convolution share does not shrink under the convolution's length.
  using Ask = std::function<std::optional<uint64_t>(uint32_t max_seq)>;
  explicit StateBytes(Ask ask, uint32_t even_from = 1) : ask_(std::move(ask)), even_from_(even_from) {}

  std::optional<uint64_t> At(uint32_t max_seq);

  // The largest max_seq (1 to 65535) whose state takes at most `bytes`; nothing when none does.
  std::optional<uint32_t> LongestWithin(uint64_t bytes);

 private:
  std::optional<uint64_t> Asked(uint32_t max_seq);

  Ask ask_;
  uint32_t even_from_;
  std::map<uint32_t, std::optional<uint64_t>> answers_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_STATE_BYTES_H_
