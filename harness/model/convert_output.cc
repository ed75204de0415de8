#include "harness/model/convert_output.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "harness/base/json_output.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

using Json = nlohmann::ordered_json;

struct Row {
  std::string section;
  uint64_t parameters;
  std::string encoding_before, encoding_after;
  uint64_t bytes_before, bytes_after;
};

std::vector<Row> RowsOf(const Conversion& conversion) {
  std::vector<Row> rows;
  Row file{"file", 0, FormatName(conversion.before), FormatName(conversion.after), 0, 0};
  for (size_t i = 0; i < conversion.sections_after.size(); ++i) {
    const ModelSection &before = conversion.sections_before[i], &after = conversion.sections_after[i];
    rows.push_back(
        {after.name, after.parameters, before.encoding, after.encoding, before.bytes, after.bytes});
    file.parameters += after.parameters;
    file.bytes_before += before.bytes;
    file.bytes_after += after.bytes;
  }
  rows.push_back(file);
  return rows;
}

std::optional<double> Bits(uint64_t bytes, uint64_t parameters) {
  if (parameters == 0) return std::nullopt;
  return 8.0 * static_cast<double>(bytes) / static_cast<double>(parameters);
}

Json JsonBits(uint64_t bytes, uint64_t parameters) {
  const std::optional<double> bits = Bits(bytes, parameters);
  return bits ? Json(*bits) : Json(nullptr);
}

std::string AsJson(const std::vector<Row>& rows, const Conversion& conversion, const std::string& source,
                   const std::string& target) {
  const Row& file = rows.back();
  Json json{{"source", source},
            {"source_format", file.encoding_before},
            {"target", target},
            {"target_format", file.encoding_after},
            {"target_sha256", conversion.model.sha256},
            {"config", ConfigToString(conversion.model.config)},
            {"parameters", file.parameters},
            {"bytes_before", file.bytes_before},
            {"bytes_after", file.bytes_after},
            {"bits_per_weight_before", JsonBits(file.bytes_before, file.parameters)},
            {"bits_per_weight_after", JsonBits(file.bytes_after, file.parameters)},
            {"sections", Json::array()}};
  for (const Row& row : rows) {
    if (&row == &file) continue;
    json["sections"].push_back({{"section", row.section},
                                {"parameters", row.parameters},
                                {"encoding_before", row.encoding_before},
                                {"encoding_after", row.encoding_after},
                                {"bytes_before", row.bytes_before},
                                {"bytes_after", row.bytes_after},
                                {"bits_per_weight_before", JsonBits(row.bytes_before, row.parameters)},
                                {"bits_per_weight_after", JsonBits(row.bytes_after, row.parameters)}});
  }
  return JsonText(json);
}

Table AsTable(const std::vector<Row>& rows, bool for_people) {
  Table table;
  if (for_people) {
    table.columns = {{"section"},     {"parameters", true},    {"before"},
                     {"bytes", true}, {"bits a weight", true}, {"after"},
                     {"bytes", true}, {"bits a weight", true}};
  } else {
    for (const char* key :
         {"section", "parameters", "encoding_before", "bytes_before", "bits_per_weight_before",
          "encoding_after", "bytes_after", "bits_per_weight_after"})
      table.columns.push_back({key});
  }
  const auto number = [for_people](uint64_t value) { return for_people ? Grouped(value) : StrCat(value); };
  const auto bits = [for_people](uint64_t bytes, uint64_t parameters) -> std::string {
    const std::optional<double> value = Bits(bytes, parameters);
    if (!value) return for_people ? "-" : "";
    return fmt::format("{:.3f}", *value);
  };
  for (const Row& row : rows) {
    table.rows.push_back({row.section, number(row.parameters), row.encoding_before, number(row.bytes_before),
                          bits(row.bytes_before, row.parameters), row.encoding_after, number(row.bytes_after),
                          bits(row.bytes_after, row.parameters)});
  }
  return table;
}

}  // namespace

std::string FormatConversion(const Conversion& conversion, const std::string& source,
                             const std::string& target, OutputFormat format, const TextStyle& style) {
  const std::vector<Row> rows = RowsOf(conversion);
  switch (format) {
    case OutputFormat::kTable:
      return FormatText(AsTable(rows, true), style);
    case OutputFormat::kMarkdown:
      return FormatMarkdown(AsTable(rows, true));
    case OutputFormat::kCsv:
      return FormatCsv(AsTable(rows, false));
    case OutputFormat::kJson:
      return AsJson(rows, conversion, source, target);
  }
  return {};
}

}  // namespace atome::harness
