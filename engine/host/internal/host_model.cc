#include "engine/host/internal/host_model.h"

#include <algorithm>
#include <new>

#include "engine/internal/model_view.h"
#include "engine/internal/prepare.h"
#include "engine/internal/workspace.h"

namespace atome::host {
namespace {

// A type of our own, so that what the engine's templates make of it is apart from what is in the engine's
// library: the two may be linked from different sources, as a test of the harness does.
struct HostShape : RuntimeShape {};

using Trits = std::vector<int8_t>;

// Ternary tensors of any format, row by row.
class TritReader {
 public:
  TritReader(const HostShape& shape, const uint8_t* file) : shape_(shape), model_(shape, file) {}

  // Rows without padding: all tensors of ATOME01 and ATOME02, and embed and conv of ATOME03, whose rows are
  // whole bytes.
  Trits Rows(atome_tensor tensor, uint32_t layer, size_t rows, size_t columns) const {
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
  Trits Matrix(atome_tensor tensor, uint32_t layer, size_t first, size_t rows) const {
    if (!model_.columns()) return Rows(tensor, layer, rows, shape_.d_model());
    const bool unembed = tensor == ATOME_TENSOR_UNEMBED;
    const uint8_t* codes = unembed ? model_.UnembedCodes() : model_.BlockCodes(layer);
    const size_t stride = unembed ? shape_.vocab_size() : BlockRows(shape_), d = shape_.d_model();
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

 private:
  const HostShape& shape_;
  ModelView<HostShape> model_;
};

Aligned<int32_t> PaddedCopy(const int32_t* values, size_t count) {
  Aligned<int32_t> copy = Aligned<int32_t>::Zeros(Padded(count));
  std::copy(values, values + count, copy.get());
  return copy;
}

NormVectors CopyNorm(Workspace<HostShape>& w, uint32_t layer, NormConstants constants) {
  return {PaddedCopy(w.Gamma(layer), w.d()), PaddedCopy(w.Beta(layer), w.d()), constants};
}

// Age by age.
Aligned<int32_t> Convolution(const TritReader& reader, uint32_t layer, size_t d, size_t ages) {
  const Trits trits = reader.Rows(ATOME_TENSOR_CONV, layer, d, ages);
  Aligned<int32_t> conv = Aligned<int32_t>::Zeros(ages * Padded(d));
  for (size_t i = 0; i < d; ++i) {
    for (size_t age = 0; age < ages; ++age) conv[age * Padded(d) + i] = trits[i * ages + age];
  }
  return conv;
}

// All matrices of a block that are multiplied with q, their rows where RowLayout has them.
TernaryMatrix Projections(const TritReader& reader, const atome_config& config, uint32_t layer,
                          const RowLayout& row) {
  const size_t d = config.d_model, h = config.d_head;
  Trits all(row.end * d);
  const auto add = [&](atome_tensor tensor, size_t first, size_t rows, size_t at) {
    const Trits part = reader.Matrix(tensor, layer, first, rows);
    std::copy(part.begin(), part.end(), all.begin() + static_cast<ptrdiff_t>(at * d));
  };
  add(ATOME_TENSOR_WV, 0, d, 0);
  add(ATOME_TENSOR_WK, d, h, row.key);
  add(ATOME_TENSOR_WQ, d + h, h, row.query);
  add(ATOME_TENSOR_ROUTER, d + 2 * h, 3, row.router);
  return TernaryMatrix(all.data(), row.end, d);
}

HostShape ShapeOf(atome_config config, std::span<const uint8_t> file) {
  config.max_seq = 1;  // constants do not depend on it, memory does
  HostShape shape{};
  Format format{};
  shape.Set(config);
  ReadMagic(file.data(), file.size(), &format);
  shape.Set(format);
  return shape;
}

}  // namespace

HostModel::HostModel(const atome_config& wanted, std::span<const uint8_t> file)
    : config(wanted), stride(Padded(wanted.d_model)), row(wanted) {
  const HostShape shape = ShapeOf(wanted, file);
  const auto bytes = static_cast<size_t>(MemoryLayout(shape, sizeof(Workspace<HostShape>)).TotalBytes());
  const Aligned<uint8_t> memory = Aligned<uint8_t>::Zeros(bytes);
  Workspace<HostShape>& w =
      *new (const_cast<uint8_t*>(memory.get())) Workspace<HostShape>{shape, file.data()};
  PrepareModel(w, nullptr);

  const TritReader reader(shape, file.data());
  const uint32_t d = config.d_model;
  for (uint32_t layer = 0; layer < config.n_layers; ++layer) {
    layers.push_back({CopyNorm(w, layer, w.Constants(layer).norm),
                      Convolution(reader, layer, d, config.kernel_size), PaddedCopy(w.Decay(layer), d),
                      PaddedCopy(w.Gain(layer), d), Projections(reader, config, layer, row),
                      w.Constants(layer)});
  }
  final_norm = CopyNorm(w, config.n_layers, w.final_norm);
  const size_t vocab = config.vocab_size;
  unembed = TernaryMatrix(reader.Matrix(ATOME_TENSOR_UNEMBED, 0, 0, vocab).data(), vocab, d);
  unembed_scale = w.unembed_scale;

  embed = Aligned<int8_t>::Zeros(vocab * stride);
  const Trits rows = reader.Rows(ATOME_TENSOR_EMBED, 0, vocab, d);
  for (size_t v = 0; v < vocab; ++v) std::copy_n(rows.data() + v * d, d, embed.get() + v * stride);
  const float alpha = w.Model().Scale(ATOME_TENSOR_EMBED, 0);
  embed_exponent = CommonExponent(MagnitudeBits(alpha)) - 1;
  embed_element = Fixed(alpha, embed_exponent);
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
