// Cortex-M3 and Cortex-M4: fetch, decode, execute, with E(i) and D(i) the cycles in which instruction i
// enters execute and decode.
//
//   D(i) = max(E(i-1), arrival of its words)        E(i) = max(D(i) + 1, hazards)
//
// One word is requested a cycle and arrives 2 later. Word k is requested once word k-3 has left the buffer,
// which it does when its last instruction enters decode, or execute if that does not follow at once. No word
// is requested in a cycle in which data of the same memory are accessed.
//
// Each rule and what recordings of chips say about it: timing_core.cc; `atome silicon` compares.
#include <algorithm>

#include "emulation/timing/pipeline.h"

namespace atome::timing {
namespace {

// Between the request of a word and the cycle in which it can be decoded, and between two requests.
struct FetchPath {
  int arrival;
  int interval;
};
constexpr FetchPath kCodeBusPath = {.arrival = 2, .interval = 1};
constexpr FetchPath kSystemBusPath = {.arrival = 3, .interval = 2};

// Older events delay nothing: a word requested then arrives before any decode to come, as do the words behind
// it. With cycles in which nothing is requested, or on the slow path, they may.
constexpr int kLongAgo = -5;
constexpr int kBusyNow = 14;  // the bit of PipelineState::busy that is cycle 0

enum Previous : uint8_t { kOther, kLoaded, kStored, kStoredByRegister };
enum Bits : uint16_t {
  kWordHere = 1,
  kAtOnce = 2,
  kNarrow = 4,
  kFloatFlags = 8,
  kAccessed = 16,      // the latest is a load or store, so that an IT behind it is not folded
  kDivided = 32,       // the latest is a division
  kWroteLink = 64,     // the latest wrote LR and did not branch
  kPlainResult = 128,  // data_result comes from an ALU operation, not from a multiplication or division
  kRedirected = 256,   // the flow went elsewhere behind the latest
  kFirstWord = 512,    // `request` is when the next word is requested
};

const FetchPath& PathOf(const Instruction& i) {
  return i.address < kSystemBusAddress ? kCodeBusPath : kSystemBusPath;
}

constexpr uint16_t kLink = 1u << 14;
constexpr uint16_t kPc = 1u << 15;

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

// Of a load or store of which nothing is known: what its base tells.
DataMemory MemoryOf(const Instruction& i, const DataAccess& access) {
  if (access.memory != DataMemory::kUnknown) return access.memory;
  if (i.base == 13) return DataMemory::kSystemBus;
  return i.Has(kLiteral) ? DataMemory::kCodeMemory : DataMemory::kUnknown;
}

enum class Bus : uint8_t { kAny, kCode, kSystem, kPrivate };

Bus BusOf(DataMemory memory, const Instruction& i) {
  switch (memory) {
    case DataMemory::kUnknown:
      return Bus::kAny;
    case DataMemory::kCodeMemory:
      return i.address < kSystemBusAddress ? Bus::kCode : Bus::kSystem;
    case DataMemory::kCodeBus:
      return Bus::kCode;
    case DataMemory::kSystemBus:
    case DataMemory::kSecondBank:
      return Bus::kSystem;
    case DataMemory::kPrivate:
      return Bus::kPrivate;
  }
  return Bus::kAny;
}

// Code and data both come over the system bus.
bool SharesBus(const Instruction& i, DataMemory memory) {
  return i.address >= kSystemBusAddress && BusOf(memory, i) == Bus::kSystem;
}

// Registers that reach an address two cycles late when the next instruction uses them so.
uint16_t LateResult(const Instruction& i) {
  const bool multiple = i.kind == Class::kLoadMultiple && (i.bytes == 2 || i.Has(kWriteBack));
  const bool dual = i.kind == Class::kLoadDual && i.Has(kWriteBack);
  if ((multiple || dual) && i.last != 15) return static_cast<uint16_t>(1u << i.last);
  if (i.kind == Class::kLoad && i.Has(kWriteBack)) return static_cast<uint16_t>(i.writes & ~(1u << i.base));
  return 0;
}

class FetchPipeline : public Pipeline {
 public:
  explicit FetchPipeline(const TimingCore& core) : core_(core), costs_(core.costs) {}

  PipelineState Start() const override {
    PipelineState state;
    state.ready = 1;
    Refetch(0, state);
    return state;
  }

  int Enter(const Instruction& i, const Effect& effect, PipelineState& state, Waits* waits) const override {
    const bool folded = i.kind == Class::kIt && (state.bits & (kNarrow | kAccessed)) == kNarrow;
    const int arrival = Fetch(i, state);
    // The folded IT shares the decode and execute cycles of the instruction before it, whose record stays.
    const int earliest = (state.bits & kRedirected) != 0 ? 1 : folded ? -1 : 0;
    const int decode = std::max(earliest, arrival);
    const Hazard hazard = folded ? Hazard{} : HazardOf(i, effect, state);
    const int execute = std::max(folded ? decode + 1 : std::max(decode + 1, hazard.ready()), 0);
    // The address is late; the fetch goes on, and the wait may hide behind that for words.
    const int address_wait =
        folded ? 0 : std::max(execute, hazard.ready() + AddressWait(i, effect, state)) - execute;
    const bool at_once = folded && arrival <= -1 ? (state.bits & kAtOnce) != 0 : execute == decode + 1;
    if (waits != nullptr) *waits = Explain(hazard, execute, state);
    Release(i, at_once ? decode : execute, state);
    const bool word_here = ((i.address + i.bytes) & 2) != 0;
    uint16_t bits = static_cast<uint16_t>((word_here ? kWordHere : 0) | (at_once ? kAtOnce : 0));
    if (folded) {
      bits |= state.bits & (kFloatFlags | kDivided | kWroteLink | kPlainResult);
      state.ready = static_cast<int8_t>(std::max<int>(state.ready, execute));
    } else {
      state.target = i.branch == Branch::kNone
                         ? int8_t{0}
                         : static_cast<int8_t>(Target(i, decode, execute, state) - execute);
      // A branch that is not taken has requested its target in vain.
      const bool in_vain = effect.not_taken && i.Has(kConditional) && !i.Has(kComparesZero);
      if (in_vain) MarkBusy(decode, 1, state);
      Record(i, effect, execute + address_wait, state);
      state.address_wait = static_cast<int8_t>(address_wait);
      bits |= BitsOf(i, effect);
    }
    state.bits = bits;
    if (i.kind == Class::kInstructionBarrier) Refetch(execute, state);
    Rebase(execute, i.address >= kSystemBusAddress, state);
    return execute;
  }

  int AccessDelay(const Instruction& i, const PipelineState& state) const override {
    return i.kind == Class::kLoad ? std::max(0, state.ready - costs_.load) : 0;
  }

  void Redirect(const Instruction& i, PipelineState& state) const override {
    // Before a loaded target the fetch stops in time.
    const bool loaded = i.access() != thumb::Access::kNone;
    const int request = BusFree(i.branch != Branch::kNone ? state.target : costs_.indirect,
                                core_.shared_bus.fetch_wins && !loaded, state, PathOf(i));
    state.data_result = state.load_result = state.late_result = 0;
    state.float_result = 0;
    state.previous = kOther;
    state.write_back_base = state.product_high = 0xFF;
    state.memory = DataMemory::kUnknown;
    state.target = state.address_wait = 0;
    // A branch has nothing left to do when its target arrives.
    state.ready = 1;
    Refetch(request, state);
    state.bits |= kRedirected;
  }

 private:
  // When an instruction may execute as far as those before it are concerned.
  struct Hazard {
    int before = 0;  // the latest instruction executes until then, or lets this one overlap
    int bus = 0;     // and cycles that it waits behind it
    int operand = 0;
    int ready() const { return before + bus + operand; }
  };

  static void Refetch(int request, PipelineState& state) {
    state.request = static_cast<int8_t>(request);
    state.released.fill(kLongAgo);
    state.bits = kFirstWord;
  }

  // When the bus of a slow path is free for the target's first word: a transfer that runs ends first. The
  // fetch has gone on while there was room.
  static int BusFree(int request, bool fetch_wins, const PipelineState& state, const FetchPath& path) {
    if (path.interval == 1) return request;
    const int wins = fetch_wins ? 1 : 0;
    int latest = state.request;
    for (const int8_t released : state.released) {
      const int next = std::max<int>(latest + path.interval, released);
      if (next >= request + wins) break;
      latest = next;
    }
    return std::max(request, latest + path.interval);
  }

  // When the target's first word is requested: in the first cycle of decode, or as the kind of branch has it.
  int Target(const Instruction& i, int decode, int execute, const PipelineState& state) const {
    const bool link_is_late = (state.bits & kWroteLink) != 0;
    // Behind a division the request falls in the last cycle of decode.
    const int in_decode = (state.bits & kDivided) != 0 ? execute - 1 : decode;
    switch (i.branch) {
      case Branch::kDirect:
        return i.Has(kComparesZero) ? execute : in_decode;
      case Branch::kCall:
        return in_decode;
      case Branch::kReturn:
        return link_is_late ? execute : in_decode;
      case Branch::kLoad:
        return execute + costs_.load_pc;
      case Branch::kPop:
        return execute + costs_.pop_pc + i.transfers;
      case Branch::kTable:
        return execute + costs_.table;
      default:
        if (i.reads == kLink && !link_is_late) return in_decode;  // MOV pc, lr; BLX lr
        return execute + costs_.indirect + ((i.reads & kPc) != 0 ? 1 : 0);
    }
  }

  // Requests the instruction's words that have not been; when the last of them is there.
  static int Fetch(const Instruction& i, PipelineState& state) {
    const uint32_t first = i.address >> 2;
    const uint32_t last = (i.address + i.bytes - 1) >> 2;
    const FetchPath& path = PathOf(i);
    uint32_t words = last - first + 1;
    if ((state.bits & kWordHere) != 0) --words;
    for (; words > 0; --words) {
      const int interval = (state.bits & kFirstWord) != 0 ? 0 : path.interval;
      state.bits &= static_cast<uint16_t>(~kFirstWord);
      int request = std::max<int>(state.request + interval, state.released[0]);
      while (IsBusy(request, state)) ++request;
      state.request = static_cast<int8_t>(request);
      state.released = {state.released[1], state.released[2], kLongAgo};
    }
    return state.request + path.arrival;
  }

  static bool IsBusy(int cycle, const PipelineState& state) {
    const int bit = cycle + kBusyNow;
    return bit >= 0 && bit < 32 && (state.busy >> bit & 1) != 0;
  }

  static void MarkBusy(int cycle, int cycles, PipelineState& state) {
    for (int bit = std::max(0, cycle + kBusyNow); bit < std::min(32, cycle + kBusyNow + cycles); ++bit)
      state.busy |= 1u << bit;
  }

  // The word whose last halfword this instruction holds, if any, leaves the buffer.
  static void Release(const Instruction& i, int time, PipelineState& state) {
    const bool upper = (i.address & 2) != 0;
    if (!upper && i.bytes == 2) return;
    const bool straddles = upper && i.bytes == 4;
    state.released[straddles ? 1 : 2] = static_cast<int8_t>(time);
  }

  // Whether the instruction slides into the last cycle of the load or store before it.
  bool Overlaps(const Instruction& i, const Effect& effect, const PipelineState& state) const {
    if (state.previous != kLoaded && state.previous != kStoredByRegister) return false;
    if (effect.skipped || i.kind == Class::kNop) return true;
    if (state.previous != kLoaded) return false;
    if (i.branch != Branch::kNone || (!IsLoad(i) && !IsStore(i))) return false;
    if ((state.load_result & i.address_reads) != 0) return false;
    const DataMemory memory = MemoryOf(i, effect.access);
    const Bus bus = BusOf(memory, i);
    const Bus previous = BusOf(state.memory, i);
    if (bus != previous && bus != Bus::kAny && previous != Bus::kAny) return false;
    if (IsStore(i) && memory == DataMemory::kSecondBank) return false;
    if (SharesBus(i, memory)) return false;
    if (!i.Has(kWriteBack)) return true;
    return IsLoad(i) ? core_.overlap.write_back_loads_chain : core_.overlap.write_back_stores_chain;
  }

  // An MLA whose accumulator is RdHi of the long multiplication before it begins a cycle early.
  static bool TakesHighEarly(const Instruction& i, const PipelineState& state) {
    if (i.kind != Class::kMultiplyAccumulate || i.Has(kSubtracts) || state.product_high == 0xFF) return false;
    const auto high = static_cast<uint16_t>(1u << state.product_high);
    return i.late_reads == high && i.left != state.product_high && i.right != state.product_high;
  }

  Hazard HazardOf(const Instruction& i, const Effect& effect, const PipelineState& state) const {
    Hazard hazard;
    hazard.before = Overlaps(i, effect, state) ? state.ready - 1 : state.ready;
    if (effect.skipped) return hazard;
    if (TakesHighEarly(i, state)) --hazard.before;
    if (state.previous == kStored) {
      const bool same_base = i.Has(kWriteBack) && i.base == state.write_back_base;
      if (ReadsMemory(i) || (IsStore(i) && same_base)) ++hazard.bus;
      if (ReadsMemory(i) && state.memory == DataMemory::kSecondBank) ++hazard.bus;
    }
    if (!i.is_float()) return hazard;
    // An addend is needed a cycle later than other operands.
    const bool accumulates = i.kind == Class::kFloatMultiplyAccumulate;
    const uint32_t operands = accumulates ? i.float_reads & ~i.float_writes : i.float_reads;
    if ((state.float_result & operands) != 0 ||
        (i.Has(kReadsFloatFlags) && (state.bits & kFloatFlags) != 0)) {
      ++hazard.operand;
    }
    hazard.operand = std::max(hazard.operand, state.float_ready - hazard.before - hazard.bus);
    return hazard;
  }

  // Cycles that an address waits for its registers. A skipped load waits for those of a plain ALU operation.
  static int AddressWait(const Instruction& i, const Effect& effect, const PipelineState& state) {
    if (effect.skipped && (state.bits & kPlainResult) == 0) return 0;
    return ((state.data_result & i.address_reads) != 0) + ((state.late_result & i.address_reads) != 0);
  }

  static Waits Explain(const Hazard& hazard, int execute, const PipelineState& state) {
    Waits waits;
    int left = execute;
    const auto take = [&left](int cycles) {
      const int taken = std::clamp(cycles, 0, left);
      left -= taken;
      return taken;
    };
    waits.before = take(hazard.before);
    waits.before_address = std::min<int>(waits.before, state.address_wait);
    waits.bus = take(hazard.bus);
    waits.operand = take(hazard.operand);
    ((state.bits & kRedirected) != 0 ? waits.refill : waits.fetch) = left;
    const int accessing = (state.bits & kAccessed) != 0 ? waits.before - waits.before_address - 1 : 0;
    waits.load_store = waits.bus + std::max(0, accessing);
    return waits;
  }

  static uint16_t BitsOf(const Instruction& i, const Effect& effect) {
    uint16_t bits = i.bytes == 2 ? kNarrow : 0;
    if (effect.skipped) return bits;
    if (i.Has(kWritesFloatFlags)) bits |= kFloatFlags;
    if (i.kind >= Class::kLoad && i.kind <= Class::kStoreMultiple) bits |= kAccessed;
    if (i.kind == Class::kDivide) bits |= kDivided;
    if (i.kind >= Class::kAlu && i.kind <= Class::kBitField) bits |= kPlainResult;
    if ((i.writes & kLink) != 0 && i.branch == Branch::kNone) bits |= kWroteLink;
    return bits;
  }

  void Record(const Instruction& i, const Effect& effect, int execute, PipelineState& state) const {
    state.data_result = state.load_result = state.late_result = 0;
    state.float_result = 0;
    state.previous = kOther;
    state.write_back_base = state.product_high = 0xFF;
    state.memory = DataMemory::kUnknown;
    state.ready = static_cast<int8_t>(execute + 1);
    if (effect.skipped) return;
    state.ready = static_cast<int8_t>(execute + Cost(i, effect));
    if (i.kind == Class::kLongMultiply) state.product_high = i.high;
    const bool is_long = i.kind == Class::kLongMultiply || i.kind == Class::kLongMultiplyAccumulate;
    // RdLo of a long multiplication is there in time.
    if (IsDataProcessing(i.kind))
      state.data_result = is_long ? static_cast<uint16_t>(1u << i.high) : i.writes;
    state.late_result = LateResult(i);
    if (i.access() != thumb::Access::kNone) RecordAccess(i, effect, execute, state);
    if (i.kind == Class::kFloat || i.kind == Class::kFloatMove || i.kind == Class::kFloatMultiplyAccumulate) {
      state.float_result = i.float_writes;
    }
    if (i.kind == Class::kFloatDivide) {
      state.float_ready = static_cast<int8_t>(execute + core_.float_costs.divide);
    } else if (i.kind == Class::kFloatSquareRoot) {
      state.float_ready = static_cast<int8_t>(execute + core_.float_costs.square_root);
    }
  }

  // What the transfers of an instruction take more where words of code pass between them.
  int SharedBusWait(const Instruction& i) const {
    switch (i.access()) {
      case thumb::Access::kLoad:
        return i.transfers > 1 ? 1 : 0;
      case thumb::Access::kStore:
        return i.transfers > 1 ? i.transfers : core_.shared_bus.store;
      default:
        return 0;
    }
  }

  void RecordAccess(const Instruction& i, const Effect& effect, int execute, PipelineState& state) const {
    const bool single = i.kind == Class::kLoad || i.kind == Class::kStore;
    const DataMemory memory = MemoryOf(i, effect.access);
    state.memory = memory;
    if (single)
      state.ready = static_cast<int8_t>(
          state.ready + UnalignedStall(core_, effect.access.misaligned, i.access_bytes, IsLoad(i)));
    // The fetch loses the cycles of these data; the system bus lets them pass between two words.
    if (SharesBus(i, memory))
      state.ready = static_cast<int8_t>(state.ready + SharedBusWait(i));
    else if (memory == DataMemory::kCodeMemory)
      MarkBusy(execute, single ? 1 : std::max<int>(1, i.transfers), state);
    if (IsLoad(i)) {
      state.previous = kLoaded;
      state.load_result = i.writes;
    } else if (IsStore(i)) {
      const bool waits = i.Has(kRegisterOffset) || core_.unbuffered_stores;
      state.previous = waits ? kStoredByRegister : kStored;
      if (i.Has(kWriteBack) && !core_.unbuffered_stores) state.write_back_base = i.base;
    }
  }

  int Cost(const Instruction& i, const Effect& effect) const {
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
        return IsLoad(i) ? costs_.load : i.Has(kRegisterOffset) || core_.unbuffered_stores ? 2 : 1;
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

  static void Rebase(int execute, bool slow, PipelineState& state) {
    state.busy = execute < 32 ? state.busy >> execute : 0;
    const int oldest = state.busy == 0 && !slow ? kLongAgo : -kBusyNow;
    const auto shift = [execute](int8_t& time, int least) {
      time = static_cast<int8_t>(std::max(time - execute, least));
    };
    shift(state.ready, 0);
    shift(state.request, oldest);
    for (int8_t& time : state.released) shift(time, oldest);
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
