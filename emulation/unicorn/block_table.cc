#include "emulation/unicorn/block_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "emulation/machine/limits.h"
#include "emulation/thumb/decode.h"

namespace atome::emulation {

BlockTable::BlockTable(const GuestMemory& memory, const timing::TimingCore& core, timing::CycleModel& model,
                       uint32_t fixed_bytes, Options options)
    : memory_(memory), core_(core), model_(model), options_(options), fixed_(fixed_bytes / 2 + 1) {
  watches_.assign(options.places.begin(), options.places.end());
}

KnownBlock** BlockTable::Head(uint32_t address) {
  const size_t index = Index(address);
  return index < fixed_.size() ? &fixed_[index] : &changing_[address];
}

KnownBlock* BlockTable::FindChanging(thumb::Block block) {
  const auto head = changing_.find(block.address);
  KnownBlock* known = head == changing_.end() ? nullptr : head->second;
  const uint8_t* code = memory_.Readable(block.address, block.bytes);
  if (code == nullptr) return nullptr;
  while (known != nullptr && (known->block.bytes != block.bytes ||
                              std::memcmp(known->code.data(), code, block.bytes & ~1u) != 0)) {
    known = known->other;
  }
  return known;
}

KnownBlock* BlockTable::Learn(thumb::Block block, unsigned it_left) {
  const uint8_t* bytes = memory_.Readable(block.address, block.bytes);
  if (bytes == nullptr || block.bytes < 2) return nullptr;
  code_bytes_ += block.bytes;
  full_ = code_bytes_ > kMaxCodeBytes;
  if (full_) return nullptr;
  std::vector<uint16_t> code(block.bytes / 2);
  std::memcpy(code.data(), bytes, code.size() * 2);
  const std::vector<thumb::Instruction> run = thumb::DecodeRun(block.address, code);
  KnownBlock& known = blocks_.emplace_back();
  known.block = block;
  known.facts = thumb::FactsOf(run, it_left);
  known.followed = std::ranges::any_of(options_.places, [block](const thumb::Block& place) {
    return block.address >= place.address && block.end() <= place.end();
  });
  LookAtCosts(known, run, it_left);
  if (!options_.check_alignment) known.facts.aligned_registers = 0;
  for (const thumb::BlockFacts::AlignedAccess& access : known.facts.aligned_accesses) {
    if (options_.check_alignment && access.computed)
      Add(known, {.pc = access.pc, .kind = Look::Kind::kAlignment, .first = access.base});
  }
  known.timing = model_.Prepare(block.address, code);
  if (Index(block.address) >= fixed_.size()) known.code = std::move(code);
  KnownBlock** const head = Head(block.address);
  known.other = *head;
  *head = &known;
  return &known;
}

void BlockTable::Add(KnownBlock& known, Look look) {
  const auto at = std::ranges::upper_bound(known.looks, look.pc, {}, &Look::pc);
  known.looks.insert(at, look);
  if (watched_.insert(look.pc).second) watches_.push_back({look.pc, 2});
}

void BlockTable::LookAtCosts(KnownBlock& known, std::span<const thumb::Instruction> run, unsigned it_left) {
  const std::vector<timing::Site> sites = timing::Sites(core_, run, it_left);
  known.depends_on_data = !sites.empty();
  if (options_.by_operands) model_.ExpectNotes(sites);
  for (const timing::Site& site : sites) {
    const bool may_fault = site.kind == timing::Site::Kind::kDivide;
    if (!options_.by_operands && !may_fault) continue;
    const Look::Kind kind = site.kind == timing::Site::Kind::kConditional ? Look::Kind::kExecuted
                            : site.kind == timing::Site::Kind::kDivide    ? Look::Kind::kDivide
                                                                          : Look::Kind::kLongMultiply;
    Add(known, {.pc = site.address, .kind = kind, .first = site.first, .second = site.second});
  }
}

void BlockTable::LookAtAlignment(KnownBlock& known) {
  known.facts.aligned_registers = 0;
  for (const thumb::BlockFacts::AlignedAccess& access : known.facts.aligned_accesses) {
    if (!access.computed) Add(known, {.pc = access.pc, .kind = Look::Kind::kAlignment, .first = access.base});
  }
}

void BlockTable::LookAtFpu(KnownBlock& known) {
  if (known.looks_at_fpu) return;
  known.looks_at_fpu = true;
  for (const uint32_t pc : known.facts.fpu_instructions) Add(known, {.pc = pc, .kind = Look::Kind::kFpu});
}

std::vector<thumb::Block> BlockTable::TakeWatches() { return std::exchange(watches_, {}); }

}  // namespace atome::emulation
