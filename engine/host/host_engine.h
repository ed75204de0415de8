// The engine for hosts: the bits of the freestanding ones (numerics.md of f32 and q15) by the best vector
// instructions that this processor has, one position after another or many at once. Takes more memory than
// the model's file, a byte and a quarter a trit.
//
// Not thread-safe; engines share nothing, so threads may each have their own. Allocations throw
// std::bad_alloc.
#ifndef ATOME_ENGINE_HOST_HOST_ENGINE_H_
#define ATOME_ENGINE_HOST_HOST_ENGINE_H_

#include <cstdint>
#include <memory>
#include <span>

#include "engine/atome.h"

namespace atome::host {

class Pass;

class HostEngine {
 public:
  // Positions that are worked off together; Evaluate divides longer texts.
  static constexpr uint32_t kChunk = 64;

  // Checks the whole file and makes an engine at position 0; keeps nothing of the file. `where` may be null;
  // it is written on errors that concern the file. Errors: those of atome_open. On error `*engine` is null.
  static atome_status Open(const atome_config& config, std::span<const uint8_t> file,
                           std::unique_ptr<HostEngine>* engine, atome_location* where);
  // Likewise of variant q15 (engine/q15/numerics.md), with keys of `cache_bits`, 16 or 8. Errors: those of
  // atome_q15_open; it answers logits as floats, and never NON_FINITE.
  static atome_status OpenQ15(const atome_config& config, int cache_bits, std::span<const uint8_t> file,
                              std::unique_ptr<HostEngine>* engine, atome_location* where);
  ~HostEngine();

  // Back to position 0.
  void Reset();

  // Consumes one token. `logits`: V floats that predict the next token, or null to leave them out.
  // Errors: TOKEN (nothing happened), NON_FINITE (answers only Reset from here).
  atome_status Step(uint32_t token, float* logits);

  // Consumes all tokens, with what as many calls of Step answer: `logits` is [tokens.size()][V], or null.
  // Fastest with kChunk tokens or more. Errors: TOKEN, if any is outside the vocabulary (nothing happened);
  // NON_FINITE: position() says how many were consumed, and their logits are written.
  atome_status Evaluate(std::span<const uint32_t> tokens, float* logits);

  // Tokens consumed since the start.
  uint64_t position() const;

  // Of all arrays: the expanded model, the state and the scratch.
  uint64_t memory_bytes() const;

  // The instructions in use, in Highway's words, as "AVX3".
  static const char* Target();

 private:
  explicit HostEngine(std::unique_ptr<Pass> pass);

  std::unique_ptr<Pass> pass_;
};

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_HOST_ENGINE_H_
