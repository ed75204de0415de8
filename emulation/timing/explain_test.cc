// What the model says of each instruction: where its cycles went. Parts of short sequences, by hand.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "emulation/timing/cycle_model.h"

namespace atome::timing {
namespace {

constexpr uint32_t kBase = 0x1000;
constexpr uint16_t kMovs = 0x2001;  // movs r0, #1

// One block, then one of a MOVS at `next`.
std::map<uint32_t, InstructionCycles> Explained(const char* core, const std::vector<uint16_t>& code,
                                                uint32_t next) {
  CycleModel model(*FindTimingCore(core), {.explain = true});
  model.Enter(model.Prepare(kBase, code));
  const uint16_t target[] = {kMovs};
  model.Enter(model.Prepare(next, target));
  std::map<uint32_t, InstructionCycles> rows;
  for (const InstructionCycles& row : model.Explain()) rows[row.address - kBase] = row;
  return rows;
}

// Parts of the instruction at an offset; those not named are 0.
struct Parts {
  uint32_t offset = 0;
  uint64_t own = 0;
  uint64_t operand = 0;
  uint64_t bus = 0;
  uint64_t fetch = 0;
  uint64_t refill = 0;
  uint64_t pairing = 0;
  uint64_t guess = 0;
};

struct Sequence {
  const char* name;
  const char* core;
  std::vector<uint16_t> code;
  uint32_t next;  // of the block behind it, from its begin
  std::vector<Parts> parts;
};

class Explanation : public testing::TestWithParam<Sequence> {};

TEST_P(Explanation, TellsWhereCyclesWent) {
  const auto rows = Explained(GetParam().core, GetParam().code, kBase + GetParam().next);
  for (const Parts& parts : GetParam().parts) {
    ASSERT_TRUE(rows.contains(parts.offset)) << parts.offset;
    const InstructionCycles& row = rows.at(parts.offset);
    EXPECT_EQ(row.own, parts.own) << "own at " << parts.offset;
    EXPECT_EQ(row.operand, parts.operand) << "operand at " << parts.offset;
    EXPECT_EQ(row.bus, parts.bus) << "bus at " << parts.offset;
    EXPECT_EQ(row.fetch, parts.fetch) << "fetch at " << parts.offset;
    EXPECT_EQ(row.refill, parts.refill) << "refill at " << parts.offset;
    EXPECT_EQ(row.pairing, parts.pairing) << "pairing at " << parts.offset;
    EXPECT_EQ(row.guess, parts.guess) << "guess at " << parts.offset;
    EXPECT_EQ(row.cycles, parts.own + parts.operand + parts.bus + parts.fetch + parts.refill + parts.pairing +
                              parts.guess);
    EXPECT_EQ(row.executions, 1u);
    EXPECT_EQ(row.skipped, 0u);
  }
}

const Sequence kSequences[] = {
    // movs; ldr r1, [r2]; movs: a load takes 2.
    {"Load",
     "m3",
     {kMovs, 0x6811, kMovs},
     6,
     {{.offset = 0, .own = 1}, {.offset = 2, .own = 2}, {.offset = 4, .own = 1}}},
    // ldr r1, [r2]; ldr r3, [r4]; movs: the first lets the second overlap.
    {"LoadLoad", "m3", {0x6811, 0x6823, kMovs}, 6, {{.offset = 0, .own = 1}, {.offset = 2, .own = 2}}},
    // str r0, [r1]; ldr r2, [r3]: the load waits a cycle for the store buffer.
    {"StoreLoad",
     "m3",
     {0x6008, 0x681A, kMovs},
     6,
     {{.offset = 0, .own = 1}, {.offset = 2, .own = 2, .bus = 1}}},
    // adds r1, #4; ldr r0, [r1]: the load waits for its address.
    {"Address",
     "m3",
     {0x3104, 0x6808, kMovs},
     6,
     {{.offset = 0, .own = 1}, {.offset = 2, .own = 2, .operand = 1}}},
    // movs; b .+8 to a word: a cycle of its own and one of refill.
    {"Branch", "m3", {kMovs, 0xE003}, 12, {{.offset = 0, .own = 1}, {.offset = 2, .own = 1, .refill = 1}}},
    // movs; bx r0: requested in execute.
    {"Indirect", "m3", {kMovs, 0x4700}, 16, {{.offset = 0, .own = 1}, {.offset = 2, .own = 1, .refill = 2}}},
    // vadd.f32 s0, s1, s2; vmul.f32 s3, s0, s4: a cycle for the result.
    {"FloatResult",
     "m4f",
     {0xEE30, 0x0A81, 0xEE60, 0x1A02, kMovs},
     10,
     {{.offset = 0, .own = 1}, {.offset = 4, .own = 1, .operand = 1}}},
    // On M0 all is the instruction's own: ldr 2, b 3.
    {"Simple",
     "m0",
     {kMovs, 0x6811, 0xE003},
     12,
     {{.offset = 0, .own = 1}, {.offset = 2, .own = 2}, {.offset = 4, .own = 3}}},
    // dsb; eor r0, r1, r2; eor r4, r5, r6; ldr r3, [r4]: the second shares the first one's cycle, the load
    // waits two cycles for its address, and the MOVS behind it shares its cycle.
    {"Dual",
     "m7",
     {0xF3BF, 0x8F4F, 0xEA81, 0x0002, 0xEA85, 0x0406, 0x6823, kMovs},
     16,
     {{.offset = 0, .own = 1}, {.offset = 8, .own = 0}, {.offset = 12, .own = 0, .operand = 2}}},
    // dsb; mul r0, r1, r2; str r3, [r4]: the store could not issue beside the product.
    {"Pairing",
     "m7",
     {0xF3BF, 0x8F4F, 0xFB01, 0xF002, 0x6023, kMovs},
     12,
     {{.offset = 0, .own = 1}, {.offset = 4, .own = 0}, {.offset = 8, .own = 0, .pairing = 1}}},
    // A forward branch that is taken was guessed wrong.
    {"Guess", "m7", {0xF3BF, 0x8F4F, 0xD003}, 14, {{.offset = 4, .own = 1, .guess = 7}}},
};

INSTANTIATE_TEST_SUITE_P(All, Explanation, testing::ValuesIn(kSequences),
                         [](const testing::TestParamInfo<Sequence>& sequence) {
                           return sequence.param.name;
                         });

// What the DWT's counters have counted when the block behind a sequence begins. LSUCNT: LDR 1, LDM N; a POP
// with pc N. FOLDCNT: an IT that took no time. CPICNT: what is left of the cycles, one an instruction taken
// off.
TEST(Events, AreThoseOfTheCounters) {
  const struct {
    const char* name;
    std::vector<uint16_t> code;
    uint32_t next;
    uint64_t cycles, instructions, load_store, folded, more;
  } kRows[] = {
      {"movs", {kMovs}, 2, 1, 1, 0, 0, 0},
      {"ldr r1, [r2]; movs", {0x6811, kMovs}, 4, 3, 2, 1, 0, 0},
      {"ldm r0!, {r1-r3}; movs", {0xC80E, kMovs}, 4, 5, 2, 3, 0, 0},
      {"b", {0xE006}, 16, 2, 1, 0, 0, 1},
      {"bx r3", {0x4718}, 16, 3, 1, 0, 0, 2},
      {"pop {r0, pc}", {0xBD01}, 16, 6, 1, 2, 0, 3},
      {"ldr pc, [r0]", {0xF8D0, 0xF000}, 16, 5, 1, 1, 0, 3},
      {"cmp; it eq; moveq; movs", {0x4288, 0xBF08, 0x461A, kMovs}, 8, 3, 4, 0, 1, 0},
      {"cmp.w; it eq; moveq; movs", {0xEBB0, 0x0F01, 0xBF08, 0x461A, kMovs}, 10, 4, 4, 0, 0, 0},
      {"str r0, [r1]; ldr r2, [r3]; movs", {0x6008, 0x681A, kMovs}, 6, 5, 3, 2, 0, 0},
  };
  for (const auto& row : kRows) {
    CycleModel model(*FindTimingCore("m3"), {.count_events = true});
    model.Enter(model.Prepare(kBase, row.code));
    const uint16_t target[] = {kMovs};
    model.Enter(model.Prepare(kBase + row.next, target));
    const Moment moment = model.MomentAt(kBase + row.next);
    EXPECT_EQ(Count(moment.cycles), row.cycles) << row.name;
    EXPECT_EQ(moment.instructions, row.instructions) << row.name;
    EXPECT_EQ(moment.load_store, row.load_store) << row.name;
    EXPECT_EQ(moment.folded, row.folded) << row.name;
    EXPECT_EQ(moment.more_cycles(), row.more) << row.name;
  }
}

// it eq; moveq r2, r3 behind cmp: skipped and executed.
TEST(Explanation, CountsWhatWasSkipped) {
  const uint16_t code[] = {0x4288, 0xBF08, 0x681A, kMovs};  // cmp r0, r1; it eq; ldreq r2, [r3]; movs
  CycleModel model(*FindTimingCore("m3"), {.explain = true});
  const Site sites[] = {{.address = kBase + 4, .conditional = true}};
  model.ExpectNotes(sites);
  for (int turn = 0; turn < 5; ++turn) {
    model.Enter(model.Prepare(kBase, code));
    if (turn < 2) model.NoteExecuted(kBase + 4);
  }
  for (const InstructionCycles& row : model.Explain()) {
    EXPECT_EQ(row.executions, 5u) << row.address;
    EXPECT_EQ(row.skipped, row.address == kBase + 4 ? 3u : 0u) << row.address;
  }
}

}  // namespace
}  // namespace atome::timing
