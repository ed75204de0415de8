#include "engine/host/internal/host_model.h"

#include <algorithm>

#include "engine/f32/constants.h"
#include "engine/f32/prepare.h"
#include "engine/host/tensor_reader.h"

namespace atome::host {
namespace {

using Trits = TensorReader::Trits;
using Derived = ConstantsBlock<HostShape, uint8_t>;

Aligned<int32_t> PaddedCopy(const int32_t* values, size_t count) {
  Aligned<int32_t> copy = Aligned<int32_t>::Zeros(Padded(count));
  std::copy(values, values + count, copy.get());
  return copy;
}

NormVectors CopyNorm(const Derived& derived, uint32_t layer, uint32_t d, NormConstants constants) {
  return {PaddedCopy(derived.Gamma(layer), d), PaddedCopy(derived.Beta(layer), d), constants};
}

}  // namespace

Aligned<int32_t> ConvolutionByAge(const TensorReader& reader, uint32_t layer, size_t d, size_t ages) {
  const Trits trits = reader.Rows(ATOME_TENSOR_CONV, layer);
  Aligned<int32_t> conv = Aligned<int32_t>::Zeros(ages * Padded(d));
  for (size_t i = 0; i < d; ++i) {
    for (size_t age = 0; age < ages; ++age) conv[age * Padded(d) + i] = trits[i * ages + age];
  }
  return conv;
}

TernaryMatrix BlockMatrix(const TensorReader& reader, const atome_config& config, uint32_t layer,
                          const RowLayout& row) {
  const size_t d = config.d_model;
  Trits all(row.end * d);
  const auto add = [&](atome_tensor tensor, size_t at) {
    const Trits part = reader.Rows(tensor, layer);
    std::copy(part.begin(), part.end(), all.begin() + static_cast<ptrdiff_t>(at * d));
  };
  add(ATOME_TENSOR_WV, 0);
  add(ATOME_TENSOR_WK, row.key);
  add(ATOME_TENSOR_WQ, row.query);
  add(ATOME_TENSOR_ROUTER, row.router);
  return TernaryMatrix(all.data(), row.end, d);
}

Aligned<int8_t> PaddedRows(const TensorReader& reader, const atome_config& config) {
  const size_t d = config.d_model, stride = Padded(d);
  Aligned<int8_t> embed = Aligned<int8_t>::Zeros(config.vocab_size * stride);
  const Trits rows = reader.Rows(ATOME_TENSOR_EMBED, 0);
  for (size_t v = 0; v < config.vocab_size; ++v)
    std::copy_n(rows.data() + v * d, d, embed.get() + v * stride);
  return embed;
}

HostModel::HostModel(const atome_config& wanted, std::span<const uint8_t> file)
    : config(wanted), stride(Padded(wanted.d_model)), row(wanted) {
  const HostShape shape = HostShape::Of(wanted, file);
  Aligned<uint8_t> block = Aligned<uint8_t>::Zeros(ConstantsLayout(shape).TotalBytes());
  PrepareModel(shape, file.data(), block.get(), nullptr);
  const Derived derived(shape, block.get());

  const TensorReader reader(shape, file.data());
  const uint32_t d = config.d_model;
  for (uint32_t layer = 0; layer < config.n_layers; ++layer) {
    layers.push_back({CopyNorm(derived, layer, d, derived.Layer(layer).norm),
                      ConvolutionByAge(reader, layer, d, config.kernel_size),
                      PaddedCopy(derived.Decay(layer), d), PaddedCopy(derived.Gain(layer), d),
                      BlockMatrix(reader, config, layer, row), derived.Layer(layer)});
  }
  const ModelConstants& constants = derived.Model();
  final_norm = CopyNorm(derived, config.n_layers, d, constants.final_norm);
  const size_t vocab = config.vocab_size;
  unembed = TernaryMatrix(reader.Rows(ATOME_TENSOR_UNEMBED, 0).data(), vocab, d);
  unembed_scale = constants.unembed_scale;

  embed = PaddedRows(reader, config);
  embed_exponent = constants.embed_exponent;
  embed_element = constants.embed_element;
}

}  // namespace atome::host
