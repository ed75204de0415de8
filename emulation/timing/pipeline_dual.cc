// Cortex-M7: up to two instructions issue in a cycle, in order; each waits for its operands, and the second
// of a cycle must be allowed beside the first. Code and data come without waiting.
#include <algorithm>

#include "emulation/timing/pipeline.h"

namespace atome::timing {
namespace {

constexpr uint8_t kAlone = 0xFF;  // in PipelineState::older
constexpr int kLongAgo = -8;      // before which every result is there
constexpr int kFloatRegisters = 16;
constexpr int kAhead = 4;  // bytes that the fetch is ahead

// Of a general register. 0 in both enumerations: long ago, so that it is there.
enum Producer : uint8_t {
  kSettled,
  kEarly,
  kLate,
  kWord,      // a load of a word
  kNarrow,    // of a byte or halfword
  kReversed,  // REV, RBIT
  kProduct,
  kProducers,
};

enum Consumer : uint8_t {
  kLateOperand,
  kLateBesideEarly,  // of an instruction that also has an early operand
  kEarlyOperand,
  kAddress,
  kStoreData,
  kFactor,
  kAccumulator,
  kConsumers,
};

// Of a register of the FPU.
enum FloatProducer : uint8_t {
  kFloatSettled,
  kFloatResult,  // VMOV to the FPU too
  kFusedResult,
  kFloatLoaded,
  kFloatProducers,
};

enum FloatConsumer : uint8_t {
  kFloatOperand,
  kFloatAddend,
  kFloatStored,
  kToGeneral,
  kFloatConsumers,
};

// Cycles from the producer's issue to the consumer's. jnk0le/random, cortex_m7.md; columns as Consumer.
constexpr int8_t kNow = kLongAgo;
constexpr int8_t kLatency[kProducers][kConsumers] = {
    // late, beside early, early, address, store data, factor, accumulator
    /* settled */ {kNow, kNow, kNow, kNow, kNow, kNow, kNow},
    /* early */ {0, 0, 1, 1, 0, 0, 0},
    /* late */ {1, 1, 2, 2, 0, 1, 0},
    /* word */ {1, 2, 2, 2, 0, 2, 1},
    /* narrow */ {2, 2, 3, 3, 0, 2, 1},
    /* reversed */ {0, 0, 2, 2, 0, 0, 0},
    /* product */ {2, 2, 3, 3, 0, 2, 1},
};
constexpr int8_t kFloatLatency[kFloatProducers][kFloatConsumers] = {
    // operand, addend, stored, general
    /* settled */ {kNow, kNow, kNow, kNow},
    /* float */ {3, 3, 1, 3},
    /* fused */ {5, 3, 3, 5},
    /* loaded */ {1, 3, 1, 2},
};

bool IsMultiply(Class kind) { return kind >= Class::kMultiply && kind <= Class::kDspMultiply; }

bool IsStore(Class kind) { return kind == Class::kStore || kind == Class::kFloatStore; }
bool IsLoad(Class kind) { return kind == Class::kLoad || kind == Class::kFloatLoad; }
bool IsMove(Class kind) { return kind == Class::kFloatMove; }

bool IsFloatArithmetic(Class kind) {
  return kind == Class::kFloat ||
         (kind >= Class::kFloatMultiplyAccumulate && kind <= Class::kFloatSquareRoot);
}

// Issues with nothing beside it.
bool IssuesAlone(const Instruction& i) {
  const auto within = [&i](Class first, Class last) { return i.kind >= first && i.kind <= last; };
  if (within(Class::kFloatLoad, Class::kFloatStore)) return i.Has(kDouble);
  return within(Class::kLoadDual, Class::kStoreMultiple) || within(Class::kTableBranch, Class::kTrap) ||
         within(Class::kFloatLoadMultiple, Class::kFloatStoreMultiple) || i.kind == Class::kDivide ||
         i.kind == Class::kFloatMoveTwo || i.kind == Class::kFloatStatus;
}

// Which of two banks a load is from, as far as it matters beside another of the same base. Those of 16-bit
// literal loads and of the FPU are not told apart.
uint8_t Bank(const Instruction& i) {
  const bool told = i.kind == Class::kLoad && (i.bytes == 4 || !i.Has(kLiteral));
  return told ? static_cast<uint8_t>(i.offset & 4) : uint8_t{0};
}

class DualPipeline : public Pipeline {
 public:
  explicit DualPipeline(const TimingCore& core) : core_(core) {}

  PipelineState Start() const override {
    PipelineState state;
    state.older = kAlone;
    return state;
  }

  int Enter(const Instruction& i, const Effect& effect, PipelineState& state, Waits* waits) const override {
    const int operands = OperandsReady(i, effect, state);
    int issue = std::max<int>(state.ready, operands);
    const bool has_slot = state.older != kAlone;
    const bool beside = issue <= 0 && has_slot && MayPair(i, state);
    if (!beside) issue = std::max({issue, 1, int{state.float_ready}});
    if (waits != nullptr) *waits = Explain(issue, operands, has_slot, state);
    Write(i, effect, issue, beside, state);
    const bool alone = IssuesAlone(i) && !effect.skipped;
    state.older = beside || alone ? kAlone : static_cast<uint8_t>(i.kind);
    state.older_properties = beside || alone ? uint16_t{0} : static_cast<uint16_t>(i.properties);
    const bool load =
        state.older != kAlone && IsLoad(i.kind) && !i.Has(kRegisterOffset) && !i.Has(kWriteBack);
    state.older_base = load ? i.base : uint8_t{0xFF};
    state.older_offset = load ? Bank(i) : uint8_t{0};
    int occupancy = Occupancy(i, effect) + StreamWait(i, effect, state);
    if (!effect.skipped && (i.kind == Class::kLoad || i.kind == Class::kStore))
      occupancy += UnalignedStall(core_, effect.access.misaligned, i.access_bytes, IsLoad(i.kind));
    const bool divides = i.kind == Class::kFloatDivide || i.kind == Class::kFloatSquareRoot;
    // One instruction may join a floating-point division; the rest wait, as all do for other long ones.
    if (divides) state.float_ready = static_cast<int8_t>(issue + occupancy);
    state.ready = static_cast<int8_t>(occupancy == 1 || divides ? issue : issue + occupancy);
    Rebase(issue, state);
    return issue;
  }

  void Redirect(const Instruction&, PipelineState& state) const override {
    // A predicted branch ends its cycle: the next instruction starts another one.
    state.older = kAlone;
    state.older_properties = 0;
    state.older_base = 0xFF;
    state.older_offset = 0;
    state.compressed = 0;
  }

 private:
  static Consumer Use(const Instruction& i, unsigned r) {
    const uint16_t mask = static_cast<uint16_t>(1u << r);
    if ((i.address_reads & mask) != 0) return kAddress;
    if ((i.late_reads & mask) != 0) return IsMultiply(i.kind) ? kAccumulator : kStoreData;
    if (IsMultiply(i.kind)) return kFactor;
    if ((i.early_reads & mask) != 0) return kEarlyOperand;
    return i.early_reads != 0 ? kLateBesideEarly : kLateOperand;
  }

  static FloatConsumer FloatUse(const Instruction& i, uint32_t mask) {
    if (i.kind == Class::kFloatMultiplyAccumulate && (i.float_writes & mask) != 0) return kFloatAddend;
    if (i.kind == Class::kFloatStore || i.kind == Class::kFloatStoreMultiple) return kFloatStored;
    if (i.kind == Class::kFloatMove || i.kind == Class::kFloatMoveTwo) return kToGeneral;
    return kFloatOperand;
  }

  static int OperandsReady(const Instruction& i, Effect effect, const PipelineState& state) {
    int ready = kLongAgo;
    if (effect.skipped) return ready;
    for (unsigned r = 0; r < 15; ++r) {
      if ((i.reads >> r & 1) == 0) continue;
      ready = std::max(ready, state.written[r] + kLatency[state.producer[r]][Use(i, r)]);
    }
    if (i.float_reads == 0) return ready;
    for (unsigned s = 0; s < 32; ++s) {
      const uint32_t mask = 1u << s;
      if ((i.float_reads & mask) == 0) continue;
      const unsigned at = kFloatRegisters + s;
      ready = std::max(ready, state.written[at] + kFloatLatency[state.producer[at]][FloatUse(i, mask)]);
    }
    return ready;
  }

  // Whether the instruction may be the younger beside the one in the older slot.
  static bool MayPair(const Instruction& i, const PipelineState& state) {
    const auto older = static_cast<Class>(state.older);
    if (IssuesAlone(i) || i.kind == Class::kBitField || i.kind == Class::kExtend) return false;
    if (IsStore(older) && IsStore(i.kind)) return false;
    if (IsMultiply(older) && (IsMultiply(i.kind) || IsStore(i.kind))) return false;
    if (IsStore(older) && IsMultiply(i.kind)) return false;
    if (i.Has(kEarlyShifter) && (state.older_properties & kEarlyShifter) != 0) return false;
    if (IsLoad(older) && IsLoad(i.kind) && i.base == state.older_base && !i.Has(kRegisterOffset) &&
        Bank(i) == state.older_offset) {
      return false;
    }
    if (IsFloatArithmetic(older) && IsFloatArithmetic(i.kind)) return false;
    const auto transfers = [](Class kind) {
      return kind == Class::kFloatLoad || kind == Class::kFloatStore || IsMove(kind);
    };
    const auto fused = Class::kFloatMultiplyAccumulate;
    return !(older == fused && transfers(i.kind)) && !(i.kind == fused && transfers(older));
  }

  static Producer Produces(const Instruction& i, bool beside) {
    if (IsMultiply(i.kind)) return kProduct;
    if (i.kind == Class::kLoad) return i.access_bytes == 4 ? kWord : kNarrow;
    if (i.kind == Class::kLoadMultiple || i.kind == Class::kLoadDual) return kWord;
    // ADD, SUB and MOV reach the early ALU from the older slot only, plain shifts from both.
    if (!i.Has(kEarlyResult)) return kLate;
    if (i.kind == Class::kBitField) return kReversed;
    return i.kind == Class::kShift || !beside ? kEarly : kLate;
  }

  static FloatProducer ProducesFloat(const Instruction& i) {
    if (i.kind == Class::kFloatMultiplyAccumulate) return kFusedResult;
    if (i.kind == Class::kFloatLoad || i.kind == Class::kFloatLoadMultiple) return kFloatLoaded;
    return kFloatResult;
  }

  static void Write(const Instruction& i, Effect effect, int issue, bool beside, PipelineState& state) {
    if (effect.skipped) return;
    const Producer producer = Produces(i, beside);
    for (unsigned r = 0; r < 15; ++r) {
      if ((i.writes >> r & 1) == 0) continue;
      const bool base = i.Has(kWriteBack) && i.base == r;
      state.written[r] = static_cast<int8_t>(issue);
      state.producer[r] = base ? kEarly : producer;
    }
    if (i.float_writes == 0) return;
    for (unsigned s = 0; s < 32; ++s) {
      if ((i.float_writes >> s & 1) == 0) continue;
      state.written[kFloatRegisters + s] = static_cast<int8_t>(issue);
      state.producer[kFloatRegisters + s] = ProducesFloat(i);
    }
  }

  // LDM, STM and their like stall for a cycle unless 16-bit instructions near them have saved 4 bytes of
  // fetch (jnk0le/random, cortex_m7.md). Those behind count too, which nothing here can see, so only PUSH and
  // POP stall: they stand where the flow has just come or is about to go.
  static int StreamWait(const Instruction& i, const Effect& effect, PipelineState& state) {
    if (i.bytes == 2) state.compressed = static_cast<uint8_t>(std::min(kAhead, state.compressed + 2));
    const bool several = i.kind == Class::kLoadMultiple || i.kind == Class::kStoreMultiple;
    return several && i.base == 13 && !effect.skipped && state.compressed < kAhead ? 1 : 0;
  }

  static Waits Explain(int issue, int operands, bool has_slot, const PipelineState& state) {
    Waits waits;
    waits.before = std::clamp<int>(std::max(state.ready, state.float_ready), 0, issue);
    waits.operand = std::clamp(operands - waits.before, 0, issue - waits.before);
    const int left = issue - waits.before - waits.operand;
    // A new cycle is the older instruction's own end, unless this one could have shared it.
    (has_slot ? waits.pairing : waits.before) += left;
    return waits;
  }

  // Cycles until the next instruction may issue in a new cycle.
  int Occupancy(const Instruction& i, Effect effect) const {
    if (effect.skipped) return 1;
    switch (i.kind) {
      case Class::kLoadMultiple:
      case Class::kStoreMultiple:
      case Class::kFloatLoadMultiple:
      case Class::kFloatStoreMultiple:
        return std::max(1, (i.transfers + 1) / 2);
      case Class::kDivide:
        return effect.cycles != 0 ? effect.cycles : kLongestDivide;
      case Class::kFloatDivide:
        return i.Has(kDouble) ? 30 : 16;
      case Class::kFloatSquareRoot:
        return i.Has(kDouble) ? 30 : 14;
      case Class::kInstructionBarrier:
        return core_.mispredict;
      default:
        return 1;
    }
  }

  static void Rebase(int issue, PipelineState& state) {
    state.ready = static_cast<int8_t>(std::max(state.ready - issue, 0));
    state.float_ready = static_cast<int8_t>(std::max(state.float_ready - issue, 0));
    for (size_t r = 0; r < state.written.size(); ++r) {
      const int time = state.written[r] - issue;
      const bool settled = state.producer[r] == kSettled || time <= kLongAgo;
      state.written[r] = static_cast<int8_t>(settled ? 0 : time);
      if (settled) state.producer[r] = kSettled;
    }
  }

  const TimingCore core_;
};

}  // namespace

std::unique_ptr<Pipeline> MakeDualPipeline(const TimingCore& core) {
  return std::make_unique<DualPipeline>(core);
}

}  // namespace atome::timing
