// What of a model is derived before its first token: one block of bytes without pointers, the same on every
// machine, that a pass only reads. It stands in RAM where a file was opened, or as it is in flash.
// engine/f32/numerics.md, "Constants derived".
#ifndef ATOME_ENGINE_F32_CONSTANTS_H_
#define ATOME_ENGINE_F32_CONSTANTS_H_

#include <stdint.h>

#include "engine/image/constants_block.h"
#include "engine/maths/scaled.h"

namespace atome {

// Of one LayerNorm.
struct NormConstants {
  int16_t shift;           // P
  int16_t gamma_exponent;  // of the gammas as int32
  int32_t inverse_width;   // I
};

// Of what comes before and after the blocks.
struct ModelConstants {
  float unembed_scale;  // s_U
  NormConstants final_norm;
  int32_t embed_element;  // what a trit of embed stands for
  int32_t embed_exponent;
};

// Of one layer.
struct LayerConstants {
  Factor router;  // R, not negative
  Factor score;   // A, not negative
  Factor local;   // alpha of conv
  Factor sparse;  // alpha of wv
  NormConstants norm;
  int16_t gain_exponent;
  int8_t query_sign;   // g
  int8_t router_sign;  // -1 or 1
};

// z: the least integer with d_head <= 4^z.
constexpr int ScoreShift(uint32_t d_head) {
  int z = 0;
  for (uint32_t reach = 1; reach < d_head; reach *= 4) ++z;
  return z;
}

// Offsets in bytes from the start of the block: ModelConstants; LayerConstants [L]; gamma and beta, int32
// [L + 1][d], the final norm's last; decay and gain of the state, int32 [L][d]. Every array starts at a
// multiple of 8 bytes.
template <class Shape>
class ConstantsLayout {
 public:
  constexpr explicit ConstantsLayout(const Shape& shape) : shape_(shape) {}

  constexpr uint32_t Model() const { return 0; }
  constexpr uint32_t Layers() const { return Model() + Round(sizeof(ModelConstants)); }
  constexpr uint32_t Gamma() const { return Layers() + Round(L() * uint32_t{sizeof(LayerConstants)}); }
  constexpr uint32_t Beta() const { return Gamma() + Words((L() + 1) * d()); }
  constexpr uint32_t Decay() const { return Beta() + Words((L() + 1) * d()); }
  constexpr uint32_t Gain() const { return Decay() + Words(L() * d()); }
  constexpr uint32_t TotalBytes() const { return Gain() + Words(L() * d()); }

 private:
  static constexpr uint32_t Round(uint32_t bytes) { return (bytes + 7) / 8 * 8; }
  static constexpr uint32_t Words(uint32_t count) { return Round(count * 4); }
  constexpr uint32_t L() const { return shape_.n_layers(); }
  constexpr uint32_t d() const { return shape_.d_model(); }

  const Shape& shape_;
};

// A block by name; Byte is const uint8_t for those who read, uint8_t for who makes it.
template <class Shape, class Byte>
using ConstantsBlock =
    ConstantsBlockOf<ConstantsLayout<Shape>, Shape, ModelConstants, LayerConstants, int32_t, Byte>;

}  // namespace atome

#endif  // ATOME_ENGINE_F32_CONSTANTS_H_
