#include "harness/model/trit_entropy.h"

#include <span>

#include "engine/host/tensor_reader.h"
#include "harness/statistics/precise_math.h"

namespace atome::harness {
double EntropyBits(const std::array<uint64_t, 3>& counts) {
  const auto all = static_cast<double>(counts[0] + counts[1] + counts[2]);
  double bits = 0;
  for (const uint64_t count : counts) {
    if (count > 0) bits += static_cast<double>(count) * Log(all / static_cast<double>(count)) / kLn2;
  }
  return bits;
}

std::optional<double> TritEntropyBits(const Model& model) {
  if (model.config.architecture != Architecture::kTernary) return std::nullopt;
  const std::span<const uint8_t> file(reinterpret_cast<const uint8_t*>(model.bytes.data()),
                                      model.bytes.size());
  const host::TensorReader reader(host::HostShape::Of(model.config.Ternary(), file), file.data());
  double bits = 0;
  uint64_t weights = 0;
  const auto add = [&](atome_tensor tensor, uint32_t layer) {
    std::array<uint64_t, 3> counts{};
    for (const int8_t trit : reader.Rows(tensor, layer)) ++counts[static_cast<size_t>(trit + 1)];
    bits += EntropyBits(counts);
    weights += counts[0] + counts[1] + counts[2];
  };
  add(ATOME_TENSOR_EMBED, 0);
  for (uint32_t layer = 0; layer < model.config.n_layers; ++layer) {
    for (const atome_tensor tensor :
         {ATOME_TENSOR_CONV, ATOME_TENSOR_WQ, ATOME_TENSOR_WK, ATOME_TENSOR_WV, ATOME_TENSOR_ROUTER})
      add(tensor, layer);
  }
  add(ATOME_TENSOR_UNEMBED, 0);
  return bits / static_cast<double>(weights);
}

}  // namespace atome::harness
