#include "harness/ab/notes.h"

#include <filesystem>

#include "harness/base/text.h"
#include "harness/statistics/interval.h"

namespace atome::harness::ab {

std::string Notes(const Experiment& experiment) {
  const Config& config = experiment.config;
  const size_t seeds = config.seeds.size();
  std::string notes = StrCat(
      "\nExact, any difference is one: params, bits/wt (8 * file bytes / parameters), disk, of FP32",
      config.cores.empty() ? ""
                           : ", cycles (modelled, zero wait states), flash and RAM that a chip must have",
      ".\n", "Estimated: perplexity, and vs baseline, which is ", config.contenders[config.baseline].name,
      ": its change, with the 95 % interval, paired by chunk", seeds > 1 ? " and seed" : "", ".\n");
  if (const std::string why = WhyTooFew(experiment.plan.Units()); !why.empty())
    StrAppend(&notes, "No verdict: ", why, ".\n");
  if (seeds > 1) {
    StrAppend(&notes, seeds, " seeds: medians (least..most); the interval is over chunks and seeds.\n");
  } else {
    StrAppend(&notes,
              "One seed: the spread over seeds is unknown; the intervals are over chunks of text only.\n");
  }
  StrAppend(&notes, "Text: ", std::filesystem::path(experiment.text.path).filename().string(), ", ",
            PlanSentence(experiment.text, experiment.plan), ".\n");
  return notes;
}

}  // namespace atome::harness::ab
