// Where the codes of a prepared image stand, from the first of them on; image.md, "Codes". All follows from
// the shape, so a fixed shape turns it into constants.
#ifndef ATOME_ENGINE_IMAGE_CODES_H_
#define ATOME_ENGINE_IMAGE_CODES_H_

#include <stdint.h>

#include "engine/image/tiles.h"
#include "engine/shape.h"

namespace atome {

template <class Shape>
class ImageCodes {
 public:
  constexpr explicit ImageCodes(const Shape& shape) : shape_(shape) {}

  // As in ATOME03, a row or a channel in whole bytes: of embed, and of a block's convolution.
  constexpr uint32_t Embed() const { return 0; }
  constexpr uint32_t Conv(uint32_t layer) const { return Block(layer) + Matrix(BlockRows(shape_)); }
  // In the layout of the image: the matrix of a block, that of unembed.
  constexpr uint32_t Block(uint32_t layer) const {
    return Whole(shape_.vocab_size() * Groups(shape_.d_model())) + layer * BlockBytes();
  }
  constexpr uint32_t Unembed() const { return Block(shape_.n_layers()); }
  constexpr uint32_t TotalBytes() const { return Unembed() + Matrix(shape_.vocab_size()); }

 private:
  static constexpr uint32_t Whole(uint32_t bytes) { return (bytes + 7) / 8 * 8; }
  static constexpr uint32_t Groups(uint32_t columns) { return (columns + 4) / 5; }
  // [rows][d]
  constexpr uint32_t Matrix(uint32_t rows) const {
    return Whole(IsTiles(shape_.format()) ? tiles::Bytes(rows, shape_.d_model())
                                          : rows * Groups(shape_.d_model()));
  }
  constexpr uint32_t BlockBytes() const {
    return Matrix(BlockRows(shape_)) + Whole(shape_.d_model() * Groups(shape_.kernel_size()));
  }

  const Shape& shape_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_IMAGE_CODES_H_
