#include "harness/cycles/annotation_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/testing/small_elf.h"

namespace atome::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(AnnotationTable, SaysWhatEachExecutionTook) {
  timing::InstructionCycles load;
  load.address = 0x1F2;
  load.executions = 1000;
  load.cycles = 2500;
  load.own = 2000;
  load.fetch = 500;
  timing::InstructionCycles beside;
  beside.address = 0x1F4;
  beside.executions = 8;
  beside.own = 6;
  beside.skipped = 2;
  const std::vector<timing::InstructionCycles> rows{load, beside};
  const Table table = AnnotationTable(rows, [](uint32_t address) { return std::to_string(address); });
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_THAT(table.rows[0], ElementsAre("000001f2", "1 000", "2.50", "498", "own 2.00, fetch 0.50"));
  EXPECT_THAT(table.rows[1], ElementsAre("000001f4", "8", "0.00", "500", "beside the next 25%, skipped 25%"));
}

TEST(AnnotatedFunctions, SourcesThatAreNotThereAreNamedInTheEnd) {
  const std::string absent = "/absent/" + std::string(400, 'x') + "/a.cc";
  std::vector<testing::SmallSection> sections{{.name = ".text",
                                               .address = 0x100,
                                               .bytes = std::string("\x00\xbf\x00\xbf", 4),
                                               .flags = SHF_ALLOC | SHF_EXECINSTR}};
  for (testing::SmallSection& each : testing::SmallDwarf({{0x100, absent, 5}}, 0x104))
    sections.push_back(std::move(each));
  timing::InstructionCycles row;
  row.address = 0x100;
  row.executions = row.cycles = row.own = 3;
  const std::string text = AnnotatedFunctions(std::vector{row}, *testing::SmallImage(sections, {}), {});
  EXPECT_THAT(text, HasSubstr("3 cycles, 100.0%\n"));
  EXPECT_THAT(text, EndsWith("\nno source text, for there is no file " + absent.substr(0, 297) + "...\n"));
}

}  // namespace
}  // namespace atome::harness
