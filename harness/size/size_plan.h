// What a model will take of flash and RAM, by its dimensions: nothing is compiled or run.
#ifndef ATOME_HARNESS_SIZE_SIZE_PLAN_H_
#define ATOME_HARNESS_SIZE_SIZE_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/model.h"
#include "harness/report/report.h"
#include "harness/size/size.h"

namespace atome::harness {

// A ternary model that does not exist: no bytes, and its dimensions for a name, "V256 d64 L4 h16 K5 k4 S64".
// `max_seq`: in place of what `config` says.
Result<Model> ModelOfDimensions(const std::string& config, std::optional<uint16_t> max_seq);

// One cell per ternary model, target and variant, in that order, of firmware built for speed. Figures of the
// cell are those of firmware for the model, which carries its image in tiles; of part format "tiles",
// "columns" and "file": RAM by what needs it, and the model in flash. The code is that of built firmware:
// for this very model, else the generic one, whose code is more, so that flash needed is at most that.
// `variants`: none means all that run the model.
std::vector<report::Cell> PlanSizes(const std::vector<Model>& models, const std::vector<SizeTarget>& targets,
                                    const std::vector<Variant>& variants);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_SIZE_PLAN_H_
