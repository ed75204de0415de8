#include "emulation/guest_run.h"

#include <algorithm>
#include <utility>

namespace atome::emulation {
namespace {

using Clock = std::chrono::steady_clock;

// Reads the clock once in this many blocks, some ten microseconds of emulation.
constexpr uint64_t kBlocksPerClock = 4096;

// The largest gap in RAM between the image's segments, as QEMU answers SYS_HEAPINFO.
Heap HeapOf(const ElfImage& image, const Core& core) {
  std::vector<std::pair<uint32_t, uint32_t>> used;
  for (const ElfImage::Segment& segment : image.segments()) {
    if (segment.run_address >= kRamAddress) {
      used.emplace_back(segment.run_address, segment.run_address + segment.memory_bytes);
    }
  }
  std::sort(used.begin(), used.end());
  used.emplace_back(kRamAddress + core.ram_bytes, 0);
  Heap best;
  uint32_t end = kRamAddress;
  for (const auto& [begin, next_end] : used) {
    if (begin > end && begin - end > best.end - best.begin) best = {end, begin};
    end = std::max(end, next_end);
  }
  return best;
}

}  // namespace

GuestRun::GuestRun(const RunRequest& request, const Prepared& prepared)
    : request_(request),
      prepared_(prepared),
      memory_(*request.core),
      ppb_(*request.core),
      semihosting_(memory_, request.command_line, HeapOf(*prepared.image, *request.core)),
      deadline_(Clock::now() + request.time_limit) {
  memory_.Load(*prepared.image);
  uint32_t flash_end = 0;
  for (const ElfImage::Segment& segment : prepared.image->segments()) {
    if (segment.run_address >= kRamAddress) {
      code_in_ram_ |= segment.executable;
    } else {
      flash_end = std::max(flash_end, segment.run_address + segment.memory_bytes);
    }
  }
  cache_.resize(flash_end / 2 + 1);
}

BlockDecode GuestRun::Decode(Block block) {
  const size_t index = block.address / 2;
  const uint8_t* code = memory_.Readable(block.address, block.bytes);
  if (code == nullptr) return {};
  if (index >= cache_.size()) return DecodeBlock({code, block.bytes});  // RAM may change under a cache
  // Blocks of one address can differ in size: keyed by both, the last one kept.
  CachedBlock& cached = cache_[index];
  if (cached.bytes != block.bytes) cached = {block.bytes, DecodeBlock({code, block.bytes})};
  return cached.decode;
}

void GuestRun::OnBlock(Block block) {
  if (stopped_) return;
  const BlockDecode decode = Decode(block);
  if (block.address == prepared_.mark) {
    if (result_.marks.size() == kMaxMarks) {
      OnFault({.kind = FaultKind::kMarkLimit, .pc = block.address}, Where::kExact);
      return;
    }
    result_.marks.push_back(Instructions{count_});
  }
  previous_block_ = block_;
  block_ = block;
  count_before_block_ = count_;
  const uint64_t limit = Count(request_.instruction_limit);
  if (count_ + decode.instructions > limit) {
    Stop(Outcome::kInstructionLimit, "stopped at the limit of " + std::to_string(limit) +
                                         " instructions in " + prepared_.image->Symbolise(block.address));
    return;
  }
  count_ += decode.instructions;
  // An emulator may have an FPU that the core lacks, or that is on when it should be off.
  if (decode.first_fpu != BlockDecode::kNone && !ppb_.fpu_enabled()) {
    uint32_t pc = block.address;
    for (int i = 0; i < decode.first_fpu; ++i) pc += ThumbBytes(memory_.Halfword(pc).value_or(0));
    OnFault({.kind = request_.core->has_fpu ? FaultKind::kFpuOff : FaultKind::kNoFpu, .pc = pc},
            Where::kExact);
    return;
  }
  if (++blocks_ % kBlocksPerClock == 0 && Clock::now() > deadline_) {
    Stop(Outcome::kTimeLimit, "stopped after " + std::to_string(request_.time_limit.count()) + " ms in " +
                                  prepared_.image->Symbolise(block.address));
  }
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
  }
  OnFault({.kind = FaultKind::kArmState, .address = target}, Where::kAfterBranch);
}

std::optional<Block> GuestRun::unclear_block() const {
  if (!fault_ || where_ == Where::kExact) return std::nullopt;
  return block_;
}

Instructions GuestRun::CountAt(uint32_t pc) const {
  const uint8_t* code = memory_.Readable(block_.address, block_.bytes);
  if (code == nullptr || pc < block_.address || pc >= block_.address + block_.bytes)
    return Instructions{count_};
  return Instructions{count_before_block_ + InstructionsBefore({code, block_.bytes}, pc - block_.address)};
}

RunResult GuestRun::TakeResult(uint32_t pc) {
  result_.output = semihosting_.TakeOutput();
  result_.instructions = Instructions{count_};
  if (fault_) {
    if (where_ != Where::kAfterBranch) result_.instructions = CountAt(pc);
    fault_->pc = pc;
    result_.fault = Explain(*fault_, *request_.core, *prepared_.image);
    result_.message = OneLine(*result_.fault);
  }
  return std::move(result_);
}

}  // namespace atome::emulation
