// What instruments measured as JSON and back, for the cache and the results.
#ifndef ATOME_HARNESS_AB_FIGURES_JSON_H_
#define ATOME_HARNESS_AB_FIGURES_JSON_H_

#include <optional>

#include "harness/ab/instruments.h"

namespace atome::harness::ab {

template <class T>
Json OrNull(const std::optional<T>& value) {
  return value.has_value() ? Json(*value) : Json(nullptr);
}

Json ToJson(const ChunkLosses& losses);
Json ToJson(const CoreFigures& figures);

// Nothing when it is not what ToJson gives.
std::optional<ChunkLosses> LossesFromJson(const Json& json);
// Of figures that pass.
std::optional<CoreFigures> CoreFiguresFromJson(const Json& json);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_FIGURES_JSON_H_
