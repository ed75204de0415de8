// Cortex-M3 and Cortex-M4: fetch, decode, execute, with E(i) and D(i) the cycles in which instruction i
// enters execute and decode.
//
//   D(i) = max(E(i-1), arrival of its words)        E(i) = max(D(i) + 1, hazards)
//
// One word is requested a cycle and arrives 2 later. Word k is requested once word k-3 has left the buffer,
// which it does when its last instruction enters decode, or execute if that does not follow at once.
#include <algorithm>

#include "emulation/timing/pipeline.h"

namespace atome::timing {
namespace {

constexpr int kArrival = 2;
// Older events delay nothing: a word requested then arrives before any decode to come, as do the words behind
// it.
constexpr int kLongAgo = -5;

enum Previous : uint8_t { kOther, kLoaded, kStored, kStoredByRegister };
enum Memory : uint8_t { kAnyMemory, kCodeMemory, kStackMemory };
enum Bits : uint8_t { kWordHere = 1, kAtOnce = 2, kNarrow = 4, kFloatFlags = 8 };

// Both kinds of data-processing: the result reaches an address one cycle late.
bool IsDataProcessing(Class kind) {
  return kind >= Class::kAlu && kind <= Class::kDivide && kind != Class::kNop && kind != Class::kIt;
}

// STREX waits for its status as a load does for its data.
bool IsLoad(const Instruction& i) {
  return i.kind == Class::kLoad || (i.kind == Class::kStore && i.writes != 0 && !i.Has(kWriteBack));
}

bool IsStore(const Instruction& i) { return i.kind == Class::kStore && !IsLoad(i); }

bool ReadsMemory(const Instruction& i) {
  return IsLoad(i) || i.kind == Class::kLoadDual || i.kind == Class::kLoadMultiple ||
         i.kind == Class::kFloatLoad || i.kind == Class::kFloatLoadMultiple || i.kind == Class::kTableBranch;
}

Memory MemoryOf(const Instruction& i) {
  if (i.base == 13) return kStackMemory;
  return i.Has(kLiteral) && i.address < 0x20000000 ? kCodeMemory : kAnyMemory;
}

bool SameMemory(uint8_t a, uint8_t b) { return a == kAnyMemory || b == kAnyMemory || a == b; }

class FetchPipeline : public Pipeline {
 public:
  explicit FetchPipeline(const TimingCore& core) : core_(core), costs_(core.costs) {}

  PipelineState Start() const override {
    PipelineState state;
    state.ready = 1;
    Refetch(0, state);
    return state;
  }

  int Enter(const Instruction& i, Effect effect, PipelineState& state) const override {
    const bool folded = i.kind == Class::kIt && (state.bits & kNarrow) != 0;
    const int arrival = Fetch(i, state);
    // The folded IT shares the decode and execute cycles of the instruction before it, whose record stays.
    const int decode = std::max(folded ? -1 : 0, arrival);
    const int hazard = folded ? 0 : Hazard(i, effect, state);
    const int execute = std::max(folded ? decode + 1 : std::max(decode + 1, hazard), 0);
    const bool at_once = folded && arrival <= -1 ? (state.bits & kAtOnce) != 0 : execute == decode + 1;
    Release(i, at_once ? decode : execute, state);
    const bool word_here = ((i.address + i.bytes) & 2) != 0;
    uint8_t bits = static_cast<uint8_t>((word_here ? kWordHere : 0) | (at_once ? kAtOnce : 0));
    if (folded) {
      bits |= state.bits & kFloatFlags;
      state.ready = static_cast<int8_t>(std::max<int>(state.ready, execute));
    } else {
      Record(i, effect, execute, state);
      bits |= static_cast<uint8_t>((i.bytes == 2 ? kNarrow : 0) |
                                   (i.Has(kWritesFloatFlags) && !effect.skipped ? kFloatFlags : 0));
    }
    state.bits = bits;
    if (i.kind == Class::kInstructionBarrier) Refetch(execute, state);
    Rebase(execute, state);
    return execute;
  }

  void Redirect(const Instruction& i, PipelineState& state) const override {
    const int request = Request(i);
    state.data_result = state.load_result = 0;
    state.float_result = 0;
    state.previous = kOther;
    state.write_back_base = 0xFF;
    state.memory = kAnyMemory;
    // A branch has nothing left to do when its target arrives.
    state.ready = 1;
    Refetch(request, state);
  }

 private:
  static void Refetch(int request, PipelineState& state) {
    state.request = static_cast<int8_t>(request - 1);
    state.released.fill(kLongAgo);
    state.bits = 0;
  }

  // When the target's first word is requested, from the branch's entry into execute.
  int Request(const Instruction& i) const {
    switch (i.branch) {
      case Branch::kDirect:
      case Branch::kCall:
      case Branch::kReturn:
        return -1;
      case Branch::kLoad:
        return costs_.load_pc;
      case Branch::kPop:
        return costs_.pop_pc + i.transfers;
      case Branch::kTable:
        return costs_.table;
      default:
        return costs_.indirect;
    }
  }

  // Requests the instruction's words that have not been; when the last of them is there.
  static int Fetch(const Instruction& i, PipelineState& state) {
    const uint32_t first = i.address >> 2;
    const uint32_t last = (i.address + i.bytes - 1) >> 2;
    uint32_t words = last - first + 1;
    if ((state.bits & kWordHere) != 0) --words;
    for (; words > 0; --words) {
      state.request = std::max<int8_t>(static_cast<int8_t>(state.request + 1), state.released[0]);
      state.released = {state.released[1], state.released[2], kLongAgo};
    }
    return state.request + kArrival;
  }

  // The word whose last halfword this instruction holds, if any, leaves the buffer.
  static void Release(const Instruction& i, int time, PipelineState& state) {
    const bool upper = (i.address & 2) != 0;
    if (!upper && i.bytes == 2) return;
    const bool straddles = upper && i.bytes == 4;
    state.released[straddles ? 1 : 2] = static_cast<int8_t>(time);
  }

  // Whether a load or store slides into the second cycle of the load before it.
  bool Overlaps(const Instruction& i, const PipelineState& state) const {
    if (state.previous == kStoredByRegister) return i.kind == Class::kNop;
    if (state.previous != kLoaded) return false;
    if (i.kind == Class::kNop) return true;
    if (i.branch != Branch::kNone || (!IsLoad(i) && !IsStore(i))) return false;
    if ((state.load_result & i.address_reads) != 0 || !SameMemory(state.memory, MemoryOf(i))) return false;
    if (!i.Has(kWriteBack)) return true;
    return IsLoad(i) ? core_.overlap.write_back_loads_chain : core_.overlap.write_back_stores_chain;
  }

  // When the instruction may execute as far as those before it are concerned.
  int Hazard(const Instruction& i, Effect effect, const PipelineState& state) const {
    if (effect.skipped) return state.ready;
    int hazard = Overlaps(i, state) ? 1 : state.ready;
    if ((state.data_result & i.address_reads) != 0) ++hazard;
    if (state.previous == kStored) {
      const bool same_base = i.Has(kWriteBack) && i.base == state.write_back_base;
      if (ReadsMemory(i) || (IsStore(i) && same_base)) ++hazard;
    }
    if (!i.is_float()) return hazard;
    // An addend is needed a cycle later than other operands.
    const bool accumulates = i.kind == Class::kFloatMultiplyAccumulate;
    const uint32_t operands = accumulates ? i.float_reads & ~i.float_writes : i.float_reads;
    if ((state.float_result & operands) != 0 ||
        (i.Has(kReadsFloatFlags) && (state.bits & kFloatFlags) != 0)) {
      ++hazard;
    }
    return std::max<int>(hazard, state.float_ready);
  }

  void Record(const Instruction& i, Effect effect, int execute, PipelineState& state) const {
    state.data_result = state.load_result = 0;
    state.float_result = 0;
    state.previous = kOther;
    state.write_back_base = 0xFF;
    state.memory = kAnyMemory;
    state.ready = static_cast<int8_t>(execute + 1);
    if (effect.skipped) return;
    state.ready = static_cast<int8_t>(execute + Cost(i, effect));
    if (IsDataProcessing(i.kind)) state.data_result = i.writes;
    if (IsLoad(i)) {
      state.previous = kLoaded;
      state.load_result = i.writes;
      state.memory = MemoryOf(i);
    } else if (IsStore(i)) {
      state.previous = i.Has(kRegisterOffset) ? kStoredByRegister : kStored;
      if (i.Has(kWriteBack)) state.write_back_base = i.base;
    }
    if (i.kind == Class::kFloat || i.kind == Class::kFloatMove || i.kind == Class::kFloatMultiplyAccumulate) {
      state.float_result = i.float_writes;
    }
    if (i.kind == Class::kFloatDivide) {
      state.float_ready = static_cast<int8_t>(execute + core_.float_costs.divide);
    } else if (i.kind == Class::kFloatSquareRoot) {
      state.float_ready = static_cast<int8_t>(execute + core_.float_costs.square_root);
    }
  }

  int Cost(const Instruction& i, Effect effect) const {
    const FloatCosts& floats = core_.float_costs;
    switch (i.kind) {
      case Class::kMultiply:
        return costs_.multiply;
      case Class::kMultiplyAccumulate:
        return costs_.multiply_accumulate;
      case Class::kLongMultiply:
        return effect.cycles != 0 ? effect.cycles : costs_.long_multiply;
      case Class::kLongMultiplyAccumulate:
        return effect.cycles != 0 ? effect.cycles : costs_.long_multiply_accumulate;
      case Class::kDivide:
        return effect.cycles != 0 ? effect.cycles : kLongestDivide;
      case Class::kLoad:
        return costs_.load;
      case Class::kStore:
        return IsLoad(i) ? costs_.load : i.Has(kRegisterOffset) ? 2 : 1;
      case Class::kLoadDual:
      case Class::kStoreDual:
        return costs_.dual;
      case Class::kLoadMultiple:
      case Class::kStoreMultiple:
      case Class::kFloatLoadMultiple:
      case Class::kFloatStoreMultiple:
        return costs_.multiple + i.transfers;
      case Class::kStatus:
        return i.bytes == 2 ? 1 : costs_.status;
      case Class::kBarrier:
        return costs_.barrier;
      case Class::kWait:
        return costs_.wait;
      case Class::kFloat:
      case Class::kFloatMove:
      case Class::kFloatStatus:
        return floats.arithmetic;
      case Class::kFloatMoveTwo:
        return floats.move_two;
      case Class::kFloatMultiplyAccumulate:
        return floats.multiply_accumulate;
      case Class::kFloatLoad:
      case Class::kFloatStore:
        return i.Has(kDouble) ? floats.access_double : floats.access;
      default:
        return 1;
    }
  }

  static void Rebase(int execute, PipelineState& state) {
    const auto shift = [execute](int8_t& time, int oldest) {
      time = static_cast<int8_t>(std::max(time - execute, oldest));
    };
    shift(state.ready, 0);
    shift(state.request, kLongAgo);
    for (int8_t& time : state.released) shift(time, kLongAgo);
    shift(state.float_ready, 0);
  }

  const TimingCore core_;
  const Costs costs_;
};

}  // namespace

std::unique_ptr<Pipeline> MakeFetchPipeline(const TimingCore& core) {
  return std::make_unique<FetchPipeline>(core);
}

}  // namespace atome::timing
