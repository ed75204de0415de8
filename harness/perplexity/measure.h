// One pass of models over a text, unit by unit (text_plan.h), several units at a time.
#ifndef ATOME_HARNESS_PERPLEXITY_MEASURE_H_
#define ATOME_HARNESS_PERPLEXITY_MEASURE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/model/model.h"
#include "harness/perplexity/evaluator.h"
#include "harness/perplexity/text_plan.h"
#include "harness/run/engine_runner.h"

namespace atome::harness {

// A model under one numerical contract.
struct Subject {
  const Model* model = nullptr;
  Variant variant = Variant::kF32;
  std::shared_ptr<const EngineRunner> engine{};  // another engine than ours
};

struct Losses {
  std::vector<double> unit_nats;  // sums of -log p(next token) by unit
  double seconds = 0;             // in its engine and of its losses, over all threads
  std::string failure;            // why there are none; empty when there are
};

// How a subject's predictions differ from those of the one it is compared with.
struct Differences {
  std::vector<double> nats;         // by position: divergence of the subject's distribution from the other's
  std::vector<uint32_t> unit_same;  // by unit: positions at which both have the same likeliest token
};

struct Measured {
  std::vector<Losses> losses;            // of each subject
  std::vector<Differences> differences;  // of each subject but the last from the last; empty unless asked for
  unsigned threads = 1;
};

struct MeasureOptions {
  bool compare = false;  // all but the last subject with the last
  unsigned jobs = 1;     // streaming takes one thread whatever it says
  // Called now and then, one call at a time: tokens done, of all, and the first subject's mean loss until
  // now.
  std::function<void(size_t, size_t, double)> progress;
};

// The losses are the same to the bit for any number of jobs. A subject that fails on the way has a failure,
// the others go on. Errors: a model that cannot be opened or cannot predict this text (WhyNotFor);
// vocabularies that cannot be compared.
Result<Measured> Measure(const std::vector<Subject>& subjects, const EvaluationText& text,
                         const TextPlan& plan, const MeasureOptions& options);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PERPLEXITY_MEASURE_H_
