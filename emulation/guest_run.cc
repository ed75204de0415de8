#include "emulation/guest_run.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "emulation/scene_builder.h"
#include "emulation/thumb.h"

namespace atome::emulation {
namespace {

using Clock = std::chrono::steady_clock;

// Reads the clock once in this many blocks, some ten microseconds of emulation.
constexpr uint64_t kBlocksPerClock = 4096;

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

}  // namespace

GuestRun::GuestRun(const RunRequest& request, const Prepared& prepared, const Registers& registers,
                   std::span<const Block> places)
    : request_(request),
      prepared_(prepared),
      registers_(registers),
      timing_core_(*timing::FindTimingCore(request.core->name)),
      memory_(prepared.map),
      ppb_(*request.core),
      semihosting_(memory_, request.command_line, HeapOf(*prepared.image, prepared.map)),
      model_(timing_core_),
      flash_(request.board != nullptr ? request.board->flash : timing::FlashTiming{}),
      flash_waits_(request.board != nullptr && request.board->flash.miss_cycles != 0),
      deadline_(Clock::now() + request.time_limit) {
  memory_.Load(*prepared.image);
  uint32_t used = 0;  // of flash
  for (const ElfImage::Segment& segment : prepared.image->segments()) {
    if (segment.run_address >= prepared.map.ram_address) {
      code_in_ram_ |= segment.executable;
    } else {
      used = std::max(used, segment.run_address + segment.memory_bytes - prepared.map.flash_address);
    }
  }
  in_flash_.resize(used / 2 + 1);
  if (request.profile) profiler_.emplace();
  for (const Block& place : places) AddWatch({.kind = Watch::Kind::kPlace, .block = place});
  result_.cycle_basis = request.cycle_basis;
}

GuestRun::Known* GuestRun::Find(Block block) {
  const size_t index = FlashIndex(block.address);
  if (index < in_flash_.size()) {
    Known* known = in_flash_[index];
    while (known != nullptr && known->block.bytes != block.bytes) known = known->other;
    return known != nullptr ? known : Learn(block, &in_flash_[index]);
  }
  Known*& head = in_ram_[block.address];
  const uint8_t* code = memory_.Readable(block.address, block.bytes);
  for (Known* known = head; known != nullptr && code != nullptr; known = known->other) {
    if (known->block.bytes == block.bytes && std::memcmp(known->code.data(), code, block.bytes) == 0)
      return known;
  }
  return Learn(block, &head);
}

GuestRun::Known* GuestRun::Learn(Block block, Known** head) {
  const uint8_t* bytes = memory_.Readable(block.address, block.bytes);
  if (bytes == nullptr || block.bytes < 2) return nullptr;
  if (known_.size() == kMaxBlocks) {
    OnFault({.kind = FaultKind::kCodeLimit, .pc = block.address}, Where::kExact);
    return nullptr;
  }
  std::vector<uint16_t> code(block.bytes / 2);
  std::memcpy(code.data(), bytes, code.size() * 2);
  const unsigned it_left = block_.end() == block.address ? it_left_ : 0;
  const std::vector<timing::Instruction> run = timing::DecodeRun(block.address, code);
  Known& known = known_.emplace_back();
  known.block = block;
  known.is_mark = block.address == prepared_.mark;
  known.facts = FactsOf(run, code, it_left);
  WatchCosts(block, code, it_left);
  if (request_.core->strict_alignment)
    known.facts.aligned_registers = 0;  // the emulated core sees for itself
  else
    WatchAlignment(known.facts, true);
  known.timing = model_.Prepare(block.address, code);
  if (profiler_) known.function = profiler_->Function(prepared_.image->FunctionAt(block.address));
  if (FlashIndex(block.address) >= in_flash_.size()) known.code = std::move(code);
  known.other = *head;
  *head = &known;
  return &known;
}

void GuestRun::AddWatch(const Watch& watch) {
  if (watched_.emplace(watch.block.address, watch.kind).second) watches_.push_back(watch);
}

void GuestRun::WatchCosts(Block block, std::span<const uint16_t> code, unsigned it_left) {
  const std::vector<timing::Site> sites = timing::Sites(timing_core_, block.address, code, it_left);
  if (!sites.empty()) result_.cycles_depend_on_data = true;
  if (request_.cycle_basis == CycleBasis::kOperands) model_.ExpectReports(sites);
  for (const timing::Site& site : sites) {
    const bool may_fault = site.kind == timing::Site::Kind::kDivide;
    if (request_.cycle_basis != CycleBasis::kOperands && !may_fault) continue;
    const Watch::Kind kind = site.kind == timing::Site::Kind::kConditional ? Watch::Kind::kExecuted
                             : site.kind == timing::Site::Kind::kDivide    ? Watch::Kind::kDivide
                                                                           : Watch::Kind::kLongMultiply;
    AddWatch({.kind = kind, .block = {site.address, 2}, .first = site.first, .second = site.second});
  }
}

void GuestRun::WatchAlignment(const BlockFacts& facts, bool computed_only) {
  for (const BlockFacts::AlignedAccess& access : facts.aligned_accesses) {
    if (computed_only && !access.computed) continue;
    AddWatch({.kind = Watch::Kind::kAlignment, .block = {access.pc, 2}, .first = access.base, .second = 0});
  }
}

bool GuestRun::AlignmentSuspect(const BlockFacts& facts) const {
  for (uint32_t left = facts.aligned_registers; left != 0; left &= left - 1) {
    if ((registers_.Read(static_cast<unsigned>(std::countr_zero(left))) & 3) != 0) return true;
  }
  return false;
}

void GuestRun::WatchFpu(const Known& known) {
  uint32_t pc = known.block.address;
  for (int i = 0; i < known.facts.first_fpu; ++i) pc += ThumbBytes(memory_.Halfword(pc).value_or(0));
  AddWatch({.kind = Watch::Kind::kFpu, .block = {pc, 2}, .first = 0, .second = 0});
}

void GuestRun::LookAtStack(const BlockFacts& facts) {
  const uint32_t pointer = registers_.Read(13);
  if (pointer > stack_top_) stack_top_ = stack_low_ = pointer;
  stack_low_ = std::min(stack_low_, pointer - std::min<uint32_t>(pointer, facts.stack_bytes));
  look_at_stack_ = facts.sets_stack;
}

GuestRun::Next GuestRun::OnBlock(Block block) {
  if (stopped_) return Next::kStop;
  Known* const known = Find(block);
  if (stopped_) return Next::kStop;
  if (known == nullptr) return Next::kRun;  // no memory is there: the emulator is about to find out
  // An emulator may have an FPU that the core lacks, or that is on when it should be off.
  if (known->facts.first_fpu != BlockFacts::kNone && !ppb_.fpu_enabled()) WatchFpu(*known);
  if (!watches_.empty()) return Next::kWatch;
  BlockFacts& facts = known->facts;
  if (facts.aligned_registers != 0 && AlignmentSuspect(facts)) {
    // An access may be skipped, or its base be changed in time: look at each.
    facts.aligned_registers = 0;
    WatchAlignment(facts, false);
    if (!watches_.empty()) return Next::kWatch;
  }
  const uint64_t limit = Count(request_.instruction_limit);
  if (count_ + facts.instructions > limit) {
    stopped_at_ = block;
    Stop(Outcome::kInstructionLimit, "stopped at the limit of " + std::to_string(limit) +
                                         " instructions in " + prepared_.image->Symbolise(block.address));
    return Next::kStop;
  }
  if (known->is_mark && result_.marks.size() == kMaxMarks) {
    OnFault({.kind = FaultKind::kMarkLimit, .pc = block.address}, Where::kExact);
    return Next::kStop;
  }
  model_.Enter(known->timing);
  if (flash_waits_ && memory_.InFlash(block.address))
    model_.AddStall(flash_.Fetch(block.address, block.bytes));
  if (known->is_mark) result_.marks.push_back({Instructions{count_}, model_.cycles()});
  if (profiler_) {
    const size_t marks = result_.marks.size();
    profiler_->OnBlock(block, facts, known->function, Instructions{count_}, model_.cycles());
    profiler_->Count(marks >= request_.profile->from_mark && marks < request_.profile->to_mark);
  }
  previous_block_ = block_;
  block_ = block;
  recent_[++blocks_ % recent_.size()] = block;
  it_left_ = facts.it_left;
  count_before_block_ = count_;
  count_ += facts.instructions;
  if (look_at_stack_ || facts.stack_bytes != 0) LookAtStack(facts);
  if (blocks_ % kBlocksPerClock == 0 && Clock::now() > deadline_) {
    stopped_at_ = {block.address, 0};
    Stop(Outcome::kTimeLimit, "stopped after " + std::to_string(request_.time_limit.count()) + " ms in " +
                                  prepared_.image->Symbolise(block.address));
    return Next::kStop;
  }
  return Next::kRun;
}

void GuestRun::OnWatch(const Watch& watch, uint32_t pc) {
  if (stopped_) return;
  switch (watch.kind) {
    case Watch::Kind::kPlace:
      place_ = pc;
      place_block_ = blocks_;
      break;
    case Watch::Kind::kExecuted:
      model_.ReportExecuted(pc);
      break;
    case Watch::Kind::kDivide: {
      const uint32_t divisor = registers_.Read(watch.second);
      if (divisor == 0 && ppb_.traps_division_by_zero())
        OnFault({.kind = FaultKind::kDivisionByZero, .pc = pc}, Where::kExact);
      else if (request_.cycle_basis == CycleBasis::kOperands)
        model_.ReportOperands(pc, registers_.Read(watch.first), divisor);
      break;
    }
    case Watch::Kind::kLongMultiply:
      model_.ReportOperands(pc, registers_.Read(watch.first), registers_.Read(watch.second));
      break;
    case Watch::Kind::kFpu:
      if (ppb_.fpu_enabled()) break;
      OnFault({.kind = request_.core->has_fpu ? FaultKind::kFpuOff : FaultKind::kNoFpu, .pc = pc},
              Where::kExact);
      break;
    case Watch::Kind::kAlignment: {
      const uint32_t base = registers_.Read(watch.first);
      if (base % 4 == 0) break;
      const uint32_t address =
          AlignedAccessAddress(memory_.Halfword(pc).value_or(0), memory_.Halfword(pc + 2).value_or(0), base);
      OnFault({.kind = FaultKind::kUnaligned, .pc = pc, .address = address}, Where::kExact);
      break;
    }
  }
}

std::optional<uint32_t> GuestRun::Place() const {
  return place_block_ == blocks_ ? std::optional(place_) : std::nullopt;
}

std::optional<Cycles> GuestRun::Now() {
  if (const std::optional<uint32_t> place = Place()) return model_.CyclesAt(*place);
  if (!stopped_) {
    wanted_place_ = block_;
    Stop(Outcome::kCrashed, "the place of an access to a counter is not known");
  }
  return std::nullopt;
}

uint32_t GuestRun::OnPpbRead(uint32_t offset, unsigned bytes) {
  if (!ppb_.NeedsTime(offset)) return ppb_.Read(offset, bytes);
  const std::optional<Cycles> now = Now();
  return now ? ppb_.Read(offset, bytes, *now) : 0;
}

void GuestRun::OnPpbWrite(uint32_t offset, unsigned bytes, uint32_t value) {
  const std::optional<Cycles> now = ppb_.NeedsTime(offset) ? Now() : Cycles{};
  if (!now) return;
  ppb_.Write(offset, bytes, value, *now);
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
    if (const std::optional<uint32_t> place = Place()) {
      facts.pc = *place;
    } else {
      facts.pc = block_.address;
      wanted_place_ = block_;
    }
  }
  fault_ = facts;
  where_ = where;
  Stop(Outcome::kFault, {});
}

void GuestRun::OnArmState(uint32_t target) {
  if (stopped_) return;
  // The first Arm "block" may have been announced; it never ran.
  if (block_.address == target) {
    count_ = count_before_block_;
    block_ = previous_block_;
    --blocks_;
    result_.cycles = model_.cycles();
  }
  OnFault({.kind = FaultKind::kArmState, .address = target}, Where::kAfterBranch);
}

std::optional<Scene> GuestRun::MakeScene() const {
  const bool limit = result_.outcome == Outcome::kInstructionLimit || result_.outcome == Outcome::kTimeLimit;
  if (!fault_ && !limit) return std::nullopt;
  std::vector<Block> blocks;
  const uint64_t kept = std::min<uint64_t>(blocks_, recent_.size());
  for (uint64_t i = blocks_ - kept + 1; i <= blocks_; ++i) blocks.push_back(recent_[i % recent_.size()]);
  if (limit && stopped_at_.bytes != 0) blocks.push_back(stopped_at_);
  SceneFacts facts{.pc = fault_ ? fault_->pc : stopped_at_.address,
                   .blocks = blocks,
                   .read = [this](uint32_t address) { return memory_.Word(address); },
                   .fault = fault_};
  for (unsigned r = 0; r < 15; ++r) facts.registers[r] = registers_.Read(r);
  facts.xpsr = registers_.ReadStatus();
  return BuildScene(facts, *request_.core, *prepared_.image);
}

RunResult GuestRun::TakeResult() {
  result_.scene = MakeScene();
  result_.output = semihosting_.TakeOutput();
  if (!result_.cycles) result_.cycles = model_.CyclesAtEnd();
  if (fault_) {
    const uint8_t* code = memory_.Readable(block_.address, block_.bytes);
    if (where_ != Where::kAfterBranch && code != nullptr && fault_->pc - block_.address < block_.bytes) {
      count_ = count_before_block_ + InstructionsBefore({code, block_.bytes}, fault_->pc - block_.address);
      result_.cycles = model_.CyclesAt(fault_->pc);
    }
    result_.fault = Explain(*fault_, *request_.core, prepared_.map, *prepared_.image);
    result_.message = OneLine(*result_.fault);
  }
  result_.instructions = Instructions{count_};
  if (profiler_) {
    profiler_->Finish(*result_.instructions, *result_.cycles);
    result_.profile = profiler_->TakeProfile();
  }
  result_.stack_bytes = stack_top_ - stack_low_;
  return std::move(result_);
}

}  // namespace atome::emulation
