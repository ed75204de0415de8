#include "harness/model/inspect_output.h"

#include <nlohmann/json.hpp>

#include "harness/base/json_output.h"
#include "harness/base/text.h"
#include "harness/model/trit_entropy.h"

namespace atome::harness {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kAbsent = "-";
constexpr std::string_view kPathways[] = {"local", "state", "sparse"};

std::string_view EncodingName(const Inspection& inspection, Encoding encoding) {
  switch (encoding) {
    case Encoding::kTrits:
      return inspection.format == "ATOME01" ? "4 trits a byte" : "5 trits a byte";
    case Encoding::kFloat:
      return "FP32";
    case Encoding::kHalf:
      return "FP16";
    case Encoding::kInt8:
      return "int8";
  }
  return "";
}

std::string_view CrcName(SectionFacts::Crc crc) {
  switch (crc) {
    case SectionFacts::Crc::kNone:
      return kAbsent;
    case SectionFacts::Crc::kIntact:
      return "intact";
    case SectionFacts::Crc::kDamaged:
      return "DAMAGED";
  }
  return "";
}

uint64_t Parameters(const SectionFacts& section) {
  uint64_t all = 0;
  for (const TensorFacts& tensor : section.tensors) all += tensor.Elements();
  return all;
}

double BitsAWeight(uint64_t bytes, uint64_t parameters) {
  return 8.0 * static_cast<double>(bytes) / static_cast<double>(parameters);
}

// A section's encoding, or the several of a block of ATOME01 and ATOME02.
std::string EncodingsOf(const Inspection& inspection, const SectionFacts& section) {
  std::vector<std::string_view> names;
  for (const TensorFacts& tensor : section.tensors) {
    const std::string_view name = EncodingName(inspection, tensor.encoding);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names.empty() ? std::string(kAbsent) : Join(names, ", ");
}

std::string Shape(const TensorFacts& tensor) {
  return tensor.rows == 1 && tensor.encoding != Encoding::kTrits ? StrCat(tensor.columns)
                                                                 : StrCat(tensor.rows, " x ", tensor.columns);
}

std::string Short(double value) { return fmt::format("{:.4g}", value); }

uint64_t All(const std::array<uint64_t, 3>& trits) { return trits[0] + trits[1] + trits[2]; }

// Bits a trit; 0 when the tensor has no trit that is valid.
double Entropy(const TensorFacts& tensor) {
  const uint64_t all = All(tensor.trits);
  return all == 0 ? 0 : EntropyBits(tensor.trits) / static_cast<double>(all);
}

std::string Share(const TensorFacts& tensor, size_t index) {
  const uint64_t all = All(tensor.trits);
  return all == 0 ? std::string(kAbsent)
                  : fmt::format("{:.1f} %",
                                100.0 * static_cast<double>(tensor.trits[index]) / static_cast<double>(all));
}

Table Sections(const Inspection& inspection) {
  Table table{{{"section"},
               {"offset", true},
               {"bytes", true},
               {"params", true},
               {"bits/wt", true},
               {"encoding"},
               {"CRC-32"}},
              {}};
  for (const SectionFacts& section : inspection.sections) {
    const uint64_t parameters = Parameters(section);
    table.rows.push_back({section.name, Grouped(section.offset), Grouped(section.bytes), Grouped(parameters),
                          parameters == 0 ? std::string(kAbsent)
                                          : fmt::format("{:.3f}", BitsAWeight(section.bytes, parameters)),
                          EncodingsOf(inspection, section), std::string(CrcName(section.crc))});
  }
  return table;
}

template <class Filter, class Row>
Table Tensors(const Inspection& inspection, std::vector<Column> columns, const Filter& filter,
              const Row& row) {
  Table table{std::move(columns), {}};
  for (const SectionFacts& section : inspection.sections) {
    for (const TensorFacts& tensor : section.tensors) {
      if (!filter(tensor)) continue;
      std::vector<std::string> fields{tensor.name, Shape(tensor)};
      if (tensor.read) {
        for (std::string& field : row(tensor)) fields.push_back(std::move(field));
      }
      fields.resize(table.columns.size(), std::string(kAbsent));
      table.rows.push_back(std::move(fields));
    }
  }
  return table;
}

std::vector<std::pair<std::string, Table>> Tables(const Inspection& inspection) {
  using Fields = std::vector<std::string>;
  std::vector<std::pair<std::string, Table>> tables;
  const auto add = [&tables](std::string title, Table table) {
    if (!table.rows.empty()) tables.emplace_back(std::move(title), std::move(table));
  };
  add("Sections", Sections(inspection));
  const auto ternary = [](const TensorFacts& tensor) { return tensor.encoding == Encoding::kTrits; };
  add("Ternary tensors; entropy in bits a weight", Tensors(inspection,
                                                           {{"tensor"},
                                                            {"shape", true},
                                                            {"scale", true},
                                                            {"-1", true},
                                                            {"0", true},
                                                            {"+1", true},
                                                            {"entropy", true},
                                                            {"norm", true}},
                                                           ternary, [](const TensorFacts& tensor) {
                                                             return Fields{
                                                                 Short(*tensor.scale),
                                                                 Share(tensor, 0),
                                                                 Share(tensor, 1),
                                                                 Share(tensor, 2),
                                                                 fmt::format("{:.3f}", Entropy(tensor)),
                                                                 Short(tensor.norm)};
                                                           }));
  const auto plain = [&](const TensorFacts& tensor) { return !ternary(tensor); };
  const bool int8 = inspection.model.config.architecture == Architecture::kPlain &&
                    inspection.model.config.weights == ATOME_PLAIN_INT8;
  std::vector<Column> columns{{"tensor"},     {"shape", true}, {"as"},
                              {"norm", true}, {"least", true}, {"most", true}};
  if (int8) columns.push_back({"scales of rows", true});
  add("Other tensors", Tensors(inspection, columns, plain, [&](const TensorFacts& tensor) {
        Fields fields{std::string(EncodingName(inspection, tensor.encoding)), Short(tensor.norm),
                      Short(tensor.least), Short(tensor.most)};
        if (tensor.encoding == Encoding::kInt8)
          fields.push_back(StrCat(Short(tensor.least_scale), " - ", Short(tensor.most_scale)));
        return fields;
      }));
  add("Routers: the norm of each pathway's row (its share depends on the text)",
      Tensors(
          inspection, {{"tensor"}, {"shape", true}, {"local", true}, {"state", true}, {"sparse", true}},
          [](const TensorFacts& tensor) { return !tensor.row_norms.empty(); },
          [](const TensorFacts& tensor) {
            Fields fields;
            for (const double norm : tensor.row_norms) fields.push_back(Short(norm));
            return fields;
          }));
  return tables;
}

std::string AsText(const Inspection& inspection, bool markdown, const TextStyle& style) {
  const Model& model = inspection.model;
  const uint64_t parameters = model.config.Parameters();
  const std::string_view end = markdown ? "  \n" : "\n";
  std::string text = StrCat(markdown ? "# " : "", OneLine(model.path), "\n", markdown ? "\n" : "",
                            ConfigToString(model.config), end, inspection.format, ", ",
                            Grouped(model.bytes.size()), " bytes, ", Grouped(parameters), " parameters, ",
                            fmt::format("{:.3f}", BitsAWeight(model.bytes.size(), parameters)),
                            " bits a weight", end, "SHA-256 ", model.sha256, "\n");
  for (const auto& [title, table] : Tables(inspection))
    StrAppend(&text, "\n", markdown ? "## " : "", title, "\n", markdown ? "\n" : "",
              markdown ? FormatMarkdown(table) : FormatText(table, style));
  StrAppend(&text, "\n", markdown ? "## Damage\n\n" : "");
  if (inspection.damage.empty()) return StrCat(text, "No damage: every byte is as the format says.\n");
  for (const std::string& what : inspection.damage)
    StrAppend(&text, markdown ? "- " : "DAMAGED: ", what, "\n");
  return text;
}

Json TensorJson(const Inspection& inspection, const TensorFacts& tensor) {
  Json json{{"tensor", tensor.name},
            {"rows", tensor.rows},
            {"columns", tensor.columns},
            {"encoding", EncodingName(inspection, tensor.encoding)}};
  if (!tensor.read) return json;
  json.update({{"norm", tensor.norm}, {"least", tensor.least}, {"most", tensor.most}});
  if (tensor.scale) {
    json.update({{"scale", *tensor.scale},
                 {"minus", tensor.trits[0]},
                 {"zero", tensor.trits[1]},
                 {"plus", tensor.trits[2]},
                 {"entropy_bits", Entropy(tensor)}});
  }
  if (tensor.encoding == Encoding::kInt8)
    json.update({{"least_scale", tensor.least_scale}, {"most_scale", tensor.most_scale}});
  for (size_t i = 0; i < tensor.row_norms.size(); ++i)
    json["norms_of_pathways"][std::string(kPathways[i])] = tensor.row_norms[i];
  return json;
}

std::string AsJson(const Inspection& inspection) {
  const Model& model = inspection.model;
  const uint64_t parameters = model.config.Parameters();
  Json json{{"file", model.path},
            {"format", inspection.format},
            {"config", ConfigToString(model.config)},
            {"sha256", model.sha256},
            {"bytes", model.bytes.size()},
            {"parameters", parameters},
            {"bits_per_weight", BitsAWeight(model.bytes.size(), parameters)},
            {"sections", Json::array()},
            {"damage", inspection.damage}};
  for (const SectionFacts& section : inspection.sections) {
    Json& of_section = json["sections"].emplace_back(Json{{"section", section.name},
                                                          {"offset", section.offset},
                                                          {"bytes", section.bytes},
                                                          {"parameters", Parameters(section)}});
    if (section.crc != SectionFacts::Crc::kNone)
      of_section["crc_intact"] = section.crc == SectionFacts::Crc::kIntact;
    of_section["tensors"] = Json::array();
    for (const TensorFacts& tensor : section.tensors)
      of_section["tensors"].push_back(TensorJson(inspection, tensor));
  }
  return JsonText(json);
}

// A row a tensor, and one for a section without tensors.
std::string AsCsv(const Inspection& inspection) {
  Table table;
  const std::vector<std::string> keys{"rows",         "columns",     "encoding",  "norm", "least",
                                      "most",         "scale",       "minus",     "zero", "plus",
                                      "entropy_bits", "least_scale", "most_scale"};
  for (const char* key : {"section", "offset", "bytes", "crc", "tensor"}) table.columns.push_back({key});
  for (const std::string& key : keys) table.columns.push_back({key});
  for (const SectionFacts& section : inspection.sections) {
    const std::vector<std::string> of_section{
        section.name, StrCat(section.offset), StrCat(section.bytes),
        section.crc == SectionFacts::Crc::kNone ? "" : std::string(CrcName(section.crc))};
    if (section.tensors.empty()) table.rows.emplace_back(of_section).resize(table.columns.size());
    for (const TensorFacts& tensor : section.tensors) {
      const Json json = TensorJson(inspection, tensor);
      std::vector<std::string>& row = table.rows.emplace_back(of_section);
      row.push_back(tensor.name);
      for (const std::string& key : keys)
        row.push_back(!json.contains(key)     ? ""
                      : json[key].is_string() ? json[key].get<std::string>()
                                              : json[key].dump());
    }
  }
  return FormatCsv(table);
}

}  // namespace

std::string FormatInspection(const Inspection& inspection, OutputFormat format, const TextStyle& style) {
  switch (format) {
    case OutputFormat::kTable:
      return WrappedLines(AsText(inspection, false, style), style.width, 2);
    case OutputFormat::kMarkdown:
      return AsText(inspection, true, {});
    case OutputFormat::kCsv:
      return AsCsv(inspection);
    case OutputFormat::kJson:
      return AsJson(inspection);
  }
  return {};
}

}  // namespace atome::harness
