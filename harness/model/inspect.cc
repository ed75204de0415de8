#include "harness/model/inspect.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <span>

#include "engine/files/columns_file.h"
#include "engine/files/crc32.h"
#include "engine/files/model_file.h"
#include "engine/host/tensor_reader.h"
#include "harness/base/file.h"
#include "harness/base/half.h"
#include "harness/base/text.h"
#include "harness/model/variant_engine.h"

namespace atome::harness {
namespace {

using Bytes = std::span<const uint8_t>;

Bytes BytesOf(const Model& model) {
  return {reinterpret_cast<const uint8_t*>(model.bytes.data()), model.bytes.size()};
}

bool HasTable(const Model& model) {
  return model.bytes.starts_with(std::string_view("ATOME03\0", 8)) ||
         ArchitectureOf(model.bytes) == Architecture::kPlain;
}

uint32_t SectionCount(const ModelConfig& c) {
  return (c.architecture == Architecture::kPlain ? 4u : 3u) + 2u * c.n_layers;
}

// The dimensions in the header whatever its checksum says, when such a model can be.
std::optional<ModelConfig> ConfigInHeader(const Model& model) {
  const Bytes file = BytesOf(model);
  if (!HasTable(model) || file.size() < SectionTable::kHeaderBytes) return std::nullopt;
  const SectionTable table(file.data());
  ModelConfig config;
  config.architecture = ArchitectureOf(model.bytes);
  const ArchitectureTraits& traits = TraitsOf(config.architecture);
  for (size_t i = 0; i < traits.dimensions.size(); ++i) {
    const uint16_t value = table.Half(static_cast<uint32_t>(8 + 2 * i));
    const auto& dimension = traits.dimensions[i];
    const bool may_be_zero = dimension.member == &ModelConfig::weights;
    if (value > dimension.most || (value == 0 && !may_be_zero)) return std::nullopt;
    config.*dimension.member = value;
  }
  const bool plain = config.architecture == Architecture::kPlain;
  if (plain && config.d_model % config.n_heads != 0) return std::nullopt;
  return config;
}

// Takes the numbers of a tensor one by one.
class Sums {
 public:
  void Add(double value) {
    squares_ += value * value;
    least_ = any_ ? std::min(least_, value) : value;
    most_ = any_ ? std::max(most_, value) : value;
    any_ = true;
  }
  void GiveTo(TensorFacts* tensor) const {
    tensor->norm = std::sqrt(squares_);
    tensor->least = least_;
    tensor->most = most_;
  }

 private:
  double squares_ = 0, least_ = 0, most_ = 0;
  bool any_ = false;
};

// Reads the sections of a file one after the other; what is not in the file is not read.
class Inspector {
 public:
  explicit Inspector(Inspection* inspection)
      : out_(*inspection), c_(inspection->model.config), file_(BytesOf(inspection->model)) {}

  void Run() {
    if (c_.architecture == Architecture::kPlain) {
      RunPlain();
    } else if (HasTable(out_.model)) {
      RunColumns();
    } else {
      RunRows();
    }
    if (at_ != file_.size()) {
      Damage(StrCat("the file has ", file_.size(), " bytes, and ", at_, " are expected",
                    file_.size() < at_ ? ": it was cut" : ": some were added"));
    }
  }

 private:
  // ATOME01 and ATOME02: tensors follow one another, trits without gaps.
  void RunRows() {
    trits_per_byte_ = out_.format == "ATOME01" ? 4 : 5;
    Begin("header", kMagicBytes);
    End();
    Begin("embed");
    FlatTrits("embed", c_.vocab_size, c_.d_model);
    End();
    for (uint32_t layer = 0; layer < c_.n_layers; ++layer) {
      const std::string block = StrCat("block ", layer);
      Begin(block);
      for (const char* name : {" gamma", " beta"}) Vector(block + name, Encoding::kFloat);
      FlatTrits(block + " conv", c_.d_model, c_.kernel_size);
      for (const char* name : {" a", " b", " c"}) Vector(block + name, Encoding::kFloat);
      FlatTrits(block + " wq", c_.d_head, c_.d_model);
      FlatTrits(block + " wk", c_.d_head, c_.d_model);
      FlatTrits(block + " wv", c_.d_model, c_.d_model);
      FlatTrits(block + " router", 3, c_.d_model);
      End();
    }
    Begin("final vectors");
    for (const char* name : {"final gamma", "final beta"}) Vector(name, Encoding::kFloat);
    End();
    Begin("unembed");
    FlatTrits("unembed", c_.vocab_size, c_.d_model);
    End();
  }

  void RunColumns() {
    Header();
    BeginEntry("embed", ColumnsFile::kEmbed, 0, ColumnsFile::kTrits);
    ReadScales(1);
    PaddedRows("embed", 0, c_.vocab_size, c_.d_model);
    EndEntry();
    for (uint32_t layer = 0; layer < c_.n_layers; ++layer) {
      const std::string block = StrCat("block ", layer);
      Encoding vectors = BeginVectors(block + " vectors", ColumnsFile::kBlockVectors, layer);
      for (const char* name : {" gamma", " beta", " a", " b", " c"}) Vector(block + name, vectors);
      EndEntry();
      BeginEntry(block + " weights", ColumnsFile::kBlockWeights, layer, ColumnsFile::kTrits);
      ReadScales(ColumnsFile::kScales);  // conv, wv, wk, wq, router
      Columns({{block + " wv", c_.d_model},
               {block + " wk", c_.d_head},
               {block + " wq", c_.d_head},
               {block + " router", 3}},
              1);
      PaddedRows(block + " conv", 0, c_.d_model, c_.kernel_size);
      EndEntry();
    }
    const Encoding vectors = BeginVectors("final vectors", ColumnsFile::kFinalVectors, 0);
    for (const char* name : {"final gamma", "final beta"}) Vector(name, vectors);
    EndEntry();
    BeginEntry("unembed", ColumnsFile::kUnembed, 0, ColumnsFile::kTrits);
    ReadScales(1);
    Columns({{"unembed", c_.vocab_size}}, 0);
    EndEntry();
  }

  void RunPlain() {
    enum Kind : uint32_t { kEmbed = 1, kPositions, kBlockVectors, kBlockWeights, kFinalVectors, kUnembed };
    const uint32_t d = c_.d_model, encoding = c_.weights;
    Header();
    BeginEntry("embed", kEmbed, 0, encoding);
    Matrix("embed", c_.vocab_size, d);
    EndEntry();
    BeginEntry("positions", kPositions, 0, encoding);
    Matrix("positions", c_.max_seq, d);
    EndEntry();
    for (uint32_t layer = 0; layer < c_.n_layers; ++layer) {
      const std::string block = StrCat("block ", layer);
      BeginEntry(block + " vectors", kBlockVectors, layer, 0);
      for (const char* name : {" gamma1", " beta1", " gamma2", " beta2"})
        Vector(block + name, Encoding::kFloat);
      EndEntry();
      BeginEntry(block + " weights", kBlockWeights, layer, encoding);
      for (const char* name : {" wq", " wk", " wv", " wo"}) Matrix(block + name, d, d);
      Matrix(block + " w1", c_.d_ff, d);
      Matrix(block + " w2", d, c_.d_ff);
      EndEntry();
    }
    BeginEntry("final vectors", kFinalVectors, 0, 0);
    for (const char* name : {"final gamma", "final beta"}) Vector(name, Encoding::kFloat);
    EndEntry();
    BeginEntry("unembed", kUnembed, 0, encoding);
    Matrix("unembed", c_.vocab_size, d);
    EndEntry();
  }

  void Damage(std::string what) { out_.damage.push_back(std::move(what)); }
  // Of a section the first bad code and the first bad number are enough.
  void DamageHere(bool* told, uint64_t offset, std::string_view what) {
    if (!*told) Damage(StrCat(section_->name, ", offset ", offset, ": ", what));
    *told = true;
  }

  void Begin(std::string name, uint64_t bytes = 0) {
    section_ = &out_.sections.emplace_back();
    section_->name = std::move(name);
    section_->offset = at_;
    at_ += bytes;
    told_code_ = told_number_ = false;
  }
  void End() { section_->bytes = at_ - section_->offset; }

  void Header() {
    const uint32_t end = SectionTable::kHeaderBytes + 16 * SectionCount(c_);
    Begin("header", end + 4);
    End();
    const SectionTable table(file_.data());
    const bool intact = table.Count() == SectionCount(c_) && table.HeaderIntact(file_.size());
    section_->crc = intact ? SectionFacts::Crc::kIntact : SectionFacts::Crc::kDamaged;
    if (!intact) Damage(StrCat("header, offset 0: the CRC-32 of bytes 0 to ", end, " does not match"));
    if (table.Count() != SectionCount(c_))
      Damage(StrCat("header, offset 22: ", table.Count(), " sections, expected ", SectionCount(c_)));
    if (table.FileBytes() != file_.size())
      Damage(StrCat("header, offset 24: says that the file has ", table.FileBytes(), " bytes; it has ",
                    file_.size()));
  }

  SectionTable::Section Entry() const { return SectionTable(file_.data()).At(index_); }

  void BeginEntry(std::string name, uint32_t kind, uint32_t layer, uint32_t encoding) {
    Begin(std::move(name));
    const SectionTable::Section entry = Entry();
    if (entry.kind != kind || entry.layer != layer || entry.encoding != encoding || entry.offset != at_) {
      Damage(StrCat("header, offset ", SectionTable::kHeaderBytes + 16 * index_, ": the entry of ",
                    section_->name, " has kind ", uint32_t{entry.kind}, ", encoding ",
                    uint32_t{entry.encoding}, ", layer ", entry.layer, ", offset ", entry.offset,
                    "; expected ", kind, ", ", encoding, ", ", layer, ", ", at_));
    }
  }
  Encoding BeginVectors(std::string name, uint32_t kind, uint32_t layer) {
    const bool half = Entry().encoding == ColumnsFile::kHalf;
    BeginEntry(std::move(name), kind, layer, half ? ColumnsFile::kHalf : ColumnsFile::kFloat);
    return half ? Encoding::kHalf : Encoding::kFloat;
  }
  void EndEntry() {
    for (; at_ % 4 != 0; ++at_) {
      if (at_ < file_.size() && file_[at_] != 0) DamageHere(&told_code_, at_, "padding that is not zero");
    }
    End();
    const SectionTable::Section entry = Entry();
    if (entry.bytes != section_->bytes) {
      Damage(StrCat("header, offset ", SectionTable::kHeaderBytes + 16 * index_ + 8, ": ", section_->name,
                    " has ", entry.bytes, " bytes there, expected ", section_->bytes));
    }
    ++index_;
    section_->crc = SectionFacts::Crc::kDamaged;
    if (!Has(section_->offset, section_->bytes)) {
      Damage(StrCat(section_->name, ", offset ", std::min<uint64_t>(file_.size(), at_),
                    ": the file ends before offset ", at_, ", where the section does"));
    } else if (Crc32(file_.data() + section_->offset, static_cast<uint32_t>(section_->bytes)) != entry.crc) {
      Damage(StrCat(section_->name, ", offset ", section_->offset, ": the CRC-32 of its ", section_->bytes,
                    " bytes does not match"));
    } else {
      section_->crc = SectionFacts::Crc::kIntact;
    }
  }

  bool Has(uint64_t offset, uint64_t bytes) const {
    return offset <= file_.size() && bytes <= file_.size() - offset;
  }

  // The finite number at the offset.
  std::optional<double> NumberAt(uint64_t offset, Encoding encoding) {
    const uint8_t* at = file_.data() + offset;
    const uint32_t bits = encoding == Encoding::kHalf ? WidenHalf(SectionTable::Half(at)) : LoadWord(at);
    if (IsFiniteBits(bits)) return std::bit_cast<float>(bits);
    DamageHere(&told_number_, offset, "a number that is not finite");
    return std::nullopt;
  }

  TensorFacts& Add(std::string name, Encoding encoding, uint32_t rows, uint32_t columns) {
    TensorFacts& tensor = section_->tensors.emplace_back();
    tensor.name = std::move(name);
    tensor.encoding = encoding;
    tensor.rows = rows;
    tensor.columns = columns;
    return tensor;
  }

  void Vector(std::string name, Encoding encoding) { Numbers(std::move(name), encoding, 1, c_.d_model); }
  void Matrix(std::string name, uint32_t rows, uint32_t columns) {
    if (c_.weights == ATOME_PLAIN_INT8) return Codes(std::move(name), rows, columns);
    Numbers(std::move(name), Encoding::kFloat, rows, columns);
  }

  void Numbers(std::string name, Encoding encoding, uint32_t rows, uint32_t columns) {
    TensorFacts& tensor = Add(std::move(name), encoding, rows, columns);
    const uint32_t width = encoding == Encoding::kHalf ? 2 : 4;
    const uint64_t begin = at_, bytes = width * tensor.Elements();
    at_ += bytes;
    if (!Has(begin, bytes)) return;
    Sums sums;
    for (uint64_t offset = begin; offset < at_; offset += width) {
      if (const auto number = NumberAt(offset, encoding)) sums.Add(*number);
    }
    sums.GiveTo(&tensor);
    tensor.read = true;
  }

  // int8 with a scale a row.
  void Codes(std::string name, uint32_t rows, uint32_t columns) {
    TensorFacts& tensor = Add(std::move(name), Encoding::kInt8, rows, columns);
    const uint32_t width = (columns + 3) / 4 * 4;
    const uint64_t begin = at_, bytes = uint64_t{rows} * (4 + width);
    at_ += bytes;
    if (!Has(begin, bytes)) return;
    Sums numbers, scales;
    TensorFacts of_scales;
    for (uint32_t row = 0; row < rows; ++row) {
      const auto scale = NumberAt(begin + 4 * uint64_t{row}, Encoding::kFloat);
      if (!scale) continue;
      scales.Add(*scale);
      const uint64_t codes = begin + 4 * uint64_t{rows} + uint64_t{row} * width;
      for (uint32_t i = 0; i < width; ++i) {
        const auto code = static_cast<int8_t>(file_[codes + i]);
        if (code == -128 || (i >= columns && code != 0))
          DamageHere(&told_code_, codes + i, code == -128 ? "the code -128" : "padding that is not zero");
        else if (i < columns)
          numbers.Add(*scale * code);
      }
    }
    numbers.GiveTo(&tensor);
    scales.GiveTo(&of_scales);
    tensor.least_scale = of_scales.least;
    tensor.most_scale = of_scales.most;
    tensor.read = true;
  }

  // The scales at the start of a section.
  void ReadScales(uint32_t count) {
    scales_.assign(count, std::nullopt);
    for (uint32_t i = 0; i < count; ++i, at_ += 4) {
      if (Has(at_, 4)) scales_[i] = NumberAt(at_, Encoding::kFloat);
    }
  }

  // A byte's first `used` trits; the rest must be 0. Those of a byte that is no code stay kNoTrit.
  void Decode(uint64_t offset, uint32_t used, int8_t* trits) {
    const uint32_t byte = file_[offset];
    const bool two_bit = trits_per_byte_ == 4;
    if (two_bit ? ((byte >> 1) & ~byte & 0x55) != 0 : byte > 242)
      return DamageHere(&told_code_, offset,
                        StrCat("the byte ", byte, " is no code of ", trits_per_byte_, " trits"));
    TritCursor cursor(two_bit ? Format::kTwoBit : Format::kBase3, &file_[offset], 0);
    for (uint32_t i = 0; i < trits_per_byte_; ++i) {
      const auto trit = static_cast<int8_t>(cursor.Next());
      if (i < used) {
        trits[i] = trit;
      } else if (trit != 0) {
        return DamageHere(&told_code_, offset, "padding that is not zero");
      }
    }
  }

  // Adds the tensor; `there`: the file has its trits, which `decode` writes as [rows][columns].
  template <class Decoder>
  void Trits(std::string name, uint32_t rows, uint32_t columns, bool there, size_t scale,
             const Decoder& decode) {
    TensorFacts& tensor = Add(std::move(name), Encoding::kTrits, rows, columns);
    if (!there || !scales_[scale]) return;
    tensor.scale = scales_[scale];
    tensor.read = true;
    std::vector<int8_t> trits(tensor.Elements(), kNoTrit);
    decode(trits.data());
    for (uint32_t row = 0; row < rows; ++row) {
      std::array<uint64_t, 3> counts{};
      for (uint32_t i = 0; i < columns; ++i) {
        const int8_t trit = trits[uint64_t{row} * columns + i];
        if (trit != kNoTrit) ++counts[static_cast<size_t>(trit + 1)];
      }
      for (size_t i = 0; i < 3; ++i) tensor.trits[i] += counts[i];
      if (tensor.name.ends_with("router")) tensor.row_norms.push_back(NormOf(counts, *tensor.scale));
    }
    Sums sums;
    for (int trit = -1; trit <= 1; ++trit) {
      if (tensor.trits[static_cast<size_t>(trit + 1)] > 0) sums.Add(trit * *tensor.scale);
    }
    sums.GiveTo(&tensor);
    tensor.norm = NormOf(tensor.trits, *tensor.scale);
  }
  static double NormOf(const std::array<uint64_t, 3>& counts, double scale) {
    return std::abs(scale) * std::sqrt(static_cast<double>(counts[0] + counts[2]));
  }

  // A scale, then trits row by row without gaps.
  void FlatTrits(std::string name, uint32_t rows, uint32_t columns) {
    ReadScales(1);
    const uint64_t begin = at_, trits = uint64_t{rows} * columns;
    const uint64_t bytes = (trits + trits_per_byte_ - 1) / trits_per_byte_;
    at_ += bytes;
    Trits(std::move(name), rows, columns, Has(begin, bytes), 0, [&](int8_t* to) {
      for (uint64_t first = 0; first < trits; first += trits_per_byte_) {
        const auto used = static_cast<uint32_t>(std::min<uint64_t>(trits_per_byte_, trits - first));
        Decode(begin + first / trits_per_byte_, used, to + first);
      }
    });
  }

  // Trits row by row, each padded to whole bytes.
  void PaddedRows(std::string name, size_t scale, uint32_t rows, uint32_t columns) {
    const uint64_t begin = at_, groups = (columns + 4) / 5, bytes = rows * groups;
    at_ += bytes;
    Trits(std::move(name), rows, columns, Has(begin, bytes), scale, [&](int8_t* to) {
      for (uint32_t row = 0; row < rows; ++row) {
        for (uint32_t first = 0; first < columns; first += 5)
          Decode(begin + row * groups + first / 5, std::min(5u, columns - first),
                 to + uint64_t{row} * columns + first);
      }
    });
  }

  struct Part {
    std::string name;
    uint32_t rows;
  };
  // Matrices one below the other, in groups of five columns: a group has a byte a row.
  void Columns(const std::vector<Part>& parts, size_t first_scale) {
    const uint32_t columns = c_.d_model;
    uint64_t all_rows = 0, above = 0;
    for (const Part& part : parts) all_rows += part.rows;
    const uint64_t begin = at_, bytes = all_rows * ((columns + 4) / 5);
    at_ += bytes;
    for (size_t i = 0; i < parts.size(); above += parts[i].rows, ++i) {
      Trits(parts[i].name, parts[i].rows, columns, Has(begin, bytes), first_scale + i, [&](int8_t* to) {
        for (uint32_t first = 0; first < columns; first += 5) {
          for (uint32_t row = 0; row < parts[i].rows; ++row)
            Decode(begin + first / 5 * all_rows + above + row, std::min(5u, columns - first),
                   to + uint64_t{row} * columns + first);
        }
      });
    }
  }

  static constexpr int8_t kNoTrit = 2;

  Inspection& out_;
  const ModelConfig& c_;
  const Bytes file_;
  SectionFacts* section_ = nullptr;
  uint64_t at_ = 0;
  uint32_t index_ = 0;  // of the table's entry
  uint32_t trits_per_byte_ = 5;
  bool told_code_ = false, told_number_ = false;
  std::vector<std::optional<double>> scales_;
};

// What the engine says of a file that shows no damage; empty when it takes it.
std::string EngineRefusal(const Inspection& inspection) {
  Model model = inspection.model;
  atome_location where{};
  atome_status status;
  if (model.config.architecture == Architecture::kTernary) {
    status = host::CheckFile(model.config.Ternary(), BytesOf(model), &where);
  } else {
    model.config.max_seq = 1;  // the state of all positions may not fit this host
    status = MakeVariantEngine(model, Variant::kPlain)->Open(&where);
  }
  if (status == ATOME_OK || status == ATOME_ERROR_RANGE) return "";  // RANGE: another variant may take it
  return DescribeOpenError(model, status, where);
}

}  // namespace

Result<Inspection> Inspect(const std::string& path, const std::optional<std::string>& config) {
  Inspection inspection;
  Result<Model> model = LoadModel(path, config, 0);
  if (model.ok()) {
    inspection.model = *std::move(model);
  } else {
    Result<std::string> bytes = ReadFile(path);
    if (!bytes.ok()) return bytes.error();
    inspection.model.path = path;
    inspection.model.bytes = *std::move(bytes);
    const std::optional<ModelConfig> own = ConfigInHeader(inspection.model);
    if (!own) return model.error();
    inspection.model.config = *own;
    inspection.model.sha256 = Sha256Hex(inspection.model.bytes);
  }
  const Model& of = inspection.model;
  Format unused;
  if (!ReadMagic(BytesOf(of).data(), of.bytes.size(), &unused) &&
      of.config.architecture != Architecture::kPlain)
    return Bad(
        StrCat(path, ": is none of the formats ATOME01, ATOME02, ATOME03 and PLAIN01; give a model file"));
  inspection.format = of.bytes.substr(0, 7);
  if (HasTable(of) && BytesOf(of).size() < SectionTable::kHeaderBytes + SectionCount(of.config) * 16 + 4)
    return Bad(
        StrCat(path, ": ends in its header, at byte ", of.bytes.size(), "; fetch or export the model again"));
  Inspector(&inspection).Run();
  if (inspection.damage.empty()) {
    if (std::string why = EngineRefusal(inspection); !why.empty())
      inspection.damage.push_back(std::move(why));
  }
  return inspection;
}

}  // namespace atome::harness
