// Cortex-M0 and Cortex-M0+: every instruction has its cost. The instruction clock: every one takes a step.
#include "emulation/timing/pipeline.h"

namespace atome::timing {
namespace {

class SimplePipeline : public Pipeline {
 public:
  explicit SimplePipeline(const TimingCore& core) : costs_(core.costs) {}

  PipelineState Start() const override { return {}; }

  int Enter(const Instruction& i, const Effect&, PipelineState& state, Waits* waits) const override {
    const int start = state.ready;
    state.ready = static_cast<int8_t>(Cost(i));
    if (waits != nullptr) *waits = {.before = start};
    return start;
  }

  void Redirect(const Instruction& i, PipelineState& state) const override {
    state.ready = static_cast<int8_t>(TakenCost(i));
  }

 private:
  int Cost(const Instruction& i) const {
    switch (i.kind) {
      case Class::kMultiply:
        return costs_.multiply;
      case Class::kLoad:
      case Class::kStore:
        return costs_.load;
      case Class::kLoadMultiple:
      case Class::kStoreMultiple:
        return costs_.multiple + i.transfers;
      case Class::kStatus:
        // CPS has no register and takes 1.
        return i.bytes == 2 ? 1 : costs_.status;
      case Class::kBarrier:
      case Class::kInstructionBarrier:
        return costs_.barrier;
      case Class::kWait:
        return costs_.wait;
      default:
        return 1;
    }
  }

  int TakenCost(const Instruction& i) const {
    switch (i.branch) {
      case Branch::kNone:  // an exception, which is not modelled: only its own cost
        return Cost(i);
      case Branch::kDirect:
        return costs_.taken;
      case Branch::kCall:
        return costs_.call;
      case Branch::kPop:
        return costs_.pop_pc + i.transfers;
      default:
        return costs_.indirect;
    }
  }

  const Costs costs_;
};

class StepPipeline : public Pipeline {
 public:
  PipelineState Start() const override { return {}; }
  int Enter(const Instruction&, const Effect&, PipelineState&, Waits* waits) const override {
    if (waits != nullptr) *waits = {.before = 1};
    return 1;
  }
  void Redirect(const Instruction&, PipelineState&) const override {}
};

}  // namespace

std::unique_ptr<Pipeline> MakeSimplePipeline(const TimingCore& core) {
  return std::make_unique<SimplePipeline>(core);
}

std::unique_ptr<Pipeline> MakePipeline(const TimingCore& core) {
  switch (core.pipeline) {
    case PipelineKind::kSimple:
      return MakeSimplePipeline(core);
    case PipelineKind::kFetchBuffer:
      return MakeFetchPipeline(core);
    case PipelineKind::kDualIssue:
      return MakeDualPipeline(core);
    case PipelineKind::kSteps:
      return std::make_unique<StepPipeline>();
  }
  return nullptr;
}

}  // namespace atome::timing
