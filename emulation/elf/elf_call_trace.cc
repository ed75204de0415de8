// ElfImage: call traces, from the frame table (.debug_frame) where the ELF has one for a function.
#include <dwarf.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>

#include "emulation/base/hex.h"
#include "emulation/elf/elf_handle.h"
#include "emulation/elf/elf_image.h"
#include "emulation/thumb/thumb_frame.h"

namespace atome::emulation {
namespace {

constexpr size_t kMaxFrames = 64;        // in a trace
constexpr size_t kMaxUnwound = 1 << 14;  // before repetitions are folded
constexpr size_t kMaxFold = 8;           // frames in one round of a recursion
constexpr size_t kSp = 13, kLr = 14, kPc = 15;

// r0 to r15 in one frame, as far as they are known.
using Registers = std::array<std::optional<uint32_t>, 16>;

struct FreeFrame {
  void operator()(Dwarf_Frame* frame) const { std::free(frame); }
};
using FramePointer = std::unique_ptr<Dwarf_Frame, FreeFrame>;

std::optional<uint32_t> Plus(std::optional<uint32_t> value, uint64_t offset) {
  if (value) *value += static_cast<uint32_t>(offset);
  return value;
}

// A DWARF location as compilers emit them in frame tables: one register or the CFA, plus an offset.
struct Location {
  std::optional<uint32_t> value;
  bool in_memory = true;  // `value` is an address
};

Location Evaluate(std::span<const Dwarf_Op> operations, const Registers& registers,
                  std::optional<uint32_t> cfa) {
  const auto get = [&registers](uint64_t number) {
    return number < registers.size() ? registers[number] : std::nullopt;
  };
  Location location;
  for (const Dwarf_Op& operation : operations) {
    const unsigned atom = operation.atom;
    if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31) {
      location.value = Plus(get(atom - DW_OP_breg0), operation.number);
    } else if (atom == DW_OP_bregx) {
      location.value = Plus(get(operation.number), operation.number2);
    } else if (atom >= DW_OP_reg0 && atom <= DW_OP_reg31) {
      location = {get(atom - DW_OP_reg0), false};
    } else if (atom == DW_OP_regx) {
      location = {get(operation.number), false};
    } else if (atom == DW_OP_call_frame_cfa) {
      location.value = cfa;
    } else if (atom == DW_OP_plus_uconst) {
      location.value = Plus(location.value, operation.number);
    } else if (atom == DW_OP_stack_value) {
      location.in_memory = false;
    } else {
      return {};
    }
  }
  return location;
}

std::optional<uint32_t> ReadAligned(std::optional<uint32_t> address, const MemoryReader& read) {
  if (!address || *address % 4 != 0) return std::nullopt;
  return read(*address);
}

// The caller's registers, r15 being the return address; nothing where the table has no entry for `pc`.
std::optional<Registers> CallerByTable(Dwarf_CFI* table, const Registers& registers, uint32_t pc,
                                       const MemoryReader& read) {
  Dwarf_Frame* raw = nullptr;
  if (table == nullptr || dwarf_cfi_addrframe(table, pc, &raw) != 0) return std::nullopt;
  const FramePointer frame(raw);
  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  if (dwarf_frame_cfa(frame.get(), &operations, &count) != 0) return std::nullopt;
  const std::optional<uint32_t> cfa = Evaluate({operations, count}, registers, std::nullopt).value;
  Registers caller;
  for (size_t i = 0; i < kPc; ++i) {
    Dwarf_Op memory[3];
    if (dwarf_frame_register(frame.get(), static_cast<int>(i), memory, &operations, &count) != 0) continue;
    if (count == 0) {
      // Not mentioned: callee-saved registers and LR are as they were (Procedure Call Standard for the Arm
      // Architecture, 6.1.1); others are lost.
      if ((i >= 4 && i <= 11) || i == kLr) caller[i] = registers[i];
      continue;
    }
    const Location location = Evaluate({operations, count}, registers, cfa);
    caller[i] = location.in_memory ? ReadAligned(location.value, read) : location.value;
  }
  caller[kSp] = cfa;
  caller[kPc] = caller[kLr];
  return caller;
}

Registers CallerByInstructions(const Registers& registers, const thumb::GuessedFrame& frame,
                               const MemoryReader& read) {
  const std::optional<uint32_t> top = Plus(registers[kSp], frame.bytes);
  Registers caller;
  for (size_t i = 4; i < kPc; ++i) {
    caller[i] = frame.saved[i] == 0 ? registers[i] : ReadAligned(Plus(top, -uint64_t{frame.saved[i]}), read);
  }
  caller[kSp] = top;
  caller[kPc] = caller[kLr];
  return caller;
}

// One entry of a trace that may stand for many rounds of a recursion.
struct Folded {
  uint32_t pc;
  uint32_t repeats = 0;
  uint32_t repeat_frames = 0;
};

std::vector<Folded> Fold(std::span<const uint32_t> pcs) {
  std::vector<Folded> result;
  for (size_t i = 0; i < pcs.size();) {
    size_t frames = 1, repeats = 0;
    for (size_t size = 1; size <= kMaxFold && repeats == 0; ++size) {
      const auto alike = [&](size_t from) {
        return from + size <= pcs.size() && std::equal(&pcs[i], &pcs[i] + size, &pcs[from]);
      };
      size_t more = 0;
      while (alike(i + (more + 1) * size)) ++more;
      if (more < 2) continue;
      frames = size;
      repeats = more;
    }
    for (size_t j = 0; j < frames; ++j) result.push_back({.pc = pcs[i + j]});
    if (repeats != 0) {
      result.back().repeats = static_cast<uint32_t>(repeats);
      result.back().repeat_frames = static_cast<uint32_t>(frames);
    }
    i += frames * (repeats + 1);
  }
  return result;
}

}  // namespace

ElfImage::Unwound ElfImage::Unwind(const std::array<uint32_t, 16>& registers,
                                   const MemoryReader& read) const {
  Registers state;
  std::copy(registers.begin(), registers.end(), state.begin());
  uint32_t pc = registers[kPc] & ~1u;
  Unwound result{.pcs = {pc}, .bad_return = std::nullopt};
  while (result.pcs.size() < kMaxUnwound) {
    const bool innermost = result.pcs.size() == 1;
    const Symbol* function = SymbolOf(pc);
    if (function == nullptr) break;
    std::optional<Registers> caller;
    bool guessed = false;
    if (innermost) {
      const std::optional<thumb::GuessedFrame> rest = thumb::FrameFromEpilogue(pc, read);
      if (rest) caller = CallerByInstructions(state, *rest, read);
    }
    if (!caller) caller = CallerByTable(handle_->frame_table(), state, pc, read);
    if (!caller) {
      guessed = true;
      caller = CallerByInstructions(state, thumb::GuessFrame(function->address, pc, read), read);
    }
    const std::optional<uint32_t> sp = (*caller)[kSp], back = (*caller)[kPc];
    if (!sp || !back || !state[kSp]) break;
    // Stacks grow down, so each caller lies higher and this loop ends. A leaf without a frame may lie level.
    if (*sp < *state[kSp] || (*sp == *state[kSp] && !innermost)) break;
    const std::optional<uint32_t> call =
        (*back & 1) == 0 ? std::nullopt : thumb::CallBefore(*back & ~1u, read);
    const Symbol* caller_function = call ? SymbolOf(*call) : nullptr;
    if (caller_function == nullptr) {
      // After reset LR is 0 or all ones: no caller.
      if (*back != 0 && *back != 0xFFFFFFFF && !guessed && *back != state[kLr]) result.bad_return = back;
      break;
    }
    // A function that never saved LR: LR still holds the return address of an earlier call, or of the call at
    // `pc`.
    const bool stale = pc != function->address || *call == pc;
    if (*sp == *state[kSp] && stale && caller_function == function) break;
    state = *caller;
    state[kLr] = std::nullopt;
    pc = *call;
    result.pcs.push_back(pc);
  }
  return result;
}

std::vector<CallFrame> ElfImage::CallTrace(const std::array<uint32_t, 16>& registers,
                                           const MemoryReader& read) const {
  std::vector<CallFrame> trace;
  std::vector<size_t> begins;  // of each physical frame with what is inlined there
  const Unwound unwound = Unwind(registers, read);
  for (const Folded& folded : Fold(unwound.pcs)) {
    if (trace.size() >= kMaxFrames) break;
    begins.push_back(trace.size());
    const std::vector<CallFrame> frames = FramesAt(folded.pc);
    trace.insert(trace.end(), frames.begin(), frames.end());
    if (folded.repeats == 0) continue;
    trace.back().repeats = folded.repeats;
    trace.back().repeat_frames =
        static_cast<uint32_t>(trace.size() - begins[begins.size() - folded.repeat_frames]);
  }
  if (unwound.pcs.size() == kMaxUnwound || trace.size() >= kMaxFrames) {
    trace.push_back({.pc = unwound.pcs.back(), .place = "further callers, left out"});
  } else if (unwound.bad_return) {
    const uint32_t address = *unwound.bad_return;
    trace.push_back({.pc = address, .place = Hex(address) + ", no return address: the stack is damaged"});
  }
  return trace;
}

}  // namespace atome::emulation
