#include "harness/model/c_array.h"

#include <filesystem>

#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/model/prepared_image.h"

namespace atome::harness {
namespace {

constexpr size_t kColumns = 100;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

}  // namespace

std::string CNameOf(std::string_view path) {
  std::string name = std::filesystem::path(path).stem().string();
  for (char& c : name) c = IsDigit(c) || IsLetter(c) ? c : '_';
  if (name.empty()) return "model";
  return IsDigit(name.front()) ? "model_" + name : name;
}

std::string CArrayOf(const Model& model, const std::string& name) {
  const std::string upper = Upper(name);
  const bool image = DescribeImage(model.bytes).has_value();
  std::string text =
      StrCat("/* clang-format off */\n/* ", model.bytes.substr(0, image ? 8 : 7), ", ", model.bytes.size(),
             " bytes, SHA-256 ", Sha256Hex(model.bytes), "; written by atome convert. */\n#ifndef ", upper,
             "_MODEL_H_\n#define ", upper, "_MODEL_H_\n\n#include <stdint.h>\n\n");
  for (const ArchitectureTraits::Dimension& dimension : model.config.Traits().dimensions)
    StrAppend(&text, "#define ", upper, "_", Upper(dimension.name), " ", model.config.*dimension.member,
              "\n");
  StrAppend(&text, "#define ", upper, "_CONFIG {", Join(model.config.Dimensions(), ", "), "}\n");
  StrAppend(&text, "\n/* The word aligns the bytes. */\nstatic const union {\n  uint8_t bytes[",
            model.bytes.size(), "];\n  uint", image ? 64 : 32, "_t word;\n} ", name, " = {{\n");
  std::string line;
  for (const char c : model.bytes) {
    const std::string number = StrCat(static_cast<uint8_t>(c), ",");
    if (line.size() + number.size() > kColumns) {
      StrAppend(&text, line, "\n");
      line.clear();
    }
    line += number;
  }
  StrAppend(&text, line, "\n}};\n\n#endif\n");
  return text;
}

}  // namespace atome::harness
