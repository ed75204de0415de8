// Tensors of a checked model file of any format, by name; of a prepared image the codes, from the first of
// which the view begins.
#ifndef ATOME_ENGINE_FILES_MODEL_VIEW_H_
#define ATOME_ENGINE_FILES_MODEL_VIEW_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/files/columns_file.h"
#include "engine/files/model_file.h"
#include "engine/files/ternary.h"
#include "engine/image/codes.h"
#include "engine/shape.h"

namespace atome {

template <class Shape>
class ModelView {
 public:
  ModelView(const Shape& shape, const uint8_t* file) : shape_(shape), file_(file) {}

  bool image() const { return IsImage(shape_.format()); }
  // How matrices stand; where neither, so do all trits, row by row without gaps. Else embed and convolution
  // begin each row with a byte.
  bool columns() const { return IsColumns(shape_.format()); }
  bool tiles() const { return IsTiles(shape_.format()); }
  bool bytewise() const { return columns() || tiles(); }

  // Where a tensor stands, for messages: ATOME03 tells apart sections, not tensors.
  uint32_t Offset(atome_tensor tensor, uint32_t layer) const {
    if (columns()) return SectionOf(tensor, layer).offset;
    return static_cast<uint32_t>(FileLayout<Shape>(shape_).Of(tensor, layer));
  }

  // [d]. Gamma and beta of layer L are those of the final norm.
  FloatTensor Vector(atome_tensor tensor, uint32_t layer) const {
    if (!columns()) {
      if (layer == shape_.n_layers())
        tensor = tensor == ATOME_TENSOR_GAMMA ? ATOME_TENSOR_FINAL_GAMMA : ATOME_TENSOR_FINAL_BETA;
      return {file_ + Offset(tensor, layer)};
    }
    const ColumnsFile::Section section = SectionOf(tensor, layer);
    const bool half = section.encoding == ColumnsFile::kHalf;
    return {file_ + section.offset + VectorIndex(tensor) * shape_.d_model() * (half ? 2 : 4), half};
  }

  uint32_t ScaleBits(atome_tensor tensor, uint32_t layer) const {
    const uint32_t index = columns() ? ScaleIndex(tensor) : 0;
    return LoadWord(file_ + Offset(tensor, layer) + index * sizeof(float));
  }
  float Scale(atome_tensor tensor, uint32_t layer) const { return FromBits(ScaleBits(tensor, layer)); }

  // Formats without columns: the trits of a tensor, row after row.
  TritCursor Trits(atome_tensor tensor, uint32_t layer, uint32_t from = 0) const {
    return TernaryTensor{shape_.format(), file_ + Offset(tensor, layer)}.From(from);
  }

  // Trits of a block's convolution, in ATOME03 from a byte on.
  TritCursor ConvTrits(uint32_t layer, uint32_t byte) const {
    return bytewise() ? TritCursor(Format::kBase3, ConvCodes(layer) + byte, 0)
                      : Trits(ATOME_TENSOR_CONV, layer);
  }

  // ATOME03 and images: codes of embed and unembed, of the four matrices of a block, and of its convolution.
  const uint8_t* EmbedCodes() const {
    return image() ? file_ + Codes().Embed() : At(ColumnsFile::kEmbed, 0) + 4;
  }
  const uint8_t* UnembedCodes() const {
    return image() ? file_ + Codes().Unembed() : At(ColumnsFile::kUnembed, 0) + 4;
  }
  const uint8_t* BlockCodes(uint32_t layer) const {
    return image() ? file_ + Codes().Block(layer)
                   : At(ColumnsFile::kBlockWeights, layer) + 4 * ColumnsFile::kScales;
  }
  const uint8_t* ConvCodes(uint32_t layer) const {
    if (image()) return file_ + Codes().Conv(layer);
    return BlockCodes(layer) + BlockRows(shape_) * ((shape_.d_model() + 4) / 5);
  }

  // ATOME03: place of a vector or of a scale within its section.
  static constexpr uint32_t VectorIndex(atome_tensor tensor) {
    switch (tensor) {
      case ATOME_TENSOR_BETA:
      case ATOME_TENSOR_FINAL_BETA:
        return 1;
      case ATOME_TENSOR_A:
        return 2;
      case ATOME_TENSOR_B:
        return 3;
      case ATOME_TENSOR_C:
        return 4;
      default:
        return 0;
    }
  }
  static constexpr uint32_t ScaleIndex(atome_tensor tensor) {
    switch (tensor) {
      case ATOME_TENSOR_WV:
        return 1;
      case ATOME_TENSOR_WK:
        return 2;
      case ATOME_TENSOR_WQ:
        return 3;
      case ATOME_TENSOR_ROUTER:
        return 4;
      default:
        return 0;
    }
  }

 private:
  ImageCodes<Shape> Codes() const { return ImageCodes<Shape>(shape_); }
  const uint8_t* At(ColumnsFile::Kind kind, uint32_t layer) const {
    return file_ + ColumnsFile{file_}.Offset(ColumnsFile::Index(kind, layer, shape_.n_layers()));
  }
  ColumnsFile::Section Section(ColumnsFile::Kind kind, uint32_t layer) const {
    return ColumnsFile{file_}.At(ColumnsFile::Index(kind, layer, shape_.n_layers()));
  }
  ColumnsFile::Section SectionOf(atome_tensor tensor, uint32_t layer) const {
    switch (tensor) {
      case ATOME_TENSOR_EMBED:
        return Section(ColumnsFile::kEmbed, 0);
      case ATOME_TENSOR_UNEMBED:
        return Section(ColumnsFile::kUnembed, 0);
      case ATOME_TENSOR_FINAL_GAMMA:
      case ATOME_TENSOR_FINAL_BETA:
        return Section(ColumnsFile::kFinalVectors, 0);
      case ATOME_TENSOR_GAMMA:
      case ATOME_TENSOR_BETA:
      case ATOME_TENSOR_A:
      case ATOME_TENSOR_B:
      case ATOME_TENSOR_C:
        return Section(ColumnsFile::kBlockVectors, layer);
      default:
        return Section(ColumnsFile::kBlockWeights, layer);
    }
  }

  const Shape& shape_;
  const uint8_t* file_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_FILES_MODEL_VIEW_H_
