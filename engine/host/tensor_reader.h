// Tensors of a model file of any format, one by one and row by row, for programs on hosts.
#ifndef ATOME_ENGINE_HOST_TENSOR_READER_H_
#define ATOME_ENGINE_HOST_TENSOR_READER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/atome.h"
#include "engine/files/model_view.h"

namespace atome::host {

// A type of our own, so that what the engine's templates make of it is apart from what is in the engine's
// library: the two may be linked from different sources, as a test of the harness does.
struct HostShape : RuntimeShape {
  // Of a file of any format.
  static HostShape Of(const atome_config& config, std::span<const uint8_t> file);
};

// `file` must be one that atome_open takes with this shape, and outlive the reader.
class TensorReader {
 public:
  using Trits = std::vector<int8_t>;

  TensorReader(const HostShape& shape, const uint8_t* file) : shape_(shape), model_(shape_, file) {}
  TensorReader(const TensorReader&) = delete;
  TensorReader& operator=(const TensorReader&) = delete;

  // Of a ternary tensor, as the bits of a binary32 number; likewise the [d] elements of a vector.
  uint32_t ScaleBits(atome_tensor tensor, uint32_t layer) const { return model_.ScaleBits(tensor, layer); }
  std::vector<uint32_t> VectorBits(atome_tensor tensor, uint32_t layer) const;
  // [rows][columns] of a ternary tensor.
  Trits Rows(atome_tensor tensor, uint32_t layer) const;

 private:
  Trits Unpadded(atome_tensor tensor, uint32_t layer, size_t rows, size_t columns) const;
  Trits Matrix(atome_tensor tensor, uint32_t layer, size_t first, size_t rows) const;

  HostShape shape_;
  ModelView<HostShape> model_;
};

// What atome_open says of the file, without the memory that max_seq positions take.
atome_status CheckFile(const atome_config& config, std::span<const uint8_t> file, atome_location* where);

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_TENSOR_READER_H_
