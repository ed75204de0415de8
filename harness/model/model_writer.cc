#include "harness/model/model_writer.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "engine/files/columns_file.h"
#include "engine/files/crc32.h"
#include "engine/host/tensor_reader.h"
#include "harness/base/half.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

using Trits = host::TensorReader::Trits;

std::span<const uint8_t> BytesOf(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

void AppendHalf(uint32_t half, std::string* out) {
  out->push_back(static_cast<char>(half & 0xFF));
  out->push_back(static_cast<char>(half >> 8 & 0xFF));
}
void AppendWord(uint32_t word, std::string* out) {
  AppendHalf(word & 0xFFFF, out);
  AppendHalf(word >> 16, out);
}

// Trits in order, padded with 0 to a whole byte: four two-bit codes or five digits of base 3.
void AppendTrits(std::span<const int8_t> trits, bool two_bit, std::string* out) {
  const size_t per_byte = two_bit ? 4 : 5;
  for (size_t first = 0; first < trits.size(); first += per_byte) {
    uint32_t byte = 0;
    for (size_t i = per_byte; i-- > 0;) {  // the last trit is the highest digit
      const int trit = first + i < trits.size() ? trits[first + i] : 0;
      byte = two_bit ? byte << 2 | (static_cast<uint32_t>(trit) & 3)
                     : byte * 3 + static_cast<uint32_t>(trit + 1);
    }
    out->push_back(static_cast<char>(byte));
  }
}

// Row by row, each padded to whole bytes.
std::string RowCodes(const Trits& trits, size_t columns) {
  std::string codes;
  for (size_t at = 0; at < trits.size(); at += columns)
    AppendTrits(std::span(trits).subspan(at, columns), false, &codes);
  return codes;
}

// Groups of five columns; each group has a byte a row.
std::string ColumnCodes(const Trits& trits, size_t columns) {
  const std::string by_row = RowCodes(trits, columns);
  const size_t groups = (columns + 4) / 5, rows = trits.size() / columns;
  std::string codes(by_row.size(), '\0');
  for (size_t row = 0; row < rows; ++row) {
    for (size_t group = 0; group < groups; ++group) codes[group * rows + row] = by_row[row * groups + group];
  }
  return codes;
}

bool IsVector(int tensor) {
  return tensor == ATOME_TENSOR_GAMMA || tensor == ATOME_TENSOR_BETA || tensor == ATOME_TENSOR_A ||
         tensor == ATOME_TENSOR_B || tensor == ATOME_TENSOR_C || tensor == ATOME_TENSOR_FINAL_GAMMA ||
         tensor == ATOME_TENSOR_FINAL_BETA;
}

class Writer {
 public:
  Writer(const Model& model, bool half_vectors)
      : config_(model.config.Ternary()),
        reader_(host::HostShape::Of(model.config.Ternary(), BytesOf(model.bytes)),
                BytesOf(model.bytes).data()),
        half_vectors_(half_vectors) {}

  // Why the written file is useless; empty when it is good.
  const std::string& problem() const { return problem_; }

  std::string Rows(FileFormat format) {
    std::string out = FormatName(format);
    const auto add = [&](int tensor, uint32_t layer) {
      const auto which = static_cast<atome_tensor>(tensor);
      if (IsVector(tensor)) {
        for (const uint32_t bits : Vector(which, layer)) AppendWord(bits, &out);
      } else {
        AppendWord(reader_.ScaleBits(which, layer), &out);
        AppendTrits(reader_.Rows(which, layer), format == FileFormat::kAtome01, &out);
      }
    };
    add(ATOME_TENSOR_EMBED, 0);
    for (uint32_t layer = 0; layer < config_.n_layers; ++layer) {
      // Tensors are numbered in the order of the file.
      for (int tensor = ATOME_TENSOR_GAMMA; tensor <= ATOME_TENSOR_ROUTER; ++tensor) add(tensor, layer);
    }
    for (int tensor = ATOME_TENSOR_FINAL_GAMMA; tensor <= ATOME_TENSOR_UNEMBED; ++tensor) add(tensor, 0);
    return out;
  }

  std::string Columns() {
    const uint32_t count = ColumnsFile::SectionCount(config_.n_layers), d = config_.d_model;
    AddSection(ColumnsFile::kEmbed, ColumnsFile::kTrits, 0,
               Scales({ATOME_TENSOR_EMBED}, 0) + RowCodes(reader_.Rows(ATOME_TENSOR_EMBED, 0), d));
    for (uint32_t layer = 0; layer < config_.n_layers; ++layer) {
      AddVectors(ColumnsFile::kBlockVectors, layer,
                 {ATOME_TENSOR_GAMMA, ATOME_TENSOR_BETA, ATOME_TENSOR_A, ATOME_TENSOR_B, ATOME_TENSOR_C});
      AddSection(ColumnsFile::kBlockWeights, ColumnsFile::kTrits, layer, BlockWeights(layer));
    }
    AddVectors(ColumnsFile::kFinalVectors, 0, {ATOME_TENSOR_FINAL_GAMMA, ATOME_TENSOR_FINAL_BETA});
    AddSection(ColumnsFile::kUnembed, ColumnsFile::kTrits, 0,
               Scales({ATOME_TENSOR_UNEMBED}, 0) + ColumnCodes(reader_.Rows(ATOME_TENSOR_UNEMBED, 0), d));

    std::string out = FormatName(FileFormat::kAtome03) + '\0';
    const atome_config& c = config_;
    for (const uint32_t dimension :
         {c.vocab_size, c.d_model, c.n_layers, c.d_head, c.kernel_size, c.top_k, c.max_seq})
      AppendHalf(dimension, &out);
    AppendHalf(count, &out);
    const uint32_t begin = ColumnsFile::TableEnd(c.n_layers) + 4;
    AppendWord(static_cast<uint32_t>(begin + body_.size()), &out);
    for (const ColumnsFile::Section& section : table_) {
      out.push_back(static_cast<char>(section.kind));
      out.push_back(static_cast<char>(section.encoding));
      AppendHalf(section.layer, &out);
      AppendWord(begin + section.offset, &out);
      AppendWord(section.bytes, &out);
      AppendWord(section.crc, &out);
    }
    AppendWord(Crc32(BytesOf(out).data(), static_cast<uint32_t>(out.size())), &out);
    return out + body_;
  }

 private:
  std::vector<uint32_t> Vector(atome_tensor tensor, uint32_t layer) {
    std::vector<uint32_t> bits = reader_.VectorBits(tensor, layer);
    if (!half_vectors_) return bits;
    for (size_t i = 0; i < bits.size(); ++i) {
      const uint16_t half = NearestHalf(bits[i]);
      if (!IsFiniteHalf(half) && problem_.empty()) {
        const bool in_block = tensor <= ATOME_TENSOR_ROUTER;
        problem_ =
            StrCat(in_block ? StrCat("block ", layer, " ") : "", atome_tensor_name(tensor), "[", i, "] is ",
                   std::bit_cast<float>(bits[i]), ", but FP16 ends at 65504; leave out --half-vectors");
      }
      bits[i] = WidenHalf(half);
    }
    return bits;
  }

  std::string Scales(std::initializer_list<atome_tensor> tensors, uint32_t layer) const {
    std::string out;
    for (const atome_tensor tensor : tensors) AppendWord(reader_.ScaleBits(tensor, layer), &out);
    return out;
  }

  std::string BlockWeights(uint32_t layer) const {
    Trits matrix;
    for (const atome_tensor tensor :
         {ATOME_TENSOR_WV, ATOME_TENSOR_WK, ATOME_TENSOR_WQ, ATOME_TENSOR_ROUTER}) {
      const Trits rows = reader_.Rows(tensor, layer);
      matrix.insert(matrix.end(), rows.begin(), rows.end());
    }
    return Scales({ATOME_TENSOR_CONV, ATOME_TENSOR_WV, ATOME_TENSOR_WK, ATOME_TENSOR_WQ, ATOME_TENSOR_ROUTER},
                  layer) +
           ColumnCodes(matrix, config_.d_model) +
           RowCodes(reader_.Rows(ATOME_TENSOR_CONV, layer), config_.kernel_size);
  }

  // FP16 where that loses nothing, else FP32.
  void AddVectors(ColumnsFile::Kind kind, uint32_t layer, std::initializer_list<atome_tensor> tensors) {
    std::string halves, words;
    bool exact = true;
    for (const atome_tensor tensor : tensors) {
      for (const uint32_t bits : Vector(tensor, layer)) {
        const uint16_t half = NearestHalf(bits);
        exact = exact && IsFiniteHalf(half) && WidenHalf(half) == bits;
        AppendHalf(half, &halves);
        AppendWord(bits, &words);
      }
    }
    AddSection(kind, exact ? ColumnsFile::kHalf : ColumnsFile::kFloat, layer,
               std::move(exact ? halves : words));
  }

  void AddSection(ColumnsFile::Kind kind, ColumnsFile::Encoding encoding, uint32_t layer,
                  std::string content) {
    content.resize((content.size() + 3) / 4 * 4);
    const auto bytes = static_cast<uint32_t>(content.size());
    table_.push_back({kind, encoding, static_cast<uint16_t>(layer), static_cast<uint32_t>(body_.size()),
                      bytes, Crc32(BytesOf(content).data(), bytes)});
    body_ += content;
  }

  const atome_config config_;
  const host::TensorReader reader_;
  const bool half_vectors_;
  std::string problem_;
  std::vector<ColumnsFile::Section> table_;  // offsets from the start of the body
  std::string body_;
};

}  // namespace

std::string FormatName(FileFormat format) { return StrCat("ATOME0", static_cast<int>(format)); }

std::optional<FileFormat> FormatOf(std::string_view bytes) {
  for (const FileFormat format : kFileFormats) {
    if (bytes.starts_with(FormatName(format))) return format;
  }
  return std::nullopt;
}

std::optional<FileFormat> FormatOfName(std::string_view path) {
  for (const FileFormat format : kFileFormats) {
    if (path.ends_with(StrCat(".atome0", static_cast<int>(format)))) return format;
  }
  return std::nullopt;
}

Result<std::string> WriteModel(const Model& model, FileFormat format, bool half_vectors) {
  Writer writer(model, half_vectors);
  std::string image = format == FileFormat::kAtome03 ? writer.Columns() : writer.Rows(format);
  if (!writer.problem().empty()) return Bad(StrCat(model.path, ": ", writer.problem()));
  return image;
}

}  // namespace atome::harness
