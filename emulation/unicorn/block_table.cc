#include "emulation/unicorn/block_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "emulation/machine/limits.h"
#include "emulation/thumb/decode.h"
#include "emulation/unicorn/ppb.h"

namespace atome::emulation {

uint32_t MostCycles(const thumb::Instruction& i, const timing::TimingCore& core) {
  using enum thumb::Class;
  // One, and stalls of fetch and bus; each transfer may be unaligned.
  uint32_t most = 4 + 3u * i.transfers + (i.branch != thumb::Branch::kNone ? 6 : 0);
  switch (i.kind) {
    case kMultiply:
    case kMultiplyAccumulate:
      return most + std::max(core.costs.multiply, core.costs.multiply_accumulate);
    case kLongMultiply:
    case kLongMultiplyAccumulate:
      return most + std::max(core.costs.long_multiply, core.costs.long_multiply_accumulate);
    case kDivide:
      return most + 14;
    case kFloatDivide:
    case kFloatSquareRoot:
      return most + 32;  // in double precision
    case kUnknown:
    case kStatus:
    case kBarrier:
    case kInstructionBarrier:
    case kWait:
      return most + 8;
    default:
      return most;
  }
}

BlockTable::BlockTable(const GuestMemory& memory, const timing::TimingCore& core, timing::CycleModel& model,
                       uint32_t fixed_bytes, const Registers& registers, Options options)
    : memory_(memory),
      core_(core),
      model_(model),
      registers_(registers),
      options_(options),
      fixed_(fixed_bytes / 2 + 1) {
  watches_.assign(options.places.begin(), options.places.end());
  for (const thumb::Block& place : options.places) places_.push_back({place.address, place.end()});
  std::ranges::sort(places_, {}, &Place::address);
  uint32_t furthest = 0;
  for (Place& place : places_) furthest = place.furthest = std::max(furthest, place.furthest);
}

bool BlockTable::IsPlace(thumb::Block block) const {
  const auto behind = std::ranges::upper_bound(places_, block.address, {}, &Place::address);
  return behind != places_.begin() && std::prev(behind)->furthest >= block.end();
}

void BlockTable::Forget() {
  blocks_ = {};
  std::ranges::fill(fixed_, nullptr);
  changing_ = {};
  by_code_ = {};
  watched_ = {};
  watches_.assign(options_.places.begin(), options_.places.end());
  bytes_ = 0;
}

namespace {

// Of a block and of each of its instructions: what the emulator makes of them, and entries on the heap.
constexpr uint64_t kBlockBytes = 640, kInstructionBytes = 160;

uint64_t BytesOf(const KnownBlock& known, size_t instructions) {
  return sizeof known + kBlockBytes + kInstructionBytes * instructions + known.looks.size() * 64 +
         known.groups.size() * 128 + known.code.size() * sizeof(uint16_t);
}

}  // namespace

// Blocks at one address that are looked through one by one.
constexpr uint32_t kMostOthers = 16;

KnownBlock** BlockTable::Head(uint32_t address) {
  const size_t index = Index(address);
  return index < fixed_.size() ? &fixed_[index] : &changing_[address];
}

KnownBlock* BlockTable::FindChanging(thumb::Block block) {
  const auto head = changing_.find(block.address);
  KnownBlock* known = head == changing_.end() ? nullptr : head->second;
  const uint8_t* code = memory_.Readable(block.address, block.bytes);
  if (code == nullptr) return nullptr;
  if (known != nullptr && known->others >= kMostOthers) {
    const auto found = by_code_.find(CodeSeen::HashOf(block, code));
    known = found != by_code_.end() ? found->second : nullptr;
    const bool same = known != nullptr && known->block == block &&
                      std::memcmp(known->code.data(), code, block.bytes & ~1u) == 0;
    return same ? known : nullptr;
  }
  while (known != nullptr && (known->block.bytes != block.bytes ||
                              std::memcmp(known->code.data(), code, block.bytes & ~1u) != 0)) {
    known = known->other;
  }
  return known;
}

KnownBlock* BlockTable::Learn(thumb::Block block, unsigned it_left) {
  const uint8_t* bytes = memory_.Readable(block.address, block.bytes);
  if (bytes == nullptr || block.bytes < 2) return nullptr;
  full_ = !seen_.Add(block, bytes, kMaxCodeBytes);
  if (full_) return nullptr;
  std::vector<uint16_t> code(block.bytes / 2);
  std::memcpy(code.data(), bytes, code.size() * 2);
  const std::vector<thumb::Instruction> run = thumb::DecodeRun(block.address, code);
  KnownBlock& known = blocks_.emplace_back();
  known.block = block;
  known.facts = thumb::FactsOf(run, it_left);
  known.followed = IsPlace(block);
  const thumb::BlockAddresses addresses = AddressesOf(run, it_left);
  if (!known.followed && ReachesPrivateBus(addresses)) {
    known.followed = true;
    watches_.push_back(block);
  }
  LookAtCosts(known, run, it_left);
  for (const thumb::Instruction& i : run) {
    const size_t at = (i.address - block.address) / 2;
    const uint16_t second = i.bytes == 4 && at + 1 < code.size() ? code[at + 1] : uint16_t{0};
    const bool sets_stack = (i.writes >> 13 & 1) != 0 && !thumb::Added(i, 13);
    if (sets_stack && &i != &run.back())
      Add(known, {.pc = (&i + 1)->address, .kind = Look::Kind::kStackPointer});
    if (!thumb::Knows(options_.architecture, code[at], second))
      Add(known, {.pc = i.address, .kind = Look::Kind::kUndefined});
  }
  if (!options_.check_alignment) known.facts.aligned_registers = 0;
  for (const thumb::BlockFacts::AlignedAccess& access : known.facts.aligned_accesses) {
    if (options_.check_alignment && access.computed)
      Add(known, {.pc = access.pc, .kind = Look::Kind::kAlignment, .first = access.base});
  }
  known.slack = 6;
  for (const thumb::Instruction& i : run) {
    known.most_cycles += MostCycles(i, core_);
    known.slack += 2u * i.transfers;
  }
  FollowData(known, run, addresses);
  known.timing = model_.Prepare(block.address, code, known.accesses);
  if (!known.groups.empty() || Index(block.address) >= fixed_.size()) known.code = std::move(code);
  KnownBlock** const head = Head(block.address);
  known.other = *head;
  known.others = *head != nullptr ? (*head)->others + 1 : 0;
  *head = &known;
  if (known.others >= kMostOthers && Index(block.address) >= fixed_.size()) {
    const auto add = [this](KnownBlock& each) {
      by_code_[CodeSeen::HashOf(each.block, reinterpret_cast<const uint8_t*>(each.code.data()))] = &each;
    };
    add(known);
    for (KnownBlock* each = known.other; known.others == kMostOthers && each != nullptr; each = each->other)
      add(*each);
    bytes_ += 64;
  }
  bytes_ += BytesOf(known, run.size());
  return &known;
}

void BlockTable::Forget(uint32_t address, uint32_t bytes) {
  for (KnownBlock*& head : fixed_) {
    for (KnownBlock** at = &head; *at != nullptr;) {
      const thumb::Block& block = (*at)->block;
      if (block.address < uint64_t{address} + bytes && address < block.end())
        *at = (*at)->other;
      else
        at = &(*at)->other;
    }
  }
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
    if (!options_.by_operands || site.kind == timing::Site::Kind::kDivide) continue;
    const bool conditional = site.kind == timing::Site::Kind::kConditional;
    Add(known, {.pc = site.address,
                .kind = conditional ? Look::Kind::kExecuted : Look::Kind::kLongMultiply,
                .first = site.first,
                .second = site.second});
  }
  // A division may also fault.
  for (const thumb::Instruction& i : run) {
    if (i.kind == thumb::Class::kDivide)
      Add(known, {.pc = i.address, .kind = Look::Kind::kDivide, .first = i.left, .second = i.right});
  }
}

// Data that are told apart: by their memory where loads overlap, by their alignment where a core can be
// unaligned.
thumb::BlockAddresses BlockTable::AddressesOf(std::span<const thumb::Instruction> run,
                                              unsigned it_left) const {
  return thumb::AddressesOf(run, it_left, [this](uint32_t address) {
    return memory_.IsFixed(address) ? memory_.Word(address) : std::nullopt;
  });
}

// Whether the block, as it is about to execute, reaches a register whose answer depends on when.
bool BlockTable::ReachesPrivateBus(const thumb::BlockAddresses& addresses) const {
  const auto value = [this](uint8_t r) { return r == thumb::BlockAddress::kNone ? 0 : registers_.Read(r); };
  return std::ranges::any_of(addresses.accesses, [&value](const thumb::BlockAddress& access) {
    return access.At(value(access.base), value(access.index)) - kPpbAddress < kPpbBytes;
  });
}

void BlockTable::FollowData(KnownBlock& known, std::span<const thumb::Instruction> run,
                            const thumb::BlockAddresses& addresses) {
  if (!options_.by_operands || !timing::CostsDependOnData(core_)) return;
  const MemoryMap& map = memory_.map();
  const uint32_t stack_top = memory_.Word(map.vector_address).value_or(0);
  const bool look_at_stack =
      std::ranges::any_of(map.memories, &Memory::second_bank) ||
      memory_.DataMemoryAt(stack_top - 4, map.program_address) != timing::DataMemory::kSystemBus;
  known.steady = true;
  for (const thumb::BlockAddress& access : addresses.accesses) {
    const thumb::Instruction& i = run[access.instruction];
    const bool single = i.kind == thumb::Class::kLoad || i.kind == thumb::Class::kStore;
    const bool can_be_unaligned = single && i.access_bytes > 1 && !access.nearby;
    if (core_.pipeline == timing::PipelineKind::kDualIssue && !can_be_unaligned) continue;
    // The stack is usually in RAM, which the model takes by itself; only its bank may need a look.
    const bool stack = access.base == 13 && access.index == thumb::BlockAddress::kNone;
    if (stack && memory_.InProgram(known.block.address) && !look_at_stack) continue;
    if (access.is_constant()) {
      if (known.accesses.empty()) known.accesses.resize(run.size());
      known.accesses[access.instruction] = AccessAt(access.constant, access, run, known.block.address);
      continue;
    }
    const auto same = std::ranges::find_if(known.groups, [&access](const DataGroup& group) {
      return group.first.base == access.base && group.first.index == access.index &&
             group.first.shift == access.shift;
    });
    if (same != known.groups.end()) {
      same->accesses.push_back(access);
    } else if (known.groups.size() < kMostGroups) {
      known.groups.push_back({access, {access}});
    }
    for (const uint8_t r : {access.base, access.index}) {
      const std::optional<uint32_t> added = r == thumb::BlockAddress::kNone ? 0 : addresses.added[r];
      const unsigned bytes = can_be_unaligned ? i.access_bytes : 1;
      const unsigned scale = r == access.index ? access.shift : 0;
      known.steady = known.steady && (bytes == 1 || (added && (*added << scale) % bytes == 0));
    }
  }
}

timing::DataAccess BlockTable::AccessAt(uint32_t address, const thumb::BlockAddress& access,
                                        std::span<const thumb::Instruction> run, uint32_t code) const {
  const bool single = run[access.instruction].access_bytes > 1 && !access.nearby;
  return {.memory = memory_.DataMemoryAt(address, code),
          .misaligned = single ? static_cast<uint8_t>(address & 3) : uint8_t{0}};
}

void BlockTable::SetPattern(KnownBlock& known, DataPattern pattern) {
  known.pattern = pattern;
  const auto found =
      std::ranges::find(known.patterns, pattern, &std::pair<DataPattern, timing::BlockId>::first);
  if (found != known.patterns.end()) {
    known.timing = found->second;
    return;
  }
  const std::vector<thumb::Instruction> run = thumb::DecodeRun(known.block.address, known.code);
  std::vector<timing::DataAccess> accesses = known.accesses;
  accesses.resize(run.size());
  for (const DataGroup& group : known.groups) {
    const auto memory = static_cast<timing::DataMemory>(pattern >> 2 & 7);
    for (const thumb::BlockAddress& access : group.accesses) {
      const uint32_t low = (pattern & 3) + access.constant - group.first.constant;
      const bool single = run[access.instruction].access_bytes > 1 && !access.nearby;
      accesses[access.instruction] = {.memory = memory,
                                      .misaligned = single ? static_cast<uint8_t>(low & 3) : uint8_t{0}};
    }
    pattern >>= kPatternBits;
  }
  known.timing = model_.Prepare(known.block.address, known.code, accesses);
  known.patterns.emplace_back(known.pattern, known.timing);
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
