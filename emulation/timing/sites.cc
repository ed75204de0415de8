#include "emulation/timing/sites.h"

namespace atome::timing {
namespace {

using thumb::Branch;
using thumb::Class;
using thumb::Instruction;

// Whether an instruction costs the same executed and skipped, but for what it writes.
bool IsOneCycle(const Instruction& i) { return i.kind >= Class::kAlu && i.kind <= Class::kIt; }

// Whether the instruction before run[k] may be a load or store, in whose last cycle a skipped one disappears.
bool MayFollowAccess(std::span<const Instruction> run, size_t k) {
  size_t before = k;
  while (before > 0 && run[before - 1].kind == Class::kIt) --before;
  return before == 0 || run[before - 1].kind == Class::kLoad || run[before - 1].kind == Class::kStore;
}

// Whether what run[k] writes gives an address to the next instruction; an IT between them does not matter.
bool FeedsAddress(std::span<const Instruction> run, size_t k) {
  size_t next = k + 1;
  if (next < run.size() && run[next].kind == Class::kIt) ++next;
  return next < run.size() && (run[k].writes & run[next].address_reads) != 0;
}

}  // namespace

bool HasVariableCost(const TimingCore& core, Class kind) {
  if (!CostsDependOnData(core)) return false;
  if (kind == Class::kDivide) return true;
  return core.costs.long_multiply_varies &&
         (kind == Class::kLongMultiply || kind == Class::kLongMultiplyAccumulate);
}

std::vector<Site> Sites(const TimingCore& core, std::span<const Instruction> run, unsigned it_left) {
  std::vector<Site> sites;
  if (!CostsDependOnData(core)) return sites;
  for (size_t k = 0; k < run.size(); ++k) {
    const Instruction& i = run[k];
    const bool conditional = it_left > 0;
    if (conditional) --it_left;
    if (i.kind == Class::kIt) it_left = i.it_length;
    if (HasVariableCost(core, i.kind)) {
      sites.push_back({i.address, i.kind == Class::kDivide ? Site::Kind::kDivide : Site::Kind::kLongMultiply,
                       conditional, i.left, i.right});
    } else if (conditional && i.branch == Branch::kNone) {
      if (!IsOneCycle(i) || FeedsAddress(run, k) || MayFollowAccess(run, k))
        sites.push_back({i.address, Site::Kind::kConditional, true, 0, 0});
    }
  }
  return sites;
}

}  // namespace atome::timing
