#include "emulation/silicon/replay.h"

#include "emulation/thumb/decode.h"
#include "emulation/timing/cycle_model.h"

namespace atome::silicon {
namespace {

using emulation::Count;

// What a block of a sequence is to the model.
struct Run {
  std::vector<uint16_t> halfwords;
  std::vector<timing::DataAccess> accesses;
};

class Replayer {
 public:
  Replayer(const timing::TimingCore& core, const Fact& fact, timing::ModelOptions options = {})
      : core_(core), fact_(fact), model_(core, options) {
    std::vector<timing::Site> conditional;
    for (const Step& step : fact.steps) conditional.push_back({.address = step.address, .conditional = true});
    model_.ExpectNotes(conditional);
  }

  timing::Moment Between() {
    timing::Moment begin;
    for (size_t k = 0; k < fact_.steps.size();) {
      const size_t end = EndOfRun(k);
      Enter(k, end);
      if (k == 0) begin = model_.MomentAt(fact_.steps[0].address);
      k = end;
    }
    timing::Moment between = model_.MomentAt(fact_.steps.back().address);
    between.cycles = emulation::Cycles{Count(between.cycles) - Count(begin.cycles)};
    between.instructions -= begin.instructions;
    between.load_store -= begin.load_store;
    between.folded -= begin.folded;
    return between;
  }

  std::vector<timing::InstructionCycles> Explain() const { return model_.Explain(); }

 private:
  // As an emulator cuts: behind every branch, taken or not.
  size_t EndOfRun(size_t k) const {
    for (; k < fact_.steps.size(); ++k) {
      const Step& step = fact_.steps[k];
      if (step.flow != Step::Flow::kNext ||
          thumb::Decode(step.address, step.halfwords).branch != thumb::Branch::kNone) {
        return k + 1;
      }
    }
    return k;
  }

  void Enter(size_t first, size_t end) {
    Run run;
    for (size_t k = first; k < end; ++k) {
      const Step& step = fact_.steps[k];
      run.halfwords.insert(run.halfwords.end(), step.halfwords.begin(), step.halfwords.end());
      run.accesses.push_back(step.access);
    }
    model_.Enter(model_.Prepare(fact_.steps[first].address, run.halfwords, run.accesses));
    for (size_t k = first; k < end; ++k) {
      const Step& step = fact_.steps[k];
      if (step.skipped || step.flow == Step::Flow::kNotTaken) continue;
      model_.NoteExecuted(step.address);
      const thumb::Instruction i = thumb::Decode(step.address, step.halfwords);
      if (fact_.operands && timing::HasVariableCost(core_, i.kind))
        model_.NoteOperands(step.address, fact_.operands->first, fact_.operands->second);
    }
  }

  const timing::TimingCore& core_;
  const Fact& fact_;
  timing::CycleModel model_;
};

}  // namespace

std::optional<timing::TimingCore> CoreOf(const Fact& fact) {
  const timing::TimingCore* const known = timing::FindTimingCore(fact.core == "m4" ? "m4f" : fact.core);
  if (known == nullptr) return std::nullopt;
  timing::TimingCore core = *known;
  core.unbuffered_stores = fact.chip.starts_with("CC26");
  return core;
}

uint64_t Replay(const timing::TimingCore& core, const Fact& fact) {
  return Count(Replayer(core, fact).Between().cycles);
}

timing::Moment ReplayEvents(const timing::TimingCore& core, const Fact& fact) {
  return Replayer(core, fact, {.count_events = true}).Between();
}

std::vector<timing::InstructionCycles> ExplainReplay(const timing::TimingCore& core, const Fact& fact) {
  Replayer replayer(core, fact, {.explain = true});
  replayer.Between();
  return replayer.Explain();
}

}  // namespace atome::silicon
