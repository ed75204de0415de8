#include "harness/model/prepared_image.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>
#include <vector>

#include "engine/prepare/make_image.h"
#include "harness/base/file.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

struct NamedVariant {
  Variant variant;
  ImageVariant image;
};
constexpr NamedVariant kImageVariants[] = {{Variant::kF32, ImageVariant::kF32},
                                           {Variant::kF32Kv16, ImageVariant::kF32Kv16},
                                           {Variant::kQ15, ImageVariant::kQ15},
                                           {Variant::kQ15Kv8, ImageVariant::kQ15Kv8}};

}  // namespace

std::string_view LayoutName(ImageLayout layout) {
  return layout == ImageLayout::kTiles ? "tiles" : "columns";
}

std::optional<ImageVariant> ImageVariantOf(Variant variant) {
  const auto of = std::ranges::find(kImageVariants, variant, &NamedVariant::variant);
  return of == std::end(kImageVariants) ? std::nullopt : std::optional(of->image);
}

Result<std::string> PrepareImage(const Model& model, Variant variant, ImageLayout layout) {
  const std::optional<ImageVariant> of = ImageVariantOf(variant);
  if (!of || model.config.architecture != Architecture::kTernary) {
    return Bad(StrCat(model.path, ": variant ", VariantName(variant),
                      " has no prepared images; give the file itself, which needs no preparation"));
  }
  prepare::ImageOrder order{model.config.Ternary(), *of, layout, {}};
  const std::string digits = Sha256Hex(model.bytes);
  for (size_t i = 0; i < order.source_sha256.size(); ++i)
    std::from_chars(&digits[2 * i], &digits[2 * i] + 2, order.source_sha256[i], 16);
  const std::span<const uint8_t> file(reinterpret_cast<const uint8_t*>(model.bytes.data()),
                                      model.bytes.size());
  std::vector<uint8_t> image;
  atome_location where{};
  const atome_status status = prepare::MakeImage(order, file, &image, &where);
  if (status != ATOME_OK) return Bad(DescribeOpenError(model, status, where));
  return std::string(reinterpret_cast<const char*>(image.data()), image.size());
}

std::optional<std::string> DescribeImage(std::string_view file) {
  ImageHeader header;
  const std::string_view magic(header.start.magic, sizeof header.start.magic);
  if (!file.starts_with(magic)) return std::nullopt;
  if (file.size() < sizeof header) return "a prepared image that was cut";
  std::memcpy(&header, file.data(), sizeof header);
  const auto of = std::ranges::find(kImageVariants, header.start.variant, &NamedVariant::image);
  const bool known = header.start.version == ImageStart::kVersion && of != std::end(kImageVariants);
  return StrCat(
      known
          ? StrCat("a prepared image for ", VariantName(of->variant), " in ", LayoutName(header.start.layout))
          : StrCat("a prepared image of version ", header.start.version, " for an unknown variant"),
      ", made of the model with SHA-256 ",
      Hex({reinterpret_cast<const char*>(header.source_sha256), sizeof header.source_sha256}));
}

std::optional<Error> RefuseImage(std::string_view path, std::string_view file) {
  const std::optional<std::string> image = DescribeImage(file);
  if (!image) return std::nullopt;
  return Bad(StrCat(path, ": is ", *image, ", for a device; give that model's file"));
}

}  // namespace atome::harness
