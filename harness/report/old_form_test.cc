// Reports of atomes before figures had their names from the catalogue: messages of proto/report.proto without
// a schema, binary or as protobuf's JSON.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "harness/base/compression.h"
#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/report/report_file.h"
#include "harness/report/report_json.h"
#include "harness/testing/random_report.h"
#include "harness/testing/repository.h"
#include "proto/report.pb.h"

namespace atome::harness::report {
namespace {

using testing::Dump;
using testing::ErrorOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TemporaryFolder;
using ::testing::UnorderedElementsAre;

constexpr char kOldForm[] = ATOME_SOURCE_DIR "/harness/report/testdata/old_form.json";

struct Renamed {
  v1::CellKind kind;
  const char *name, *part_kind;
  Quantity now;
};
// Every name that an atome of the old form wrote and that is another today.
constexpr Renamed kRenamed[] = {
    {v1::CELL_KIND_AB, "bpb", "", Quantity::kBitsPerByte},
    {v1::CELL_KIND_AB, "params", "", Quantity::kParameters},
    {v1::CELL_KIND_AB, "disk_bytes", "", Quantity::kFileBytes},
    {v1::CELL_KIND_AB, "ratio", "against", Quantity::kPerplexityRatio},
    {v1::CELL_KIND_PERPLEXITY, "ratio", "against", Quantity::kPerplexityRatio},
    {v1::CELL_KIND_PERPLEXITY, "kl_mean", "against", Quantity::kKlMeanNats},
    {v1::CELL_KIND_PERPLEXITY, "same_top", "against", Quantity::kSameTopShare},
    {v1::CELL_KIND_PERPLEXITY, "tokens_per_second", "", Quantity::kHostTokensPerSecond},
    {v1::CELL_KIND_BENCHMARK, "ratio", "against", Quantity::kTimeRatio},
    {v1::CELL_KIND_SIZE, "bytes", "section", Quantity::kSectionBytes},
    {v1::CELL_KIND_SIZE, "bytes", "symbol", Quantity::kSymbolBytes},
    {v1::CELL_KIND_SIZE, "flash_bytes", "board", Quantity::kBoardFlashBytes},
    {v1::CELL_KIND_SIZE, "ram_bytes", "board", Quantity::kBoardRamBytes},
};

v1::Report OneFigure(const Renamed& renamed) {
  v1::Report proto;
  v1::Cell& cell = *proto.add_cells();
  cell.set_kind(renamed.kind);
  cell.set_status(v1::CELL_STATUS_PASS);
  v1::Figure& figure = *cell.add_figures();
  figure.set_name(renamed.name);
  figure.set_part_kind(renamed.part_kind);
  if (*renamed.part_kind != 0) figure.set_part("p");
  figure.set_real(2.5);
  figure.set_figure_class(v1::FIGURE_CLASS_EXACT);
  figure.set_unit("furlongs");  // the catalogue's word counts
  return proto;
}

std::string JsonOfProto(const v1::Report& proto) {
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(proto, &json).ok());
  return json;
}

TEST(OldForm, EverySchemaBeforeTodaysIsAnOldForm) {
  const TemporaryFolder folder;
  v1::Report proto = OneFigure(kRenamed[0]);
  for (const uint32_t schema : {0, 1}) {
    proto.set_schema(schema);
    const Result<Report> read = ReadReport(folder.Write("r.binpb", proto.SerializeAsString()));
    ASSERT_TRUE(read.ok()) << read.error().message;
    ASSERT_EQ(read->cells[0].figures.size(), 1u) << schema;
    EXPECT_EQ(read->cells[0].figures[0].id.quantity, kRenamed[0].now);
  }
}

TEST(OldForm, EveryRenamedFigureIsReadFromBinaryAndJson) {
  const TemporaryFolder folder;
  std::set<Quantity> seen;
  for (const Renamed& renamed : kRenamed) {
    const v1::Report proto = OneFigure(renamed);
    for (const std::string& path :
         {folder.Write("r.binpb", proto.SerializeAsString()), folder.Write("r.json", JsonOfProto(proto))}) {
      const Result<Report> read = ReadReport(path);
      ASSERT_TRUE(read.ok()) << renamed.name << ": " << read.error().message;
      ASSERT_EQ(read->cells[0].figures.size(), 1u);
      const Figure& figure = read->cells[0].figures[0];
      EXPECT_EQ(figure.id.quantity, renamed.now) << renamed.name;
      EXPECT_EQ(NameOf(figure.id.part.kind), renamed.part_kind);
      EXPECT_EQ(figure.Number(), 2.5);
      ASSERT_EQ(read->renamed.size(), 1u);
      EXPECT_THAT(*read->renamed.begin(), ::testing::EndsWith(StrCat(" -> ", NameOf(renamed.now))));
    }
    seen.insert(renamed.now);
  }
  for (const catalogue::FormerName& former : catalogue::kFormerNames)
    EXPECT_TRUE(seen.contains(former.now)) << "no test of " << former.name;
}

TEST(OldForm, TodaysFormHasTodaysNamesOnly) {
  const TemporaryFolder folder;
  for (const Renamed& renamed : kRenamed) {
    v1::Report proto = OneFigure(renamed);
    proto.set_schema(2);
    const Result<Report> read = ReadReport(folder.Write("r.binpb", proto.SerializeAsString()));
    // Some names are still there, for another figure.
    if (!FindQuantity(renamed.name)) {
      EXPECT_THAT(ErrorOf(read), HasSubstr("catalogue"));
    } else if (read.ok()) {
      EXPECT_NE(read->cells[0].figures[0].id.quantity, renamed.now);
    }
  }
}

TEST(OldForm, UnknownNamesAreRefused) {
  const TemporaryFolder folder;
  v1::Report proto = OneFigure(kRenamed[0]);
  proto.mutable_cells(0)->mutable_figures(0)->set_name("bits_per_letter");
  EXPECT_THAT(ErrorOf(ReadReport(folder.Write("r.binpb", proto.SerializeAsString()))),
              HasSubstr("figure bits_per_letter: is not in the catalogue"));
  proto = OneFigure(kRenamed[0]);
  (*proto.mutable_cells(0)->mutable_unavailable())["letters"] = "none";
  EXPECT_THAT(ErrorOf(ReadReport(folder.Write("r.json", JsonOfProto(proto)))),
              HasSubstr("unavailable figure letters"));
}

TEST(OldForm, AbsentFiguresHaveTodaysNamesToo) {
  const TemporaryFolder folder;
  v1::Report proto = OneFigure(kRenamed[0]);
  (*proto.mutable_cells(0)->mutable_unavailable())["disk_bytes"] = "no file";
  const Result<Report> read = ReadReport(folder.Write("r.json", JsonOfProto(proto)));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->cells[0].unavailable.at(Quantity::kFileBytes), "no file");
  EXPECT_THAT(read->renamed, UnorderedElementsAre("ab bpb -> bits_per_byte", "ab disk_bytes -> file_bytes"));
}

// What the six commands wrote then, with some symbols left out.
TEST(OldForm, AReportOfAllCommandsIsReadWhole) {
  const Result<Report> read = ReadReport(kOldForm);
  ASSERT_TRUE(read.ok()) << read.error().message;
  v1::Report proto;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*ReadFile(kOldForm), &proto).ok());
  ASSERT_EQ(read->cells.size(), static_cast<size_t>(proto.cells_size()));
  std::set<Kind> kinds;
  for (int i = 0; i < proto.cells_size(); ++i) {
    const v1::Cell& old = proto.cells(i);
    const Cell& cell = read->cells[static_cast<size_t>(i)];
    kinds.insert(cell.key.kind);
    ASSERT_EQ(cell.figures.size(), static_cast<size_t>(old.figures_size()));
    EXPECT_EQ(cell.unavailable.size(), old.unavailable().size());
    EXPECT_EQ(cell.command, old.command());
    for (int k = 0; k < old.figures_size(); ++k) {
      const Figure& figure = cell.figures[static_cast<size_t>(k)];
      const v1::Figure& was = old.figures(k);
      if (was.value_case() == v1::Figure::kText) {
        EXPECT_EQ(std::get<std::string>(figure.value), was.text());
      } else {
        EXPECT_EQ(figure.Number(), was.has_count() ? static_cast<double>(was.count()) : was.real());
      }
      EXPECT_EQ(figure.id.part.name, was.part());
      EXPECT_EQ(figure.samples.size(), static_cast<size_t>(was.samples_size()));
      EXPECT_EQ(static_cast<int>(figure.info().figure_class) + 1, was.figure_class()) << was.name();
      // Where the catalogue has no unit for a number alone, as of a ratio, some had one.
      if (!was.unit().empty() && !figure.info().unit.empty()) {
        EXPECT_EQ(figure.info().unit, was.unit()) << was.name();
      }
    }
  }
  EXPECT_EQ(kinds.size(), std::size(catalogue::kKinds) - 4)
      << "all but runs of any firmware, mutants, flipped bits and hostile guests, which are younger";
  EXPECT_EQ(read->renamed.size(), std::size(kRenamed));

  const TemporaryFolder folder;
  for (const std::string& path : {folder.Write("r.binpb", proto.SerializeAsString()),
                                  folder.Write("r.json.xz", *Compressed(JsonOfProto(proto)))}) {
    const Result<Report> other = ReadReport(path);
    ASSERT_TRUE(other.ok()) << path << ": " << other.error().message;
    EXPECT_EQ(Dump(*other), Dump(*read));
  }
}

TEST(OldForm, WrittenAnewNothingIsLostOrRenamed) {
  const Result<Report> old = ReadReport(kOldForm);
  ASSERT_TRUE(old.ok());
  const TemporaryFolder folder;
  for (const char* name : {"r.json", "r.binpb", "r.json.xz"}) {
    const std::string path = (folder.path() / name).string();
    ASSERT_EQ(WriteReport(*old, path), "");
    const Result<Report> read = ReadReport(path);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_THAT(read->renamed, IsEmpty());
    EXPECT_EQ(JsonOf(*read), JsonOf(*old));
  }
}

TEST(OldForm, TheBaselineIsReadWhateverItsForm) {
  const Result<Report> read = ReadReport(ATOME_SOURCE_DIR "/ci/baselines/nightly.json.xz");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_GT(read->cells.size(), 500u);
}

}  // namespace
}  // namespace atome::harness::report
