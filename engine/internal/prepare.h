// Constants derived when a model is loaded; engine/numerics.md, "Constants derived".
#ifndef ATOME_ENGINE_INTERNAL_PREPARE_H_
#define ATOME_ENGINE_INTERNAL_PREPARE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/attention.h"
#include "engine/internal/elementary.h"
#include "engine/internal/float_bits.h"
#include "engine/internal/layer_norm.h"
#include "engine/internal/workspace.h"

namespace atome {

inline atome_status OutOfRange(uint32_t offset, uint32_t layer, atome_tensor tensor, atome_location* where) {
  if (where != nullptr) {
    *where = {offset, static_cast<uint16_t>(layer), static_cast<uint16_t>(tensor)};
  }
  return ATOME_ERROR_RANGE;
}

template <class Shape>
atome_status PrepareLayer(Workspace<Shape>& w, uint32_t layer, atome_location* where) {
  const ModelView<Shape> model = w.Model();
  LayerConstants& constants = w.Constants(layer);
  bool finite = true;
  const int shift = NormShift(model.Vector(ATOME_TENSOR_GAMMA, layer), model.Vector(ATOME_TENSOR_BETA, layer),
                              w.d(), w.shape.kernel_size(), &finite);
  const float pair = model.Scale(ATOME_TENSOR_WQ, layer) * model.Scale(ATOME_TENSOR_WK, layer);
  const float inverse_root = 1.0f / Sqrt(static_cast<float>(w.shape.d_head()));
  constants.norm_shift = static_cast<int16_t>(shift);
  constants.query_sign = static_cast<int16_t>((pair > 0.0f) - (pair < 0.0f));
  constants.score_scale = Scale2(Abs(pair) * inverse_root, 2 * ScoreShift(w.shape.d_head()) - 2 * shift);
  constants.router_scale = Scale2(model.Scale(ATOME_TENSOR_ROUTER, layer), -shift);
  constants.local_scale = Scale2(model.Scale(ATOME_TENSOR_CONV, layer), -shift);
  constants.sparse_scale = Scale2(model.Scale(ATOME_TENSOR_WV, layer), -shift - 30);

  const FloatTensor a = model.Vector(ATOME_TENSOR_A, layer);
  float* decay = w.Decay(layer);
  for (uint32_t i = 0; i < w.d(); ++i) decay[i] = Tanh(a[i]);

  const struct {
    bool finite;
    atome_tensor tensor;
  } checks[] = {{finite, ATOME_TENSOR_GAMMA},
                {IsFinite(constants.local_scale), ATOME_TENSOR_CONV},
                {IsFinite(constants.score_scale), ATOME_TENSOR_WQ},
                {IsFinite(constants.sparse_scale), ATOME_TENSOR_WV},
                {IsFinite(constants.router_scale), ATOME_TENSOR_ROUTER}};
  for (const auto& check : checks) {
    if (!check.finite) return OutOfRange(model.Offset(check.tensor, layer), layer, check.tensor, where);
  }
  return ATOME_OK;
}

// Derives the constants of a checked file; RANGE, with `*where`, when one of them is not finite.
template <class Shape>
atome_status PrepareModel(Workspace<Shape>& w, atome_location* where) {
  for (uint32_t layer = 0; layer < w.shape.n_layers(); ++layer) {
    const atome_status prepared = PrepareLayer(w, layer, where);
    if (prepared != ATOME_OK) return prepared;
  }
  const ModelView<Shape> model = w.Model();
  bool finite = true;
  w.final_shift = NormShift(model.Vector(ATOME_TENSOR_FINAL_GAMMA, 0),
                            model.Vector(ATOME_TENSOR_FINAL_BETA, 0), w.d(), 1, &finite);
  w.unembed_scale = Scale2(model.Scale(ATOME_TENSOR_UNEMBED, 0), -w.final_shift);
  if (!finite)
    return OutOfRange(model.Offset(ATOME_TENSOR_FINAL_GAMMA, 0), 0, ATOME_TENSOR_FINAL_GAMMA, where);
  if (!IsFinite(w.unembed_scale))
    return OutOfRange(model.Offset(ATOME_TENSOR_UNEMBED, 0), 0, ATOME_TENSOR_UNEMBED, where);
  return ATOME_OK;
}

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_PREPARE_H_
