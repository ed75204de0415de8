#include "engine/prepare/make_image.h"

#include <cstring>

#include "engine/cached_shape.h"
#include "engine/f32/prepare.h"
#include "engine/files/check_file.h"
#include "engine/files/crc32.h"
#include "engine/host/tensor_reader.h"
#include "engine/image/codes.h"
#include "engine/image/tiles.h"
#include "engine/q15/prepare.h"

namespace atome::prepare {
namespace {

using host::HostShape;
using host::TensorReader;
using Trits = TensorReader::Trits;

struct Q15Shape : HostShape, RuntimeCache<16, 8> {};

bool IsF32(ImageVariant variant) {
  return variant == ImageVariant::kF32 || variant == ImageVariant::kF32Kv16;
}

// As ATOME03 has five trits of a row, the last filled with zeros: the sum of (t_i + 1) 3^i.
uint8_t CodeOfFive(const int8_t* trits, size_t count) {
  uint32_t code = 0;
  for (size_t i = 5; i-- != 0;) code = code * 3 + static_cast<uint32_t>((i < count ? trits[i] : 0) + 1);
  return static_cast<uint8_t>(code);
}

// [rows][groups of five columns]; `rows_together` instead [groups][rows].
void WriteFives(const Trits& trits, size_t columns, bool rows_together, uint8_t* out) {
  const size_t rows = trits.size() / columns, groups = (columns + 4) / 5;
  for (size_t row = 0; row < rows; ++row) {
    for (size_t group = 0; group < groups; ++group) {
      const size_t at = rows_together ? group * rows + row : row * groups + group;
      out[at] = CodeOfFive(&trits[row * columns + group * 5], columns - group * 5);
    }
  }
}

void WriteMatrix(const Trits& trits, uint32_t d, const ImageOrder& order, uint8_t* out) {
  if (order.layout == ImageLayout::kColumns) return WriteFives(trits, d, /*rows_together=*/true, out);
  const auto trit = [&](uint32_t row, uint32_t column) { return trits[size_t{row} * d + column]; };
  const uint32_t rows = static_cast<uint32_t>(trits.size() / d);
  IsF32(order.variant) ? tiles::Write(rows, d, trit, out) : tiles::Write<2>(rows, d, trit, out);
}

void WriteCodes(const TensorReader& reader, const HostShape& shape, const ImageOrder& order, uint8_t* out) {
  const ImageCodes codes(shape);
  const uint32_t d = shape.d_model();
  WriteFives(reader.Rows(ATOME_TENSOR_EMBED, 0), d, /*rows_together=*/false, out + codes.Embed());
  for (uint32_t layer = 0; layer < shape.n_layers(); ++layer) {
    Trits matrix;
    for (const atome_tensor part : {ATOME_TENSOR_WV, ATOME_TENSOR_WK, ATOME_TENSOR_WQ, ATOME_TENSOR_ROUTER}) {
      const Trits rows = reader.Rows(part, layer);
      matrix.insert(matrix.end(), rows.begin(), rows.end());
    }
    WriteMatrix(matrix, d, order, out + codes.Block(layer));
    WriteFives(reader.Rows(ATOME_TENSOR_CONV, layer), shape.kernel_size(), /*rows_together=*/false,
               out + codes.Conv(layer));
  }
  WriteMatrix(reader.Rows(ATOME_TENSOR_UNEMBED, 0), d, order, out + codes.Unembed());
}

class Maker {
 public:
  Maker(const ImageOrder& order, std::span<const uint8_t> file, std::vector<uint8_t>* image)
      : order_(order), file_(file), image_(image) {}

  // `shape` is of the file; `prepare(block)` derives its constants.
  template <class Prepare>
  atome_status Make(const HostShape& shape, uint32_t constants_bytes, const Prepare& prepare) {
    HostShape of_image = shape;
    of_image.Set(static_cast<Format>(order_.layout));
    const ImageCodes codes(of_image);
    ImageHeader header;
    header.start.variant = order_.variant;
    header.start.layout = order_.layout;
    header.start.config = order_.config;
    header.start.bytes =
        static_cast<uint32_t>(sizeof header) + constants_bytes + codes.TotalBytes() + ImageStart::kCrcBytes;
    std::memcpy(header.source_sha256, order_.source_sha256.data(), order_.source_sha256.size());

    std::vector<uint8_t> image(header.start.bytes);
    uint8_t* at = image.data();
    std::memcpy(at, &header, sizeof header);
    at += sizeof header;
    const atome_status prepared = prepare(at);
    if (prepared != ATOME_OK) return prepared;
    at += constants_bytes;
    WriteCodes(TensorReader(shape, file_.data()), of_image, order_, at);
    at += codes.TotalBytes();
    const uint32_t crc = Crc32(image.data(), header.start.bytes - ImageStart::kCrcBytes);
    std::memcpy(at, &crc, sizeof crc);
    *image_ = std::move(image);
    return ATOME_OK;
  }

 private:
  const ImageOrder& order_;
  std::span<const uint8_t> file_;
  std::vector<uint8_t>* image_;
};

}  // namespace

atome_status MakeImage(const ImageOrder& order, std::span<const uint8_t> file, std::vector<uint8_t>* image,
                       atome_location* where) {
  if (where != nullptr) *where = {0, 0, ATOME_TENSOR_NONE};
  Q15Shape shape{};
  if (!shape.HostShape::Set(order.config)) return ATOME_ERROR_CONFIG;
  const atome_status checked = CheckFile(static_cast<HostShape&>(shape), file.data(), file.size(), where);
  if (checked != ATOME_OK) return checked;
  Maker maker(order, file, image);
  if (IsF32(order.variant)) {
    const HostShape& plain = shape;
    return maker.Make(plain, ConstantsLayout<HostShape>(plain).TotalBytes(),
                      [&](uint8_t* block) { return PrepareModel(plain, file.data(), block, where); });
  }
  shape.SetCache(order.variant == ImageVariant::kQ15Kv8 ? 8 : 16);
  return maker.Make(shape, q15::ConstantsLayout<Q15Shape>(shape).TotalBytes(),
                    [&](uint8_t* block) { return q15::PrepareModel(shape, file.data(), block, where); });
}

}  // namespace atome::prepare
