#include "harness/model/model_sections.h"

#include <span>

#include "engine/files/columns_file.h"
#include "engine/files/model_file.h"
#include "engine/host/tensor_reader.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

std::vector<ModelSection> NamesAndParameters(const atome_config& c) {
  const uint64_t d = c.d_model, h = c.d_head;
  const uint64_t vocabulary = c.vocab_size * d;
  std::vector<ModelSection> sections{{"header", "", 0, 0}, {"embed", "", vocabulary, 0}};
  for (uint32_t layer = 0; layer < c.n_layers; ++layer) {
    sections.push_back({StrCat("block ", layer, " vectors"), "", 5 * d, 0});
    sections.push_back({StrCat("block ", layer, " weights"), "", (d + 2 * h + 3 + c.kernel_size) * d, 0});
  }
  sections.push_back({"final vectors", "", 2 * d, 0});
  sections.push_back({"unembed", "", vocabulary, 0});
  return sections;
}

void FillColumns(const ColumnsFile& file, std::vector<ModelSection>* sections) {
  static constexpr const char* kEncodings[] = {"5 trits a byte", "FP32", "FP16"};
  for (uint32_t i = 0; i + 1 < sections->size(); ++i) {
    const ColumnsFile::Section section = file.At(i);
    (*sections)[i + 1].bytes = section.bytes;
    (*sections)[i + 1].encoding = kEncodings[section.encoding];
    if (i == 0) sections->front().bytes = section.offset;
  }
}

void FillRows(const host::HostShape& shape, std::vector<ModelSection>* sections) {
  const FileLayout<host::HostShape> layout(shape);
  const std::string trits = StrCat(TritsPerByte(shape.format()), " trits a byte");
  for (size_t i = 0; i < sections->size(); ++i) {
    ModelSection& section = (*sections)[i];
    const bool vectors = section.name.ends_with("vectors"), header = i == 0;
    section.encoding = header ? "" : vectors ? "FP32" : trits;
    if (header) {
      section.bytes = layout.Embed();
    } else if (vectors) {
      section.bytes = sizeof(float) * section.parameters;
    } else if (section.name == "embed") {
      section.bytes = layout.Block(0) - layout.Embed();
    } else if (section.name == "unembed") {
      section.bytes = layout.FileBytes() - layout.Unembed();
    } else {
      section.bytes = layout.BlockBytes() - (*sections)[i - 1].bytes;
    }
  }
}

}  // namespace

std::vector<ModelSection> SectionsOf(const Model& model) {
  const std::span<const uint8_t> file(reinterpret_cast<const uint8_t*>(model.bytes.data()),
                                      model.bytes.size());
  const host::HostShape shape = host::HostShape::Of(model.config.Ternary(), file);
  std::vector<ModelSection> sections = NamesAndParameters(model.config.Ternary());
  if (shape.format() == Format::kColumns) {
    FillColumns(ColumnsFile(file.data()), &sections);
  } else {
    FillRows(shape, &sections);
  }
  return sections;
}

}  // namespace atome::harness
