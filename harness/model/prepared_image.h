// Prepared images of models, engine/image/image.md.
#ifndef ATOME_HARNESS_MODEL_PREPARED_IMAGE_H_
#define ATOME_HARNESS_MODEL_PREPARED_IMAGE_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/image/header.h"
#include "harness/base/result.h"
#include "harness/base/variant.h"
#include "harness/model/model.h"

namespace atome::harness {

inline constexpr ImageLayout kImageLayouts[] = {ImageLayout::kColumns, ImageLayout::kTiles};

// "columns", "tiles".
std::string_view LayoutName(ImageLayout layout);

// Nothing for one that has no prepared images.
std::optional<ImageVariant> ImageVariantOf(Variant variant);

// The image of a ternary model for a variant that runs it. Checks all of the model; an error names the file
// and the place in it.
Result<std::string> PrepareImage(const Model& model, Variant variant, ImageLayout layout);

// What the file says that it is, when it begins as an image: "a prepared image for q15 in columns, made of
// the model with SHA-256 ..."; its content is not checked.
std::optional<std::string> DescribeImage(std::string_view file);

// The error of who wants a model and got an image.
std::optional<Error> RefuseImage(std::string_view path, std::string_view file);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_PREPARED_IMAGE_H_
