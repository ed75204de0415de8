#include "emulation/thumb/decode.h"

#include <array>
#include <bit>

#include "emulation/thumb/decode_internal.h"

namespace atome::thumb {
namespace internal {

void SetAccess(Instruction& i, bool load, uint16_t data, unsigned bytes, unsigned base) {
  i.kind = load ? Class::kLoad : Class::kStore;
  i.transfers = 1;
  i.data = data;
  i.access_bytes = static_cast<uint8_t>(bytes);
  i.base = static_cast<uint8_t>(base);
  i.address_reads = static_cast<uint16_t>(Bit(base) & ~kPc);
  i.reads = i.address_reads;
  if (base == 15) Add(i, kLiteral);
  if (load) {
    i.writes = data;
  } else {
    i.reads |= data;
    i.late_reads = data;
  }
}

void SetIndex(Instruction& i, unsigned index, unsigned shift) {
  Add(i, kRegisterOffset);
  i.index = static_cast<uint8_t>(index);
  i.index_shift = static_cast<uint8_t>(shift);
  const uint16_t read = Bit(index) & static_cast<uint16_t>(~kPc);
  i.address_reads |= read;
  i.reads |= read;
}

void SetWriteBack(Instruction& i, int32_t change) {
  Add(i, kWriteBack);
  i.change = change;
  i.writes |= Bit(i.base);
}

void SetMultiple(Instruction& i, unsigned words, bool down, bool write_back) {
  i.transfers = static_cast<uint8_t>(words);
  const int32_t bytes = 4 * static_cast<int32_t>(words);
  if (down) i.offset = -bytes;
  if (write_back) SetWriteBack(i, down ? -bytes : bytes);
  const auto general = static_cast<uint16_t>(i.data & ~kPc);
  if (i.kind == Class::kLoadMultiple && general != 0)
    i.last = static_cast<uint8_t>(std::bit_width(general) - 1);
}

void SetAddsConstant(Instruction& i, bool subtracts, uint32_t constant) {
  Add(i, kAddsConstant);
  i.change = static_cast<int32_t>(subtracts ? 0 - constant : constant);
}

void SetExtracts(Instruction& i, unsigned registers, bool early_result) {
  Add(i, kEarlyShifter);
  i.early_reads = static_cast<uint16_t>(registers);
  if (early_result) Add(i, kEarlyResult);
}

void TakePc(Instruction& i, Branch branch) {
  i.writes &= static_cast<uint16_t>(~kPc);
  i.branch = branch;
}

namespace {

void ThreeRegisters(Instruction& i, Class kind, uint16_t writes, uint16_t reads) {
  i.kind = kind;
  i.writes = writes;
  i.reads = reads;
}

// 0x0000 to 0x3FFF.
void ShiftAddMoveCompare(Instruction& i, uint16_t h) {
  const uint16_t low = Bit(h & 7);
  const uint16_t middle = Bit(h >> 3 & 7);
  const uint16_t high = Bit(h >> 8 & 7);
  Add(i, kEarlyResult);
  switch (h >> 11) {
    case 0:
    case 1:
    case 2:
      if (h >> 6 == 0) Add(i, kMoves);
      return ThreeRegisters(i, h >> 6 == 0 ? Class::kAlu : Class::kShift, low, middle);
    case 3: {
      const bool immediate = (h & 0x0400) != 0;
      if (immediate) SetAddsConstant(i, (h & 0x0200) != 0, h >> 6 & 7);
      return ThreeRegisters(i, Class::kAlu, low, middle | (immediate ? uint16_t{0} : Bit(h >> 6 & 7)));
    }
    case 4:
      return ThreeRegisters(i, Class::kAlu, high, 0);
    case 5:
      i.properties = 0;
      return ThreeRegisters(i, Class::kAlu, 0, high);
    default:
      SetAddsConstant(i, (h & 0x0800) != 0, h & 0xFF);
      return ThreeRegisters(i, Class::kAlu, high, high);
  }
}

// 0x4000 to 0x43FF.
void DataProcessing(Instruction& i, uint16_t h) {
  const uint16_t low = Bit(h & 7);
  const uint16_t middle = Bit(h >> 3 & 7);
  const unsigned operation = h >> 6 & 15;
  ThreeRegisters(i, Class::kAlu, low, low | middle);
  switch (operation) {
    case 2:
    case 3:
    case 4:
    case 7:  // LSL, LSR, ASR, ROR
      i.kind = Class::kShift;
      Add(i, kEarlyResult);
      break;
    case 8:
    case 10:
    case 11:  // TST, CMP, CMN
      i.writes = 0;
      break;
    case 9:
    case 15:  // RSB, MVN
      i.reads = middle;
      break;
    case 13:
      i.kind = Class::kMultiply;
      break;
    default:
      break;
  }
}

// 0x4400 to 0x47FF.
void HighRegisters(Instruction& i, uint16_t h) {
  const uint16_t source = Bit(h >> 3 & 15);
  const uint16_t destination = Bit((h & 7) | (h >> 4 & 8));
  switch (h >> 8 & 3) {
    case 0:
      ThreeRegisters(i, Class::kAlu, destination, destination | source);
      Add(i, kEarlyResult);
      break;
    case 1:
      ThreeRegisters(i, Class::kAlu, 0, destination | source);
      return;
    case 2:
      ThreeRegisters(i, Class::kAlu, destination, source);
      Add(i, kEarlyResult | kMoves);
      break;
    default: {
      const bool link = (h & 0x80) != 0;
      ThreeRegisters(i, Class::kBranch, link ? kLr : uint16_t{0}, source);
      i.branch = link ? Branch::kIndirectCall : source == kLr ? Branch::kReturn : Branch::kIndirect;
      return;
    }
  }
  if (destination == kPc) {
    i.kind = Class::kBranch;
    TakePc(i, Branch::kIndirect);
  }
}

// 0x5000 to 0x9FFF.
void LoadStore(Instruction& i, uint16_t h) {
  const uint16_t low = Bit(h & 7);
  const unsigned base = h >> 3 & 7;
  const bool load = (h & 0x0800) != 0;
  const int immediate = h >> 6 & 31;
  switch (h >> 12) {
    case 5: {
      constexpr std::array<uint8_t, 8> kBytes = {4, 2, 1, 1, 4, 2, 1, 2};
      const unsigned operation = h >> 9 & 7;
      SetAccess(i, operation >= 3, low, kBytes[operation], base);
      return SetIndex(i, h >> 6 & 7, 0);
    }
    case 6:
      i.offset = immediate * 4;
      return SetAccess(i, load, low, 4, base);
    case 7:
      i.offset = immediate * 1;
      return SetAccess(i, load, low, 1, base);
    case 8:
      i.offset = immediate * 2;
      return SetAccess(i, load, low, 2, base);
    default:
      i.offset = (h & 0xFF) * 4;
      return SetAccess(i, load, Bit(h >> 8 & 7), 4, 13);
  }
}

void Multiple(Instruction& i, bool load, uint16_t list, unsigned base, bool down, bool write_back) {
  SetAccess(i, load, list, 4, base);
  i.kind = load ? Class::kLoadMultiple : Class::kStoreMultiple;
  SetMultiple(i, static_cast<unsigned>(std::popcount(list)), down, write_back);
  if (load && (list & kPc) != 0) TakePc(i, Branch::kPop);
}

// 0xBF00 to 0xBFFF.
void HintOrIt(Instruction& i, uint16_t h) {
  if ((h & 15) != 0) {
    i.kind = Class::kIt;
    i.it_length = static_cast<uint8_t>(4 - std::countr_zero(static_cast<unsigned>(h & 15)));
  } else {
    const unsigned hint = h >> 4 & 15;
    i.kind = hint == 2 || hint == 3 ? Class::kWait : Class::kNop;
    if (hint == 4) Add(i, kSendsEvent);
  }
}

// 0xB000 to 0xBFFF.
void Miscellaneous(Instruction& i, uint16_t h) {
  const uint16_t low = Bit(h & 7);
  const uint16_t middle = Bit(h >> 3 & 7);
  if ((h & 0xF500) == 0xB100) {  // CBZ, CBNZ
    ThreeRegisters(i, Class::kBranch, 0, low);
    i.branch = Branch::kDirect;
    i.branch_offset = 4 + ((h >> 9 & 1) << 6 | (h >> 3 & 31) << 1);
    Add(i, kComparesZero);
    return Add(i, kConditional);
  }
  switch (h >> 8 & 15) {
    case 0:
      ThreeRegisters(i, Class::kAlu, kSp, kSp);
      SetAddsConstant(i, (h & 0x80) != 0, 4u * (h & 0x7F));
      return Add(i, kEarlyResult);
    case 2:
      return ThreeRegisters(i, Class::kExtend, low, middle);
    case 4:
    case 5:
      return Multiple(i, false, static_cast<uint16_t>((h & 0xFF) | (h & 0x100) << 6), 13, true, true);
    case 6:
      if ((h & 0xFFE8) == 0xB660) i.kind = Class::kStatus;  // CPS
      return;
    case 10:
      if ((h & 0xC0) == 0x80) return;
      ThreeRegisters(i, Class::kBitField, low, middle);  // REV, REV16, REVSH
      return SetExtracts(i, middle, true);
    case 12:
    case 13:
      return Multiple(i, true, static_cast<uint16_t>((h & 0xFF) | (h & 0x100) << 7), 13, false, true);
    case 14:
      i.kind = Class::kBreakpoint;
      return;
    case 15:
      return HintOrIt(i, h);
    default:
      return;
  }
}

// 0xD000 to 0xE7FF.
void Branches(Instruction& i, uint16_t h) {
  if (h < 0xE000) {
    if (h >= 0xDE00) {
      i.kind = Class::kTrap;
      return;
    }
    i.branch_offset = 4 + static_cast<int8_t>(h & 0xFF) * 2;
    Add(i, kConditional);
  } else {
    i.branch_offset = 4 + (static_cast<int16_t>(h << 5) >> 4);
  }
  i.kind = Class::kBranch;
  i.branch = Branch::kDirect;
}

}  // namespace

void DecodeNarrow(Instruction& i, uint16_t h) {
  const uint16_t high = Bit(h >> 8 & 7);
  if (h < 0x4000) return ShiftAddMoveCompare(i, h);
  if (h < 0x4400) return DataProcessing(i, h);
  if (h < 0x4800) return HighRegisters(i, h);
  if (h < 0x5000) {
    i.offset = (h & 0xFF) * 4;
    return SetAccess(i, true, high, 4, 15);
  }
  if (h < 0xA000) return LoadStore(i, h);
  if (h < 0xB000) {  // ADR, ADD to SP
    Add(i, kEarlyResult);
    if (h >= 0xA800) SetAddsConstant(i, false, 4u * (h & 0xFF));
    return ThreeRegisters(i, Class::kAlu, high, h < 0xA800 ? uint16_t{0} : kSp);
  }
  if (h < 0xC000) return Miscellaneous(i, h);
  if (h < 0xD000) {
    const bool load = (h & 0x0800) != 0;
    const uint16_t list = h & 0xFF;
    return Multiple(i, load, list, h >> 8 & 7, false, !load || (list & high) == 0);
  }
  return Branches(i, h);
}

}  // namespace internal

Instruction Decode(uint32_t address, std::span<const uint16_t> halfwords) {
  Instruction i;
  i.address = address;
  i.bytes = static_cast<uint8_t>(Bytes(halfwords[0]));
  if (i.bytes == 2)
    internal::DecodeNarrow(i, halfwords[0]);
  else if (halfwords.size() >= 2)
    internal::DecodeWide(i, halfwords[0], halfwords[1]);
  // An unpredictable encoding may have pc where a result goes.
  i.writes &= static_cast<uint16_t>(~internal::kPc);
  return i;
}

std::vector<Instruction> DecodeRun(uint32_t address, std::span<const uint16_t> halfwords) {
  std::vector<Instruction> run;
  run.reserve(halfwords.size());
  for (size_t at = 0; at < halfwords.size();) {
    run.push_back(Decode(address + static_cast<uint32_t>(at * 2), halfwords.subspan(at)));
    at += run.back().bytes / 2u;
  }
  return run;
}

std::optional<Instruction> DecodeAt(uint32_t address, const emulation::MemoryReader& read) {
  const std::optional<uint16_t> first = emulation::ReadHalfword(address, read);
  if (!first) return std::nullopt;
  const std::optional<uint16_t> second = emulation::ReadHalfword(address + 2, read);
  const uint16_t halfwords[] = {*first, second.value_or(0)};
  return Decode(address, std::span(halfwords).first(second ? 2 : 1));
}

Access Instruction::access() const {
  switch (kind) {
    case Class::kLoad:
    case Class::kLoadDual:
    case Class::kLoadMultiple:
    case Class::kTableBranch:
    case Class::kFloatLoad:
    case Class::kFloatLoadMultiple:
      return Access::kLoad;
    case Class::kStore:
    case Class::kStoreDual:
    case Class::kStoreMultiple:
    case Class::kFloatStore:
    case Class::kFloatStoreMultiple:
      return Access::kStore;
    default:
      return Access::kNone;
  }
}

std::optional<int32_t> Added(const Instruction& i, unsigned r) {
  if ((i.writes >> r & 1) == 0) return 0;
  const bool by_write_back = i.Has(kWriteBack) && i.base == r;
  const bool by_addition = i.Has(kAddsConstant) && i.reads == internal::Bit(r);
  return by_write_back || by_addition ? std::optional(i.change) : std::nullopt;
}

std::optional<uint32_t> AccessAddress(const Instruction& i, const std::array<uint32_t, 16>& registers) {
  if (i.access() == Access::kNone) return std::nullopt;
  const uint32_t pc = i.address + 4;  // as instructions read it; literals from a multiple of 4
  const uint32_t base = !i.Has(kLiteral) ? registers[i.base] : i.kind == Class::kTableBranch ? pc : pc & ~3u;
  const uint32_t index = i.Has(kRegisterOffset) ? registers[i.index] << i.index_shift : 0;
  return base + index + static_cast<uint32_t>(i.offset);
}

}  // namespace atome::thumb
