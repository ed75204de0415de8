#include "harness/report/divergence.h"

#include <bit>
#include <cstdlib>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

// Floats in order as integers in order, -0 just under +0.
int64_t Ordered(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  return bits >> 31 ? -int64_t{bits & 0x7FFFFFFFu} - 1 : int64_t{bits};
}

}  // namespace

uint32_t UlpDistance(float a, float b) { return static_cast<uint32_t>(std::llabs(Ordered(a) - Ordered(b))); }

std::string Divergence::Describe() const {
  std::string text = StrCat("case ", case_index, ", step ", step);
  if (layer != kNoLayer) StrAppend(&text, ", layer ", layer);
  StrAppend(&text, ", ", OpName(op));
  if (index.has_value()) {
    text += fmt::format(", index {}: expected {:.9g} ({:#010x}), actual {:.9g} ({:#010x}), {} ULP", *index,
                        expected, std::bit_cast<uint32_t>(expected), actual, std::bit_cast<uint32_t>(actual),
                        UlpDistance(expected, actual));
  }
  if (!note.empty()) StrAppend(&text, ": ", note);
  return text;
}

}  // namespace atome::harness
