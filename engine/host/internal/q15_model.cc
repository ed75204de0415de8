#include "engine/host/internal/q15_model.h"

#include <algorithm>
#include <bit>

#include "engine/host/tensor_reader.h"
#include "engine/q15/prepare.h"

namespace atome::host {
namespace {

using Derived = q15::ConstantsBlock<HostShape, uint8_t>;

Aligned<int32_t> Extended(const int16_t* values, size_t count) {
  Aligned<int32_t> copy = Aligned<int32_t>::Zeros(Padded(count));
  std::copy(values, values + count, copy.get());
  return copy;
}

Aligned<int32_t> LowHalves(Aligned<int32_t> values) {
  for (size_t i = 0; i < values.bytes() / sizeof(int32_t); ++i) values[i] &= 0xFFFF;
  return values;
}

Q15NormVectors CopyNorm(const Derived& derived, uint32_t layer, uint32_t d, q15::NormConstants constants) {
  return {LowHalves(Extended(derived.Gamma(layer), d)), Extended(derived.Beta(layer), d), constants};
}

}  // namespace

Q15HostModel::Q15HostModel(const atome_config& wanted, std::span<const uint8_t> file)
    : config(wanted), stride(Padded(wanted.d_model)), row(wanted) {
  const HostShape shape = HostShape::Of(wanted, file);
  Aligned<uint8_t> block = Aligned<uint8_t>::Zeros(q15::ConstantsLayout(shape).TotalBytes());
  q15::PrepareModel(shape, file.data(), block.get(), nullptr);
  const Derived derived(shape, block.get());

  const TensorReader reader(shape, file.data());
  const uint32_t d = config.d_model;
  for (uint32_t layer = 0; layer < config.n_layers; ++layer) {
    layers.push_back({CopyNorm(derived, layer, d, derived.Layer(layer).norm),
                      LowHalves(ConvolutionByAge(reader, layer, d, config.kernel_size)),
                      Extended(derived.Decay(layer), d), LowHalves(Extended(derived.Gain(layer), d)),
                      BlockMatrix(reader, config, layer, row), derived.Layer(layer)});
  }
  const q15::ModelConstants& constants = derived.Model();
  final_norm = CopyNorm(derived, config.n_layers, d, constants.final_norm);
  TensorReader::Trits trits = reader.Rows(ATOME_TENSOR_UNEMBED, 0);
  for (int8_t& trit : trits) trit = static_cast<int8_t>(trit * constants.unembed_sign);
  unembed = TernaryMatrix(trits.data(), config.vocab_size, d);
  unembed_scale = std::bit_cast<float>(constants.unembed_scale);
  embed = PaddedRows(reader, config);
  embed_element = constants.embed_element;
  embed_exponent = constants.embed_exponent;
}

}  // namespace atome::host
