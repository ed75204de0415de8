#include "emulation/thumb/block_addresses.h"

#include <array>

#include "emulation/thumb/decode.h"

namespace atome::thumb {
namespace {

// What is known of a register: it was `r` at the block's start and has grown by `number`, or is `number`.
struct Value {
  enum class Kind : uint8_t { kUnknown, kEntry, kConstant };
  Kind kind = Kind::kUnknown;
  uint8_t r = BlockAddress::kNone;
  uint32_t number = 0;

  bool known() const { return kind != Kind::kUnknown; }
  Value Plus(uint32_t more) const { return known() ? Value{kind, r, number + more} : Value{}; }
};

class Registers {
 public:
  Registers() {
    for (uint8_t r = 0; r < 15; ++r) values_[r] = {Value::Kind::kEntry, r, 0};
  }
  // The pc is never asked for.
  const Value& operator[](unsigned r) const { return values_[r]; }

  void Execute(const Instruction& i, bool conditional, const emulation::MemoryReader& read) {
    const Value result = conditional ? Value{} : Result(i, read);
    std::array<Value, 16> after = values_;
    for (unsigned r = 0; r < 15; ++r) {
      if ((i.writes >> r & 1) == 0) continue;
      const std::optional<int32_t> added = conditional ? std::nullopt : Added(i, r);
      after[r] = added                              ? values_[r].Plus(static_cast<uint32_t>(*added))
                 : i.Has(kWriteBack) && i.base == r ? Value{}
                                                    : result;
    }
    values_ = after;
  }

 private:
  // What the instruction writes to its destination, where that is one register.
  Value Result(const Instruction& i, const emulation::MemoryReader& read) const {
    if ((i.writes & (i.writes - 1)) != 0 && !i.Has(kWriteBack)) return {};
    if (i.kind == Class::kLoad && i.Has(kLiteral) && !i.Has(kRegisterOffset) && i.access_bytes == 4) {
      const uint32_t address = ((i.address + 4) & ~3u) + static_cast<uint32_t>(i.offset);
      const auto low = emulation::ReadHalfword(address, read);
      const auto high = emulation::ReadHalfword(address + 2, read);
      if (low && high) return {Value::Kind::kConstant, BlockAddress::kNone, *low | uint32_t{*high} << 16};
      return {};
    }
    if (i.kind != Class::kAlu) return {};
    if (i.Has(kMoves) && i.reads == 0)
      return {Value::Kind::kConstant, BlockAddress::kNone, static_cast<uint32_t>(i.change)};
    const unsigned source = i.reads == 0 || (i.reads & (i.reads - 1)) != 0 || (i.reads >> 15) != 0
                                ? 15
                                : static_cast<unsigned>(__builtin_ctz(i.reads));
    if (source != 15 && i.Has(kAddsConstant)) return values_[source].Plus(static_cast<uint32_t>(i.change));
    if (source == 15 || !i.Has(kMoves)) return {};
    if (i.reads != i.writes) return values_[source];
    const Value& low = values_[source];  // MOVT, or a MOV to itself
    if (i.change != 0 && low.kind == Value::Kind::kConstant)
      return {low.kind, low.r, (low.number & 0xFFFF) | static_cast<uint32_t>(i.change)};
    return {};
  }

  std::array<Value, 16> values_{};
};

}  // namespace

BlockAddresses AddressesOf(std::span<const Instruction> run, unsigned it_left,
                           const emulation::MemoryReader& read) {
  BlockAddresses result;
  Registers registers;
  for (size_t k = 0; k < run.size(); ++k) {
    const Instruction& i = run[k];
    const bool conditional = it_left > 0;
    if (conditional) --it_left;
    if (i.kind == Class::kIt) it_left = i.it_length;
    if (i.access() != Access::kNone) {
      BlockAddress address{.instruction = static_cast<uint16_t>(k)};
      const uint32_t pc = i.address + 4;
      const bool literal = i.Has(kLiteral);
      const Value base = !literal ? registers[i.base]
                                  : Value{Value::Kind::kConstant, BlockAddress::kNone,
                                          i.kind == Class::kTableBranch ? pc : pc & ~3u};
      if (base.known()) {
        address.base = base.r;
        address.constant = base.number + static_cast<uint32_t>(i.offset);
        if (i.Has(kRegisterOffset)) {
          const Value index = i.index < 15 ? registers[i.index] : Value{};
          address.nearby = !index.known();
          address.index = index.r;
          address.shift = i.index_shift;
          address.constant += index.number << i.index_shift;
        }
        result.accesses.push_back(address);
      }
    }
    registers.Execute(i, conditional, read);
  }
  for (uint8_t r = 0; r < 15; ++r) {
    const Value& value = registers[r];
    if (value.kind == Value::Kind::kEntry && value.r == r) result.added[r] = value.number;
  }
  return result;
}

}  // namespace atome::thumb
