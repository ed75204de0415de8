// What of a model is derived before its first token, variant q15: one block of bytes without pointers, the
// same on every machine, that a pass only reads. engine/q15/numerics.md, "Constants derived".
#ifndef ATOME_ENGINE_Q15_CONSTANTS_H_
#define ATOME_ENGINE_Q15_CONSTANTS_H_

#include <stdint.h>

#include "engine/image/constants_block.h"
#include "engine/q15/real.h"

namespace atome::q15 {

struct NormConstants {
  int16_t shift;           // P
  int16_t gamma_exponent;  // G
};

// Of what comes before and after the blocks.
struct ModelConstants {
  uint32_t unembed_scale;  // s_U, bits of a binary32
  int32_t unembed_sign;
  NormConstants final_norm;
  int32_t embed_element;  // what a trit of embed stands for
  int32_t embed_exponent;
};

// Of one layer.
struct LayerConstants {
  Real router;  // R
  Real score;   // A
  Real local;   // |alpha_conv|
  Real sparse;  // |alpha_wv|
  NormConstants norm;
  int16_t gain_exponent;  // H
  int8_t router_sign, query_sign, local_sign, sparse_sign;
};

// Offsets in bytes from the start of the block: ModelConstants; LayerConstants [L]; gamma and beta, int16
// [L + 1][d], the final norm's last; decay and gain of the state, int16 [L][d]. Every array starts at
// a multiple of 4 bytes.
template <class Shape>
class ConstantsLayout {
 public:
  constexpr explicit ConstantsLayout(const Shape& shape) : shape_(shape) {}

  constexpr uint32_t Model() const { return 0; }
  constexpr uint32_t Layers() const { return Model() + uint32_t{sizeof(ModelConstants)}; }
  constexpr uint32_t Gamma() const { return Layers() + L() * uint32_t{sizeof(LayerConstants)}; }
  constexpr uint32_t Beta() const { return Gamma() + Halves((L() + 1) * d()); }
  constexpr uint32_t Decay() const { return Beta() + Halves((L() + 1) * d()); }
  constexpr uint32_t Gain() const { return Decay() + Halves(L() * d()); }
  constexpr uint32_t TotalBytes() const { return (Gain() + Halves(L() * d()) + 7) / 8 * 8; }

 private:
  static constexpr uint32_t Round(uint32_t bytes) { return (bytes + 3) / 4 * 4; }
  static constexpr uint32_t Halves(uint32_t count) { return Round(count * 2); }
  constexpr uint32_t L() const { return shape_.n_layers(); }
  constexpr uint32_t d() const { return shape_.d_model(); }

  const Shape& shape_;
};

// A block by name; Byte is const uint8_t for those who read, uint8_t for who makes it.
template <class Shape, class Byte>
using ConstantsBlock =
    ConstantsBlockOf<ConstantsLayout<Shape>, Shape, ModelConstants, LayerConstants, int16_t, Byte>;

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_CONSTANTS_H_
