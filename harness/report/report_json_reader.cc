#include <bit>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "harness/base/text.h"
#include "harness/base/variant.h"
#include "harness/report/report_json.h"
#include "harness/report/report_json_fields.h"

namespace atome::harness::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostDepth = 16;  // of objects and arrays in each other; a report takes 7

// Reads with a place for the first complaint; later ones may be its consequences.
class Reader {
 public:
  Result<Report> Read(const Json& json) {
    Report report;
    if (!json.contains("cells")) Complain("", "has no cells");
    Object(json, "",
           {{"schema", [](const Json&, const std::string&) {}},
            {"command", TextInto(&report.command)},
            {"environment",
             [&](const Json& j, const std::string& at) { ReadEnvironment(j, at, &report.environment); }},
            {"sources",
             [&](const Json& j, const std::string& at) {
               Each(j, at, [&](const Json& each, const std::string& where) {
                 ReadText(each, where, &report.sources.emplace_back());
               });
             }},
            {"cells", [&](const Json& j, const std::string& at) {
               Each(j, at, [&](const Json& each, const std::string& where) {
                 ReadCell(each, where, &report.cells.emplace_back());
               });
             }}});
    std::set<Key> keys;
    for (const Cell& cell : report.cells) {
      if (!keys.insert(cell.key).second)
        Complain("/cells", StrCat("\"", cell.key.Describe(), "\" is there twice"));
    }
    if (error_) return *error_;
    return report;
  }

 private:
  using Take = std::function<void(const Json&, const std::string& at)>;

  void Complain(const std::string& at, std::string_view what) {
    if (!error_) error_ = Bad(StrCat(at.empty() ? "/" : at, ": ", what));
  }

  // Hands each value to what takes its key.
  void Object(const Json& json, const std::string& at, const std::map<std::string_view, Take>& takes) {
    if (!json.is_object()) return Complain(at, "is not an object");
    for (const auto& [key, value] : json.items()) {
      const auto take = takes.find(key);
      if (take == takes.end()) {
        Complain(StrCat(at, "/", key), "is not known to this atome");
      } else {
        take->second(value, StrCat(at, "/", key));
      }
    }
  }

  void Each(const Json& json, const std::string& at, const Take& take) {
    if (!json.is_array()) return Complain(at, "is not an array");
    for (size_t i = 0; i < json.size(); ++i) take(json[i], StrCat(at, "/", i));
  }

  void ReadText(const Json& json, const std::string& at, std::string* out) {
    if (!json.is_string()) return Complain(at, "is not text");
    *out = json.get<std::string>();
  }
  Take TextInto(std::string* out) {
    return [this, out](const Json& json, const std::string& at) { ReadText(json, at, out); };
  }

  uint32_t Count(const Json& json, const std::string& at) {
    if (json.is_number_unsigned() && json.get<uint64_t>() <= UINT32_MAX) return json.get<uint32_t>();
    Complain(at, "is not a whole number below 2^32");
    return 0;
  }
  Take CountInto(std::optional<uint32_t>* out) {
    return [this, out](const Json& json, const std::string& at) { *out = Count(json, at); };
  }

  double Real(const Json& json, const std::string& at) {
    if (json.is_number()) return json.get<double>();
    Complain(at, "is not a number");
    return 0;
  }

  void ReadEnvironment(const Json& json, const std::string& at, Environment* out) {
    std::map<std::string_view, Take> takes;
    for (const EnvironmentField& field : kEnvironmentFields)
      takes[field.name] = TextInto(&(out->*field.value));
    takes["tools"] = [&](const Json& tools, const std::string& where) {
      if (!tools.is_object()) return Complain(where, "is not an object");
      for (const auto& [tool, version] : tools.items())
        ReadText(version, StrCat(where, "/", tool), &out->tools[tool]);
    };
    Object(json, at, takes);
  }

  void ReadCell(const Json& json, const std::string& at, Cell* out) {
    bool has_kind = false, has_outcome = false;
    std::map<std::string_view, Take> takes;
    for (const KeyField& field : kKeyFields) takes[field.name] = TextInto(&(out->key.*field.value));
    for (const TextField& field : kTextFields) takes[field.name] = TextInto(&(out->*field.value));
    takes["kind"] = [&](const Json& j, const std::string& where) {
      const auto kind = j.is_string() ? FindKind(j.get<std::string>()) : std::nullopt;
      if (!kind) return Complain(where, "is not a kind of cell");
      out->key.kind = *kind;
      has_kind = true;
    };
    takes["outcome"] = [&](const Json& j, const std::string& where) {
      const auto outcome = j.is_string() ? FindOutcome(j.get<std::string>()) : std::nullopt;
      if (!outcome) return Complain(where, "is not an outcome");
      out->outcome = *outcome;
      has_outcome = true;
    };
    takes["divergence"] = [&](const Json& j, const std::string& where) {
      ReadDivergence(j, where, &out->divergence.emplace());
    };
    takes["unavailable"] = [&](const Json& j, const std::string& where) {
      if (!j.is_object()) return Complain(where, "is not an object");
      for (const auto& [name, why] : j.items()) {
        const std::string place = StrCat(where, "/", name);
        if (const auto quantity = FindQuantity(name))
          ReadText(why, place, &out->unavailable[*quantity]);
        else
          Complain(place, "is not in the catalogue of figures");
      }
    };
    takes["figures"] = [&](const Json& j, const std::string& where) { ReadFigures(j, where, {}, out); };
    takes["parts"] = [&](const Json& j, const std::string& where) { ReadParts(j, where, out); };
    Object(json, at, takes);
    const std::string& variant = out->key.variant;
    if (!variant.empty() && std::ranges::find(kVariants, variant, VariantName) == std::end(kVariants))
      Complain(StrCat(at, "/variant"), StrCat("\"", variant, "\" is not a variant"));
    if (!has_kind) Complain(at, "has no kind");
    if (!has_outcome) Complain(at, "has no outcome");
  }

  void ReadParts(const Json& json, const std::string& at, Cell* out) {
    if (!json.is_object()) return Complain(at, "is not an object");
    for (const auto& [kind_name, parts] : json.items()) {
      const std::string place = StrCat(at, "/", kind_name);
      const std::optional<PartKind> kind = FindPartKind(kind_name);
      if (!kind || *kind == PartKind::kWhole) return Complain(place, "is not a kind of part");
      if (!parts.is_object()) return Complain(place, "is not an object");
      for (const auto& [name, figures] : parts.items())
        ReadFigures(figures, StrCat(place, "/", name), {*kind, name}, out);
    }
  }

  void ReadFigures(const Json& json, const std::string& at, const Part& part, Cell* out) {
    if (!json.is_object()) return Complain(at, "is not an object");
    for (const auto& [name, value] : json.items()) {
      const std::string place = StrCat(at, "/", name);
      const std::optional<Quantity> quantity = FindQuantity(name);
      if (!quantity) return Complain(place, "is not in the catalogue of figures");
      if (!MayBeOf(*quantity, part.kind))
        return Complain(place, StrCat("cannot be of a part of kind ", NameOf(part.kind)));
      Figure figure{.id = {part, *quantity}, .value = {}};
      ReadFigure(value, place, &figure);
      out->figures.push_back(std::move(figure));
    }
  }

  void ReadFigure(const Json& json, const std::string& at, Figure* out) {
    if (!json.is_object()) return ReadValue(json, at, out);
    bool has_value = false;
    Object(json, at,
           {{"value",
             [&](const Json& j, const std::string& where) {
               has_value = true;
               ReadValue(j, where, out);
             }},
            {"low", [&](const Json& j, const std::string& where) { out->low = Real(j, where); }},
            {"high", [&](const Json& j, const std::string& where) { out->high = Real(j, where); }},
            {"samples",
             [&](const Json& j, const std::string& where) {
               Each(j, where, [&](const Json& each, const std::string& place) {
                 out->samples.push_back(Real(each, place));
               });
             }},
            {"sample_counts", [&](const Json& j, const std::string& where) {
               Each(j, where, [&](const Json& each, const std::string& place) {
                 out->sample_counts.push_back(Count(each, place));
               });
             }}});
    if (!has_value) Complain(at, "has no value");
    if (const std::string wrong = WhyNoFigure(*out); !wrong.empty()) Complain(at, wrong);
  }

  void ReadValue(const Json& json, const std::string& at, Figure* out) {
    if (json.is_number_unsigned())
      out->value = json.get<uint64_t>();
    else if (json.is_number_float())
      out->value = json.get<double>();
    else if (json.is_number())
      out->value = static_cast<double>(json.get<int64_t>());
    else if (json.is_string())
      out->value = json.get<std::string>();
    else
      Complain(at, "is not a number or text");
  }

  void ReadDivergence(const Json& json, const std::string& at, Divergence* out) {
    std::optional<uint32_t> case_index, step, index, layer, ulp;
    std::optional<float> expected, actual;
    std::string op, ignored;
    Object(json, at,
           {{"case", CountInto(&case_index)},
            {"step", CountInto(&step)},
            {"layer", CountInto(&layer)},
            {"op", TextInto(&op)},
            {"index", CountInto(&index)},
            {"expected_bits", [&](const Json& j, const std::string& where) { expected = Bits(j, where); }},
            {"actual_bits", [&](const Json& j, const std::string& where) { actual = Bits(j, where); }},
            {"expected", TextInto(&ignored)},  // follow from the bits
            {"actual", TextInto(&ignored)},
            {"ulp", CountInto(&ulp)},
            {"note", TextInto(&out->note)}});
    if (!case_index || !step) Complain(at, "has no case or no step");
    if (layer > 0xFFFF) Complain(StrCat(at, "/layer"), "is more than any model has");
    if (index.has_value() != expected.has_value() || index.has_value() != actual.has_value())
      Complain(at, "has not all of index, expected_bits and actual_bits");
    if (const auto known = FindOp(op))
      out->op = *known;
    else
      Complain(StrCat(at, "/op"), StrCat("\"", op, "\" is not an op"));
    out->case_index = case_index.value_or(0);
    out->step = step.value_or(0);
    if (layer) out->layer = static_cast<int>(*layer);
    if (index) out->index = *index;
    out->expected = expected.value_or(0);
    out->actual = actual.value_or(0);
  }

  float Bits(const Json& json, const std::string& at) {
    const std::string text = json.is_string() ? json.get<std::string>() : "";
    const std::optional<uint32_t> bits =
        text.starts_with("0x") ? Number(std::string_view(text).substr(2), 16) : std::nullopt;
    if (!bits) Complain(at, "is not 32 bits, as in \"0x3f800000\"");
    return std::bit_cast<float>(bits.value_or(0));
  }

  std::optional<Error> error_;
};

}  // namespace

bool IsReportJson(std::string_view text) {
  // In a string the quotes would be escaped.
  constexpr std::string_view kKey = "\"schema\"", kForm = "\"atome.report/", kBetween = " \t\r\n:";
  for (size_t at = text.find(kKey); at != std::string_view::npos; at = text.find(kKey, at + 1)) {
    const size_t value = text.find_first_not_of(kBetween, at + kKey.size());
    if (value != std::string_view::npos && text.substr(value).starts_with(kForm)) return true;
  }
  return false;
}

Result<Report> ReportOfJson(std::string_view text) {
  std::vector<std::set<std::string>> keys;
  std::string twice;
  const auto note_keys = [&](int depth, Json::parse_event_t event, Json& parsed) {
    // Not only skipped: what is nested a million times over takes memory even so.
    if (depth > kMostDepth) throw std::length_error("has objects or arrays nested too deep for a report");
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second &&
        twice.empty())
      twice = parsed.get<std::string>();
    return true;
  };
  Json json;
  try {
    json = Json::parse(text, note_keys);
  } catch (const std::length_error& error) {
    return Bad(error.what());
  } catch (const nlohmann::json::exception& error) {
    const std::string_view what = error.what();
    return Bad(StrCat("is not JSON: ", what.substr(what.find("] ") + 2)));
  }
  if (!twice.empty()) return Bad(StrCat("an object has \"", twice, "\" twice"));
  const auto schema = json.is_object() ? json.find("schema") : json.end();
  if (schema == json.end() || *schema != kJsonSchema)
    return Bad(
        StrCat("/schema: is not \"", kJsonSchema, "\", the only form that this atome reads and writes"));
  return Reader().Read(json);
}

}  // namespace atome::harness::report
