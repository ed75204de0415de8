#include "emulation/timing/cycle_model.h"

#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "emulation/thumb/decode.h"
#include "emulation/timing/pipeline.h"

namespace atome::timing {
namespace {

// Notes of one execution of a block: instruction index above, code below.
constexpr uint32_t kCodeBits = 5;
constexpr uint32_t kExecuted = 31;  // other codes are cycles
using Notes = std::vector<uint32_t>;

// The most results remembered of a block whose data keep differing.
constexpr size_t kMostVariants = 64;

struct Code {
  uint32_t address = 0;
  uint32_t end = 0;  // address behind the last instruction
  std::vector<Instruction> instructions;
  std::vector<bool> noted;  // by instruction: a note tells whether its condition held
};

struct Node;

// How a block is left.
struct Exit {
  bool known = false;
  uint32_t span = 0;  // cycles from the entry of the instruction before the block to that of its last
  uint32_t state = 0;
  uint32_t assumed = 0;
  uint32_t next_code = ~0u;  // the node entered last from here
  Node* next = nullptr;
};

enum Way : uint8_t { kStraight, kTaken, kStraightMispredicted, kWays };

struct Variant {
  Notes notes;
  Exit exits[kWays];
};

// A block entered in a pipeline state.
struct Node {
  uint32_t code = 0;
  uint32_t state = 0;
  uint32_t first = 0;  // cycles until the first instruction enters
  uint32_t end = 0;    // address behind the block
  bool ends_conditionally = false;
  bool guessed = false;  // the last instruction is a conditional direct branch
  Variant plain;         // no notes
  std::vector<Variant> variants;
};

struct StateHash {
  size_t operator()(const PipelineState& state) const {
    return std::hash<std::string_view>()({reinterpret_cast<const char*>(&state), sizeof state});
  }
};

}  // namespace

class CycleModel::Implementation {
 public:
  Implementation(const TimingCore& core, ModelOptions options)
      : core_(core), options_(options), pipeline_(MakePipeline(core)) {
    start_state_ = Intern(pipeline_->Start());
  }

  void ExpectNotes(std::span<const Site> sites) {
    for (const Site& site : sites) {
      if (site.conditional) noted_sites_.insert(site.address);
    }
  }

  BlockId Prepare(uint32_t address, std::span<const uint16_t> halfwords) {
    std::string key(reinterpret_cast<const char*>(&address), sizeof address);
    key.append(reinterpret_cast<const char*>(halfwords.data()), halfwords.size_bytes());
    const auto [found, is_new] = ids_.try_emplace(std::move(key), static_cast<uint32_t>(codes_.size()));
    if (!is_new) return BlockId{found->second};
    Code code{.address = address,
              .end = address,
              .instructions = thumb::DecodeRun(address, halfwords),
              .noted = {}};
    for (const Instruction& i : code.instructions) {
      code.end += i.bytes;
      code.noted.push_back(noted_sites_.contains(i.address));
      const bool no_float = i.is_float() && !core_.has_float;
      if (i.kind == Class::kUnknown || no_float) unknown_.insert(i.address);
    }
    codes_.push_back(std::move(code));
    addresses_.push_back(address);
    return BlockId{found->second};
  }

  void Enter(BlockId id) {
    const uint32_t code = static_cast<uint32_t>(id);
    if (current_ == nullptr) {
      current_ = NodeOf(code, start_state_);
      origin_ = current_->first;
      return;
    }
    const Way way = Leave(addresses_[code]);
    Exit& exit = CurrentExit(way);
    now_ += exit.span;
    assumed_ += exit.assumed;
    if (mispredicted_) now_ += core_.mispredict;
    now_ += stall_;
    stall_ = 0;
    notes_.clear();
    if (exit.next_code != code || !options_.memoise) {
      exit.next = NodeOf(code, exit.state);
      exit.next_code = code;
    }
    current_ = exit.next;
  }

  void Note(uint32_t address, uint32_t value) {
    const uint32_t index = IndexOf(address);
    if (current_ == nullptr || index >= codes_[current_->code].instructions.size()) return;
    notes_.push_back(index << kCodeBits | value);
  }

  void NoteOperands(uint32_t address, uint32_t first, uint32_t second) {
    if (current_ == nullptr) return;
    const Code& code = codes_[current_->code];
    const uint32_t index = IndexOf(address);
    if (index >= code.instructions.size()) return;
    const Instruction& i = code.instructions[index];
    if (!HasVariableCost(core_, i.kind)) return;
    const bool is_signed = i.Has(kSigned);
    if (i.kind == Class::kDivide) return Note(address, DivideCycles(first, second, is_signed));
    const bool accumulates = i.kind == Class::kLongMultiplyAccumulate;
    const uint8_t longest = accumulates ? core_.costs.long_multiply_accumulate : core_.costs.long_multiply;
    Note(address, LongMultiplyCycles(longest, accumulates, first, second, is_signed));
  }

  void AddStall(Cycles stall) { stall_ += Count(stall); }

  Cycles cycles() const { return Cycles{current_ == nullptr ? 0 : now_ + current_->first - origin_}; }

  Cycles CyclesAt(uint32_t address) const {
    if (current_ == nullptr) return Cycles{0};
    PipelineState state = *states_[current_->state];
    uint64_t at = now_ + stall_;
    size_t next_note = 0;
    uint32_t assumed = 0;
    const Code& code = codes_[current_->code];
    for (uint32_t k = 0; k < code.instructions.size(); ++k) {
      at += static_cast<uint32_t>(Step(code, k, notes_, next_note, false, state, assumed));
      if (code.instructions[k].address >= address) break;
    }
    return Cycles{at - origin_};
  }

  Cycles CyclesAtEnd() const {
    if (current_ == nullptr) return Cycles{0};
    const auto [span, state, assumed] = Evaluate(*current_, notes_, false);
    return Cycles{now_ + stall_ + span + static_cast<uint32_t>(std::max<int>(state.ready, 1)) - origin_};
  }

  uint32_t unknown_instructions() const { return static_cast<uint32_t>(unknown_.size()); }
  uint64_t assumed_sites() const { return assumed_; }
  uint64_t evaluations() const { return evaluations_; }

 private:
  struct Evaluation {
    uint32_t span;
    PipelineState state;
    uint32_t assumed;
  };

  uint32_t IndexOf(uint32_t address) const {
    if (current_ == nullptr) return 0;
    const auto& run = codes_[current_->code].instructions;
    const auto found = std::ranges::lower_bound(run, address, {}, &Instruction::address);
    if (found == run.end() || found->address != address) return static_cast<uint32_t>(run.size());
    return static_cast<uint32_t>(found - run.begin());
  }

  uint32_t Intern(const PipelineState& state) {
    const auto [found, is_new] = state_ids_.try_emplace(state, static_cast<uint32_t>(states_.size()));
    if (is_new) states_.push_back(&found->first);
    return found->second;
  }

  Node* NodeOf(uint32_t code_id, uint32_t state_id) {
    const uint64_t key = uint64_t{code_id} << 32 | state_id;
    const auto [found, is_new] = nodes_.try_emplace(key, nullptr);
    if (!is_new) return found->second;
    Node& node = node_store_.emplace_back();
    found->second = &node;
    node.code = code_id;
    node.state = state_id;
    const Code& code = codes_[code_id];
    node.end = code.end;
    PipelineState state = *states_[state_id];
    unsigned it_left = state.it_left;
    node.first = static_cast<uint32_t>(pipeline_->Enter(code.instructions.front(), {}, state));
    bool ends_in_it = false;
    for (const Instruction& i : code.instructions) {
      ends_in_it = it_left > 0;
      if (it_left > 0) --it_left;
      if (i.kind == Class::kIt) it_left = i.it_length;
    }
    const Instruction& last = code.instructions.back();
    node.ends_conditionally = last.branch == Branch::kNone || last.Has(kConditional) || ends_in_it;
    node.guessed = core_.mispredict != 0 && last.branch == Branch::kDirect && node.ends_conditionally;
    return &node;
  }

  // One instruction; cycles from the entry of the one before.
  int Step(const Code& code, uint32_t k, const Notes& notes, size_t& next_note, bool skip_last,
           PipelineState& state, uint32_t& assumed) const {
    const Instruction& i = code.instructions[k];
    const bool conditional = state.it_left > 0;
    bool noted = false;
    Effect effect;
    for (; next_note < notes.size() && notes[next_note] >> kCodeBits <= k; ++next_note) {
      if (notes[next_note] >> kCodeBits != k) continue;
      noted = true;
      const uint32_t value = notes[next_note] & ((1u << kCodeBits) - 1);
      if (value != kExecuted) effect.cycles = static_cast<uint8_t>(value);
    }
    if (conditional) {
      const bool decides = i.branch != Branch::kNone && k + 1 == code.instructions.size();
      effect.skipped = decides ? skip_last : code.noted[k] && !noted;
    }
    if (HasVariableCost(core_, i.kind) && effect.cycles == 0 && !effect.skipped) ++assumed;
    const uint8_t it_left = state.it_left;
    const int delta = pipeline_->Enter(i, effect, state);
    state.it_left = i.kind == Class::kIt ? i.it_length
                    : it_left > 0        ? static_cast<uint8_t>(it_left - 1)
                                         : uint8_t{0};
    return delta;
  }

  Evaluation Evaluate(const Node& node, const Notes& notes, bool skip_last) const {
    Evaluation result{0, *states_[node.state], 0};
    size_t next_note = 0;
    const Code& code = codes_[node.code];
    for (uint32_t k = 0; k < code.instructions.size(); ++k) {
      result.span +=
          static_cast<uint32_t>(Step(code, k, notes, next_note, skip_last, result.state, result.assumed));
    }
    return result;
  }

  // How the current block is left for `next`.
  Way Leave(uint32_t next) {
    const bool taken = !current_->ends_conditionally || next != current_->end;
    mispredicted_ = current_->guessed && taken != Guess(codes_[current_->code].instructions.back(), taken);
    if (taken) return kTaken;
    return mispredicted_ ? kStraightMispredicted : kStraight;
  }

  // Two-bit counters, one a branch, that never forget.
  bool Guess(const Instruction& branch, bool taken) {
    const auto [found, is_new] = guesses_.try_emplace(branch.address, branch.branch_offset < 0 ? 2 : 1);
    uint8_t& counter = found->second;
    const bool guess = counter >= 2;
    if (taken && counter < 3) ++counter;
    if (!taken && counter > 0) --counter;
    return guess;
  }

  Exit& CurrentExit(Way way) {
    Variant& variant = CurrentVariant();
    Exit& exit = variant.exits[way];
    if (exit.known) return exit;
    ++evaluations_;
    const Instruction& last = codes_[current_->code].instructions.back();
    Evaluation result = Evaluate(*current_, notes_, way != kTaken);
    if (way != kStraight) {
      pipeline_->Redirect(last, result.state);
      if (way == kTaken) result.state.it_left = 0;
    }
    exit = {.known = options_.memoise,
            .span = result.span,
            .state = Intern(result.state),
            .assumed = result.assumed};
    return exit;
  }

  Variant& CurrentVariant() {
    if (notes_.empty()) return current_->plain;
    std::vector<Variant>& variants = current_->variants;
    const auto found = std::ranges::find(variants, notes_, &Variant::notes);
    if (found != variants.end()) return *found;
    if (variants.size() < kMostVariants) return variants.emplace_back(Variant{notes_, {}});
    rare_ = Variant{notes_, {}};
    return rare_;
  }

  const TimingCore core_;
  const ModelOptions options_;
  const std::unique_ptr<Pipeline> pipeline_;

  std::unordered_map<std::string, uint32_t> ids_;
  std::vector<Code> codes_;
  std::vector<uint32_t> addresses_;  // of codes_, dense for the cache
  std::unordered_map<PipelineState, uint32_t, StateHash> state_ids_;
  std::vector<const PipelineState*> states_;
  std::unordered_map<uint64_t, Node*> nodes_;
  std::deque<Node> node_store_;
  std::unordered_map<uint32_t, uint8_t> guesses_;
  std::set<uint32_t> unknown_;
  std::set<uint32_t> noted_sites_;

  uint32_t start_state_ = 0;
  Node* current_ = nullptr;
  Notes notes_;
  Variant rare_;
  bool mispredicted_ = false;
  uint64_t now_ = 0;     // entry of the instruction before the current block
  uint64_t stall_ = 0;   // in the current block
  uint64_t origin_ = 0;  // entry of the program's first
  uint64_t assumed_ = 0;
  uint64_t evaluations_ = 0;
};

CycleModel::CycleModel(const TimingCore& core, ModelOptions options)
    : implementation_(std::make_unique<Implementation>(core, options)) {}
CycleModel::~CycleModel() = default;

void CycleModel::ExpectNotes(std::span<const Site> sites) { implementation_->ExpectNotes(sites); }
BlockId CycleModel::Prepare(uint32_t address, std::span<const uint16_t> halfwords) {
  return implementation_->Prepare(address, halfwords);
}
void CycleModel::Enter(BlockId id) { implementation_->Enter(id); }
void CycleModel::NoteExecuted(uint32_t address) { implementation_->Note(address, kExecuted); }
void CycleModel::NoteOperands(uint32_t address, uint32_t first, uint32_t second) {
  implementation_->NoteOperands(address, first, second);
}
void CycleModel::AddStall(Cycles stall) { implementation_->AddStall(stall); }
Cycles CycleModel::cycles() const { return implementation_->cycles(); }
Cycles CycleModel::CyclesAt(uint32_t address) const { return implementation_->CyclesAt(address); }
Cycles CycleModel::CyclesAtEnd() const { return implementation_->CyclesAtEnd(); }
uint32_t CycleModel::unknown_instructions() const { return implementation_->unknown_instructions(); }
uint64_t CycleModel::assumed_sites() const { return implementation_->assumed_sites(); }
uint64_t CycleModel::evaluations() const { return implementation_->evaluations(); }

}  // namespace atome::timing
