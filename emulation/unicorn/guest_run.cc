#include "emulation/unicorn/guest_run.h"

#include <algorithm>
#include <bit>

#include "emulation/machine/fault_handler.h"
#include "emulation/scene/fault_status.h"
#include "emulation/thumb/decode.h"
#include "emulation/unicorn/exception_frame.h"
#include "emulation/unicorn/lanes.h"

namespace atome::emulation {
namespace {

using Clock = std::chrono::steady_clock;

// Reads the clock once in this many blocks, some ten microseconds of emulation.
constexpr uint64_t kBlocksPerClock = 4096;
// The same of instructions that are looked at, each in a microsecond or up to twenty.
constexpr uint64_t kLooksPerClock = 512;
// Of a core without a board, for the clocks of semihosting: 10 ns a cycle.
constexpr uint32_t kBareClockHz = 100'000'000;

// A run that will be repeated goes on for as long as it has taken, at least this many instructions, to find
// more than one of the places that it wants.
constexpr uint64_t kShortRun = 2'000'000;

// The largest gap in the usual RAM between the image's segments, as QEMU answers SYS_HEAPINFO.
Heap HeapOf(const ElfImage& image, const MemoryMap& map) {
  const MemoryRange ram = map.ram();
  std::vector<std::pair<uint32_t, uint32_t>> used;
  for (const ElfImage::Segment& segment : image.segments()) {
    if (ram.Has(segment.run_address))
      used.emplace_back(segment.run_address, segment.run_address + segment.memory_bytes);
  }
  std::sort(used.begin(), used.end());
  used.emplace_back(static_cast<uint32_t>(ram.end()), 0);
  Heap best;
  uint32_t end = ram.begin;
  for (const auto& [begin, next_end] : used) {
    if (begin > end && begin - end > best.end - best.begin) best = {end, begin};
    end = std::max(end, next_end);
  }
  return best;
}

// How much of the program's memory holds code that never changes.
uint32_t FixedCode(const ElfImage& image, const MemoryMap& map) {
  uint32_t used = 0;
  for (const ElfImage::Segment& segment : image.segments()) {
    if (map.program().Has(segment.run_address))
      used = std::max(used, segment.run_address + segment.memory_bytes - map.program_address);
  }
  return std::min(used, map.fixed_bytes());
}

thumb::Architecture ArchitectureOf(const Core& core) {
  if (core.strict_alignment) return thumb::Architecture::kArmv6M;
  if (core.armv8m) return thumb::Architecture::kArmv8M;
  return core.has_dsp ? thumb::Architecture::kArmv7EM : thumb::Architecture::kArmv7M;
}

timing::TimingCore CoreFor(const RunRequest& request) {
  timing::TimingCore core = timing::ClockOf(request.core->name);
  if (request.multiply_cycles != 0) core.costs.multiply = request.multiply_cycles;
  return core;
}

// Whole ticks of `hz` after that many cycles, without an overflow for all that a run may last.
uint64_t TicksOf(Cycles cycles, uint32_t clock_hz, uint32_t hz) {
  const uint64_t count = Count(cycles);
  return count / clock_hz * hz + count % clock_hz * hz / clock_hz;
}

std::chrono::nanoseconds TimeOf(Cycles cycles, uint32_t clock_hz) {
  return std::chrono::nanoseconds(TicksOf(cycles, clock_hz, 1'000'000'000));
}

// Of the program's memory, which the flash model is for.
std::vector<uint32_t> PlacesOf(const MemoryMap& map) {
  std::vector<uint32_t> places = map.memories.front().aliases;
  places.push_back(map.memories.front().address);
  return places;
}

// What a boot loader set when it found the vector table elsewhere than in front.
uint32_t FirstVtor(const MemoryMap& map) {
  return map.vector_address == map.program_address ? 0 : map.vector_address;
}

timing::ModelOptions OptionsFor(const RunRequest& request, const Prepared& prepared, bool count_events) {
  const bool waits = request.board != nullptr && request.core->has_cycles();
  return {.flash = waits ? request.board->flash : timing::FlashTiming{},
          .flash_addresses = PlacesOf(prepared.map),
          .flash_bytes = prepared.map.program().bytes,
          .explain = request.annotate && request.core->has_cycles(),
          .count_events = count_events};
}

}  // namespace

GuestRun::GuestRun(const RunRequest& request, const Prepared& prepared, Registers& registers,
                   std::span<const thumb::Block> places, Clock::time_point deadline)
    : request_(request),
      prepared_(prepared),
      registers_(registers),
      memory_(prepared.map),
      ppb_(*request.core, request.listens_to_itm, FirstVtor(prepared.map)),
      has_cycles_(request.core->has_cycles()),
      console_(request.consoles, request.console_input),
      rtt_(memory_, console_),
      semihosting_(memory_, console_, prepared.files ? &*prepared.files : nullptr, request.command_line,
                   HeapOf(*prepared.image, prepared.map)),
      counts_events_(!places.empty() || request.debugger != nullptr),
      model_(CoreFor(request), OptionsFor(request, prepared, counts_events_)),
      exceptions_(*request.core, prepared, registers, memory_, ppb_, model_, request.fault_handlers),
      flash_waits_(has_cycles_ && request.board != nullptr && request.board->flash.miss_cycles != 0),
      blocks_(memory_, timing::ClockOf(request.core->name), model_, FixedCode(*prepared.image, prepared.map),
              registers,
              {.by_operands = request.cycle_basis == CycleBasis::kOperands,
               .check_alignment = !request.core->strict_alignment,
               .architecture = ArchitectureOf(*request.core),
               .places = places}),
      flips_(request.flips, memory_, registers, request.core->has_fpu),
      deadline_(deadline),
      limit_(Count(request.instruction_limit)) {
  memory_.Load(*prepared.image);
  has_bit_band_ = HasBitBand(*request.core);
  if (request.board != nullptr)
    peripherals_.emplace(
        *request.board, has_bit_band_, memory_, console_,
        Peripherals::Program{
            .place_of = [this](uint32_t address) { return PlaceOfAccess(address); },
            .ticks = [this](uint32_t hz) { return TicksOf(Now().cycles, request_.board->clock_hz, hz); }});
  if ((request.consoles & kRttConsole) != 0) {
    const std::optional<uint32_t> block = prepared.image->FindSymbol("_SEGGER_RTT");
    if (block && *block % 4 == 0 && memory_.Writable(*block, Rtt::kLeastBytes) != nullptr)
      rtt_.SetBlock(*block);
    else
      find_rtt_at_ = kBlocksPerClock;
  }
  for (const ElfImage::Segment& segment : prepared.image->segments()) {
    const Memory* const memory = prepared.map.At(segment.run_address);
    const bool in_ram = memory != nullptr && memory != &prepared.map.memories.front() && memory->writable;
    code_in_ram_ |= segment.executable && in_ram;
  }
  code_in_ram_ |= request.raw_image;
  FirstCover variables;
  for (const ElfImage::Segment& segment : prepared.image->segments()) {
    if (memory_.Writable(segment.run_address, segment.memory_bytes) != nullptr)
      variables.Add(segment.run_address, uint64_t{segment.run_address} + segment.memory_bytes, 0);
  }
  for (const FirstCover::Part& part : variables.Covered())
    variables_.push_back({static_cast<uint32_t>(part.begin), static_cast<uint32_t>(part.end - part.begin)});
  if (request.profile) profiler_.emplace();
  result_.cycle_basis = request.cycle_basis;
  if (prepared.from && prepared.to && has_cycles_) result_.between = RunResult::Between{};
}

bool GuestRun::AlignmentSuspect(const thumb::BlockFacts& facts) const {
  for (uint32_t left = facts.aligned_registers; left != 0; left &= left - 1) {
    if ((registers_.Read(static_cast<unsigned>(std::countr_zero(left))) & 3) != 0) return true;
  }
  return false;
}

// Bits 1 and 0 of SP read as 0 on silicon; the emulator keeps them.
uint32_t GuestRun::AlignStackPointer() {
  const uint32_t pointer = registers_.Read(13) & ~3u;
  registers_.Write(13, pointer);
  return pointer;
}

void GuestRun::LookAtStack(const thumb::BlockFacts& facts) {
  if (look_at_control_) {
    const bool handler = exceptions_.current() != 0;
    const bool process = !handler && (registers_.ReadSpecial(SpecialRegister::kControl) & 2) != 0;
    active_stack_ = process ? 1 : 0;
    // Each time that PSP is set another task may go on.
    if (process) stacks_[1].top = 0;
    look_at_control_ = false;
  }
  StackUse& stack = stacks_[active_stack_];
  uint32_t pointer = registers_.Read(13);
  if ((pointer & 3) != 0) pointer = AlignStackPointer();
  if (pointer > stack.top) stack.top = stack.low = pointer;
  stack.low = std::min(stack.low, pointer - std::min<uint32_t>(pointer, facts.stack_bytes));
  stack.deepest = std::max(stack.deepest, stack.top - stack.low);
  look_at_control_ = facts.sets_special;
  look_at_stack_ = facts.sets_stack || facts.sets_special;
}

void GuestRun::Between(const KnownBlock& known) {
  const Cycles now = model_.cycles();
  if (known.is_to && from_at_) {
    const uint64_t cycles = Count(now) - Count(*from_at_);
    RunResult::Between& between = *result_.between;
    between.least = between.times == 0 ? cycles : std::min(between.least, cycles);
    between.most = std::max(between.most, cycles);
    between.cycles += cycles;
    ++between.times;
    from_at_.reset();
  }
  if (known.is_from) from_at_ = now;
}

KnownBlock* GuestRun::Learn(thumb::Block block) {
  const bool continues = current_ != nullptr && current_->block.end() == block.address;
  KnownBlock* const known = blocks_.Learn(block, continues ? current_->facts.it_left : 0);
  if (blocks_.full()) OnFault({.kind = FaultKind::kCodeLimit, .pc = block.address}, Where::kInFront);
  if (known == nullptr) return nullptr;
  known->is_mark = block.address == prepared_.mark;
  known->is_from = block.address == prepared_.from;
  known->is_to = block.address == prepared_.to;
  if (profiler_) {
    const ElfImage::Function function = prepared_.image->FunctionAt(block.address);
    known->function = profiler_->Function(function.name);
    known->begins_function = function.address == block.address;
  }
  return known;
}

bool GuestRun::StopLate(thumb::Block block) {
  if (stopped_ || Clock::now() <= deadline_) return stopped_;
  stopped_at_ = block;
  Stop(Outcome::kTimeLimit, "stopped after " + std::to_string(request_.time_limit.count()) + " ms in " +
                                prepared_.image->Symbolise(block.address));
  return true;
}

bool GuestRun::StopLarge(thumb::Block block) {
  const uint64_t kept = console_.output().size() + result_.marks.size() * sizeof(Mark) + model_.kept_bytes() +
                        blocks_.kept_bytes() + semihosting_.file_bytes() +
                        (peripherals_ ? peripherals_->unknown_bytes() : 0) +
                        (profiler_ ? profiler_->bytes() : 0);
  if (kept <= request_.memory_limit_bytes / 8 * 5) return false;
  OnFault({.kind = FaultKind::kMemoryLimit, .pc = block.address}, Where::kExact);
  return true;
}

bool GuestRun::ForgetIfFull() {
  if (blocks_.bytes() + model_.bytes() <= request_.memory_limit_bytes / 4) return false;
  if (previous_ != nullptr) kept_[1] = KnownBlock(*previous_);
  if (previous_ != nullptr) previous_ = &kept_[1];
  if (current_ != nullptr) kept_[0] = KnownBlock(*current_);
  if (current_ != nullptr) current_ = &kept_[0];
  blocks_.Forget();
  model_.Forget();
  return true;
}

GuestRun::Next GuestRun::OnBlock(thumb::Block block) {
  if (stopped_) return Next::kStop;
  if (FlipsInFrontOf(block)) {
    flip_at_ = block.address;
    return Next::kFlip;
  }
  KnownBlock* known = blocks_.Find(block);
  if (known == nullptr) {
    if (StopLate(block)) return Next::kStop;
    if (ForgetIfFull()) return Next::kForget;
    known = Learn(block);
  }
  if (stopped_) return Next::kStop;
  if (known == nullptr) return Next::kRun;  // no memory is there; the emulator will find that out
  const thumb::BlockFacts& facts = known->facts;
  // An emulator may have an FPU that the core lacks, or that is on when it should be off.
  if (!facts.fpu_instructions.empty() && !ppb_.fpu_enabled()) blocks_.LookAtFpu(*known);
  // Looks at each access: it may be skipped, or its base may be changed before it.
  if (facts.aligned_registers != 0 && AlignmentSuspect(facts)) blocks_.LookAtAlignment(*known);
  if (open_ && exceptions_.Undisturbed() && BranchesToItself(block.address, memory_.Reader())) {
    stopped_at_ = block;
    Stop(Outcome::kFault, "endless loop at " + prepared_.image->Symbolise(block.address));
    return Next::kStop;
  }
  if (count_ + facts.instructions > limit_) {
    stopped_at_ = block;
    Stop(Outcome::kInstructionLimit, "stopped at the limit of " + std::to_string(limit_) +
                                         " instructions in " + prepared_.image->Symbolise(block.address));
    return Next::kStop;
  }
  const bool watch = blocks_.HasWatches() || (entered_ >= find_rtt_at_ && FindRtt());
  if (watch || entered_ % kBlocksPerClock == 0) {
    if (StopLate(block) || StopLarge(block)) return Next::kStop;
    if (ForgetIfFull()) return Next::kForget;
  }
  if (watch) return Next::kWatch;
  if (known->is_mark && result_.marks.size() == kMaxMarks) {
    OnFault({.kind = FaultKind::kMarkLimit, .pc = block.address}, Where::kInFront);
    return Next::kStop;
  }
  if (flips_.DueBy(count_ + facts.instructions - 1) && flips_in_ != block) {
    flips_in_ = block;
    return Next::kStep;
  }
  const bool armed = exceptions_.armed();
  may_interrupt_ = false;
  if (armed && StepInto(*known)) return Next::kStep;
  // A loop of one block stays in its memories.
  if (!known->groups.empty() && !(known == current_ && known->steady)) {
    const DataPattern pattern = PatternOf(*known);
    if (pattern != known->pattern) blocks_.SetPattern(*known, pattern);
  }
  const Cycles before = armed ? model_.cycles() : Cycles{};
  model_.Enter(known->timing);
  if (armed && Interrupted(before)) {
    due_ = Due{block.address, model_.cycles(), true};
    return Next::kExceptional;
  }
  if (result_.between && (known->is_from || known->is_to)) Between(*known);
  if (known->is_mark)
    result_.marks.push_back(
        {Instructions{count_}, has_cycles_ ? std::optional(model_.cycles()) : std::nullopt});
  if (profiler_) {
    const size_t marks = result_.marks.size();
    profiler_->OnBlock(*known, Instructions{count_}, model_.cycles());
    profiler_->Count(marks >= request_.profile->from_mark && marks < request_.profile->to_mark);
  }
  result_.cycles_depend_on_data |= known->depends_on_data;
  if (facts.sends_event) exceptions_.SendEvent();
  previous_ = current_;
  current_ = known;
  current_watched_ = IsFollowed(*known) || stepped_ == block;
  previous_place_ = place_;
  place_.reset();
  next_look_ = 0;
  recent_[++entered_ % recent_.size()] = block;
  count_before_block_ = count_;
  count_ += facts.instructions;
  if (flips_.changes_instruction()) flips_.BeginInstruction();
  if (look_at_stack_ || facts.uses_stack) LookAtStack(facts);
  return Next::kRun;
}

// Whether the block, which is about to begin, has to wait for a flip.
bool GuestRun::FlipsInFrontOf(thumb::Block block) const {
  if (flips_.changes_instruction())
    return flips_.instruction_began() || block.address != flips_.changed_instruction();
  if (!flips_.DueBy(count_)) return false;
  return current_ == nullptr || current_->facts.it_left == 0 || current_->block.end() != block.address;
}

// The same of an instruction inside the block entered last.
bool GuestRun::FlipsBefore(uint32_t pc) const {
  if (flips_.changes_instruction()) return flips_.instruction_began() && pc != flips_.changed_instruction();
  return flips_.DueBy(count_) && pc != current_->block.address &&
         flips_.DueBy(Count(InstructionsBefore(pc))) && ItStateAt(pc) == 0;
}

uint32_t GuestRun::TakeFlip() {
  const uint32_t pc = *std::exchange(flip_at_, std::nullopt);
  flips_in_.reset();
  if (current_ != nullptr && pc - current_->block.address < current_->block.bytes && flip_inside_) {
    // What was changed for once may have become IT.
    if (const uint8_t it = ItStateAt(pc); it != 0) SetItState(registers_, it);
    LeaveBlock(pc);
  }
  flip_inside_ = false;
  look_at_stack_ = true;
  std::vector<Flips::Memory> changed;
  const uint32_t next = flips_.Do(pc, count_, changed);
  for (const Flips::Memory& memory : changed) {
    blocks_.Forget(memory.address, memory.bytes);
    changed_.push_back(memory);
  }
  return next;
}

// Whether the block, which is about to begin, has to begin again with each of its instructions looked at.
bool GuestRun::StepInto(const KnownBlock& known) {
  const bool may_tick = exceptions_.ticks() && MayTickIn(known);
  may_interrupt_ = may_tick || exceptions_.pending() || (request_.debugger != nullptr && exceptions_.ticks());
  if (!may_tick) stepped_.reset();
  if (!may_tick || IsFollowed(known) || stepped_ == known.block) return false;
  stepped_ = known.block;
  return true;
}

// Whether an exception comes in front of the block that the model has just entered, behind current_, which
// began at `before`.
bool GuestRun::Interrupted(Cycles before) {
  const Cycles now = model_.cycles();
  if (exceptions_.ticks() && current_ != nullptr && !std::exchange(broken_off_, false)) {
    current_->longest = std::max(current_->longest, static_cast<uint32_t>(Count(now) - Count(before)));
    // It came inside a block that took longer than ever before: the run is repeated with that block followed.
    if (exceptions_.TicksBy(Count(now) - 1) && !current_watched_) WantPlace();
  }
  return (current_ == nullptr || current_->facts.it_left == 0) && exceptions_.IsDue(now);
}

// What the block may take: what it took, and some more, where neither data nor the flash decide.
uint64_t GuestRun::MostCyclesOf(const KnownBlock& known) const {
  if (flash_waits_) return uint64_t{known.most_cycles} * (1 + 2u * request_.board->flash.miss_cycles);
  if (known.depends_on_data || known.longest == 0) return known.most_cycles;
  return std::min(known.most_cycles, known.longest + known.slack);
}

// Whether SysTick may interrupt inside the block, so that each of its instructions has to be looked at.
bool GuestRun::MayTickIn(const KnownBlock& known) const {
  constexpr uint64_t kStart = 8;  // of its first instruction behind the block before
  const uint64_t most = MostCyclesOf(known) + kStart;
  if (current_ == nullptr) return exceptions_.TicksBy(most);
  // The end of the block before costs more to find than to bound.
  return exceptions_.TicksBy(Count(model_.cycles()) + MostCyclesOf(*current_) + most) &&
         exceptions_.TicksBy(Count(model_.CyclesAtEnd()) + most);
}

void GuestRun::OnInstruction(uint32_t pc) {
  if (stopped_ || current_ == nullptr || exception_due() || flip_due()) return;
  if (FlipsBefore(pc)) {
    flip_at_ = pc;
    flip_inside_ = true;
    return;
  }
  if (++looked_ % kLooksPerClock == 0 && StopLate({pc, 2})) return;
  const bool stepped = stepped_ == current_->block;
  if (IsFollowed(*current_) || stepped) place_ = pc;
  if (may_interrupt_ && place_ && pc != current_->block.address) {
    const Cycles now = model_.CyclesAt(pc);
    if (exceptions_.IsDue(now) && ItStateAt(pc) == 0) {
      count_ = Count(InstructionsBefore(pc));
      model_.Cut(pc);
      due_ = Due{pc, now, false};
      return;
    }
  }
  const std::vector<Look>& looks = current_->looks;
  while (next_look_ < looks.size() && looks[next_look_].pc < pc) ++next_look_;  // skipped by their conditions
  for (; next_look_ < looks.size() && looks[next_look_].pc == pc && !stopped_; ++next_look_)
    Act(looks[next_look_]);
}

void GuestRun::Act(const Look& look) {
  const bool by_operands = request_.cycle_basis == CycleBasis::kOperands;
  switch (look.kind) {
    case Look::Kind::kExecuted:
      model_.NoteExecuted(look.pc);
      break;
    case Look::Kind::kDivide: {
      const uint32_t divisor = registers_.Read(look.second);
      if (divisor == 0 && ppb_.traps_division_by_zero())
        OnFault({.kind = FaultKind::kDivisionByZero, .pc = look.pc}, Where::kExact);
      else if (by_operands)
        model_.NoteOperands(look.pc, registers_.Read(look.first), divisor);
      break;
    }
    case Look::Kind::kLongMultiply:
      model_.NoteOperands(look.pc, registers_.Read(look.first), registers_.Read(look.second));
      break;
    case Look::Kind::kFpu:
      if (ppb_.fpu_enabled()) break;
      OnFault({.kind = request_.core->has_fpu ? FaultKind::kFpuOff : FaultKind::kNoFpu, .pc = look.pc},
              Where::kExact);
      break;
    case Look::Kind::kStackPointer:
      if ((registers_.Read(13) & 3) != 0) AlignStackPointer();
      break;
    case Look::Kind::kUndefined:
      OnFault({.kind = FaultKind::kUndefinedInstruction, .pc = look.pc}, Where::kExact);
      break;
    case Look::Kind::kAlignment: {
      const uint32_t base = registers_.Read(look.first);
      if (base % 4 == 0) break;
      const auto access = thumb::DecodeAt(look.pc, memory_.Reader()).value_or(thumb::Instruction{});
      OnFault({.kind = FaultKind::kUnaligned,
               .pc = look.pc,
               .address = base + static_cast<uint32_t>(access.offset)},
              Where::kExact);
      break;
    }
  }
}

DataPattern GuestRun::PatternOf(const KnownBlock& known) const {
  DataPattern pattern = 0;
  for (size_t k = known.groups.size(); k-- > 0;) {
    const thumb::BlockAddress& access = known.groups[k].first;
    const uint32_t base = access.base == thumb::BlockAddress::kNone ? 0 : registers_.Read(access.base);
    const uint32_t index = access.index == thumb::BlockAddress::kNone ? 0 : registers_.Read(access.index);
    const uint32_t address = access.At(base, index);
    const auto memory = static_cast<uint32_t>(memory_.DataMemoryAt(address, known.block.address));
    pattern = pattern << kPatternBits | memory << 2 | (address & 3);
  }
  return pattern;
}

void GuestRun::WantPlace() {
  if (current_ != nullptr && !std::exchange(current_->wanted, true))
    wanted_places_.push_back(current_->block);
  limit_ = std::min(limit_, std::max(2 * count_, kShortRun));
}

timing::Moment GuestRun::Now(bool of_events) {
  if (current_ == nullptr) return {};
  if (of_events && !counts_events_) WantPlace();
  const uint32_t place = place_.value_or(current_->block.address);
  if (!place_) WantPlace();
  return model_.MomentAt(place);
}

// ITSTATE in front of an instruction of the block entered last; its low five bits move up at each instruction
// (Armv7-M Architecture Reference Manual, ITAdvance).
uint8_t GuestRun::ItStateAt(uint32_t address) const {
  const bool continues = previous_ != nullptr && previous_->block.end() == current_->block.address &&
                         previous_->facts.it_left != 0;
  uint8_t state = 0;
  for (uint32_t at = continues ? previous_->block.address : current_->block.address; at < address;) {
    const auto i = thumb::DecodeAt(at, memory_.Reader());
    if (!i) return 0;
    if (i->kind == thumb::Class::kIt)
      state = static_cast<uint8_t>(memory_.Halfword(at).value_or(0));
    else
      state = (state & 7) == 0 ? 0 : static_cast<uint8_t>((state & 0xE0) | (state << 1 & 0x1F));
    at += i->bytes;
  }
  return state;
}

std::optional<uint32_t> GuestRun::Follow(const ExceptionUnit::Step& step) {
  look_at_stack_ = look_at_control_ = broken_off_ = true;
  // BusFault took the place of an exception whose registers could not be stacked.
  if (step.fault && step.next) Open(exceptions_.current(), *step.fault, std::nullopt);
  if (step.fault && !step.next)
    OnFault(*step.fault, step.fault->kind == FaultKind::kSleep ? Where::kSomewhere : Where::kAfterBranch);
  return step.next;
}

std::optional<uint32_t> GuestRun::TakeException() {
  stepped_.reset();
  // A handler may cost much more than its blocks.
  if (current_ != nullptr && StopLate(current_->block)) return std::nullopt;
  if (fault_due_) return TakeFault();
  const Due due = *std::exchange(due_, std::nullopt);
  return Follow(exceptions_.Take(due.address, due.begins, due.withdraw));
}

std::optional<uint32_t> GuestRun::TakeFault() {
  const FaultFacts facts = *fault_;
  const FaultStatus status = StatusOf(facts);
  std::optional<Scene> scene = open_ ? std::nullopt : MakeScene();  // Open keeps the first one's
  const Due due = PlaceOf(facts, status);
  fault_.reset();
  ended_.reset();
  fault_due_ = false;
  const ExceptionUnit::Step step = exceptions_.TakeFault(status, due.address, due.begins, due.withdraw);
  Open(exceptions_.current(), facts, std::move(scene));
  return Follow(step);
}

// Where the program is interrupted by a fault, in the block entered last, which executes no further.
GuestRun::Due GuestRun::PlaceOf(const FaultFacts& facts, const FaultStatus& status) {
  if (where_ == Where::kAfterBranch)
    return {facts.address.value_or(0) & ~1u, ended_.value_or(model_.CyclesAtEnd()), ended_.has_value()};
  const thumb::Block block = current_->block;
  uint32_t address = facts.pc;
  if (status.imprecise()) {
    const auto store = thumb::DecodeAt(facts.pc, memory_.Reader()).value_or(thumb::Instruction{});
    FinishStore(store);
    address += store.bytes;
  }
  if (const uint8_t it = ItStateAt(address); it != 0) SetItState(registers_, it);
  count_ = Count(InstructionsBefore(address));
  if (address == block.end()) return {address, model_.CyclesAtEnd(), false};
  const Due due{address, model_.CyclesAt(address), address == block.address};
  if (!due.withdraw) model_.Cut(address);
  return due;
}

// What a store does besides storing, which the emulator left undone when it faulted.
void GuestRun::FinishStore(const thumb::Instruction& store) {
  for (unsigned r = 0; r < 15; ++r) {
    if (const int32_t added = thumb::Added(store, r).value_or(0); added != 0)
      registers_.Write(r, registers_.Read(r) + static_cast<uint32_t>(added));
  }
}

void GuestRun::Open(unsigned exception, const FaultFacts& facts, std::optional<Scene> scene) {
  constexpr size_t kMostKept = 16;
  ++result_.fault_count;
  if (open_ && result_.handled_faults.size() >= kMostKept) return;
  Fault fault = Explain(facts, *request_.core, prepared_.map, *prepared_.image);
  if (result_.handled_faults.size() < kMostKept) result_.handled_faults.push_back(fault);
  // What comes while a handler runs is less than what made it run.
  if (!open_) open_ = OpenFault{exception, std::move(fault), std::move(scene)};
}

bool GuestRun::OnSupervisorCall(uint32_t pc) {
  if (!exceptions_.CallSupervisor()) {
    OnFault({.kind = FaultKind::kSupervisorCall, .pc = pc - 2}, Where::kExact);
    return false;
  }
  due_ = Due{pc, Cycles{Count(model_.CyclesAt(pc - 2)) + 1}, false};
  return true;
}

std::optional<uint32_t> GuestRun::OnExceptionReturn(uint32_t value) {
  const uint32_t begin = current_ != nullptr ? current_->block.address : 0;
  uint32_t last = begin;
  for (uint32_t at = begin; current_ != nullptr && at < current_->block.end();) {
    last = at;
    at += thumb::Bytes(memory_.Halfword(at).value_or(0));
  }
  if (open_ && open_->exception == exceptions_.current()) open_.reset();
  return Follow(exceptions_.Return(value, last, model_.CyclesAt(last)));
}

std::optional<uint32_t> GuestRun::OnHint(uint32_t pc) {
  const uint16_t narrow = memory_.Halfword(pc - 2).value_or(0);
  const bool wide = memory_.Halfword(pc - 4) == 0xF3AF;
  const bool waits = narrow == 0xBF20 || (wide && narrow == 0x8002);
  const bool yields = narrow == 0xBF10 || (wide && narrow == 0x8001);
  if (yields) return pc;
  return waits ? Follow(exceptions_.WaitForEvent(pc)) : std::nullopt;
}

std::optional<uint32_t> GuestRun::OnSleep(uint32_t pc) { return Follow(exceptions_.Sleep(pc)); }

uint32_t GuestRun::OnPpbRead(uint32_t offset, unsigned bytes) {
  if (SysTick::Has(offset & ~3u) || CycleCounter::Has(offset & ~3u)) UseTime();
  const bool of_events = ppb_.NeedsEvents(offset);
  return ppb_.Read(offset, bytes, ppb_.NeedsTime(offset) ? Now(of_events) : timing::Moment{});
}

void GuestRun::OnPpbWrite(uint32_t offset, unsigned bytes, uint32_t value) {
  const bool timer = SysTick::Has(offset & ~3u);
  const bool exceptional = Exceptions::Has(offset & ~3u) || timer;
  if (timer) UseTime();
  const timing::Moment now =
      exceptional || ppb_.NeedsTime(offset) ? Now(ppb_.NeedsEvents(offset, value)) : timing::Moment{};
  ppb_.Write(offset, bytes, value, now);
  if (exceptional) {
    exceptions_.ExpectAfterStore(now.cycles);
    may_interrupt_ = true;
  }
  if (Itm::Has(offset)) Print(kItmConsole, ppb_.TakePrinted());
  if (ppb_.reset_requested()) OnFault({.kind = FaultKind::kSystemReset}, Where::kSomewhere);
}

uint32_t GuestRun::OnPeripheralRead(uint32_t address, unsigned bytes) {
  if (request_.strict_peripherals && !peripherals_->Has(address))
    OnFault({.kind = FaultKind::kUnmappedRead, .address = address}, Where::kSomewhere);
  return peripherals_->Read(address, bytes);
}

void GuestRun::OnPeripheralWrite(uint32_t address, unsigned bytes, uint32_t value) {
  if (request_.strict_peripherals && !peripherals_->Has(address))
    return OnFault({.kind = FaultKind::kUnmappedWrite, .address = address}, Where::kSomewhere);
  if (!peripherals_->Write(address, bytes, value))
    OnFault({.kind = FaultKind::kOutputLimit}, Where::kSomewhere);
}

void GuestRun::OnRttStore(uint32_t address, uint32_t value) {
  if (!rtt_.OnStore(address, value)) OnFault({.kind = FaultKind::kOutputLimit}, Where::kSomewhere);
}

bool GuestRun::FindRtt() {
  // It is a variable of the program.
  for (const MemoryRange& range : variables_) {
    if (!rtt_.Find(range.begin, range.bytes)) continue;
    find_rtt_at_ = kNever;
    if (!rtt_.Empty()) OnFault({.kind = FaultKind::kOutputLimit}, Where::kSomewhere);
    return true;
  }
  find_rtt_at_ = 2 * entered_;
  return false;
}

void GuestRun::Print(ConsoleSource source, std::string_view text) {
  if (!console_.Print(source, text)) OnFault({.kind = FaultKind::kOutputLimit}, Where::kSomewhere);
}

uint32_t GuestRun::PlaceOfAccess(uint32_t address) const {
  if (place_ || current_ == nullptr) return place_.value_or(0);
  std::array<uint32_t, 16> registers{};
  for (unsigned r = 0; r < 15; ++r) registers[r] = registers_.Read(r);
  for (uint32_t at = current_->block.address; at < current_->block.end();) {
    const auto instruction = thumb::DecodeAt(at, memory_.Reader());
    if (!instruction) break;
    if (const auto accessed = thumb::AccessAddress(*instruction, registers);
        accessed && (*accessed & ~3u) == address)
      return at;
    at += instruction->bytes;
  }
  return current_->block.address;
}

uint32_t GuestRun::OnBitBandRead(uint32_t offset) const {
  const BandedBit target = BandedBitOf(offset);
  return memory_.Word(kRamAddress + target.word).value_or(0) >> target.bit & 1;
}

void GuestRun::OnBitBandWrite(uint32_t offset, uint32_t value) {
  const BandedBit target = BandedBitOf(offset);
  const uint32_t address = kRamAddress + target.word;
  const uint32_t bit = 1u << target.bit;
  const uint32_t word = memory_.Word(address).value_or(0);
  memory_.SetWord(address, (value & 1) != 0 ? word | bit : word & ~bit);
}

std::optional<uint32_t> GuestRun::OnSemihosting(uint32_t pc, uint32_t r0, uint32_t r1) {
  if (StopLate({pc, 2})) return std::nullopt;
  if (Semihosting::NeedsTime(r0)) UseTime();
  const uint32_t clock_hz = request_.board != nullptr ? request_.board->clock_hz : kBareClockHz;
  const Semihosting::Reply reply = Semihosting::NeedsTime(r0)
                                       ? semihosting_.Call(r0, r1, TimeOf(model_.CyclesAt(pc), clock_hz))
                                       : semihosting_.Call(r0, r1);
  switch (reply.verdict) {
    case Semihosting::Verdict::kContinue:
      return reply.result;
    case Semihosting::Verdict::kExit:
      result_.exit_code = reply.exit_code;
      Stop(Outcome::kExited, {});
      break;
    case Semihosting::Verdict::kUnsupported:
      OnFault({.kind = FaultKind::kSemihosting, .pc = pc, .address = r0}, Where::kExact);
      break;
    case Semihosting::Verdict::kNoInput:
      OnFault({.kind = FaultKind::kConsoleInput, .pc = pc}, Where::kExact);
      break;
    case Semihosting::Verdict::kOutputLimit:
      OnFault({.kind = FaultKind::kOutputLimit, .pc = pc}, Where::kExact);
      break;
  }
  return std::nullopt;
}

Instructions GuestRun::InstructionsBefore(uint32_t pc) const {
  const uint32_t begin = current_ != nullptr ? current_->block.address : pc;
  return Instructions{count_before_block_ + InstructionsBetween(begin, pc)};
}

void GuestRun::LeaveBlock(uint32_t pc) {
  if (current_ == nullptr) return;
  const Cycles now = model_.CyclesAt(pc);
  const bool whole = pc == current_->block.address;
  count_ = Count(InstructionsBefore(pc));
  if (!whole) model_.Cut(pc);
  model_.BreakOff(now, whole);
}

void GuestRun::Stop(Outcome outcome, std::string message) {
  if (stopped_) return;
  stopped_ = true;
  result_.outcome = outcome;
  result_.message = std::move(message);
}

void GuestRun::OnFault(FaultFacts facts, Where where) {
  if (stopped_ || fault_due_) return;
  const bool exact = where == Where::kExact || where == Where::kInFront;
  const bool placed = exact || place_;
  if (!exact) {
    if (!placed) WantPlace();
    facts.pc = place_.value_or(current_ != nullptr ? current_->block.address : 0);
  }
  fault_ = facts;
  where_ = where;
  fault_due_ = placed && exceptions_.HandlerOf(StatusOf(facts));
  if (!fault_due_) Stop(Outcome::kFault, {});
}

void GuestRun::OnArmState(uint32_t target) {
  if (stopped_) return;
  // The first Arm "block" may have been announced; it never ran.
  if (current_ != nullptr && current_->block.address == target && previous_ != nullptr) {
    count_ = count_before_block_;
    current_ = previous_;
    place_ = previous_place_;
    --entered_;
    ended_ = model_.cycles();
    count_before_block_ = count_ - current_->facts.instructions;
  }
  // BLX to a fixed address, which no Cortex-M has: the emulator runs it as its ancestors did.
  const uint32_t call = current_ != nullptr ? current_->block.end() - 4 : 0;
  const bool long_call = (memory_.Halfword(call).value_or(0) & 0xF800) == 0xF000 &&
                         (memory_.Halfword(call + 2).value_or(0) & 0xD001) == 0xC000;
  if (long_call)
    OnFault({.kind = FaultKind::kUndefinedInstruction, .pc = call}, Where::kExact);
  else
    OnFault({.kind = FaultKind::kArmState, .address = target}, Where::kAfterBranch);
}

uint64_t GuestRun::InstructionsBetween(uint32_t begin, uint32_t end) const {
  uint64_t count = 0;
  for (uint32_t at = begin; at < end; ++count) at += thumb::Bytes(memory_.Halfword(at).value_or(0));
  return count;
}

std::optional<Scene> GuestRun::MakeScene() const {
  const bool limit = result_.outcome == Outcome::kInstructionLimit || result_.outcome == Outcome::kTimeLimit;
  if (!fault_ && !limit) return std::nullopt;
  std::vector<thumb::Block> blocks;
  const uint64_t kept = std::min<uint64_t>(entered_, recent_.size());
  for (uint64_t i = entered_ - kept + 1; i <= entered_; ++i) blocks.push_back(recent_[i % recent_.size()]);
  if (limit) blocks.push_back(stopped_at_);
  SceneFacts facts = FactsNow(fault_);
  facts.pc = fault_ ? fault_->pc : stopped_at_.address;
  facts.blocks = blocks;
  return BuildScene(facts, *request_.core, *prepared_.image);
}

SceneFacts GuestRun::FactsNow(const std::optional<FaultFacts>& fault) const {
  SceneFacts facts{.pc = fault ? fault->pc : 0,
                   .blocks = {},
                   .read = memory_.Reader(),
                   .fault = fault,
                   .map = prepared_.map,
                   .buffers_stores = ppb_.buffers_stores(),
                   .enabled_handlers = ppb_.exceptions().Read(Exceptions::kShcsr)};
  for (unsigned r = 0; r < 15; ++r) facts.registers[r] = registers_.Read(r);
  facts.xpsr = registers_.ReadStatus();
  return facts;
}

FaultStatus GuestRun::StatusOf(const FaultFacts& facts) const {
  return FaultStatusAt(FactsNow(facts), *request_.core);
}

// The first fault, whose handler did not return, says more than how its handler ended.
void GuestRun::TellOfOpenFault() {
  if (!open_) return;
  if (result_.outcome == Outcome::kExited) {
    result_.fault = std::move(open_->fault);
    result_.scene = std::move(open_->scene);
    return;
  }
  const std::string handler = NameOf(static_cast<FaultException>(open_->exception));
  const std::string ended = fault_ ? OneLine(*result_.fault) : result_.message;
  result_.message = OneLine(open_->fault) + "; the " + handler + " handler ran, and then: " + ended;
  result_.outcome = Outcome::kFault;
  result_.fault = std::move(open_->fault);
  result_.scene = std::move(open_->scene);
}

RunResult GuestRun::TakeResult() {
  result_.scene = MakeScene();
  if (find_rtt_at_ != kNever) FindRtt();
  result_.output = console_.TakeOutput();
  const thumb::Block block = current_ != nullptr ? current_->block : thumb::Block{};
  const bool entered = where_ == Where::kExact || where_ == Where::kSomewhere;
  const bool inside = fault_ && entered && fault_->pc - block.address < block.bytes;
  if (inside) {
    count_ = Count(InstructionsBefore(fault_->pc));
    ended_ = model_.CyclesAt(fault_->pc);
  } else if (!ended_) {
    ended_ = model_.CyclesAtEnd();
  }
  if (has_cycles_) result_.cycles = ended_;
  if (fault_) {
    result_.fault = Explain(*fault_, *request_.core, prepared_.map, *prepared_.image);
    result_.message = OneLine(*result_.fault);
  }
  TellOfOpenFault();
  result_.instructions = Instructions{count_};
  result_.flipped = flips_.done();
  if (peripherals_) {
    result_.unknown_peripherals = peripherals_->unknown();
    for (PeripheralUse& use : result_.unknown_peripherals)
      use.first_symbol = prepared_.image->Symbolise(use.first_place);
    result_.not_modelled = peripherals_->notes();
  }
  if (ppb_.mpu().was_enabled())
    result_.not_modelled.emplace_back("the program switched the MPU on; every access was let through");
  if (told_time_)
    result_.not_modelled.push_back(
        "cycles of " + std::string(request_.core->title) + ", for " + std::string(request_.core->no_cycles) +
        ": SysTick and semihosting's clocks count instructions instead, and DWT has no "
        "cycle counter (DWT_CTRL.NOCYCCNT)");
  if (request_.annotate && has_cycles_) result_.annotation = model_.Explain();
  if (profiler_) {
    profiler_->Finish(*result_.instructions, *ended_);
    result_.profile = profiler_->TakeProfile();
    result_.profile->has_cycles = has_cycles_;
  }
  result_.stack_bytes = stacks_[0].deepest;
  if (stacks_[1].top != 0) result_.process_stack_bytes = stacks_[1].deepest;
  return std::move(result_);
}

}  // namespace atome::emulation
