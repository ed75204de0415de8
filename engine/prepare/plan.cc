#include "engine/prepare/plan.h"

#include "engine/cached_shape.h"
#include "engine/f32/constants.h"
#include "engine/f32/workspace.h"
#include "engine/files/columns_file.h"
#include "engine/host/tensor_reader.h"
#include "engine/image/codes.h"
#include "engine/q15/constants.h"
#include "engine/q15/workspace.h"

namespace atome::prepare {
namespace {

struct AnyShape : host::HostShape, RuntimeCache<32, 16, 8> {
  using HostShape::Set;
};

// As firmware for a model has it: memory depends on what is a constant there.
template <Format known>
struct PlanShape : AnyShape {
  static constexpr Format format() { return known; }
};

// As engine/files/atome03.md says.
uint64_t FileBytes(const AnyShape& shape) {
  const uint64_t d = shape.d_model(), layers = shape.n_layers(), groups = (d + 4) / 5;
  const auto section = [](uint64_t numbers, uint64_t codes) { return (4 * numbers + codes + 3) / 4 * 4; };
  const uint64_t codes = BlockRows(shape) * groups + d * ((shape.kernel_size() + 4) / 5);
  return ColumnsFile::TableEnd(shape.n_layers()) + 4 + 2 * section(1, shape.vocab_size() * groups) +
         section(2 * d, 0) + layers * (section(5 * d, 0) + section(ColumnsFile::kScales, codes));
}

template <class Shape, class Layout, class Constants>
Plan PlanOf(const Shape& shape, const Layout& layout, const Constants& constants) {
  Plan plan;
  plan.carried = layout.Keys();  // what stands before them
  plan.cache = layout.EndOfCarried() - layout.Keys();
  plan.scratch = (layout.Taps() + 7) / 8 * 8 - layout.EndOfCarried();  // taps come behind
  if constexpr (IsImageOnly<Shape>) {
    plan.model = sizeof(ImageHeader) + uint64_t{constants.TotalBytes()} + ImageCodes(shape).TotalBytes() +
                 ImageStart::kCrcBytes;
  } else {
    plan.constants = constants.TotalBytes();
    plan.model = FileBytes(shape);
  }
  return plan;
}

template <class Shape>
std::optional<Plan> PlanWith(const atome_config& config, ImageVariant variant) {
  Shape shape{};
  if (!shape.Set(config)) return std::nullopt;
  const auto bytes = [](uint32_t fixed, uint32_t runtime) { return FixedFormat<Shape> ? fixed : runtime; };
  if (variant == ImageVariant::kF32 || variant == ImageVariant::kF32Kv16) {
    shape.SetCache(variant == ImageVariant::kF32 ? 32 : 16);
    return PlanOf(shape, MemoryLayout<Shape>(shape, bytes(kTargetBytes, kTargetRuntimeBytes)),
                  ConstantsLayout<Shape>(shape));
  }
  shape.SetCache(variant == ImageVariant::kQ15 ? 16 : 8);
  using Pointer = uint32_t;
  return PlanOf(shape,
                q15::MemoryLayout<Shape, Pointer>(shape, bytes(q15::kTargetBytes, q15::kTargetRuntimeBytes)),
                q15::ConstantsLayout<Shape>(shape));
}

}  // namespace

std::optional<Plan> PlanFor(const atome_config& config, ImageVariant variant,
                            std::optional<ImageLayout> layout) {
  if (!layout) return PlanWith<AnyShape>(config, variant);
  return *layout == ImageLayout::kTiles ? PlanWith<PlanShape<Format::kImageTiles>>(config, variant)
                                        : PlanWith<PlanShape<Format::kImageColumns>>(config, variant);
}

}  // namespace atome::prepare
