#include "harness/inject/file_flips.h"

#include "harness/base/parallel.h"
#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/inject/subject.h"
#include "harness/run/native_runner.h"

namespace atome::harness {
namespace {

Judgement JudgeFile(const Model& damaged, const Task& task, const Execution& clean) {
  const Execution execution = NativeRunner().Run(damaged, task);
  if (execution.outcome != Outcome::kPass) return {Verdict::kCheck, execution.message};
  return JudgeAnswer(execution, clean);
}

Result<Execution> RunClean(const Model& model, const Task& task, const GoldenTrace* trace) {
  Execution clean = NativeRunner().Run(model, task);
  if (clean.outcome != Outcome::kPass) return Bad(clean.message);
  if (trace == nullptr) return clean;
  if (const std::string why = WhyNotGolden(clean, *trace); !why.empty())
    return Bad(StrCat(model.path, ": without a flip it is not as the golden trace says: ", why));
  return clean;
}

Model Damaged(const Model& model, uint64_t offset, uint8_t bit) {
  Model damaged = model;
  damaged.bytes[offset] = static_cast<char>(damaged.bytes[offset] ^ 1 << bit);
  return damaged;
}

}  // namespace

Result<std::vector<FileFlip>> FlipFile(const Model& model, const FilePlan& plan) {
  const Task task = TaskFor(model, plan.variant, plan.trace, plan.tokens);
  const Result<Execution> clean = RunClean(model, task, plan.trace);
  if (!clean.ok()) return clean.error();
  const uint64_t bits = model.bytes.size() * 8;
  std::vector<FileFlip> flips(plan.flips ? *plan.flips : bits);
  for (size_t k = 0; k < flips.size(); ++k) {
    const uint64_t at = plan.flips ? Random(plan.seed, k).Below(static_cast<uint32_t>(bits)) : k;
    flips[k].offset = at / 8;
    flips[k].bit = static_cast<uint8_t>(at % 8);
  }
  ForEachIndex(
      flips.size(), plan.jobs,
      [&](size_t k) {
        flips[k].judgement = JudgeFile(Damaged(model, flips[k].offset, flips[k].bit), task, *clean);
      },
      [&](size_t done, size_t) {
        if (plan.progress) plan.progress(done, flips.size());
      });
  return flips;
}

Judgement FlipOne(const Model& model, const FilePlan& plan, uint64_t offset, uint8_t bit) {
  const Task task = TaskFor(model, plan.variant, plan.trace, plan.tokens);
  const Execution clean = NativeRunner().Run(model, task);
  return JudgeFile(Damaged(model, offset, bit), task, clean);
}

}  // namespace atome::harness
