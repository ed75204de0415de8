#include "harness/cycles/board_measurements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using report::Quantity;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

report::Report Measured(std::optional<double> modelled) {
  report::Report report;
  report.environment.date = "2026-02-03T04:05:06Z";
  report::Cell& cell = report.cells.emplace_back();
  cell.key.kind = report::Kind::kCycles;
  cell.key.runner = "probe";
  cell.key.core = "m3";
  cell.key.board = "bluepill";
  cell.key.model = "m.atome03";
  cell.outcome = Outcome::kPass;
  cell.Add(Quantity::kMeasuredCyclesPerToken, 2000.0);
  cell.Add(Quantity::kMeasuredThrough, "OpenOCD");
  if (modelled) cell.Add(Quantity::kCyclesPerToken, *modelled);
  return report;
}

TEST(BoardMeasurements, KeepWhatTheModelSaidAndHowFarItIsOff) {
  const BoardDetails details{.revision = "X", .clock_mhz = 72, .server = "", .date = ""};
  const auto with = MeasurementsOf(Measured(1990.0), "r.json", details);
  ASSERT_TRUE(with.ok()) << with.error().message;
  ASSERT_EQ(with->size(), 1u);
  const BoardMeasurement& each = with->front();
  EXPECT_EQ(each.measured_cycles_per_token, 2000);
  EXPECT_EQ(each.modelled_cycles_per_token, 1990);
  EXPECT_DOUBLE_EQ(each.OffPercent().value(), -0.5) << "100 (1990 - 2000) / 2000";
  EXPECT_EQ(each.date, "2026-02-03");
  EXPECT_EQ(each.server, "OpenOCD");
  const auto without = MeasurementsOf(Measured(std::nullopt), "r.json", details);
  ASSERT_TRUE(without.ok());
  EXPECT_FALSE(without->front().modelled_cycles_per_token);
  EXPECT_FALSE(without->front().OffPercent());
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "m.json").string();
  ASSERT_EQ(AddMeasurements(path, *with), "");
  const auto read = ReadMeasurements(path);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->at(0).modelled_cycles_per_token, 1990);
  EXPECT_EQ(read->at(0).clock_mhz, 72);
  EXPECT_THAT(AddMeasurements(path, *with), HasSubstr("has this measurement of bluepill already"));
}

TEST(BoardMeasurements, AClockAndCyclesAreOverNothing) {
  const TemporaryFolder folder;
  const auto read = [&folder](const char* clock, const char* measured) {
    return ReadMeasurements(folder.Write(
        "m.json", StrCat(R"({"about": "x", "measurements": [{"board": "b", "core": "m3", "revision": "",)",
                         R"("server": "s", "date": "2026-01-01", "model": "m", "variant": "f32",)",
                         R"("build_kind": "speed", "detail": "", "build_sha256": "", "clock_mhz": )", clock,
                         ", \"measured_cycles_per_token\": ", measured, "}]}")));
  };
  ASSERT_TRUE(read("72", "2000").ok()) << read("72", "2000").error().message;
  EXPECT_THAT(ErrorOf(read("0", "2000")), HasSubstr("must be over 0"));
  EXPECT_THAT(ErrorOf(read("-1", "2000")), HasSubstr("must be over 0"));
  EXPECT_THAT(ErrorOf(read("72", "0")), HasSubstr("must be over 0"));
}

}  // namespace
}  // namespace atome::harness
