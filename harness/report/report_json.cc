#include "harness/report/report_json.h"

#include <bit>
#include <nlohmann/json.hpp>

#include "harness/base/text.h"
#include "harness/base/utf8.h"
#include "harness/report/report_json_fields.h"

namespace atome::harness::report {
namespace {

using Json = nlohmann::ordered_json;

// Added to -0, it makes 0: the sign would be a difference that no one measured.
constexpr double kNoSign = 0.0;

Json ValueJson(const Value& value) {
  if (const auto* count = std::get_if<uint64_t>(&value)) return *count;
  if (const auto* real = std::get_if<double>(&value)) return *real + kNoSign;
  return Utf8(std::get<std::string>(value));
}

// The value alone, or an object with it where there is more to say.
Json FigureJson(const Figure& figure) {
  Json value = ValueJson(figure.value);
  if (!figure.low && figure.samples.empty()) return value;
  Json json{{"value", std::move(value)}};
  if (figure.low) json["low"] = *figure.low + kNoSign;
  if (figure.high) json["high"] = *figure.high + kNoSign;
  if (!figure.samples.empty()) {
    Json& samples = json["samples"] = Json::array();
    for (const double sample : figure.samples) samples.push_back(sample + kNoSign);
  }
  if (!figure.sample_counts.empty()) json["sample_counts"] = figure.sample_counts;
  return json;
}

Json DivergenceJson(const Divergence& divergence) {
  Json json{{"case", divergence.case_index}, {"step", divergence.step}};
  if (divergence.layer != kNoLayer) json["layer"] = divergence.layer;
  json["op"] = OpName(divergence.op);
  if (divergence.index) {
    // As bits, since they need not be numbers; beside them the values for people.
    json["index"] = *divergence.index;
    json["expected_bits"] = fmt::format("{:#010x}", std::bit_cast<uint32_t>(divergence.expected));
    json["actual_bits"] = fmt::format("{:#010x}", std::bit_cast<uint32_t>(divergence.actual));
    json["expected"] = StrCat(divergence.expected);
    json["actual"] = StrCat(divergence.actual);
    json["ulp"] = UlpDistance(divergence.expected, divergence.actual);
  }
  if (!divergence.note.empty()) json["note"] = Utf8(divergence.note);
  return json;
}

// Appends `"key": value` lines, laid out by hand: a line a figure.
class Writer {
 public:
  std::string Write(const Report& report) {
    out_ = "{\n \"schema\": " + Json(kJsonSchema).dump();
    Field(1, "command", Utf8(report.command));
    Json environment = Json::object();
    for (const EnvironmentField& field : kEnvironmentFields)
      environment[std::string(field.name)] = Utf8(report.environment.*field.value);
    environment["tools"] = Json::object();
    for (const auto& [tool, version] : report.environment.tools)
      environment["tools"][Utf8(tool)] = Utf8(version);
    Field(1, "environment", environment);
    Json sources = Json::array();
    for (const std::string& source : report.sources) sources.push_back(Utf8(source));
    Field(1, "sources", sources);
    out_ += ",\n \"cells\": [";
    for (size_t i = 0; i < report.cells.size(); ++i) {
      out_ += i == 0 ? "\n  {" : ",\n  {";
      WriteCell(report.cells[i]);
      out_ += "}";
    }
    out_ += report.cells.empty() ? "]\n}\n" : "\n ]\n}\n";
    return std::move(out_);
  }

 private:
  void Line(int depth) {
    out_ += '\n';
    out_.append(static_cast<size_t>(depth), ' ');
  }
  void Field(int depth, std::string_view name, const Json& value) {
    out_ += ',';
    Line(depth);
    StrAppend(&out_, Json(name).dump(), ": ", value.dump());
  }

  void WriteCell(const Cell& cell) {
    StrAppend(&out_, "\"kind\": \"", NameOf(cell.key.kind), "\"");
    for (const KeyField& field : kKeyFields)
      StrAppend(&out_, ", \"", field.name, "\": ", Json(Utf8(cell.key.*field.value)).dump());
    Field(3, "outcome", OutcomeName(cell.outcome));
    for (const TextField& field : kTextFields) {
      if (!(cell.*field.value).empty()) Field(3, field.name, Utf8(cell.*field.value));
    }
    if (cell.divergence) Field(3, "divergence", DivergenceJson(*cell.divergence));
    if (!cell.unavailable.empty()) {
      Json reasons = Json::object();
      for (const auto& [quantity, why] : cell.unavailable) reasons[std::string(NameOf(quantity))] = Utf8(why);
      Field(3, "unavailable", reasons);
    }
    WriteFigures(cell);
  }

  // The whole cell's, then by kind of part.
  void WriteFigures(const Cell& cell) {
    std::vector<const Figure*> figures;
    std::map<Part, size_t> place;  // parts of a kind keep the cell's order: ops that of computation
    for (const Figure& figure : cell.figures) {
      figures.push_back(&figure);
      place.try_emplace(figure.id.part, place.size());
    }
    std::ranges::stable_sort(figures, {}, [&place](const Figure* figure) {
      return std::pair(figure->id.part.kind, place.at(figure->id.part));
    });
    out_ += ",\n   \"figures\": {";
    const Part* part = nullptr;
    bool first = true;
    for (const Figure* figure : figures) {
      const FigureId& id = figure->id;
      if (id.part.kind != PartKind::kWhole && (part == nullptr || *part != id.part)) {
        const bool same_kind = part != nullptr && part->kind == id.part.kind;
        out_ += part == nullptr ? "},\n   \"parts\": {" : same_kind ? "}" : "}}";
        if (same_kind) {
          out_ += ",";
        } else {
          if (part != nullptr) out_ += ",";
          Line(4);
          StrAppend(&out_, "\"", NameOf(id.part.kind), "\": {");
        }
        Line(5);
        StrAppend(&out_, Json(Utf8(id.part.name)).dump(), ": {");
        part = &id.part;
        first = true;
      }
      if (!first) out_ += ',';
      if (part == nullptr)
        Line(4);
      else if (!first)
        out_ += ' ';
      first = false;
      StrAppend(&out_, "\"", NameOf(id.quantity), "\": ", FigureJson(*figure).dump());
    }
    out_ += part == nullptr ? "}" : "}}}";
  }

  std::string out_;
};

}  // namespace

std::string JsonOf(const Report& report) { return Writer().Write(report); }

}  // namespace atome::harness::report
