#include "emulation/thumb/block_facts.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <optional>

namespace atome::thumb {
namespace {

constexpr unsigned kSp = 13;
constexpr int32_t kLargestFrame = 0x10000;  // a larger constant is not a frame's size

bool LeavesForTheUnknown(Branch branch) {
  return branch == Branch::kReturn || branch == Branch::kIndirect || branch == Branch::kLoad ||
         branch == Branch::kPop || branch == Branch::kTable;
}

}  // namespace

bool NeedsAlignment(const Instruction& i) {
  const bool kind_needs = (i.kind >= Class::kLoadDual && i.kind <= Class::kStoreMultiple) ||
                          i.kind >= Class::kFloatLoad ||
                          ((i.Has(kExclusive) || i.Has(kOrdered)) && i.access_bytes == 4);
  return kind_needs && (i.base < kSp || i.base == 14);
}

BlockFacts FactsOf(std::span<const Instruction> run, unsigned it_left) {
  BlockFacts facts;
  uint16_t computed = 0;  // registers that moved by something else than a known multiple of 4
  int32_t stack = 0;
  for (const Instruction& i : run) {
    const bool conditional = it_left > 0;
    if (it_left > 0) --it_left;
    if (i.kind == Class::kIt) it_left = i.it_length;
    facts.sets_special |= i.kind == Class::kStatus && i.bytes == 4 && i.writes == 0;
    facts.sends_event |= i.Has(kSendsEvent);
    if (i.Has(kFpu)) facts.fpu_instructions.push_back(i.address);

    if (NeedsAlignment(i)) {
      const uint16_t base = static_cast<uint16_t>(1u << i.base);
      const bool is_computed = (computed & base) != 0;
      facts.aligned_accesses.push_back({i.address, i.base, is_computed});
      if (!is_computed) facts.aligned_registers |= base;
    }
    for (uint32_t left = i.writes; left != 0; left &= left - 1) {
      const unsigned r = static_cast<unsigned>(std::countr_zero(left));
      const std::optional<int32_t> change = Added(i, r);
      if (r == kSp) {
        if (change && std::abs(*change) <= kLargestFrame && !conditional)
          stack += *change;
        else
          facts.sets_stack = true;
      } else if (!change || *change % 4 != 0) {
        computed |= static_cast<uint16_t>(1u << r);
      }
    }
    facts.stack_bytes = static_cast<uint16_t>(std::min(std::max<int32_t>(facts.stack_bytes, -stack), 0xFFFC));
    ++facts.instructions;
  }
  facts.it_left = static_cast<uint8_t>(it_left);
  facts.uses_stack = facts.stack_bytes != 0 || facts.sets_special;
  if (!run.empty()) {
    facts.calls = run.back().is_call();
    facts.leaves = LeavesForTheUnknown(run.back().branch);
  }
  return facts;
}

}  // namespace atome::thumb
