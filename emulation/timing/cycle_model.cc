#include "emulation/timing/cycle_model.h"

#include <algorithm>
#include <compare>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "emulation/thumb/decode.h"
#include "emulation/timing/address_bytes.h"
#include "emulation/timing/pipeline.h"

namespace atome::timing {
namespace {

// Notes of one execution of a block: instruction index above, code below.
constexpr uint32_t kCodeBits = 5;
constexpr uint32_t kExecuted = 31;  // other codes are cycles
using Notes = std::vector<uint32_t>;

// The most results remembered of a block whose data keep differing.
constexpr size_t kMostVariants = 64;

// Of an entry of a map on the heap, about.
constexpr uint64_t kEntryBytes = 64;

struct Code {
  uint32_t address = 0;
  uint32_t end = 0;  // address behind the last instruction
  std::vector<Instruction> instructions;
  std::vector<bool> noted;           // by instruction: a note tells whether its condition held
  std::vector<DataAccess> accesses;  // by instruction; empty: not known
};

struct Node;

// The block needs another line of flash from this instruction on.
struct LineEntry {
  uint32_t offset = 0;  // in cycles, as Exit::span
  uint32_t line = 0;
  uint32_t instruction = 0;
};

// How a block is left.
struct Exit {
  bool known = false;
  uint32_t span = 0;  // cycles from the entry of the instruction before the block to that of its last
  uint32_t state = 0;
  uint32_t assumed = 0;
  uint32_t next_code = ~0u;  // the node entered last from here
  Node* next = nullptr;
  uint32_t lines = 0;  // of flash that waits: where in line_lists_
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
      : core_(core), options_(options), pipeline_(MakePipeline(core)), flash_(options.flash) {
    start_state_ = Intern(pipeline_->Start());
  }

  void ExpectNotes(std::span<const Site> sites) {
    for (const Site& site : sites) {
      if (site.conditional && noted_sites_.insert(site.address).second) bytes_ += kEntryBytes;
    }
  }

  BlockId Prepare(uint32_t address, std::span<const uint16_t> halfwords,
                  std::span<const DataAccess> accesses) {
    std::string key(reinterpret_cast<const char*>(&address), sizeof address);
    key.append(reinterpret_cast<const char*>(halfwords.data()), halfwords.size_bytes());
    for (const DataAccess& access : accesses)
      key.push_back(static_cast<char>(static_cast<unsigned>(access.memory) << 2 | access.misaligned));
    const uint64_t key_bytes = key.size();
    const auto [found, is_new] = ids_.try_emplace(std::move(key), static_cast<uint32_t>(codes_.size()));
    if (!is_new) return BlockId{found->second};
    bytes_ += kEntryBytes + key_bytes;
    Code code{.address = address,
              .end = address,
              .instructions = thumb::DecodeRun(address, halfwords),
              .noted = {},
              .accesses = {accesses.begin(), accesses.end()}};
    for (const Instruction& i : code.instructions) {
      code.end += i.bytes;
      code.noted.push_back(noted_sites_.contains(i.address));
      const bool no_float = i.is_float() && !core_.has_float;
      if (i.kind != Class::kUnknown && !no_float) continue;
      uint8_t& unknown = unknown_.At(i.address);
      if (unknown == 0) ++unknown_count_;
      unknown = 1;
    }
    AddCode(std::move(code));
    return BlockId{found->second};
  }

  void Enter(BlockId id) {
    const uint32_t code = static_cast<uint32_t>(id);
    if (current_ == nullptr) {
      current_ = NodeOf(code, start_state_);
      // From the program's start, or from where it was broken off.
      if (entered_)
        now_ = resume_ - current_->first;
      else
        origin_ = current_->first;
      entered_ = true;
      return;
    }
    const Way way = Leave(addresses_[code]);
    Exit& exit = CurrentExit(way);
    if (exit.lines != 0) WaitForLines(line_lists_[exit.lines]);
    now_ += exit.span;
    assumed_ += exit.assumed;
    if (mispredicted_) now_ += core_.mispredict;
    now_ += stall_;
    stall_ = 0;
    if (exit.next_code != code || !options_.memoise) {
      exit.next = NodeOf(code, exit.state);
      exit.next_code = code;
    }
    if (observed_) Observe(way, exit.next);
    notes_.clear();
    current_ = exit.next;
  }

  void Cut(uint32_t address) {
    if (current_ == nullptr) return;
    const Code whole = codes_[current_->code];
    const uint32_t kept = IndexOf(address);
    if (kept == 0 || kept >= whole.instructions.size()) return;
    std::string key = "cut";
    for (const uint32_t part : {current_->code, kept})
      key.append(reinterpret_cast<const char*>(&part), sizeof part);
    const auto [found, is_new] = ids_.try_emplace(std::move(key), static_cast<uint32_t>(codes_.size()));
    if (is_new) {
      Code code = whole;
      code.instructions.resize(kept);
      code.noted.resize(kept);
      if (!code.accesses.empty()) code.accesses.resize(kept);
      code.end = address;
      bytes_ += kEntryBytes;
      AddCode(std::move(code));
    }
    std::erase_if(notes_, [kept](uint32_t note) { return note >> kCodeBits >= kept; });
    current_ = NodeOf(found->second, current_->state);
  }

  void BreakOff(Cycles at, bool withdraw) {
    if (current_ == nullptr) {
      resume_ = std::max(resume_, Count(at) + origin_);
      return;
    }
    uint64_t earliest = Count(cycles()) + origin_ + stall_;
    uint32_t last = addresses_[current_->code];
    if (!withdraw) {
      // What it took is known up to the end; how it is left does not matter any more.
      Exit& exit = CurrentExit(kStraight);
      last = codes_[current_->code].instructions.back().address;
      earliest = now_ + exit.span + static_cast<uint32_t>(std::max<int>(states_[exit.state]->ready, 1));
      if (exit.lines != 0) WaitForLines(line_lists_[exit.lines]);
      assumed_ += exit.assumed;
      Observe(kStraight, nullptr);
    }
    earliest += withdraw ? 0 : stall_;
    resume_ = std::max(Count(at) + origin_, earliest);
    if (options_.explain) exceptions_[last] += resume_ - earliest;
    stall_ = 0;
    notes_.clear();
    current_ = nullptr;
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
    Note(address, LongMultiplyCycles(accumulates, first, second, is_signed));
  }

  void ReadFlash(uint32_t address, uint32_t bytes) {
    const uint32_t wait = flash_.Read(address, bytes, now_ + stall_);
    stall_ += wait;
    if (options_.explain && current_ != nullptr && wait != 0)
      flash_waits_[addresses_[current_->code]] += wait;
  }

  Cycles cycles() const {
    if (current_ != nullptr) return Cycles{now_ + current_->first - origin_};
    return Cycles{entered_ ? resume_ - origin_ : 0};
  }

  Moment MomentAt(uint32_t address) const {
    if (current_ == nullptr) {
      Moment moment = events_;
      moment.cycles = cycles();
      return moment;
    }
    const Code& code = codes_[current_->code];
    PipelineState state = *states_[current_->state];
    FlashWait flash = flash_;
    LineOrder lines(*this, code);
    Moment moment = events_;
    uint64_t at = now_ + stall_;
    for (Steps steps(code, notes_, false); steps.more();) {
      const uint32_t k = steps.k();
      Waits waits;
      const int delta = Step(steps, state, &waits);
      at += static_cast<uint32_t>(delta);
      CountEvents(code.instructions[k], delta, waits, moment);
      lines.At(k, [&](uint32_t line) { at += flash.Enter(line, at); });
      if (code.instructions[k].address < address) continue;
      at += static_cast<uint32_t>(pipeline_->AccessDelay(code.instructions[k], state));
      --moment.instructions;
      break;
    }
    moment.cycles = Cycles{at - origin_};
    return moment;
  }

  Cycles CyclesAtEnd() const {
    if (current_ == nullptr) return cycles();
    const Instruction& last = codes_[current_->code].instructions.back();
    const Evaluation result = Evaluate(*current_, notes_, false);
    const int rest = std::max<int>(result.state.ready, 1) - pipeline_->AccessDelay(last, result.state);
    return Cycles{Count(MomentAt(last.address).cycles) + static_cast<uint32_t>(rest)};
  }

  std::vector<InstructionCycles> Explain() const {
    Explanation explanation = explained_;
    for (const auto& [leaving, count] : leavings_) Explain(leaving, count, explanation);
    if (current_ != nullptr) ExplainLast(explanation);
    for (const auto& [address, wait] : flash_waits_) explanation[address].flash += wait;
    for (const auto& [address, count] : wrong_guesses_)
      explanation[address].guess += count * core_.mispredict;
    for (const auto& [address, wait] : exceptions_) explanation[address].exception += wait;
    std::vector<InstructionCycles> rows;
    for (auto& [address, row] : explanation) {
      row.address = address;
      row.cycles = row.own + row.operand + row.bus + row.fetch + row.refill + row.pairing + row.flash +
                   row.guess + row.exception;
      rows.push_back(row);
    }
    return rows;
  }

  void Forget() {
    for (const auto& [leaving, count] : leavings_) Explain(leaving, count, explained_);
    leavings_ = {};
    // The block entered last has yet to be left.
    std::optional<std::pair<Code, PipelineState>> entered;
    if (current_ != nullptr) entered.emplace(codes_[current_->code], *states_[current_->state]);
    line_lists_ = std::vector<std::vector<LineEntry>>(1);
    ids_ = {};
    codes_ = {};
    addresses_ = {};
    state_ids_ = {};
    states_ = {};
    nodes_ = {};
    node_store_ = {};
    noted_sites_ = {};
    rare_ = {};
    bytes_ = 0;
    start_state_ = Intern(pipeline_->Start());
    if (!entered) return;
    AddCode(std::move(entered->first));
    current_ = NodeOf(0, Intern(entered->second));
  }

  uint64_t bytes() const { return bytes_ + leavings_.size() * (kEntryBytes + sizeof(Leaving)); }
  uint64_t kept_bytes() const {
    const uint64_t rows =
        explained_.size() + flash_waits_.size() + wrong_guesses_.size() + exceptions_.size();
    return guesses_.bytes() + unknown_.bytes() + rows * (kEntryBytes + sizeof(InstructionCycles));
  }

  uint32_t unknown_instructions() const { return unknown_count_; }
  uint64_t assumed_sites() const { return assumed_; }
  uint64_t evaluations() const { return evaluations_; }

 private:
  struct Evaluation {
    uint32_t span = 0;
    PipelineState state;
    uint32_t assumed = 0;
    std::vector<LineEntry> lines;
  };

  // Which execution of a block is left, how, and for which node.
  struct Leaving {
    const Node* node = nullptr;
    Notes notes;
    Way way = kStraight;
    const Node* next = nullptr;
    auto operator<=>(const Leaving&) const = default;
  };
  using Explanation = std::map<uint32_t, InstructionCycles>;

  // Walks through a block's instructions and the notes of one execution.
  class Steps {
   public:
    Steps(const Code& code, const Notes& notes, bool skip_last)
        : code_(code), notes_(notes), skip_last_(skip_last) {}
    bool more() const { return k_ < code_.instructions.size(); }
    uint32_t k() const { return k_; }
    const Instruction& instruction() const { return code_.instructions[k_]; }
    // What the data decided of the instruction; moves on to the next.
    Effect Take(bool conditional) {
      const Instruction& i = instruction();
      Effect effect;
      bool noted = false;
      for (; next_note_ < notes_.size() && notes_[next_note_] >> kCodeBits <= k_; ++next_note_) {
        if (notes_[next_note_] >> kCodeBits != k_) continue;
        noted = true;
        const uint32_t value = notes_[next_note_] & ((1u << kCodeBits) - 1);
        if (value != kExecuted) effect.cycles = static_cast<uint8_t>(value);
      }
      const bool is_last = k_ + 1 == code_.instructions.size();
      if (conditional) {
        const bool decides = i.branch != Branch::kNone && is_last;
        effect.skipped = decides ? skip_last_ : code_.noted[k_] && !noted;
      }
      if (k_ < code_.accesses.size()) effect.access = code_.accesses[k_];
      effect.not_taken = i.Has(kConditional) && is_last && skip_last_;
      ++k_;
      return effect;
    }

   private:
    const Code& code_;
    const Notes& notes_;
    const bool skip_last_;
    uint32_t k_ = 0;
    size_t next_note_ = 0;
  };

  // The lines of flash that a block needs, in order.
  class LineOrder {
   public:
    LineOrder(const Implementation& model, const Code& code) : model_(model), code_(code) {
      const ModelOptions& options = model.options_;
      active_ = model.flash_.waits() && std::ranges::any_of(options.flash_addresses, [&](uint32_t begin) {
                  return code.address - begin < options.flash_bytes;
                });
    }
    // Calls with each line that instruction k needs and those before it did not.
    template <typename Callback>
    void At(uint32_t k, Callback callback) {
      if (!active_) return;
      const Instruction& i = code_.instructions[k];
      const uint32_t first = model_.flash_.LineOf(i.address);
      const uint32_t last = model_.flash_.LineOf(i.end() - 1);
      if (k == 0) callback(first);
      if (k == 0 ? last != first : last != line_) callback(last);
      line_ = last;
    }

   private:
    const Implementation& model_;
    const Code& code_;
    bool active_ = false;
    uint32_t line_ = 0;
  };

  uint32_t IndexOf(uint32_t address) const {
    if (current_ == nullptr) return 0;
    const auto& run = codes_[current_->code].instructions;
    const auto found = std::ranges::lower_bound(run, address, {}, &Instruction::address);
    if (found == run.end() || found->address != address) return static_cast<uint32_t>(run.size());
    return static_cast<uint32_t>(found - run.begin());
  }

  void AddCode(Code code) {
    // Twice, as a vector grows.
    bytes_ += 2 * (sizeof(Code) + sizeof(uint32_t)) + kEntryBytes +
              code.instructions.size() * sizeof(Instruction) + code.accesses.size() * sizeof(DataAccess);
    addresses_.push_back(code.address);
    codes_.push_back(std::move(code));
  }

  uint32_t Intern(const PipelineState& state) {
    const auto [found, is_new] = state_ids_.try_emplace(state, static_cast<uint32_t>(states_.size()));
    if (is_new) {
      states_.push_back(&found->first);
      bytes_ += kEntryBytes + sizeof(PipelineState);
    }
    return found->second;
  }

  Node* NodeOf(uint32_t code_id, uint32_t state_id) {
    const uint64_t key = uint64_t{code_id} << 32 | state_id;
    const auto [found, is_new] = nodes_.try_emplace(key, nullptr);
    if (!is_new) return found->second;
    Node& node = node_store_.emplace_back();
    bytes_ += kEntryBytes + sizeof(Node);
    found->second = &node;
    node.code = code_id;
    node.state = state_id;
    const Code& code = codes_[code_id];
    node.end = code.end;
    PipelineState state = *states_[state_id];
    unsigned it_left = state.it_left;
    Effect effect;
    if (!code.accesses.empty()) effect.access = code.accesses.front();
    node.first = static_cast<uint32_t>(pipeline_->Enter(code.instructions.front(), effect, state, nullptr));
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
  int Step(Steps& steps, PipelineState& state, Waits* waits, Effect* what = nullptr,
           uint32_t* assumed = nullptr) const {
    const Instruction& i = steps.instruction();
    const uint8_t it_left = state.it_left;
    const Effect effect = steps.Take(it_left > 0);
    if (assumed != nullptr && HasVariableCost(core_, i.kind) && effect.cycles == 0 && !effect.skipped)
      ++*assumed;
    if (what != nullptr) *what = effect;
    const int delta = pipeline_->Enter(i, effect, state, waits);
    state.it_left = i.kind == Class::kIt ? i.it_length
                    : it_left > 0        ? static_cast<uint8_t>(it_left - 1)
                                         : uint8_t{0};
    return delta;
  }

  Evaluation Evaluate(const Node& node, const Notes& notes, bool skip_last) const {
    Evaluation result;
    result.state = *states_[node.state];
    const Code& code = codes_[node.code];
    LineOrder lines(*this, code);
    for (Steps steps(code, notes, skip_last); steps.more();) {
      const uint32_t k = steps.k();
      result.span += static_cast<uint32_t>(Step(steps, result.state, nullptr, nullptr, &result.assumed));
      lines.At(k, [&](uint32_t line) { result.lines.push_back({result.span, line, k}); });
    }
    return result;
  }

  // Adds an instruction that began `delta` cycles after the one before it.
  static void CountEvents(const Instruction& i, int delta, const Waits& waits, Moment& moment) {
    ++moment.instructions;
    moment.load_store += static_cast<uint64_t>(waits.load_store);
    // An IT that took no time: the next instruction waits for no end of it either.
    if (i.kind == Class::kIt && delta == 0) ++moment.folded;
  }

  // Adds the current block, which is left so.
  void CountEvents(Way way) {
    const Code& code = codes_[current_->code];
    PipelineState state = *states_[current_->state];
    for (Steps steps(code, notes_, way != kTaken); steps.more();) {
      const Instruction& i = steps.instruction();
      Waits waits;
      const int delta = Step(steps, state, &waits);
      CountEvents(i, delta, waits, events_);
    }
    // A branch that loads its target: its own transfers.
    const Instruction& last = code.instructions.back();
    if (way == kTaken && last.branch != Branch::kNone && last.access() == thumb::Access::kLoad)
      events_.load_store += last.transfers;
  }

  // Adds the block entered last, which nothing has left yet.
  void ExplainLast(Explanation& explanation) const {
    Explain({current_, notes_, kStraight, nullptr}, 1, explanation);
    FlashWait flash = flash_;
    uint64_t stall = stall_;
    for (const LineEntry& entry : Evaluate(*current_, notes_, false).lines) {
      const uint32_t wait = flash.Enter(entry.line, now_ + stall + entry.offset);
      stall += wait;
      explanation[codes_[current_->code].instructions[entry.instruction].address].flash += wait;
    }
  }

  // Adds `count` executions of a block that were left so.
  void Explain(const Leaving& leaving, uint64_t count, Explanation& explanation) const {
    const Code& code = codes_[leaving.node->code];
    PipelineState state = *states_[leaving.node->state];
    const auto add = [&](uint32_t address, uint32_t before, const Waits& waits) {
      InstructionCycles& row = explanation[address];
      row.operand += count * static_cast<uint64_t>(waits.operand);
      row.bus += count * static_cast<uint64_t>(waits.bus);
      row.fetch += count * static_cast<uint64_t>(waits.fetch);
      row.pairing += count * static_cast<uint64_t>(waits.pairing);
      explanation[before].own += count * static_cast<uint64_t>(waits.before - waits.before_address);
      explanation[before].operand += count * static_cast<uint64_t>(waits.before_address);
      explanation[before].refill += count * static_cast<uint64_t>(waits.refill);
    };
    uint32_t owner = code.address;
    for (Steps steps(code, leaving.notes, leaving.way != kTaken); steps.more();) {
      const uint32_t k = steps.k();
      const uint32_t address = code.instructions[k].address;
      Waits waits;
      Effect effect;
      const int delta = Step(steps, state, &waits, &effect);
      InstructionCycles& row = explanation[address];
      row.executions += count;
      if (effect.skipped) row.skipped += count;
      if (k > 0) add(address, owner, waits);
      // What follows a folded IT waits for the instruction before it.
      const bool folded = code.instructions[k].kind == Class::kIt && delta == 0 && k > 0;
      if (!folded) owner = address;
    }
    const uint32_t last = owner;
    if (leaving.next == nullptr) {
      explanation[last].own += count * static_cast<uint64_t>(std::max<int>(state.ready, 1));
      return;
    }
    Waits waits;
    PipelineState next_state = *states_[leaving.next->state];
    const Code& next = codes_[leaving.next->code];
    Effect effect;
    if (!next.accesses.empty()) effect.access = next.accesses.front();
    pipeline_->Enter(next.instructions.front(), effect, next_state, &waits);
    add(next.address, last, waits);
  }

  void Observe(Way way, const Node* next) {
    if (options_.count_events) CountEvents(way);
    if (options_.explain) ++leavings_[{current_, notes_, way, next}];
  }

  void WaitForLines(std::span<const LineEntry> lines) {
    for (const LineEntry& entry : lines) {
      const uint32_t wait = flash_.Enter(entry.line, now_ + stall_ + entry.offset);
      stall_ += wait;
      if (options_.explain)
        flash_waits_[codes_[current_->code].instructions[entry.instruction].address] += wait;
    }
  }

  // How the current block is left for `next`.
  Way Leave(uint32_t next) {
    // A branch in an IT block may lead to the next instruction; a note tells that it executed.
    const bool taken =
        !current_->ends_conditionally || next != current_->end || (!notes_.empty() && LastWasNoted());
    mispredicted_ = false;
    if (!current_->guessed) return taken ? kTaken : kStraight;
    const Instruction& last = codes_[current_->code].instructions.back();
    mispredicted_ = taken != Guess(last, taken);
    if (mispredicted_ && options_.explain) ++wrong_guesses_[last.address];
    if (taken) return kTaken;
    return mispredicted_ ? kStraightMispredicted : kStraight;
  }

  bool LastWasNoted() const {
    const std::vector<Instruction>& run = codes_[current_->code].instructions;
    return notes_.back() >> kCodeBits == run.size() - 1 && run.back().branch != Branch::kNone;
  }

  // Two-bit counters, one a branch, that never forget.
  bool Guess(const Instruction& branch, bool taken) {
    uint8_t& counter = guesses_.At(branch.address);  // 1 to 4; 0 at first
    if (counter == 0) counter = branch.branch_offset < 0 ? 3 : 2;
    const bool guess = counter >= 3;
    if (taken && counter < 4) ++counter;
    if (!taken && counter > 1) --counter;
    return guess;
  }

  Exit& CurrentExit(Way way) {
    Variant& variant = CurrentVariant();
    Exit& exit = variant.exits[way];
    if (!exit.known) WorkOut(way, exit);
    return exit;
  }

  void WorkOut(Way way, Exit& exit) {
    ++evaluations_;
    const Instruction& last = codes_[current_->code].instructions.back();
    Evaluation result = Evaluate(*current_, notes_, way != kTaken);
    if (way != kStraight) {
      pipeline_->Redirect(last, result.state);
      if (way == kTaken) result.state.it_left = 0;
    }
    uint32_t lines = 0;
    if (!result.lines.empty()) {
      // Without memory the list is used once.
      if (!options_.memoise) line_lists_.resize(1);
      lines = static_cast<uint32_t>(line_lists_.size());
      bytes_ += options_.memoise ? kEntryBytes + result.lines.size() * sizeof(LineEntry) : 0;
      line_lists_.push_back(std::move(result.lines));
    }
    exit = {.known = options_.memoise,
            .span = result.span,
            .state = Intern(result.state),
            .assumed = result.assumed,
            .next_code = ~0u,
            .next = nullptr,
            .lines = lines};
  }

  Variant& CurrentVariant() {
    if (notes_.empty()) return current_->plain;
    std::vector<Variant>& variants = current_->variants;
    const auto found = std::ranges::find(variants, notes_, &Variant::notes);
    if (found != variants.end()) return *found;
    if (variants.size() < kMostVariants) {
      bytes_ += 2 * sizeof(Variant) + kEntryBytes + notes_.size() * sizeof(uint32_t);
      return variants.emplace_back(Variant{notes_, {}});
    }
    rare_ = Variant{notes_, {}};
    return rare_;
  }

  const TimingCore core_;
  const ModelOptions options_;
  const std::unique_ptr<Pipeline> pipeline_;

  FlashWait flash_;
  std::vector<std::vector<LineEntry>> line_lists_ = std::vector<std::vector<LineEntry>>(1);
  Moment events_;  // with options_.count_events, before the current block
  // With options_.explain: how often, and by address.
  std::map<Leaving, uint64_t> leavings_;
  std::map<uint32_t, uint64_t> flash_waits_;
  std::map<uint32_t, uint64_t> wrong_guesses_;
  std::map<uint32_t, uint64_t> exceptions_;
  Explanation explained_;  // of what was forgotten

  uint64_t bytes_ = 0;
  std::unordered_map<std::string, uint32_t> ids_;
  std::vector<Code> codes_;
  std::vector<uint32_t> addresses_;  // of codes_, dense for the cache
  std::unordered_map<PipelineState, uint32_t, StateHash> state_ids_;
  std::vector<const PipelineState*> states_;
  std::unordered_map<uint64_t, Node*> nodes_;
  std::deque<Node> node_store_;
  AddressBytes guesses_;
  AddressBytes unknown_;
  uint32_t unknown_count_ = 0;
  std::set<uint32_t> noted_sites_;

  uint32_t start_state_ = 0;
  Node* current_ = nullptr;
  Notes notes_;
  Variant rare_;
  bool mispredicted_ = false;
  const bool observed_ = options_.explain || options_.count_events;
  bool entered_ = false;
  uint64_t resume_ = 0;  // when the block entered next begins, while there is no current one
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
BlockId CycleModel::Prepare(uint32_t address, std::span<const uint16_t> halfwords,
                            std::span<const DataAccess> accesses) {
  return implementation_->Prepare(address, halfwords, accesses);
}
void CycleModel::Enter(BlockId id) { implementation_->Enter(id); }
void CycleModel::Cut(uint32_t address) { implementation_->Cut(address); }
void CycleModel::BreakOff(Cycles at, bool withdraw) { implementation_->BreakOff(at, withdraw); }
void CycleModel::NoteExecuted(uint32_t address) { implementation_->Note(address, kExecuted); }
void CycleModel::NoteOperands(uint32_t address, uint32_t first, uint32_t second) {
  implementation_->NoteOperands(address, first, second);
}
void CycleModel::ReadFlash(uint32_t address, uint32_t bytes) { implementation_->ReadFlash(address, bytes); }
Cycles CycleModel::cycles() const { return implementation_->cycles(); }
Moment CycleModel::MomentAt(uint32_t address) const { return implementation_->MomentAt(address); }
Cycles CycleModel::CyclesAtEnd() const { return implementation_->CyclesAtEnd(); }
void CycleModel::Forget() { implementation_->Forget(); }
uint64_t CycleModel::bytes() const { return implementation_->bytes(); }
uint64_t CycleModel::kept_bytes() const { return implementation_->kept_bytes(); }
uint32_t CycleModel::unknown_instructions() const { return implementation_->unknown_instructions(); }
uint64_t CycleModel::assumed_sites() const { return implementation_->assumed_sites(); }
uint64_t CycleModel::evaluations() const { return implementation_->evaluations(); }
std::vector<InstructionCycles> CycleModel::Explain() const { return implementation_->Explain(); }

}  // namespace atome::timing
