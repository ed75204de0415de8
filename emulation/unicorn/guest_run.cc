#include "emulation/unicorn/guest_run.h"

#include <algorithm>
#include <bit>

#include "emulation/scene/scene_builder.h"
#include "emulation/thumb/decode.h"

namespace atome::emulation {
namespace {

using Clock = std::chrono::steady_clock;

// Reads the clock once in this many blocks, some ten microseconds of emulation.
constexpr uint64_t kBlocksPerClock = 4096;

// A run that will be repeated goes on for as long as it has taken, at least this many instructions, to find
// more than one of the places that it wants.
constexpr uint64_t kShortRun = 2'000'000;

// The largest gap in RAM between the image's segments, as QEMU answers SYS_HEAPINFO.
Heap HeapOf(const ElfImage& image, const MemoryMap& map) {
  std::vector<std::pair<uint32_t, uint32_t>> used;
  for (const ElfImage::Segment& segment : image.segments()) {
    if (segment.run_address >= map.ram_address) {
      used.emplace_back(segment.run_address, segment.run_address + segment.memory_bytes);
    }
  }
  std::sort(used.begin(), used.end());
  used.emplace_back(map.ram_address + map.ram_bytes, 0);
  Heap best;
  uint32_t end = map.ram_address;
  for (const auto& [begin, next_end] : used) {
    if (begin > end && begin - end > best.end - best.begin) best = {end, begin};
    end = std::max(end, next_end);
  }
  return best;
}

// How much of flash the image fills.
uint32_t UsedFlash(const ElfImage& image, const MemoryMap& map) {
  uint32_t used = 0;
  for (const ElfImage::Segment& segment : image.segments()) {
    if (segment.run_address < map.ram_address)
      used = std::max(used, segment.run_address + segment.memory_bytes - map.flash_address);
  }
  return used;
}

timing::TimingCore CoreFor(const RunRequest& request) {
  timing::TimingCore core = *timing::FindTimingCore(request.core->name);
  if (request.multiply_cycles != 0) core.costs.multiply = request.multiply_cycles;
  return core;
}

timing::ModelOptions OptionsFor(const RunRequest& request, const Prepared& prepared, bool count_events) {
  return {.flash = request.board != nullptr ? request.board->flash : timing::FlashTiming{},
          .flash_address = prepared.map.flash_address,
          .flash_bytes = prepared.map.flash_bytes,
          .explain = request.annotate,
          .count_events = count_events};
}

}  // namespace

GuestRun::GuestRun(const RunRequest& request, const Prepared& prepared, const Registers& registers,
                   std::span<const thumb::Block> places, Clock::time_point deadline)
    : request_(request),
      prepared_(prepared),
      registers_(registers),
      memory_(prepared.map),
      ppb_(*request.core),
      semihosting_(memory_, request.command_line, HeapOf(*prepared.image, prepared.map)),
      model_(CoreFor(request), OptionsFor(request, prepared, !places.empty())),
      flash_waits_(request.board != nullptr && request.board->flash.miss_cycles != 0),
      blocks_(memory_, *timing::FindTimingCore(request.core->name), model_,
              UsedFlash(*prepared.image, prepared.map),
              {.by_operands = request.cycle_basis == CycleBasis::kOperands,
               .check_alignment = !request.core->strict_alignment,
               .places = places}),
      deadline_(deadline),
      limit_(Count(request.instruction_limit)) {
  memory_.Load(*prepared.image);
  for (const ElfImage::Segment& segment : prepared.image->segments())
    code_in_ram_ |= segment.executable && segment.run_address >= prepared.map.ram_address;
  if (request.profile) profiler_.emplace();
  result_.cycle_basis = request.cycle_basis;
}

bool GuestRun::AlignmentSuspect(const thumb::BlockFacts& facts) const {
  for (uint32_t left = facts.aligned_registers; left != 0; left &= left - 1) {
    if ((registers_.Read(static_cast<unsigned>(std::countr_zero(left))) & 3) != 0) return true;
  }
  return false;
}

void GuestRun::LookAtStack(const thumb::BlockFacts& facts) {
  const uint32_t pointer = registers_.Read(13);
  if (pointer > stack_top_) stack_top_ = stack_low_ = pointer;
  stack_low_ = std::min(stack_low_, pointer - std::min<uint32_t>(pointer, facts.stack_bytes));
  look_at_stack_ = facts.sets_stack;
}

KnownBlock* GuestRun::Learn(thumb::Block block) {
  const bool continues = current_ != nullptr && current_->block.end() == block.address;
  KnownBlock* const known = blocks_.Learn(block, continues ? current_->facts.it_left : 0);
  if (blocks_.full()) OnFault({.kind = FaultKind::kCodeLimit, .pc = block.address}, Where::kExact);
  if (known == nullptr) return nullptr;
  known->is_mark = block.address == prepared_.mark;
  if (profiler_) {
    const ElfImage::Function function = prepared_.image->FunctionAt(block.address);
    known->function = profiler_->Function(function.name);
    known->begins_function = function.address == block.address;
  }
  return known;
}

GuestRun::Next GuestRun::OnBlock(thumb::Block block) {
  if (stopped_) return Next::kStop;
  KnownBlock* known = blocks_.Find(block);
  if (known == nullptr) known = Learn(block);
  if (stopped_) return Next::kStop;
  if (known == nullptr) return Next::kRun;  // no memory is there; the emulator will find that out
  const thumb::BlockFacts& facts = known->facts;
  // An emulator may have an FPU that the core lacks, or that is on when it should be off.
  if (!facts.fpu_instructions.empty() && !ppb_.fpu_enabled()) blocks_.LookAtFpu(*known);
  // Looks at each access: it may be skipped, or its base may be changed before it.
  if (facts.aligned_registers != 0 && AlignmentSuspect(facts)) blocks_.LookAtAlignment(*known);
  if (count_ + facts.instructions > limit_) {
    stopped_at_ = block;
    Stop(Outcome::kInstructionLimit, "stopped at the limit of " + std::to_string(limit_) +
                                         " instructions in " + prepared_.image->Symbolise(block.address));
    return Next::kStop;
  }
  const bool watch = blocks_.HasWatches();
  if ((watch || entered_ % kBlocksPerClock == 0) && Clock::now() > deadline_) {
    stopped_at_ = block;
    Stop(Outcome::kTimeLimit, "stopped after " + std::to_string(request_.time_limit.count()) + " ms in " +
                                  prepared_.image->Symbolise(block.address));
    return Next::kStop;
  }
  if (watch) return Next::kWatch;
  if (known->is_mark && result_.marks.size() == kMaxMarks) {
    OnFault({.kind = FaultKind::kMarkLimit, .pc = block.address}, Where::kExact);
    return Next::kStop;
  }
  // A loop of one block stays in its memories.
  if (!known->groups.empty() && !(known == current_ && known->steady)) {
    const DataPattern pattern = PatternOf(*known);
    if (pattern != known->pattern) blocks_.SetPattern(*known, pattern);
  }
  model_.Enter(known->timing);
  if (known->is_mark) result_.marks.push_back({Instructions{count_}, model_.cycles()});
  if (profiler_) {
    const size_t marks = result_.marks.size();
    profiler_->OnBlock(*known, Instructions{count_}, model_.cycles());
    profiler_->Count(marks >= request_.profile->from_mark && marks < request_.profile->to_mark);
  }
  result_.cycles_depend_on_data |= known->depends_on_data;
  previous_ = current_;
  current_ = known;
  previous_place_ = place_;
  place_.reset();
  next_look_ = 0;
  recent_[++entered_ % recent_.size()] = block;
  count_before_block_ = count_;
  count_ += facts.instructions;
  if (look_at_stack_ || facts.stack_bytes != 0) LookAtStack(facts);
  return Next::kRun;
}

void GuestRun::OnInstruction(uint32_t pc) {
  if (stopped_ || current_ == nullptr) return;
  if (current_->followed) place_ = pc;
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
  if (current_ != nullptr && std::ranges::find(wanted_places_, current_->block) == wanted_places_.end())
    wanted_places_.push_back(current_->block);
  limit_ = std::min(limit_, std::max(2 * count_, kShortRun));
}

timing::Moment GuestRun::Now() {
  if (current_ == nullptr) return {};
  const uint32_t place = place_.value_or(current_->block.address);
  if (!place_) WantPlace();
  return model_.MomentAt(place);
}

uint32_t GuestRun::OnPpbRead(uint32_t offset, unsigned bytes) {
  return ppb_.Read(offset, bytes, ppb_.NeedsTime(offset) ? Now() : timing::Moment{});
}

void GuestRun::OnPpbWrite(uint32_t offset, unsigned bytes, uint32_t value) {
  ppb_.Write(offset, bytes, value, ppb_.NeedsTime(offset) ? Now() : timing::Moment{});
  if (ppb_.reset_requested()) OnFault({.kind = FaultKind::kSystemReset}, Where::kSomewhere);
}

std::optional<uint32_t> GuestRun::OnSemihosting(uint32_t pc, uint32_t r0, uint32_t r1) {
  const Semihosting::Reply reply = semihosting_.Call(r0, r1, Instructions{count_});
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

void GuestRun::Stop(Outcome outcome, std::string message) {
  if (stopped_) return;
  stopped_ = true;
  result_.outcome = outcome;
  result_.message = std::move(message);
}

void GuestRun::OnFault(FaultFacts facts, Where where) {
  if (stopped_) return;
  if (where != Where::kExact) {
    if (!place_) WantPlace();
    facts.pc = place_.value_or(current_ != nullptr ? current_->block.address : 0);
  }
  fault_ = facts;
  where_ = where;
  Stop(Outcome::kFault, {});
}

void GuestRun::OnArmState(uint32_t target) {
  if (stopped_) return;
  // The first Arm "block" may have been announced; it never ran.
  if (current_ != nullptr && current_->block.address == target && previous_ != nullptr) {
    count_ = count_before_block_;
    current_ = previous_;
    place_ = previous_place_;
    --entered_;
    result_.cycles = model_.cycles();
  }
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
  SceneFacts facts{.pc = fault_ ? fault_->pc : stopped_at_.address,
                   .blocks = blocks,
                   .read = memory_.Reader(),
                   .fault = fault_};
  for (unsigned r = 0; r < 15; ++r) facts.registers[r] = registers_.Read(r);
  facts.xpsr = registers_.ReadStatus();
  return BuildScene(facts, *request_.core, *prepared_.image);
}

RunResult GuestRun::TakeResult() {
  result_.scene = MakeScene();
  result_.output = semihosting_.TakeOutput();
  const thumb::Block block = current_ != nullptr ? current_->block : thumb::Block{};
  const bool inside = fault_ && where_ != Where::kAfterBranch && fault_->pc - block.address < block.bytes;
  if (inside) {
    count_ = count_before_block_ + InstructionsBetween(block.address, fault_->pc);
    result_.cycles = model_.CyclesAt(fault_->pc);
  } else if (!result_.cycles) {
    result_.cycles = model_.CyclesAtEnd();
  }
  if (fault_) {
    result_.fault = Explain(*fault_, *request_.core, prepared_.map, *prepared_.image);
    result_.message = OneLine(*result_.fault);
  }
  result_.instructions = Instructions{count_};
  if (request_.annotate) result_.annotation = model_.Explain();
  if (profiler_) {
    profiler_->Finish(*result_.instructions, *result_.cycles);
    result_.profile = profiler_->TakeProfile();
  }
  result_.stack_bytes = stack_top_ - stack_low_;
  return std::move(result_);
}

}  // namespace atome::emulation
