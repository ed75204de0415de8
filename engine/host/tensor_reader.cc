#include "engine/host/tensor_reader.h"

#include <algorithm>

#include "engine/host/internal/aligned.h"

namespace atome::host {

HostShape HostShape::Of(const atome_config& config, std::span<const uint8_t> file) {
  HostShape shape{};
  Format format{};
  shape.Set(config);
  ReadMagic(file.data(), file.size(), &format);
  shape.Set(format);
  return shape;
}

std::vector<uint32_t> TensorReader::VectorBits(atome_tensor tensor, uint32_t layer) const {
  const FloatTensor vector = model_.Vector(tensor, layer);
  std::vector<uint32_t> bits(shape_.d_model());
  for (uint32_t i = 0; i < bits.size(); ++i) bits[i] = vector.Bits(i);
  return bits;
}

TensorReader::Trits TensorReader::Rows(atome_tensor tensor, uint32_t layer) const {
  const size_t d = shape_.d_model(), h = shape_.d_head();
  switch (tensor) {
    case ATOME_TENSOR_CONV:
      return Unpadded(tensor, layer, d, shape_.kernel_size());
    case ATOME_TENSOR_WV:
      return Matrix(tensor, layer, 0, d);
    case ATOME_TENSOR_WK:
      return Matrix(tensor, layer, d, h);
    case ATOME_TENSOR_WQ:
      return Matrix(tensor, layer, d + h, h);
    case ATOME_TENSOR_ROUTER:
      return Matrix(tensor, layer, d + 2 * h, 3);
    case ATOME_TENSOR_UNEMBED:
      return Matrix(tensor, layer, 0, shape_.vocab_size());
    default:
      return Unpadded(ATOME_TENSOR_EMBED, layer, shape_.vocab_size(), d);
  }
}

// All tensors of ATOME01 and ATOME02, whose rows follow without a gap, and embed and conv of ATOME03, whose
// rows are whole bytes.
TensorReader::Trits TensorReader::Unpadded(atome_tensor tensor, uint32_t layer, size_t rows,
                                           size_t columns) const {
  Trits trits(rows * columns);
  if (!model_.columns()) {
    TritCursor cursor = model_.Trits(tensor, layer);
    for (int8_t& trit : trits) trit = static_cast<int8_t>(cursor.Next());
    return trits;
  }
  const uint8_t* codes = tensor == ATOME_TENSOR_EMBED ? model_.EmbedCodes() : model_.ConvCodes(layer);
  for (size_t row = 0; row < rows; ++row, codes += (columns + 4) / 5) {
    TritCursor cursor(Format::kBase3, codes, 0);
    for (size_t i = 0; i < columns; ++i) trits[row * columns + i] = static_cast<int8_t>(cursor.Next());
  }
  return trits;
}

// [rows][d] of a matrix that is multiplied with q; `first` is its first row among those of its section of
// ATOME03.
TensorReader::Trits TensorReader::Matrix(atome_tensor tensor, uint32_t layer, size_t first,
                                         size_t rows) const {
  const size_t d = shape_.d_model();
  if (!model_.columns()) return Unpadded(tensor, layer, rows, d);
  const bool unembed = tensor == ATOME_TENSOR_UNEMBED;
  const uint8_t* codes = unembed ? model_.UnembedCodes() : model_.BlockCodes(layer);
  const size_t stride = unembed ? shape_.vocab_size() : BlockRows(shape_);
  Trits trits(rows * d);
  for (size_t group = 0; group * 5 < d; ++group) {
    for (size_t row = 0; row < rows; ++row) {
      TritCursor cursor(Format::kBase3, codes + group * stride + first + row, 0);
      for (size_t i = group * 5; i < std::min(d, group * 5 + 5); ++i) {
        trits[row * d + i] = static_cast<int8_t>(cursor.Next());
      }
    }
  }
  return trits;
}

atome_status CheckFile(const atome_config& config, std::span<const uint8_t> file, atome_location* where) {
  atome_config narrow = config;
  narrow.max_seq = config.max_seq == 0 ? 0 : 1;
  size_t bytes = 0;
  const atome_status sized = atome_state_bytes(&narrow, &bytes);
  if (sized != ATOME_OK) return sized;
  Aligned<uint8_t> memory(bytes);
  atome_engine* engine = nullptr;
  return atome_open(&narrow, file.data(), file.size(), memory.get(), bytes, &engine, where);
}

}  // namespace atome::host
