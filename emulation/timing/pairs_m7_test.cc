// Cortex-M7, by tables: which instructions share a cycle, and how many cycles a result takes to each use.
// jnk0le/random, cortex_m7.md, measured on an STM32H743.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "emulation/timing/cycle_model.h"
#include "emulation/timing/testing/routine.h"

namespace atome::timing {
namespace {

using Code = std::vector<uint16_t>;

constexpr uint32_t kBase = 0x1000;

// Cycles of the instructions, between two DMB, which issue alone.
uint64_t Together(const std::vector<Code>& instructions) {
  const Code barrier = {0xF3BF, 0x8F5F};
  Code code = barrier;
  for (const Code& instruction : instructions)
    code.insert(code.end(), instruction.begin(), instruction.end());
  const auto end = static_cast<uint32_t>(kBase + 2 * code.size());
  code.insert(code.end(), barrier.begin(), barrier.end());
  CycleModel model(*FindTimingCore("m7"));
  model.Enter(model.Prepare(kBase, code));
  return Count(model.CyclesAt(end)) - Count(model.CyclesAt(kBase)) - 1;
}

struct Kind {
  char letter;
  // As the older and as the younger instruction, with registers of their own.
  const char* older;
  const char* younger;
};

constexpr Kind kKinds[] = {
    {'A', "eor r0, r1, r2", "eor r4, r5, r6"},
    {'S', "lsl.w r0, r1, #3", "lsl.w r4, r5, #3"},
    {'I', "eor r0, r1, r2, ror #8", "eor r4, r5, r6, ror #8"},  // an inline shift
    {'C', "eor r0, r1, #0x1fc0", "eor r4, r5, #0x1fc0"},        // a shifted constant
    {'X', "uxtb r0, r1", "uxtb r4, r5"},
    {'B', "ubfx r0, r1, #1, #2", "ubfx r4, r5, #1, #2"},
    {'P', "uadd8 r0, r1, r2", "uadd8 r4, r5, r6"},
    {'M', "mul r0, r1, r2", "mul r4, r5, r6"},
    {'L', "mla r0, r1, r2, r3", "mla r4, r5, r6, r7"},
    {'U', "umull r0, r1, r2, r3", "umull r4, r5, r6, r7"},
    {'D', "smlad r0, r1, r2, r3", "smlad r4, r5, r6, r7"},
    {'l', "ldr r0, [r10]", "ldr r4, [r10, #4]"},  // of both banks
    {'s', "str r0, [r10]", "str r4, [r10, #4]"},
    {'2', "ldrd r0, r1, [r10]", "ldrd r4, r5, [r10, #8]"},
    {'3', "strd r0, r1, [r10]", "strd r4, r5, [r10, #8]"},
    {'m', "ldm r10, {r0, r1}", "ldm r11, {r4, r5}"},
    {'n', "stm r10, {r0, r1}", "stm r11, {r4, r5}"},
    {'d', "sdiv r0, r1, r2", "sdiv r4, r5, r6"},
    {'b', "dsb", "dsb"},
    {'q', "mrs r0, primask", "mrs r4, primask"},
    {'a', "vadd.f32 s0, s1, s2", "vadd.f32 s8, s9, s10"},
    {'f', "vfma.f32 s0, s1, s2", "vfma.f32 s8, s9, s10"},
    {'i', "vdiv.f32 s0, s1, s2", "vdiv.f32 s8, s9, s10"},
    {'v', "vmov.f32 s0, s1", "vmov.f32 s8, s9"},
    {'g', "vmov s0, r1", "vmov s8, r5"},
    {'t', "vmov s0, s1, r1, r2", "vmov s8, s9, r5, r6"},
    {'z', "vmsr fpscr, r1", "vmsr fpscr, r5"},
    {'o', "vldr s0, [r10]", "vldr s8, [r11]"},
    {'w', "vstr s0, [r10]", "vstr s8, [r11]"},
    {'O', "vldr d0, [r10]", "vldr d4, [r11]"},
    {'W', "vstr d0, [r10]", "vstr d4, [r11]"},
    {'y', "vldm r10, {s0, s1}", "vldm r11, {s8, s9}"},
    {'x', "vstm r10, {s0, s1}", "vstm r11, {s8, s9}"},
};

// A row an older instruction, a column a younger one: whether both issue in one cycle.
constexpr std::string_view kMayPair[] = {
    "  ASICXBPMLUDls23mndbqafivgtzowOWyx", "A ++++---++++++-------+++++--++----",
    "S ++++---++++++-------+++++--++----", "I ++-----++++++-------+++++--++----",
    "C ++-----++++++-------+++++--++----", "X ++++---++++++-------+++++--++----",
    "B ++-----++++++-------+++++--++----", "P ++++---++++++-------+++++--++----",
    "M ++++-------+--------+++++--+-----", "L ++++-------+--------+++++--+-----",
    "U ++++-------+--------+++++--+-----", "D ++++-------+--------+++++--+-----",
    "l ++++---++++++-------+++++--++----", "s ++++-------+--------+++++--+-----",
    "2 ---------------------------------", "3 ---------------------------------",
    "m ---------------------------------", "n ---------------------------------",
    "d ---------------------------------", "b ---------------------------------",
    "q ---------------------------------", "a ++++---++++++----------++--++----",
    "f ++++---++++++--------------------", "i ++++---++++++----------++--++----",
    "v ++++---++++++-------+-+++--++----", "g ++++---++++++-------+-+++--++----",
    "t ---------------------------------", "z ---------------------------------",
    "o ++++---++++++-------+-+++--++----", "w ++++-------+--------+-+++--+-----",
    "O ---------------------------------", "W ---------------------------------",
    "y ---------------------------------", "x ---------------------------------",
};

TEST(M7Pairs, AreThoseThatWereMeasured) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  std::vector<std::string> texts;
  for (const Kind& kind : kKinds) {
    texts.push_back(kind.older);
    texts.push_back(kind.younger);
  }
  const std::vector<Code> codes = AssembleEach("m7", texts);
  std::string letters;
  for (const Kind& kind : kKinds) letters += kind.letter;
  ASSERT_EQ(kMayPair[0], "  " + letters);
  for (size_t row = 0; row < std::size(kKinds); ++row) {
    std::string found = {kKinds[row].letter, ' '};
    for (size_t column = 0; column < std::size(kKinds); ++column) {
      const Code& older = codes[2 * row];
      const Code& younger = codes[2 * column + 1];
      const uint64_t apart = Together({older}) + Together({younger});
      const uint64_t together = Together({older, younger});
      EXPECT_TRUE(together == apart || together + 1 == apart)
          << texts[2 * row] << "; " << texts[2 * column + 1];
      found += together < apart ? '+' : '-';
    }
    EXPECT_EQ(found, kMayPair[row + 1]) << "behind " << texts[2 * row];
  }
}

// One routine for each end of a latency; r0 or s0 goes from one to the other.
struct End {
  const char* name;
  const char* text;
};
struct Latencies {
  End producer;
  std::vector<uint64_t> cycles;  // to each consumer
};

// Cycles from the producer's issue to the consumer's. 0 where both may issue in one cycle.
void ExpectLatencies(const std::vector<End>& consumers, const std::vector<Latencies>& table) {
  std::vector<std::string> texts;
  for (const End& consumer : consumers) texts.push_back(consumer.text);
  for (const Latencies& row : table) texts.push_back(row.producer.text);
  const std::vector<Code> codes = AssembleEach("m7", texts);
  for (size_t row = 0; row < table.size(); ++row) {
    const Code& producer = codes[consumers.size() + row];
    ASSERT_EQ(table[row].cycles.size(), consumers.size());
    for (size_t column = 0; column < consumers.size(); ++column) {
      EXPECT_EQ(Together({producer, codes[column]}) - Together({codes[column]}), table[row].cycles[column])
          << table[row].producer.name << " to " << consumers[column].name;
    }
  }
}

TEST(M7Latencies, OfGeneralRegisters) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  ExpectLatencies(
      {{"late ALU", "eor r8, r0, r9"},
       {"late ALU beside a shifted operand", "eor r8, r0, r9, ror #8"},
       {"shifted operand", "eor r8, r9, r0, ror #8"},
       {"address", "ldr r8, [r0]"},
       {"index", "ldr r8, [r9, r0]"},
       {"data to store", "str r0, [r9]"},
       {"factor", "mul r8, r9, r0"},
       {"accumulator", "mla r8, r9, r10, r0"},
       {"FPU", "vmov s0, r0"}},
      {
          // Early ALU: late at once, early a cycle later.
          {{"ADD", "add.w r0, r1, r2"}, {0, 0, 1, 1, 1, 0, 0, 0, 0}},
          {{"MOV", "mov.w r0, r1"}, {0, 0, 1, 1, 1, 0, 0, 0, 0}},
          {{"shift", "lsl.w r0, r1, #2"}, {0, 0, 1, 1, 1, 0, 0, 0, 0}},
          // The base of an access is written by the address generator, in time for the next address.
          {{"written-back base", "str r1, [r0], #4"}, {0, 0, 1, 1, 1, 1, 1, 1, 0}},
          {{"loaded from, base", "ldr r1, [r0], #4"}, {0, 0, 1, 1, 1, 0, 0, 0, 0}},
          // Late ALU: late a cycle later, early two.
          {{"EOR", "eor r0, r1, r2"}, {1, 1, 2, 2, 2, 0, 1, 0, 1}},
          {{"UADD8", "uadd8 r0, r1, r2"}, {1, 1, 2, 2, 2, 0, 1, 0, 1}},
          {{"UBFX", "ubfx r0, r1, #1, #4"}, {1, 1, 2, 2, 2, 0, 1, 0, 1}},
          // Loads; of bytes and halfwords a cycle more, but to multipliers.
          {{"LDR", "ldr r0, [r1]"}, {1, 2, 2, 2, 2, 0, 2, 1, 1}},
          {{"LDRB", "ldrb r0, [r1]"}, {2, 2, 3, 3, 3, 0, 2, 1, 2}},
          {{"LDRH", "ldrh r0, [r1]"}, {2, 2, 3, 3, 3, 0, 2, 1, 2}},
          {{"LDRD", "ldrd r0, r2, [r1]"}, {1, 2, 2, 2, 2, 1, 2, 1, 1}},
          {{"LDM", "ldm r1, {r0, r2}"}, {1, 2, 2, 2, 2, 1, 2, 1, 1}},
          // Not to a shifter or an address in the next cycle.
          {{"REV", "rev.w r0, r1"}, {0, 1, 2, 2, 2, 0, 0, 0, 0}},
          {{"RBIT", "rbit r0, r1"}, {0, 1, 2, 2, 2, 0, 0, 0, 0}},
          // One more than the late ALU; accumulators chain.
          {{"MUL", "mul r0, r1, r2"}, {2, 2, 3, 3, 3, 1, 2, 1, 2}},
          {{"SMLAD", "smlad r0, r1, r2, r3"}, {2, 2, 3, 3, 3, 1, 2, 1, 2}},
      });
}

TEST(M7Latencies, OfTheFpu) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  ExpectLatencies({{"operand", "vadd.f32 s8, s0, s9"},
                   {"second operand", "vmul.f32 s8, s9, s0"},
                   {"factor", "vfma.f32 s8, s9, s0"},
                   {"addend", "vfma.f32 s0, s8, s9"},
                   {"data to store", "vstr s0, [r8]"},
                   {"data of VSTM", "vstm r8, {s0}"},
                   {"general register", "vmov r8, s0"},
                   {"two general registers", "vmov r8, r9, s0, s1"}},
                  {
                      {{"VADD", "vadd.f32 s0, s1, s2"}, {3, 3, 3, 3, 1, 1, 3, 3}},
                      {{"VMUL", "vmul.f32 s0, s1, s2"}, {3, 3, 3, 3, 1, 1, 3, 3}},
                      {{"VFMA", "vfma.f32 s0, s1, s2"}, {5, 5, 5, 3, 3, 3, 5, 5}},
                      {{"VLDR", "vldr s0, [r1]"}, {1, 1, 1, 3, 1, 1, 2, 2}},
                      {{"VLDM", "vldm r1, {s0, s1}"}, {1, 1, 1, 3, 1, 1, 2, 2}},
                      {{"VMOV from a general register", "vmov s0, r1"}, {3, 3, 3, 3, 1, 1, 3, 3}},
                      {{"VMOV from two", "vmov s0, s1, r1, r2"}, {3, 3, 3, 3, 1, 1, 3, 3}},
                      {{"VMOV", "vmov.f32 s0, s1"}, {3, 3, 3, 3, 1, 1, 3, 3}},
                  });
}

// How long an instruction keeps others waiting.
TEST(M7Occupancy, IsWhatWasMeasured) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  const struct {
    const char* text;
    uint64_t cycles;
  } kRows[] = {
      // ceil(N / 2)
      {"ldm r10, {r0, r1}", 1},
      {"ldm r10, {r0-r2}", 2},
      {"ldm r10, {r0-r3}", 2},
      {"ldm r10, {r0-r4}", 3},
      {"stm r10, {r0, r1}", 1},
      {"stm r10, {r0-r2}", 2},
      {"stm r10, {r0-r7}", 4},
      {"vldm r10, {s0}", 1},
      {"vldm r10, {s0-s2}", 2},
      {"vldm r10, {d0-d2}", 3},
      {"vstm r10, {s0-s3}", 2},
      {"vstm r10, {d0-d3}", 4},
      {"ldrd r0, r1, [r10]", 1},
      {"strd r0, r1, [r10]", 1},
      // PUSH and POP: a cycle more where no 16-bit instructions saved 4 bytes.
      {"push.w {r0-r3}", 3},
      {"push.w {r0-r4}", 4},
      {"pop.w {r0-r3}", 3},
      {"udiv r0, r1, r2", 12},
      {"isb", 7},
      {"dsb", 1},
      {"vadd.f32 s0, s1, s2", 1},
      {"vfma.f32 s0, s1, s2", 1},
  };
  std::vector<std::string> texts;
  for (const auto& row : kRows) texts.push_back(row.text);
  const std::vector<Code> codes = AssembleEach("m7", texts);
  for (size_t k = 0; k < codes.size(); ++k) EXPECT_EQ(Together({codes[k]}), kRows[k].cycles) << kRows[k].text;
}

}  // namespace
}  // namespace atome::timing
