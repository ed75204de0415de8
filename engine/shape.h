// Dimensions of a model, as constants or as members, behind the same names: code templated on a shape is
// written once and compiled for either.
#ifndef ATOME_ENGINE_SHAPE_H_
#define ATOME_ENGINE_SHAPE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/files/bytes.h"

namespace atome {

// ATOME01 and ATOME02, whose trits stand row by row without gaps; ATOME03, laid out for the kernels; prepared
// images (engine/image), with matrices as in ATOME03 or in tiles.
enum class Format : uint8_t { kTwoBit = 1, kBase3 = 2, kColumns = 3, kImageColumns = 4, kImageTiles = 5 };

constexpr bool IsColumns(Format format) {
  return format == Format::kColumns || format == Format::kImageColumns;
}
constexpr bool IsTiles(Format format) { return format == Format::kImageTiles; }
constexpr bool IsImage(Format format) {
  return format == Format::kImageColumns || format == Format::kImageTiles;
}

constexpr bool InRange(const atome_config& c) {
  constexpr auto within = [](uint32_t value, uint32_t most) { return value >= 1 && value <= most; };
  return within(c.vocab_size, 65535) && within(c.d_model, 2048) && within(c.n_layers, 64) &&
         within(c.d_head, 256) && within(c.kernel_size, 64) && within(c.top_k, 64) &&
         within(c.max_seq, 65535);
}

struct RuntimeShape {
  atome_config config;
  Format file_format;

  // False when this shape cannot stand for that configuration.
  bool Set(const atome_config& wanted) {
    config = wanted;
    return InRange(wanted);
  }
  bool Set(Format wanted) {
    file_format = wanted;
    return true;
  }

  const atome_config& dimensions() const { return config; }
  uint32_t vocab_size() const { return config.vocab_size; }
  uint32_t d_model() const { return config.d_model; }
  uint32_t n_layers() const { return config.n_layers; }
  uint32_t d_head() const { return config.d_head; }
  uint32_t kernel_size() const { return config.kernel_size; }
  uint32_t top_k() const { return config.top_k; }
  uint32_t max_seq() const { return config.max_seq; }
  Format format() const { return file_format; }
};

template <uint16_t V, uint16_t d, uint16_t L, uint16_t h, uint16_t K, uint16_t k, uint16_t S,
          int format_number>
struct FixedShape {
  static constexpr atome_config kConfig{V, d, L, h, K, k, S};
  static_assert(InRange(kConfig));
  static_assert(format_number >= 1 && format_number <= 5);

  bool Set(const atome_config& wanted) const { return SameBytes(&wanted, &kConfig, sizeof kConfig); }
  bool Set(Format wanted) const { return wanted == format(); }

  static constexpr const atome_config& dimensions() { return kConfig; }
  static constexpr uint32_t vocab_size() { return V; }
  static constexpr uint32_t d_model() { return d; }
  static constexpr uint32_t n_layers() { return L; }
  static constexpr uint32_t d_head() { return h; }
  static constexpr uint32_t kernel_size() { return K; }
  static constexpr uint32_t top_k() { return k; }
  static constexpr uint32_t max_seq() { return S; }
  static constexpr Format format() { return static_cast<Format>(format_number); }
};

// Rows of a block's matrix: wv, wk, wq, router.
template <class Shape>
constexpr uint32_t BlockRows(const Shape& shape) {
  return shape.d_model() + 2 * shape.d_head() + 3;
}

// A shape whose format is a constant.
template <auto>
struct Constant;
template <class Shape>
concept FixedFormat = requires {
  typename Constant<Shape::format()>;
};

// Whether only prepared images can have a shape.
template <class Shape>
inline constexpr bool IsImageOnly = false;
template <FixedFormat Shape>
inline constexpr bool IsImageOnly<Shape> = IsImage(Shape::format());

// Whether a shape can have matrices that stand so.
template <class Shape>
inline constexpr bool MayBeColumns = true;
template <FixedFormat Shape>
inline constexpr bool MayBeColumns<Shape> = IsColumns(Shape::format());
template <class Shape>
inline constexpr bool MayBeTiles = true;
template <FixedFormat Shape>
inline constexpr bool MayBeTiles<Shape> = IsTiles(Shape::format());

}  // namespace atome

#endif  // ATOME_ENGINE_SHAPE_H_
