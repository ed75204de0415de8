#include "emulation/unicorn/flips.h"

#include <algorithm>

#include "emulation/thumb/decode.h"

namespace atome::emulation {
namespace {

constexpr uint32_t kFlags = 0xF8000000;  // N, Z, C, V, Q of xPSR
constexpr uint32_t kNoHalf = 1;          // of PC: an address has no bit 0
constexpr uint32_t kNoWord = 3;          // of SP: these read as 0, whatever is written

// `bits` ones from `bit` on, as far as `room` bits go.
constexpr uint32_t MaskOf(const Flip& flip, unsigned bit, unsigned room) {
  const uint64_t ones = ((uint64_t{1} << flip.bits) - 1) << bit;
  return static_cast<uint32_t>(ones & ((uint64_t{1} << room) - 1));
}

}  // namespace

Flips::Flips(std::span<const Flip> flips, GuestMemory& memory, Registers& registers, bool has_fpu)
    : flips_(flips),
      memory_(memory),
      registers_(registers),
      has_fpu_(has_fpu),
      done_(flips.size()),
      tried_(flips.size()) {
  FindNext();
}

void Flips::FindNext() {
  next_at_ = kNever;
  for (size_t k = 0; k < flips_.size(); ++k) {
    if (!tried_[k]) next_at_ = std::min(next_at_, Count(flips_[k].at));
  }
}

uint32_t Flips::Do(uint32_t pc, uint64_t instructions, std::vector<Memory>& changed) {
  if (instruction_) {
    for (uint32_t k = 0; k < instruction_->bytes; ++k)
      *memory_.Anywhere(instruction_->pc + k) = static_cast<uint8_t>(instruction_->before >> 8 * k);
    changed.push_back({instruction_->pc, instruction_->bytes});
    instruction_.reset();
  }
  for (size_t k = 0; k < flips_.size(); ++k) {
    const Flip& flip = flips_[k];
    // Of two changes of one instruction the second takes the next one.
    const bool waits = flip.target == Flip::Target::kInstruction && instruction_;
    if (tried_[k] || Count(flip.at) > instructions || waits) continue;
    tried_[k] = true;
    Flipped& done = done_[k];
    done.at = Instructions{instructions};
    done.pc = pc;
    switch (flip.target) {
      case Flip::Target::kMemory:
        FlipMemory(flip, done, changed);
        break;
      case Flip::Target::kRegister:
        FlipRegister(flip, done, pc);
        break;
      case Flip::Target::kInstruction:
        FlipInstruction(flip, done, changed);
        break;
    }
  }
  FindNext();
  return pc;
}

void Flips::FlipMemory(const Flip& flip, Flipped& done, std::vector<Memory>& changed) {
  const uint32_t mask = MaskOf(flip, flip.bit & 7u, 16);
  for (uint32_t k = 0; k < 2; ++k) {
    const auto part = static_cast<uint8_t>(mask >> 8 * k);
    uint8_t* const byte = memory_.Anywhere(flip.address + k);
    if (part == 0 || byte == nullptr) continue;
    done.before |= uint32_t{*byte} << 8 * k;
    *byte ^= part;
    done.after |= uint32_t{*byte} << 8 * k;
    done.done = true;
    changed.push_back({flip.address + k, 1});
  }
}

void Flips::FlipRegister(const Flip& flip, Flipped& done, uint32_t& pc) {
  const auto number = static_cast<unsigned>(flip.number);
  const auto first_float = static_cast<unsigned>(DebugRegister::kS0);
  uint32_t mask = MaskOf(flip, flip.bit & 31u, 32);
  if (flip.number == DebugRegister::kPc) {
    mask &= ~kNoHalf;
    done.before = pc;
    pc ^= mask;
  } else if (number < static_cast<unsigned>(DebugRegister::kPc)) {
    if (number == 13) mask &= ~kNoWord;
    done.before = registers_.Read(number);
    registers_.Write(number, done.before ^ mask);
  } else if (flip.number == DebugRegister::kXpsr) {
    mask &= kFlags;
    done.before = registers_.ReadSpecial(SpecialRegister::kXpsr);
    registers_.WriteSpecial(SpecialRegister::kXpsr, done.before ^ mask);
  } else if (has_fpu_ && number >= first_float && number < first_float + 32) {
    done.before = registers_.ReadFloat(number - first_float);
    registers_.WriteFloat(number - first_float, done.before ^ mask);
  } else {
    return;
  }
  done.after = done.before ^ mask;
  done.done = mask != 0;
}

void Flips::FlipInstruction(const Flip& flip, Flipped& done, std::vector<Memory>& changed) {
  const std::optional<uint16_t> first = memory_.Halfword(done.pc);
  if (!first) return;
  const uint32_t bytes = thumb::Bytes(*first);
  for (uint32_t k = 0; k < bytes; ++k) {
    const uint8_t* const byte = memory_.Readable(done.pc + k, 1);
    if (byte == nullptr) return;
    done.before |= uint32_t{*byte} << 8 * k;
  }
  done.after = done.before ^ MaskOf(flip, flip.bit % (8 * bytes), 8 * bytes);
  done.done = true;
  instruction_ = Instruction{.pc = done.pc, .bytes = bytes, .before = done.before};
  for (uint32_t k = 0; k < bytes; ++k)
    *memory_.Anywhere(done.pc + k) = static_cast<uint8_t>(done.after >> 8 * k);
  changed.push_back({done.pc, bytes});
}

}  // namespace atome::emulation
