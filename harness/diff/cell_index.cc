#include "harness/diff/cell_index.h"

#include <algorithm>

#include "harness/report/walk.h"

namespace atome::harness::report {
namespace {

std::vector<const Cell*> CellsByKey(const Report& report) {
  std::vector<const Cell*> cells;
  cells.reserve(report.cells.size());
  for (const Cell& cell : report.cells) cells.push_back(&cell);
  std::ranges::sort(cells, [](const Cell* a, const Cell* b) { return a->key < b->key; });
  return cells;
}

const Key& KeyOf(const CellPair& pair) { return pair.after != nullptr ? pair.after->key : pair.before->key; }

}  // namespace

CellIndex::CellIndex(const Report& before, const Report& after) {
  Walk(
      CellsByKey(before), CellsByKey(after), [](const Cell& a, const Cell& b) { return a.key <=> b.key; },
      [this](const Cell& a, const Cell& b) {
        pairs_.push_back({&a, &b});
        if (b.key.kind == Kind::kCycles && b.key.board.empty())
          by_op_.emplace(FirmwareOf(b.key), pairs_.back());
      },
      [this](const Cell& a) {
        pairs_.push_back({&a, nullptr});
      },
      [this](const Cell& b) {
        pairs_.push_back({nullptr, &b});
      });
}

CellPair CellIndex::Find(const Key& key) const {
  const auto at = std::ranges::lower_bound(pairs_, key, {}, KeyOf);
  return at == pairs_.end() || KeyOf(*at) != key ? CellPair{} : *at;
}

const CellPair* CellIndex::ByOp(const Key& key) const {
  const auto at = by_op_.find(FirmwareOf(key));
  return at == by_op_.end() ? nullptr : &at->second;
}

}  // namespace atome::harness::report
