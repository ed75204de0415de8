#include "emulation/thumb/thumb_frame.h"

#include <bit>

namespace atome::thumb {
namespace {

using emulation::MemoryReader;

constexpr uint32_t kMaxFunctionBytes = 8 << 10;
constexpr uint32_t kMaxEpilogueBytes = 64;
constexpr size_t kSp = 13, kLr = 14, kPc = 15;

// Whether the code goes on elsewhere. A call comes back.
bool Leaves(const Instruction& i) {
  return (i.branch != Branch::kNone && !i.is_call()) || i.kind == Class::kTrap;
}

// Calls `slot(register, address - SP)` for each register that a load or store of the stack transfers.
template <typename Slot>
void ForEachSlot(const Instruction& i, Slot slot) {
  if (i.base != kSp) return;
  int32_t offset = i.offset;
  for (uint32_t left = i.data; left != 0; left &= left - 1, offset += 4)
    slot(static_cast<size_t>(std::countr_zero(left)), offset);
}

}  // namespace

std::optional<GuessedFrame> FrameFromEpilogue(uint32_t pc, const MemoryReader& read) {
  std::array<uint32_t, 16> slots{};  // upwards from SP at `pc`, plus 1; 0: not filled
  GuessedFrame frame;
  const auto done = [&frame, &slots](size_t return_register) {
    slots[kLr] = slots[return_register];
    for (size_t i = 0; i < frame.saved.size(); ++i) {
      if (slots[i] != 0) frame.saved[i] = frame.bytes - (slots[i] - 1);
    }
    return frame;
  };
  for (uint32_t at = pc; at < pc + kMaxEpilogueBytes;) {
    const std::optional<Instruction> i = DecodeAt(at, read);
    if (!i) return std::nullopt;
    const std::optional<int32_t> taken = Added(*i, kSp);
    if (!taken || *taken < 0) return std::nullopt;
    if (i->kind == Class::kBranch && std::has_single_bit(i->reads) && !i->is_call() &&
        !i->Has(kConditional)) {
      // BX, to LR or a register that has just been filled.
      const auto target = static_cast<size_t>(std::countr_zero(i->reads));
      if (target != kLr && slots[target] == 0) return std::nullopt;
      return done(target);
    }
    if (Leaves(*i) && i->branch != Branch::kPop && i->branch != Branch::kLoad) return std::nullopt;
    if (*taken > 0) {
      ForEachSlot(
          *i, [&](size_t r, int32_t offset) { slots[r] = frame.bytes + static_cast<uint32_t>(offset) + 1; });
    }
    frame.bytes += static_cast<uint32_t>(*taken);
    if (slots[kPc] != 0) return done(kPc);
    if (Leaves(*i)) return std::nullopt;
    at += i->bytes;
  }
  return std::nullopt;
}

GuessedFrame GuessFrame(uint32_t function, uint32_t pc, const MemoryReader& read) {
  GuessedFrame frame;
  if (pc < function || pc - function > kMaxFunctionBytes) return frame;
  // Only growth counts: SP moves up where the function returns, and behind that another path has the whole
  // frame.
  for (uint32_t at = function; at < pc;) {
    const std::optional<Instruction> i = DecodeAt(at, read);
    if (!i) break;
    at += i->bytes;
    const int32_t added = Added(*i, kSp).value_or(0);
    if (added >= 0) continue;
    ForEachSlot(*i, [&](size_t r, int32_t offset) {
      // A register that is pushed again has another value.
      if (r < frame.saved.size() && frame.saved[r] == 0)
        frame.saved[r] = frame.bytes - static_cast<uint32_t>(offset);
    });
    frame.bytes -= static_cast<uint32_t>(added);
  }
  return frame;
}

std::optional<uint32_t> CallBefore(uint32_t address, const MemoryReader& read) {
  for (const uint32_t bytes : {4u, 2u}) {
    const std::optional<Instruction> i = DecodeAt(address - bytes, read);
    if (i && i->bytes == bytes && i->is_call()) return i->address;
  }
  return std::nullopt;
}

uint32_t PoppedByReturn(const Instruction& i) {
  const bool loads_pc = i.branch == Branch::kPop || i.branch == Branch::kLoad;
  return loads_pc && i.base == kSp && i.Has(kWriteBack) ? static_cast<uint32_t>(i.change) : 0;
}

}  // namespace atome::thumb
