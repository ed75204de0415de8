#include "harness/model/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>

#include "engine/files/crc32.h"
#include "engine/host/tensor_reader.h"
#include "harness/base/file.h"
#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/model/inspect_output.h"
#include "harness/model/model_sections.h"
#include "harness/model/trit_entropy.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TemporaryFolder;
using testing::TinyModel;
using testing::TinyModelPath;
using testing::TinyModels;

std::string PlainPath(const char* weights) {
  return StrCat(ATOME_SOURCE_DIR "/golden/models_plain/tiny_plain_", weights, ".plain01");
}

Inspection Inspected(const std::string& path) {
  Result<Inspection> inspection = Inspect(path, std::nullopt);
  EXPECT_TRUE(inspection.ok()) << (inspection.ok() ? "" : inspection.error().message);
  return inspection.ok() ? *std::move(inspection) : Inspection{};
}

const TensorFacts& Tensor(const Inspection& inspection, std::string_view name) {
  for (const SectionFacts& section : inspection.sections) {
    for (const TensorFacts& tensor : section.tensors) {
      if (tensor.name == name) return tensor;
    }
  }
  throw std::logic_error(StrCat("no tensor ", name));
}

// A copy of a model that a test damages.
class Copied {
 public:
  Copied(const std::string& path, std::string name) : name_(std::move(name)), bytes(*ReadFile(path)) {}
  std::string Path() const { return folder_.Write(name_, bytes); }
  Inspection Look() const { return Inspected(Path()); }
  // Makes the header's checksum that of the header.
  void MendHeader() {
    const uint32_t count = static_cast<unsigned char>(bytes[22]), end = 28 + 16 * count;
    const uint32_t crc = Crc32(reinterpret_cast<const uint8_t*>(bytes.data()), end);
    for (uint32_t i = 0; i < 4; ++i) bytes[end + i] = static_cast<char>(crc >> 8 * i);
  }

 private:
  TemporaryFolder folder_;
  std::string name_;

 public:
  std::string bytes;
};

// Every figure of every ternary model against the reader of the engine for hosts.
TEST(Inspect, HasTheTensorsOfTheReader) {
  struct Named {
    atome_tensor tensor;
    const char* name;
  };
  constexpr Named kTrits[] = {{ATOME_TENSOR_CONV, "conv"},
                              {ATOME_TENSOR_WQ, "wq"},
                              {ATOME_TENSOR_WK, "wk"},
                              {ATOME_TENSOR_WV, "wv"},
                              {ATOME_TENSOR_ROUTER, "router"}};
  constexpr Named kVectors[] = {{ATOME_TENSOR_GAMMA, "gamma"},
                                {ATOME_TENSOR_BETA, "beta"},
                                {ATOME_TENSOR_A, "a"},
                                {ATOME_TENSOR_B, "b"},
                                {ATOME_TENSOR_C, "c"}};
  for (const std::string& name : TinyModels()) {
    for (int format = 1; format <= 3; ++format) {
      const Inspection inspection = Inspected(TinyModelPath(name, format));
      EXPECT_THAT(inspection.damage, IsEmpty()) << name << format;
      const Model& model = inspection.model;
      const std::span<const uint8_t> file(reinterpret_cast<const uint8_t*>(model.bytes.data()),
                                          model.bytes.size());
      const host::TensorReader reader(host::HostShape::Of(model.config.Ternary(), file), file.data());
      const auto check = [&](atome_tensor tensor, uint32_t layer, const std::string& label) {
        const TensorFacts& facts = Tensor(inspection, label);
        std::array<uint64_t, 3> counts{};
        const std::vector<int8_t> trits = reader.Rows(tensor, layer);
        for (const int8_t trit : trits) ++counts[static_cast<size_t>(trit + 1)];
        EXPECT_EQ(facts.trits, counts) << name << format << label;
        EXPECT_EQ(facts.Elements(), trits.size());
        EXPECT_EQ(facts.scale, std::bit_cast<float>(reader.ScaleBits(tensor, layer)));
        EXPECT_DOUBLE_EQ(facts.norm,
                         std::abs(*facts.scale) * std::sqrt(static_cast<double>(counts[0] + counts[2])));
        if (tensor != ATOME_TENSOR_ROUTER) return;
        ASSERT_EQ(facts.row_norms.size(), 3u);
        for (size_t row = 0; row < 3; ++row) {
          const auto begin = trits.begin() + static_cast<ptrdiff_t>(row * facts.columns);
          const auto live = facts.columns - std::count(begin, begin + facts.columns, 0);
          EXPECT_DOUBLE_EQ(facts.row_norms[row],
                           std::abs(*facts.scale) * std::sqrt(static_cast<double>(live)));
        }
      };
      check(ATOME_TENSOR_EMBED, 0, "embed");
      check(ATOME_TENSOR_UNEMBED, 0, "unembed");
      for (uint32_t layer = 0; layer < model.config.n_layers; ++layer) {
        for (const Named& each : kTrits) check(each.tensor, layer, StrCat("block ", layer, " ", each.name));
        for (const Named& each : kVectors) {
          const TensorFacts& facts = Tensor(inspection, StrCat("block ", layer, " ", each.name));
          double squares = 0, least = INFINITY, most = -INFINITY;
          for (const uint32_t bits : reader.VectorBits(each.tensor, layer)) {
            const double value = std::bit_cast<float>(bits);
            squares += value * value;
            least = std::min(least, value);
            most = std::max(most, value);
          }
          EXPECT_EQ(facts.norm, std::sqrt(squares)) << name << format << facts.name;
          EXPECT_EQ(facts.least, least);
          EXPECT_EQ(facts.most, most);
        }
      }
    }
  }
}

TEST(Inspect, SectionsAreTheFile) {
  std::vector<std::string> paths{PlainPath("fp32"), PlainPath("int8")};
  for (int format = 1; format <= 3; ++format) paths.push_back(TinyModelPath("tiny_odd", format));
  for (const std::string& path : paths) {
    const Inspection inspection = Inspected(path);
    EXPECT_THAT(inspection.damage, IsEmpty()) << path;
    uint64_t at = 0, elements = 0;
    for (const SectionFacts& section : inspection.sections) {
      EXPECT_EQ(section.offset, at) << path << section.name;
      at += section.bytes;
      for (const TensorFacts& tensor : section.tensors) elements += tensor.Elements();
    }
    EXPECT_EQ(at, inspection.model.bytes.size()) << path;
    EXPECT_EQ(elements, inspection.model.config.Parameters()) << path;
  }
  const Inspection columns = Inspected(TinyModelPath("tiny_odd", 3));
  const std::vector<ModelSection> sections = SectionsOf(columns.model);
  for (size_t i = 0; i < sections.size(); ++i) {
    EXPECT_EQ(columns.sections[i].name, sections[i].name);
    EXPECT_EQ(columns.sections[i].bytes, sections[i].bytes);
    EXPECT_EQ(columns.sections[i].crc, SectionFacts::Crc::kIntact);
  }
}

TEST(Inspect, EntropyIsThatOfTheWholeModel) {
  const Inspection inspection = Inspected(TinyModelPath("tiny_odd", 3));
  double bits = 0, weights = 0;
  for (const SectionFacts& section : inspection.sections) {
    for (const TensorFacts& tensor : section.tensors) {
      if (tensor.encoding != Encoding::kTrits) continue;
      bits += EntropyBits(tensor.trits);
      weights += static_cast<double>(tensor.Elements());
    }
  }
  EXPECT_DOUBLE_EQ(bits / weights, *TritEntropyBits(inspection.model));
}

TEST(Inspect, PlainTransformers) {
  const Inspection wide = Inspected(PlainPath("fp32")), narrow = Inspected(PlainPath("int8"));
  for (const char* name : {"embed", "positions", "block 0 wq", "block 0 w2", "unembed"}) {
    const TensorFacts &one = Tensor(wide, name), &other = Tensor(narrow, name);
    EXPECT_EQ(one.encoding, Encoding::kFloat);
    EXPECT_EQ(other.encoding, Encoding::kInt8);
    EXPECT_LE(other.least_scale, other.most_scale);
    EXPECT_LE(std::max(std::abs(other.least), std::abs(other.most)), 127 * other.most_scale * (1 + 1e-6));
  }
  EXPECT_THAT(FormatInspection(narrow, OutputFormat::kTable), HasSubstr("scales of rows"));
  EXPECT_THAT(FormatInspection(wide, OutputFormat::kTable), Not(HasSubstr("scales of rows")));
}

TEST(Inspect, EveryBitOfAFileWithChecksumsIsLookedAt) {
  for (const std::string& path : {TinyModelPath("tiny_k1", 3), PlainPath("int8")}) {
    Copied copy(path, "m");
    Random random(1);
    for (int i = 0; i < 150; ++i) {
      const size_t at = random.Below(static_cast<uint32_t>(copy.bytes.size()));
      const char before = copy.bytes[at];
      copy.bytes[at] = static_cast<char>(before ^ 1 << random.Below(8));
      const Result<Inspection> inspection = Inspect(copy.Path(), std::nullopt);
      if (inspection.ok()) {
        EXPECT_THAT(inspection->damage, Not(IsEmpty())) << path << " byte " << at;
      }
      copy.bytes[at] = before;
    }
    EXPECT_THAT(copy.Look().damage, IsEmpty());
  }
}

TEST(Inspect, ADamagedSectionIsNamedAndTheOthersAreRead) {
  Copied copy(TinyModelPath("tiny_odd", 3), "m.atome03");
  const SectionFacts weights = copy.Look().sections[3];  // of block 0
  ASSERT_EQ(weights.name, "block 0 weights");
  const size_t at = weights.offset + 20;  // the first code
  copy.bytes[at] = '\xff';
  const Inspection inspection = copy.Look();
  EXPECT_THAT(inspection.damage,
              ElementsAre(StrCat("block 0 weights, offset ", at, ": the byte 255 is no code of 5 trits"),
                          StrCat("block 0 weights, offset ", weights.offset, ": the CRC-32 of its ",
                                 weights.bytes, " bytes does not match")));
  EXPECT_EQ(inspection.sections[3].crc, SectionFacts::Crc::kDamaged);
  EXPECT_EQ(inspection.sections[4].crc, SectionFacts::Crc::kIntact);
  const auto& trits = Tensor(inspection, "block 0 wv").trits;
  EXPECT_EQ(trits[0] + trits[1] + trits[2], 13u * 13 - 5) << "the rest of the tensor is counted";
  EXPECT_TRUE(Tensor(inspection, "unembed").read);
  EXPECT_THAT(FormatInspection(inspection, OutputFormat::kTable),
              HasSubstr("DAMAGED: block 0 weights, offset"));
}

TEST(Inspect, ACutFileIsReadAsFarAsItGoes) {
  for (int format = 1; format <= 3; ++format) {
    const std::string path = TinyModelPath("tiny_odd", format);
    Copied copy(path, StrCat("m.atome0", format));
    const std::string whole = copy.bytes;
    const Inspection before = Inspected(path);
    const auto config = ConfigToString(before.model.config);
    const uint64_t embed_end = before.sections[1].offset + before.sections[1].bytes;
    for (size_t size : {whole.size() - 1, whole.size() / 2, size_t{200}, size_t{20}}) {
      copy.bytes = whole.substr(0, size);
      const Result<Inspection> inspection = Inspect(copy.Path(), config);
      if (format == 3 && size == 20) {
        EXPECT_THAT(ErrorOf(inspection), HasSubstr("ends in its header, at byte 20"));
        continue;
      }
      ASSERT_TRUE(inspection.ok()) << inspection.error().message;
      EXPECT_THAT(inspection->damage, Contains(HasSubstr(": it was cut"))) << format << " " << size;
      const bool cut_content = size + 3 < whole.size();  // not padding alone
      EXPECT_EQ(Tensor(*inspection, "unembed").read, !cut_content && format == 3);
      EXPECT_EQ(Tensor(*inspection, "embed").read, size >= embed_end) << format << " " << size;
    }
    copy.bytes = whole + "x";
    EXPECT_THAT(Inspect(copy.Path(), config)->damage, Contains(HasSubstr(": some were added")));
  }
}

TEST(Inspect, ADamagedHeaderIsBelievedWhereItCanBeTrue) {
  Copied copy(TinyModelPath("tiny_odd", 3), "m.atome03");
  copy.bytes[20] = 99;  // max_seq
  EXPECT_THAT(copy.Look().damage, ElementsAre(HasSubstr("header, offset 0: the CRC-32 of bytes 0 to 140")));
  copy.bytes[10] = 0;  // d
  EXPECT_THAT(ErrorOf(Inspect(copy.Path(), std::nullopt)), HasSubstr("checksum"));
}

TEST(Inspect, ATableThatLiesIsNamed) {
  Copied copy(TinyModelPath("tiny_odd", 3), "m.atome03");
  copy.bytes[28 + 16 + 4] ^= 4;  // offset of the second section
  copy.MendHeader();
  EXPECT_THAT(copy.Look().damage,
              ElementsAre(HasSubstr("header, offset 44: the entry of block 0 vectors has kind 2")));
  copy.bytes[28 + 16 + 4] ^= 4;
  copy.bytes[28 + 8] ^= 8;  // bytes of the first
  copy.MendHeader();
  EXPECT_THAT(copy.Look().damage, ElementsAre(HasSubstr("header, offset 36: embed has")));
  copy.bytes[28 + 8] ^= 8;
  copy.bytes[24] ^= 1;
  copy.MendHeader();
  EXPECT_THAT(copy.Look().damage, ElementsAre(HasSubstr("header, offset 24: says that the file has")));
}

TEST(Inspect, WhatIsNotFiniteOrPaddingIsNamed) {
  TemporaryFolder folder;
  const Model model = TinyModel("tiny_odd", 2);
  const auto damage = [&](size_t at, char byte) {
    std::string bytes = model.bytes;
    bytes[at] = byte;
    return Inspect(folder.Write("m.atome02", bytes), ConfigToString(model.config))->damage;
  };
  EXPECT_THAT(damage(7 + 3, '\x7e'), IsEmpty()) << "large, but finite";
  const size_t embed_end = 7 + 4 + (37 * 13 + 4) / 5;
  EXPECT_THAT(damage(embed_end - 1, '\xf2'),
              ElementsAre(HasSubstr(StrCat("embed, offset ", embed_end - 1, ": padding"))));
  EXPECT_THAT(damage(11, '\xf3'), ElementsAre("embed, offset 11: the byte 243 is no code of 5 trits"));
  EXPECT_THAT(damage(11, '\xf2'), IsEmpty());
  std::string bytes = model.bytes;
  bytes[embed_end + 2] = '\x80';
  bytes[embed_end + 3] = '\x7f';
  EXPECT_THAT(Inspect(folder.Write("m.atome02", bytes), ConfigToString(model.config))->damage,
              ElementsAre(StrCat("block 0, offset ", embed_end, ": a number that is not finite")));
}

TEST(Inspect, EachSectionHasItsFirstBadCodeNamed) {
  TemporaryFolder folder;
  const Model model = TinyModel("tiny_odd", 2);
  const size_t embed_end = 7 + 4 + (37 * 13 + 4) / 5;
  const size_t conv = embed_end + 2 * 13 * 4 + 4;  // behind gamma, beta and its scale
  std::string bytes = model.bytes;
  for (const size_t at : {size_t{11}, size_t{12}, conv, conv + 1}) bytes[at] = '\xf3';
  EXPECT_THAT(Inspect(folder.Write("m.atome02", bytes), ConfigToString(model.config))->damage,
              ElementsAre("embed, offset 11: the byte 243 is no code of 5 trits",
                          StrCat("block 0, offset ", conv, ": the byte 243 is no code of 5 trits")));
}

TEST(Inspect, MatricesAreRowsOfInputs) {
  for (int format = 1; format <= 3; ++format) {
    const Inspection inspection = Inspected(TinyModelPath("tiny_odd", format));
    const auto shape = [&inspection](const char* name) {
      const TensorFacts& tensor = Tensor(inspection, name);
      return std::pair(tensor.rows, tensor.columns);
    };
    // V 37, d 13, h 5, K 3.
    EXPECT_EQ(shape("embed"), std::pair(37u, 13u)) << format;
    EXPECT_EQ(shape("block 0 conv"), std::pair(13u, 3u)) << format;
    EXPECT_EQ(shape("block 0 wq"), std::pair(5u, 13u)) << format;
    EXPECT_EQ(shape("block 1 wk"), std::pair(5u, 13u)) << format;
    EXPECT_EQ(shape("block 1 wv"), std::pair(13u, 13u)) << format;
    EXPECT_EQ(shape("block 0 router"), std::pair(3u, 13u)) << format;
    EXPECT_EQ(shape("unembed"), std::pair(37u, 13u)) << format;
  }
}

TEST(Inspect, ADamagedPlainHeaderIsBelievedWhereItsHeadsDivideItsWidth) {
  Copied copy(PlainPath("int8"), "m.plain01");
  const size_t n_heads = 8 + 2 * 3;  // the fourth dimension
  const uint16_t width = Inspected(PlainPath("int8")).model.config.d_model;
  copy.bytes[n_heads] = 1;
  EXPECT_THAT(copy.Look().damage, Contains(HasSubstr("header, offset 0: the CRC-32")));
  copy.bytes[n_heads] = static_cast<char>(width - 1);
  EXPECT_THAT(ErrorOf(Inspect(copy.Path(), std::nullopt)), HasSubstr("checksum"));
}

TEST(Inspect, PaddingAndCodesOfInt8AreLookedAt) {
  Copied copy(PlainPath("int8"), "m.plain01");
  const SectionFacts embed = copy.Look().sections[1];
  const size_t codes = embed.offset + 4 * embed.tensors[0].rows;  // rows of 15 codes and a byte of padding
  copy.bytes[codes + 15] = 1;
  EXPECT_THAT(copy.Look().damage,
              Contains(StrCat("embed, offset ", codes + 15, ": padding that is not zero")));
  copy.bytes[codes + 3] = '\x80';
  EXPECT_THAT(copy.Look().damage, Contains(StrCat("embed, offset ", codes + 3, ": the code -128")));
}

TEST(Inspect, OtherFilesAreRefused) {
  TemporaryFolder folder;
  const std::string config = ConfigToString(TinyModel("tiny_odd").config);
  EXPECT_THAT(ErrorOf(Inspect(folder.Write("a", "text"), config)), HasSubstr("none of the formats"));
  EXPECT_THAT(ErrorOf(Inspect(folder.Write("a", ""), config)), HasSubstr("none of the formats"));
  EXPECT_THAT(ErrorOf(Inspect(folder.Write("a", "PLAIN01"), std::nullopt)), HasSubstr("a: "));
  EXPECT_THAT(ErrorOf(Inspect(folder.Write("a", std::string("PLAIN01\0", 8)), std::nullopt)),
              HasSubstr("a: "));
  EXPECT_THAT(ErrorOf(Inspect("/nothing/there", std::nullopt)), HasSubstr("/nothing/there"));
}

TEST(Inspect, RandomDamageDoesNoHarm) {
  for (const std::string& path : {TinyModelPath("tiny_odd", 1), TinyModelPath("tiny_odd", 2),
                                  TinyModelPath("tiny_odd", 3), PlainPath("fp32"), PlainPath("int8")}) {
    Copied copy(path, "m");
    const std::string whole = copy.bytes;
    const std::optional<std::string> config =
        path.ends_with("plain01") ? std::nullopt
                                  : std::optional(ConfigToString(TinyModel("tiny_odd").config));
    Random random(7);
    for (int i = 0; i < 120; ++i) {
      copy.bytes = whole.substr(
          0, random.Below(4) == 0 ? random.Below(static_cast<uint32_t>(whole.size())) : whole.size());
      for (uint32_t changes = 1 + random.Below(4); changes > 0 && !copy.bytes.empty(); --changes) {
        const uint32_t most = random.Below(2) == 0 ? 200 : 100000;
        copy.bytes[random.Below(std::min<uint32_t>(most, static_cast<uint32_t>(copy.bytes.size())))] =
            static_cast<char>(random.Below(256));
      }
      const bool has_table = whole[6] == '3' || path.ends_with("plain01");
      if (has_table && copy.bytes.size() > 5000 && random.Below(2) == 0) copy.MendHeader();
      const Result<Inspection> inspection =
          Inspect(copy.Path(), random.Below(2) == 0 ? config : std::nullopt);
      if (!inspection.ok()) continue;
      for (const OutputFormat format :
           {OutputFormat::kTable, OutputFormat::kJson, OutputFormat::kCsv, OutputFormat::kMarkdown})
        EXPECT_THAT(FormatInspection(*inspection, format), Not(IsEmpty()));
    }
  }
}

TEST(FormatInspection, JsonHasWhatTheTablesShow) {
  const Inspection inspection = Inspected(TinyModelPath("tiny_odd", 3));
  const auto json = nlohmann::json::parse(FormatInspection(inspection, OutputFormat::kJson));
  EXPECT_EQ(json["format"], "ATOME03");
  EXPECT_EQ(json["bytes"], inspection.model.bytes.size());
  EXPECT_TRUE(json["damage"].empty());
  const auto& router = json["sections"][3]["tensors"][3];
  EXPECT_EQ(router["tensor"], "block 0 router");
  EXPECT_EQ(router["norms_of_pathways"]["sparse"], Tensor(inspection, "block 0 router").row_norms[2]);
  EXPECT_EQ(router["minus"].get<uint64_t>() + router["zero"].get<uint64_t>() + router["plus"].get<uint64_t>(),
            3u * 13);
}

// -1, 0 and +1 once, twice and five times: 1/8 3 + 1/4 2 + 5/8 log2(8/5) bits a trit.
TEST(FormatInspection, TritsHaveTheirSharesAndTheirEntropy) {
  Inspection inspection = Inspected(TinyModelPath("tiny_odd", 2));
  TensorFacts some;
  some.name = "some";
  some.encoding = Encoding::kTrits;
  some.rows = 2;
  some.columns = 4;
  some.read = true;
  some.norm = 1.25;
  some.scale = 0.5;
  some.trits = {1, 2, 5};
  TensorFacts none = some;
  none.name = "none";
  none.norm = 0;
  none.trits = {};
  TensorFacts vector;
  vector.name = "vector";
  vector.columns = 3;
  vector.read = true;
  vector.norm = 2;
  SectionFacts section;
  section.name = "made up";
  section.tensors = {vector, some, none};
  inspection.sections = {section};
  const std::string text = FormatInspection(inspection, OutputFormat::kMarkdown);
  EXPECT_THAT(text, HasSubstr("## Ternary tensors"));
  EXPECT_THAT(text, HasSubstr("| some | 2 x 4 | 0.5 | 12.5 % | 25.0 % | 62.5 % | 1.299 | 1.25 |\n"));
  EXPECT_THAT(text, HasSubstr("| none | 2 x 4 | 0.5 | - | - | - | 0.000 | 0 |\n"));
  EXPECT_THAT(text, HasSubstr("| FP32, 5 trits a byte |"));
  const auto json = nlohmann::json::parse(FormatInspection(inspection, OutputFormat::kJson));
  const auto& tensors = json["sections"][0]["tensors"];
  EXPECT_FALSE(tensors[0].contains("scale"));
  EXPECT_FALSE(tensors[0].contains("zero"));
  EXPECT_EQ(tensors[1]["scale"], 0.5);
  EXPECT_EQ(tensors[1]["plus"], 5);
  EXPECT_EQ(tensors[2]["entropy_bits"], 0);
}

TEST(FormatInspection, TextFitsATerminal) {
  for (const std::string& path : {StrCat(ATOME_SOURCE_DIR, "/golden/models/atome_60k/atome_60k.atome03"),
                                  TinyModelPath("tiny_v", 1), PlainPath("fp32"), PlainPath("int8")}) {
    const std::string text = FormatInspection(Inspected(path), OutputFormat::kTable);
    const std::vector<std::string_view> lines = Split(text, '\n');
    for (size_t i = 1; i < lines.size(); ++i) {  // the first has the path
      const size_t most = lines[i].starts_with("vocab_size=") ? 100 : 80;
      EXPECT_LE(lines[i].size(), most) << lines[i];
    }
  }
}

}  // namespace
}  // namespace atome::harness
