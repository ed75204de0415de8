// What a model says of its memory, against what the allocator gave: within a tenth of what glibc 2.36 did.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "emulation/thumb/decode.h"
#include "emulation/timing/cycle_model.h"

namespace atome::timing {
namespace {

constexpr uint32_t kBase = 0x1000;

uint64_t Allocated() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

// The share of what was allocated, while `fill` runs, that `said` tells of; 0 where the allocator does not
// count.
double Share(const std::function<void()>& fill, const std::function<uint64_t()>& said) {
  const uint64_t allocated = Allocated(), before = said();
  fill();
  const uint64_t more = Allocated() - allocated;
  return allocated == 0 || more == 0 ? 0 : static_cast<double>(said() - before) / static_cast<double>(more);
}

#define ATOME_SHARE_OR_SKIP(name, ...)    \
  const double name = Share(__VA_ARGS__); \
  if (name == 0) GTEST_SKIP() << "this allocator does not count (sanitizer)"

// Straight code of many lengths, each prepared once.
void PrepareMany(CycleModel* model, uint32_t blocks, uint32_t instructions) {
  const std::vector<uint16_t> code(instructions, 0x2001);
  for (uint32_t k = 0; k < blocks; ++k) model->Prepare(kBase + 2 * k, code);
}

TEST(CycleModelMemory, CountsLongBlocks) {
  CycleModel model(*FindTimingCore("m7"));
  ATOME_SHARE_OR_SKIP(
      share, [&] { PrepareMany(&model, 200, 400); }, [&] { return model.bytes(); });
  EXPECT_GT(share, 0.9);
  EXPECT_LT(share, 1.1);
}

TEST(CycleModelMemory, CountsShortBlocks) {
  CycleModel model(*FindTimingCore("m3"));
  ATOME_SHARE_OR_SKIP(
      share, [&] { PrepareMany(&model, 20'000, 1); }, [&] { return model.bytes(); });
  EXPECT_GT(share, 1.05);
  EXPECT_LT(share, 1.3);
}

TEST(CycleModelMemory, CountsWhereDataLie) {
  CycleModel model(*FindTimingCore("m4"));
  const std::vector<uint16_t> code(2000, 0x6808);  // ldr r0, [r1]
  const auto fill = [&] {
    for (uint32_t k = 0; k < 100; ++k)
      model.Prepare(kBase + 2 * k, code, std::vector<DataAccess>(code.size(), {DataMemory::kSystemBus, 0}));
  };
  ATOME_SHARE_OR_SKIP(share, fill, [&] { return model.bytes(); });
  EXPECT_GT(share, 0.9);
  EXPECT_LT(share, 1.1);
}

TEST(CycleModelMemory, CountsOutcomesOfABlock) {
  CycleModel model(*FindTimingCore("m3"));
  // 60 UDIVs, of which each takes as long as its numbers say; and a block behind them.
  std::vector<uint16_t> code;
  for (int k = 0; k < 60; ++k) code.insert(code.end(), {0xFBB1, 0xF0F2});
  const uint16_t next[] = {0x2001};
  std::vector<std::pair<uint32_t, BlockId>> blocks;
  for (uint32_t k = 0; k < 400; ++k) {
    const uint32_t address = kBase + 0x100 * k;
    model.ExpectNotes(Sites(*FindTimingCore("m3"), thumb::DecodeRun(address, code)));
    blocks.emplace_back(address, model.Prepare(address, code));
  }
  const BlockId behind = model.Prepare(kBase - 2, next);
  std::mt19937 random(1);
  const auto fill = [&] {
    for (int repeat = 0; repeat < 16; ++repeat) {
      for (const auto& [address, block] : blocks) {
        model.Enter(block);
        for (uint32_t i = 0; i < 60; ++i)
          model.NoteOperands(address + 4 * i, static_cast<uint32_t>(random()),
                             static_cast<uint32_t>(random()) >> (random() % 32));
        model.Enter(behind);
      }
    }
  };
  ATOME_SHARE_OR_SKIP(share, fill, [&] { return model.bytes(); });
  EXPECT_GT(share, 1.3);
  EXPECT_LT(share, 1.6);
}

TEST(CycleModelMemory, CountsWhatItExplains) {
  CycleModel model(*FindTimingCore("m3"), {.explain = true});
  const uint16_t code[] = {0x2001};
  std::vector<BlockId> blocks;
  for (uint32_t k = 0; k < 5000; ++k) blocks.push_back(model.Prepare(kBase + 2 * k, code));
  const auto fill = [&] {
    for (const BlockId block : blocks) model.Enter(block);
  };
  ATOME_SHARE_OR_SKIP(share, fill, [&] { return model.bytes(); });
  EXPECT_GT(share, 0.95);
  EXPECT_LT(share, 1.2);
}

TEST(CycleModelMemory, CountsWhatItKeeps) {
  CycleModel model(*FindTimingCore("m3"));
  const uint16_t code[] = {0xEE30, 0x0A01};  // vadd.f32, which this core has not: told once an address
  const auto fill = [&] {
    for (uint32_t k = 0; k < 2000; ++k) model.Prepare(0x10000 * k, code);
    model.Forget();
  };
  ATOME_SHARE_OR_SKIP(share, fill, [&] { return model.kept_bytes(); });
  EXPECT_GT(share, 0.83);
  EXPECT_LT(share, 1.03);
}

TEST(CycleModelMemory, ASiteThatIsExpectedAgainTakesNoMore) {
  CycleModel model(*FindTimingCore("m3"));
  const uint16_t code[] = {0xBF08, 0x2001, 0xBF18, 0x2001};  // it eq; moveq; it ne; movne
  const std::vector<Site> sites = Sites(*FindTimingCore("m3"), thumb::DecodeRun(kBase, code));
  ASSERT_FALSE(sites.empty());
  const uint64_t none = model.bytes();
  model.ExpectNotes(sites);
  const uint64_t once = model.bytes();
  EXPECT_GT(once, none);
  model.ExpectNotes(sites);
  EXPECT_EQ(model.bytes(), once);
}

}  // namespace
}  // namespace atome::timing
