#include "harness/report/report_file.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>

#include "harness/base/compression.h"
#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/testing/random_report.h"
#include "harness/testing/repository.h"
#include "proto/report.pb.h"

namespace atome::harness::report {
namespace {

using ::testing::AllOf;
using testing::Dump;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::RandomReport;
using ::testing::StartsWith;
using testing::TemporaryFolder;

// Every field of every struct has its own value.
Report FullReport() {
  Report report;
  report.command = "atome verify a";
  report.environment = {
      "1.2", "0123abc", "Debian, a CPU", "2000-02-29T00:00:00Z", {{"qemu", "7.2"}, {"a", "b"}}};
  report.sources = {"atome size", "atome verify"};
  Cell& full = report.cells.emplace_back();
  full.key = {Kind::kCycles, "unicorn", "m0",     "bluepill",       "a.atome02",
              "q15kv8",      "size",    "corpus", "positions 16:64"};
  full.outcome = Outcome::kMismatch;
  full.message = "message";
  full.note = "note";
  full.model_sha256 = "aa";
  full.build_sha256 = "bb";
  full.build = "m0/a.elf";
  full.divergence = Divergence{.case_index = 1,
                               .step = 2,
                               .op = ATOME_OP_SPARSE,
                               .layer = 3,
                               .index = 4,
                               .expected = 1.0f,
                               .actual = std::bit_cast<float>(0x7fc00001u),
                               .note = "n"};
  full.unavailable = {{Quantity::kStateBytes, "why"}, {Quantity::kMaxUlp, "c"}};
  full.command = "atome verify a --core m0";
  full.figures = {{.id = {{}, Quantity::kPerplexity},
                   .value = 0.1,
                   .low = 0.05,
                   .high = 0.3,
                   .samples = {1.5, 5e-324, -1e300},
                   .sample_counts = {1, 2, 4294967295u}},
                  {.id = {{}, Quantity::kSeconds}, .value = 3.5, .samples = {1, 2}},
                  {.id = {{}, Quantity::kBitsPerByte}, .value = uint64_t{0}, .low = 0.0, .high = 0.0},
                  {.id = {{PartKind::kOp, "sparse"}, Quantity::kCyclesPerToken},
                   .value = uint64_t{18446744073709551615u}},
                  {.id = {{PartKind::kCase, "0"}, Quantity::kStepDigests}, .value = std::string("00ff")},
                  {.id = {{PartKind::kCase, "1"}, Quantity::kStepDigests}, .value = std::string()}};
  Cell& bare = report.cells.emplace_back();
  bare.key.kind = Kind::kAb;
  bare.outcome = Outcome::kTooLarge;
  bare.divergence.emplace().op = static_cast<atome_op>(15);  // of no name
  return report;
}

class ReportFile : public ::testing::TestWithParam<const char*> {
 protected:
  std::string Path() const { return (folder_.path() / GetParam()).string(); }
  // What reading the message says, written by no code of ours.
  std::string ErrorReading(const v1::Report& proto) const {
    std::string bytes;
    if (Path().ends_with(".json") || Path().ends_with(".json.xz")) {
      EXPECT_TRUE(google::protobuf::util::MessageToJsonString(proto, &bytes).ok());
    } else {
      bytes = proto.SerializeAsString();
    }
    folder_.Write(GetParam(), Path().ends_with(".xz") ? *Compressed(bytes) : bytes);
    const std::string error = ErrorOf(ReadReport(Path()));
    EXPECT_THAT(error, AllOf(StartsWith(Path() + ": "), HasSubstr("; measure it again")));
    return error;
  }
  v1::Report Proto() const {
    v1::Report proto;
    proto.set_schema(2);
    v1::Cell& cell = *proto.add_cells();
    cell.set_kind(v1::CELL_KIND_SIZE);
    cell.set_status(v1::CELL_STATUS_PASS);
    v1::Figure& figure = *cell.add_figures();
    figure.set_name("ram_bytes");
    figure.set_count(1);
    return proto;
  }

  TemporaryFolder folder_;
};

TEST_P(ReportFile, ComesBackWhole) {
  const Report report = FullReport();
  ASSERT_EQ(WriteReport(report, Path()), "");
  const Result<Report> read = ReadReport(Path());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(Dump(*read), Dump(report));
}

TEST_P(ReportFile, SameReportSameBytes) {
  Report report = FullReport();
  for (size_t i = 0; i < std::size(catalogue::kQuantities); ++i)
    report.cells[0].unavailable[static_cast<Quantity>(i)] = "x";
  ASSERT_EQ(WriteReport(report, Path()), "");
  const Result<std::string> first = ReadFile(Path());
  const Result<Report> read = ReadReport(Path());
  ASSERT_TRUE(first.ok() && read.ok());
  ASSERT_EQ(WriteReport(*read, Path()), "");
  EXPECT_EQ(*ReadFile(Path()), *first);
}

TEST_P(ReportFile, ZeroHasNoSign) {
  Report report = FullReport();
  report.cells[0].figures[0].value = report.cells[0].figures[0].samples[0] = -0.0;
  ASSERT_EQ(WriteReport(report, Path()), "");
  const Result<Report> read = ReadReport(Path());
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(std::signbit(std::get<double>(read->cells[0].figures[0].value)));
  EXPECT_FALSE(std::signbit(read->cells[0].figures[0].samples[0]));
}

TEST_P(ReportFile, BytesThatAreNoUtf8DoNotSpoilIt) {
  Report report = FullReport();
  report.command = "atome verify \xff";
  Cell& cell = report.cells[0];
  cell.key.model = "m\xc3";
  cell.message = "firmware said \xff\xfe";
  cell.unavailable[Quantity::kStateBytes] = cell.message;
  cell.divergence->note = "\x80";
  cell.figures[5].id.part.name = "_Z\xfe";
  ASSERT_EQ(WriteReport(report, Path()), "");
  const Result<Report> read = ReadReport(Path());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_THAT(read->cells[0].message, StartsWith("firmware said "));
  EXPECT_EQ(read->cells[0].figures[5].id.part.name, "_Z\uFFFD");
}

TEST_P(ReportFile, RefusesWhatIsUnknownMissingOrTwice) {
  v1::Report proto = Proto();
  proto.mutable_cells(0)->clear_kind();
  EXPECT_THAT(ErrorReading(proto), HasSubstr("cells[0]: its kind is missing"));
  proto.mutable_cells(0)->set_kind(static_cast<v1::CellKind>(77));
  EXPECT_THAT(ErrorReading(proto), HasSubstr("cells[0]: its kind"));
  proto = Proto();
  proto.mutable_cells(0)->set_status(static_cast<v1::CellStatus>(77));
  EXPECT_THAT(ErrorReading(proto), HasSubstr("its outcome"));
  proto = Proto();
  proto.mutable_cells(0)->set_variant(static_cast<v1::Variant>(-1));
  EXPECT_THAT(ErrorReading(proto), HasSubstr("its variant"));
  proto = Proto();
  *proto.add_cells() = proto.cells(0);
  EXPECT_THAT(ErrorReading(proto), HasSubstr("cells[1]: a second cell of \"size\""));
  proto = Proto();
  *proto.mutable_cells(0)->add_figures() = proto.cells(0).figures(0);
  EXPECT_THAT(ErrorReading(proto), HasSubstr("figure ram_bytes twice"));
  proto = Proto();
  proto.mutable_cells(0)->mutable_divergence()->set_op("jump");
  EXPECT_THAT(ErrorReading(proto), HasSubstr("unknown op \"jump\""));
  proto.mutable_cells(0)->mutable_divergence()->set_op("logits");
  proto.mutable_cells(0)->mutable_divergence()->set_index(1);
  EXPECT_THAT(ErrorReading(proto), HasSubstr("expected_bits"));
}

TEST_P(ReportFile, RefusesFiguresThatAreNone) {
  const auto error = [this](const std::function<void(v1::Figure*)>& spoil) {
    v1::Report proto = Proto();
    spoil(proto.mutable_cells(0)->mutable_figures(0));
    return ErrorReading(proto);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN(),
               infinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(error([](auto* f) { f->clear_name(); }), HasSubstr("not in the catalogue"));
  EXPECT_THAT(error([](auto* f) { f->set_name("sizes"); }),
              HasSubstr("figure sizes: is not in the catalogue"));
  EXPECT_THAT(error([](auto* f) { f->set_part_kind("op"), f->set_part("sparse"); }),
              HasSubstr("figure ram_bytes of sparse: cannot be of a part of this kind"));
  EXPECT_THAT(error([](auto* f) { f->set_part_kind("thing"); }),
              HasSubstr("\"thing\" is not a kind of part"));
  EXPECT_THAT(error([](auto* f) { f->set_part("sparse"); }), HasSubstr("has a part without a kind"));
  EXPECT_THAT(error([](auto* f) { f->clear_value(); }), HasSubstr("no value"));
  EXPECT_THAT(error([=](auto* f) { f->set_real(nan); }), HasSubstr("not finite"));
  EXPECT_THAT(error([=](auto* f) { f->add_samples(infinity); }), HasSubstr("not finite"));
  EXPECT_THAT(error([](auto* f) { f->set_low(1); }), HasSubstr("one end"));
  EXPECT_THAT(error([](auto* f) { f->set_low(1), f->set_high(0.5); }),
              HasSubstr("its interval ends before it begins"));
  EXPECT_THAT(error([](auto* f) { f->add_samples(1), f->add_sample_counts(1), f->add_sample_counts(1); }),
              HasSubstr("1 samples have 2 counts"));
}

TEST_P(ReportFile, RefusesNothingAndNonsense) {
  for (const std::string& bytes : {std::string(), std::string("\xff\xff\xff"), std::string("{\"cells\": 3}"),
                                   std::string(100000, '['), std::string(100000, '\x0b')}) {
    folder_.Write(GetParam(), bytes);
    EXPECT_THAT(ErrorOf(ReadReport(Path())),
                AllOf(StartsWith(Path() + ": "), HasSubstr("; measure it again")));
  }
  std::filesystem::resize_file(Path(), kMaxReportBytes + 1);
  EXPECT_THAT(ErrorOf(ReadReport(Path())), HasSubstr("is over"));
  const Result<Report> none = ReadReport(Path() + "x");
  EXPECT_TRUE(none.missing());
  EXPECT_THAT(ErrorOf(none), HasSubstr("--report"));
  EXPECT_THAT(ErrorOf(ReadReport(folder_.path().string())), HasSubstr("folder"));
}

TEST_P(ReportFile, WritesNothingThatCannotBeRead) {
  ASSERT_EQ(WriteReport(FullReport(), Path()), "");
  const std::string before = *ReadFile(Path());
  Report twice = FullReport();
  twice.cells.push_back(twice.cells[0]);
  EXPECT_THAT(WriteReport(twice, Path()),
              AllOf(StartsWith(Path() + ": not written"), HasSubstr("second cell")));
  Report variant = FullReport();
  variant.cells[0].key.variant = "q7";
  EXPECT_THAT(WriteReport(variant, Path()), HasSubstr("variant"));
  EXPECT_EQ(*ReadFile(Path()), before);
  EXPECT_THAT(WriteReport(FullReport(), StrCat("/nowhere/", GetParam())), StartsWith("/nowhere/report."));
}

TEST_P(ReportFile, AnyReportComesBackAndNoDamageIsTakenForOneSilently) {
  std::mt19937 random(7);
  const int rounds = Path().ends_with(".xz") ? 10 : 60;  // damage there is for liblzma to find
  for (int round = 0; round < rounds; ++round) {
    const Report report = RandomReport(random);
    ASSERT_EQ(WriteReport(report, Path()), "");
    const Result<Report> read = ReadReport(Path());
    ASSERT_TRUE(read.ok()) << read.error().message;
    ASSERT_EQ(Dump(*read), Dump(report));
    const std::string bytes = *ReadFile(Path());
    for (int damage = 0; damage < 8; ++damage) {
      std::string damaged = bytes;
      if (random() % 4 == 0) damaged.resize(random() % (damaged.size() + 1));
      for (size_t n = random() % 3 + 1; n > 0 && !damaged.empty(); --n)
        damaged[random() % damaged.size()] = static_cast<char>(random());
      folder_.Write(GetParam(), damaged);
      // Read, it is a report that can be written; refused, the message says of which file.
      const Result<Report> result = ReadReport(Path());
      if (result.ok()) {
        ASSERT_EQ(WriteReport(*result, Path()), "");
      } else {
        ASSERT_THAT(result.error().message, StartsWith(Path() + ": "));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReportFile,
                         ::testing::Values("report.json", "report.binpb", "report.json.xz",
                                           "report.binpb.xz"),
                         [](const auto& name) {
                           std::string form = std::string(name.param).substr(7);
                           std::ranges::replace(form, '.', '_');
                           return form;
                         });

TEST(ReadReport, RefusesFieldsOfAnotherVersion) {
  const TemporaryFolder folder;
  v1::Report proto;
  proto.mutable_environment()
      ->GetReflection()
      ->MutableUnknownFields(proto.mutable_environment())
      ->AddVarint(99, 1);
  EXPECT_THAT(ErrorOf(ReadReport(folder.Write("a.binpb", proto.SerializeAsString()))),
              HasSubstr("does not know"));
  v1::Report later;
  later.set_schema(3);
  EXPECT_THAT(ErrorOf(ReadReport(folder.Write("b.binpb", later.SerializeAsString()))),
              HasSubstr("its schema is 3, and this atome knows 2"));
}

}  // namespace
}  // namespace atome::harness::report
