#include "harness/ab/known.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/ab/made_up.h"
#include "harness/testing/repository.h"

namespace atome::harness::ab {
namespace {

using harness::testing::TemporaryFolder;
using report::Cell;
using report::Kind;
using report::Quantity;
using testing::MadeUp;
using testing::MakeCell;
using testing::MakeExperiment;
using testing::TwoContenders;

FirmwareHash Firmware(const std::string& hash) {
  return [hash](const Piece&) { return hash; };
}

// A model on a core, its pieces and the cells of these.
class Known : public ::testing::Test {
 protected:
  Piece PieceOf(Kind kind) const {
    return {&experiment_.entries[0], kind, kind == Kind::kPerplexity ? "" : "m3"};
  }
  Cell CellOf(Kind kind) const { return MakeCell(experiment_, PieceOf(kind), {}); }
  bool AnswersWith(const Cell& cell) const { return Answers(experiment_, PieceOf(cell.key.kind), cell); }
  // Whether a report with the cell has one for its piece.
  bool Found(const Cell& cell, const std::string& firmware) const {
    report::Report report;
    report.cells = {cell};
    return FindIn(report, experiment_, PieceOf(cell.key.kind), Firmware(firmware)) != nullptr;
  }

  Experiment experiment_ = MakeExperiment(TwoContenders({0}), {{0, 0}, {1, 0}});
};

constexpr Kind kKinds[] = {Kind::kPerplexity, Kind::kCycles, Kind::kSize};

TEST_F(Known, CellsOfTheSameModelAnswerHoweverTheyCallIt) {
  for (const Kind kind : kKinds) {
    Cell cell = CellOf(kind);
    cell.key.model = "another name";
    EXPECT_TRUE(AnswersWith(cell));
    cell.model_sha256 = "another";
    EXPECT_FALSE(AnswersWith(cell));
  }
}

TEST_F(Known, AParityCellAnswersTheToleranceThatWasAskedOfIt) {
  auto& accept = experiment_.config.contenders[0].accept;
  const auto cell_of = [this](const char* accepted) {
    Cell cell = CellOf(Kind::kParity);
    if (*accepted != 0) cell.Add(Quantity::kAccepted, accepted);
    return cell;
  };
  for (const char* text : {"bits", "ulp:4", "tokens"}) {
    accept = *Acceptance::Parse(text);
    for (const char* accepted : {"", "ulp:4", "tokens"})
      EXPECT_EQ(AnswersWith(cell_of(accepted)),
                accepted == (std::string(text) == "bits" ? std::string() : text))
          << text << " " << accepted;
  }
}

TEST_F(Known, CellsOfSomethingElseDoNot) {
  for (const Kind kind : kKinds) {
    Cell failed = CellOf(kind);
    failed.Fail(Outcome::kMissing, "why");
    EXPECT_FALSE(AnswersWith(failed));
    Cell variant = CellOf(kind);
    variant.key.variant = "q15";
    EXPECT_FALSE(AnswersWith(variant));
    Cell detail = CellOf(kind);
    detail.key.detail += ", max_seq 32";
    EXPECT_FALSE(AnswersWith(detail));
    for (const Kind other : kKinds)
      EXPECT_EQ(Answers(experiment_, PieceOf(other), CellOf(kind)), kind == other);
  }
  for (const Kind kind : {Kind::kCycles, Kind::kSize}) {
    Cell core = CellOf(kind);
    core.key.core = "m0";
    EXPECT_FALSE(AnswersWith(core));
    Cell board = CellOf(kind);
    board.key.board = "bluepill";
    EXPECT_FALSE(AnswersWith(board));
    Cell build = CellOf(kind);
    build.key.build_kind = "size";
    EXPECT_FALSE(AnswersWith(build));
  }
}

TEST_F(Known, PerplexityIsOfTheVeryChunks) {
  const auto changed = [this](const auto& change) {
    Cell cell = CellOf(Kind::kPerplexity);
    change(&cell);
    return AnswersWith(cell);
  };
  EXPECT_TRUE(changed([](Cell*) {}));
  EXPECT_FALSE(changed([](Cell* cell) { cell->figures[1].value = "of another text"; }));
  EXPECT_FALSE(changed([](Cell* cell) { cell->figures.pop_back(); })) << "no hash of the text";
  EXPECT_FALSE(changed([](Cell* cell) { cell->figures[0].sample_counts[2] = 63; }));
  EXPECT_FALSE(changed([](Cell* cell) {
    cell->figures[0].samples.pop_back();
    cell->figures[0].sample_counts.pop_back();
  }));
  EXPECT_FALSE(changed([](Cell* cell) { cell->figures[0].samples.clear(); }));
}

TEST_F(Known, DimensionsAreThoseOfTheModel) {
  constexpr char kDimensions[] = "vocab_size=256,d_model=8,n_layers=1,d_head=4,kernel_size=2,top_k=2";
  experiment_.entries[0].model.config = *ParseConfig(kDimensions);
  experiment_.entries[0].model.config.max_seq = 64;
  for (const Kind kind : kKinds) {
    EXPECT_TRUE(AnswersWith(CellOf(kind))) << "its command gives the dimensions, as the file does not";
    Cell cell = CellOf(kind);
    cell.command = "build/atome size m0.atome02";  // which has them beside it
    EXPECT_TRUE(AnswersWith(cell));
    cell.command = StrCat("build/atome size m0.atome02 --config ", kDimensions, ",max_seq=32 --jobs 1");
    EXPECT_FALSE(AnswersWith(cell));
    experiment_.config.contenders[0].dimensions = kDimensions;
    EXPECT_TRUE(AnswersWith(CellOf(kind)));
    cell.command = StrCat("build/atome size m0.atome02 --config ", kDimensions, " --jobs 1");
    EXPECT_TRUE(AnswersWith(cell));
    cell.command = "build/atome size m0.atome02";
    EXPECT_FALSE(AnswersWith(cell)) << "of unknown dimensions";
    experiment_.config.contenders[0].dimensions.reset();
  }
  Cell longer = CellOf(Kind::kSize);
  longer.figures.back().value = uint64_t{128};  // max_seq
  EXPECT_FALSE(AnswersWith(longer));
}

TEST_F(Known, FirmwareIsTheOneThatIsHere) {
  Cell cell = CellOf(Kind::kCycles);
  EXPECT_TRUE(Found(cell, "firmware"));
  EXPECT_FALSE(Found(cell, "another firmware"));
  EXPECT_TRUE(Found(cell, "")) << "none is here to compare with";
  cell.build_sha256.clear();
  EXPECT_TRUE(Found(cell, "another firmware")) << "an accepted baseline does not say";
  EXPECT_TRUE(Found(CellOf(Kind::kPerplexity), "another firmware"));
}

class Kept : public Known {
 protected:
  KeptCells Open(const std::string& program = "program", bool fresh = false) const {
    return {path_, program, fresh};
  }
  static bool Has(const KeptCells& kept, const Experiment& experiment, const Piece& piece,
                  const std::string& firmware = "firmware") {
    return kept.Find(experiment, piece, Firmware(firmware)) != nullptr;
  }
  // Keeps all three cells.
  void KeepAll() const {
    KeptCells kept = Open();
    for (const Kind kind : kKinds) EXPECT_EQ(kept.Keep(CellOf(kind)), "");
    EXPECT_EQ(kept.Write(), "");
  }

  TemporaryFolder folder_;
  std::string path_ = (folder_.path() / "a/b/cells.binpb").string();
};

TEST_F(Kept, IsFoundByTheNextRun) {
  for (const Kind kind : kKinds) EXPECT_FALSE(Has(Open(), experiment_, PieceOf(kind)));
  KeepAll();
  const KeptCells kept = Open();
  for (const Kind kind : kKinds) {
    const Cell* cell = kept.Find(experiment_, PieceOf(kind), Firmware("firmware"));
    ASSERT_NE(cell, nullptr);
    EXPECT_EQ(cell->key, CellOf(kind).key);
    EXPECT_EQ(cell->figures, CellOf(kind).figures) << "to the bit";
  }
  EXPECT_FALSE(Has(kept, experiment_, {&experiment_.entries[1], Kind::kSize, "m3"}));
}

TEST_F(Kept, OnlyOfTheSameProgramAndFirmware) {
  KeepAll();
  for (const Kind kind : kKinds) {
    EXPECT_FALSE(Has(Open("another program"), experiment_, PieceOf(kind)));
    EXPECT_FALSE(Has(Open("program", /*fresh=*/true), experiment_, PieceOf(kind)));
    EXPECT_EQ(Has(Open(), experiment_, PieceOf(kind), "another firmware"), kind == Kind::kPerplexity);
    EXPECT_EQ(Has(Open(), experiment_, PieceOf(kind), ""), kind == Kind::kPerplexity);
  }
}

// The next run keeps what it did not ask for; another program's cells go.
TEST_F(Kept, AddsToWhatIsThere) {
  KeepAll();
  const Piece other{&experiment_.entries[1], Kind::kSize, "m3"};
  KeptCells kept = Open();
  EXPECT_EQ(kept.Keep(MakeCell(experiment_, other, {})), "");
  EXPECT_EQ(kept.Write(), "");
  EXPECT_TRUE(Has(Open(), experiment_, other));
  EXPECT_TRUE(Has(Open(), experiment_, PieceOf(Kind::kSize)));
  KeptCells newer = Open("newer program");
  EXPECT_EQ(newer.Keep(MakeCell(experiment_, other, {})), "");
  EXPECT_EQ(newer.Write(), "");
  EXPECT_TRUE(Has(Open("newer program"), experiment_, other));
  EXPECT_FALSE(Has(Open("newer program"), experiment_, PieceOf(Kind::kSize)));
}

// A kill may leave half a file where another program writes.
TEST_F(Kept, DamagedFilesAreNotThere) {
  KeepAll();
  const std::string whole = *ReadFile(path_);
  for (const std::string& text : {std::string(), std::string("{}"), whole.substr(0, whole.size() / 2)}) {
    std::ofstream(path_) << text;
    EXPECT_FALSE(Has(Open(), experiment_, PieceOf(Kind::kSize)));
  }
  KeepAll();
  EXPECT_TRUE(Has(Open(), experiment_, PieceOf(Kind::kSize)));
}

TEST_F(Kept, SaysWhyItCannotKeep) {
  const std::string file = folder_.Write("file", "x");
  KeptCells kept(file + "/cells.binpb", "program", false);
  EXPECT_THAT(kept.Keep(CellOf(Kind::kSize)), ::testing::HasSubstr(file));
}

}  // namespace
}  // namespace atome::harness::ab
