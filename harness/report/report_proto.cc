#include "harness/report/report_proto.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

// Enumerations here have no "unknown", which is 0 there; else they are the same, in the same order.
template <class Proto, class Ours>
Proto ProtoOf(Ours value) {
  return static_cast<Proto>(static_cast<int>(value) + 1);
}
static_assert(static_cast<int>(CellStatus::kTooLarge) + 1 == v1::CELL_STATUS_TOO_LARGE);
static_assert(static_cast<int>(Kind::kAb) + 1 == v1::CELL_KIND_AB);
static_assert(static_cast<int>(FigureClass::kWall) + 1 == v1::FIGURE_CLASS_WALL);

// False when the number has no name.
template <class Ours>
bool FromNumber(int number, int last, Ours* value) {
  *value = static_cast<Ours>(number - 1);
  return number >= 1 && number <= last;
}

std::string Utf8(const std::string& text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return text;
  using Json = nlohmann::json;
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

// A name that is none becomes a number that is none, which FromProto refuses.
v1::Variant VariantOf(const std::string& name) {
  if (name.empty()) return v1::VARIANT_UNKNOWN;
  const auto variant = std::ranges::find(kVariants, name, VariantName);
  return static_cast<v1::Variant>(variant == std::end(kVariants) ? -1 : static_cast<int>(*variant));
}

void Fill(const Divergence& divergence, v1::Divergence* out) {
  out->set_case_(static_cast<uint32_t>(divergence.case_index));
  out->set_step(static_cast<uint32_t>(divergence.step));
  if (divergence.layer != kNoLayer) out->set_layer(static_cast<uint32_t>(divergence.layer));
  out->set_op(OpName(divergence.op));
  out->set_note(Utf8(divergence.note));
  if (!divergence.index) return;
  out->set_index(static_cast<uint32_t>(*divergence.index));
  out->set_expected_bits(std::bit_cast<uint32_t>(divergence.expected));
  out->set_actual_bits(std::bit_cast<uint32_t>(divergence.actual));
  out->set_ulp(UlpDistance(divergence.expected, divergence.actual));
}

// Added to -0, it makes the 0 that protobuf's JSON would make of it.
constexpr double kNoSign = 0.0;

void Fill(const Figure& figure, v1::Figure* out) {
  out->set_name(Utf8(figure.name));
  out->set_part_kind(Utf8(figure.part_kind));
  out->set_part(Utf8(figure.part));
  if (const auto* count = std::get_if<uint64_t>(&figure.value)) out->set_count(*count);
  if (const auto* real = std::get_if<double>(&figure.value)) out->set_real(*real + kNoSign);
  if (const auto* text = std::get_if<std::string>(&figure.value)) out->set_text(Utf8(*text));
  out->set_figure_class(ProtoOf<v1::FigureClass>(figure.figure_class));
  out->set_unit(Utf8(figure.unit));
  if (figure.low) out->set_low(*figure.low + kNoSign);
  if (figure.high) out->set_high(*figure.high + kNoSign);
  for (const double sample : figure.samples) out->add_samples(sample + kNoSign);
  out->mutable_sample_counts()->Assign(figure.sample_counts.begin(), figure.sample_counts.end());
}

void Fill(const ReportCell& cell, v1::Cell* out) {
  out->set_kind(ProtoOf<v1::CellKind>(cell.key.kind));
  out->set_runner(Utf8(cell.key.runner));
  out->set_core(Utf8(cell.key.core));
  out->set_board(Utf8(cell.key.board));
  out->set_model(Utf8(cell.key.model));
  out->set_variant(VariantOf(cell.key.variant));
  out->set_build_kind(Utf8(cell.key.build_kind));
  out->set_text(Utf8(cell.key.text));
  out->set_detail(Utf8(cell.key.detail));
  out->set_status(ProtoOf<v1::CellStatus>(cell.status));
  out->set_message(Utf8(cell.message));
  out->set_note(Utf8(cell.note));
  out->set_model_sha256(Utf8(cell.model_sha256));
  out->set_build_sha256(Utf8(cell.build_sha256));
  out->set_build(Utf8(cell.build));
  if (cell.divergence) Fill(*cell.divergence, out->mutable_divergence());
  for (const auto& [name, reason] : cell.unavailable)
    (*out->mutable_unavailable())[Utf8(name)] = Utf8(reason);
  out->set_command(Utf8(cell.command));
  for (const Figure& figure : cell.figures) Fill(figure, out->add_figures());
}

// "op 17" among them, as OpName gives it.
std::optional<atome_op> OpOfName(std::string_view name) {
  constexpr int kLast = 15;  // that an atome_op can hold
  for (int op = 1; op <= kLast; ++op) {
    if (OpName(static_cast<atome_op>(op)) == name) return static_cast<atome_op>(op);
  }
  return std::nullopt;
}

// Each of these returns what is wrong, or nothing.
std::string Read(const v1::Divergence& proto, Divergence* out) {
  out->case_index = proto.case_();
  out->step = proto.step();
  out->layer = kNoLayer;
  if (proto.has_layer()) {
    if (proto.layer() > 0xFFFF) return StrCat("divergence in layer ", proto.layer(), ", which no model has");
    out->layer = static_cast<int>(proto.layer());
  }
  const std::optional<atome_op> op = OpOfName(proto.op());
  if (!op) return StrCat("divergence in an unknown op \"", proto.op(), "\"");
  out->op = *op;
  out->note = proto.note();
  if (proto.has_index() != proto.has_expected_bits() || proto.has_index() != proto.has_actual_bits())
    return "divergence without all of index, expected_bits and actual_bits";
  if (proto.has_index()) out->index = proto.index();
  out->expected = std::bit_cast<float>(proto.expected_bits());
  out->actual = std::bit_cast<float>(proto.actual_bits());
  return "";
}

std::string Read(const v1::Figure& proto, Figure* out) {
  if (proto.name().empty()) return "a figure has no name";
  out->name = proto.name();
  out->part_kind = proto.part_kind();
  out->part = proto.part();
  const auto wrong = [out](std::string_view what) {
    return StrCat("figure ", out->name, out->part.empty() ? "" : " of ", out->part, ": ", what);
  };
  if (proto.value_case() == v1::Figure::kCount) {
    out->value = proto.count();
  } else if (proto.value_case() == v1::Figure::kReal) {
    out->value = proto.real();
    if (!std::isfinite(proto.real())) return wrong("the value is not finite");
  } else if (proto.value_case() == v1::Figure::kText) {
    out->value = proto.text();
  } else {
    return wrong("no value");
  }
  if (!FromNumber(proto.figure_class(), v1::FIGURE_CLASS_WALL, &out->figure_class))
    return wrong("its class is missing or unknown");
  out->unit = proto.unit();
  if (proto.has_low() != proto.has_high()) return wrong("an interval with one end");
  if (proto.has_low()) {
    if (!(std::isfinite(proto.low()) && std::isfinite(proto.high()) && proto.low() <= proto.high()))
      return wrong("the interval is none");
    out->low = proto.low();
    out->high = proto.high();
  }
  out->samples.assign(proto.samples().begin(), proto.samples().end());
  if (!std::ranges::all_of(out->samples, [](double sample) { return std::isfinite(sample); }))
    return wrong("a sample is not finite");
  out->sample_counts.assign(proto.sample_counts().begin(), proto.sample_counts().end());
  if (!out->sample_counts.empty() && out->sample_counts.size() != out->samples.size())
    return wrong(StrCat(out->samples.size(), " samples with ", out->sample_counts.size(), " counts"));
  return "";
}

std::string Read(const v1::Cell& proto, ReportCell* out) {
  if (!FromNumber(proto.kind(), v1::CELL_KIND_AB, &out->key.kind)) return "its kind is missing or unknown";
  if (!FromNumber(proto.status(), v1::CELL_STATUS_TOO_LARGE, &out->status))
    return "its status is missing or unknown";
  if (proto.variant() != v1::VARIANT_UNKNOWN) {
    if (std::ranges::find(kVariants, static_cast<Variant>(proto.variant())) == std::end(kVariants))
      return "its variant is unknown";
    out->key.variant = VariantName(static_cast<Variant>(proto.variant()));
  }
  out->key.runner = proto.runner();
  out->key.core = proto.core();
  out->key.board = proto.board();
  out->key.model = proto.model();
  out->key.build_kind = proto.build_kind();
  out->key.text = proto.text();
  out->key.detail = proto.detail();
  out->message = proto.message();
  out->note = proto.note();
  out->model_sha256 = proto.model_sha256();
  out->build_sha256 = proto.build_sha256();
  out->build = proto.build();
  out->command = proto.command();
  out->unavailable.insert(proto.unavailable().begin(), proto.unavailable().end());
  if (proto.has_divergence()) {
    std::string wrong = Read(proto.divergence(), &out->divergence.emplace());
    if (!wrong.empty()) return wrong;
  }
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> seen;
  for (const v1::Figure& figure : proto.figures()) {
    std::string wrong = Read(figure, &out->figures.emplace_back());
    if (!wrong.empty()) return wrong;
    if (!seen.emplace(figure.part_kind(), figure.part(), figure.name()).second)
      return StrCat("figure ", figure.name(), figure.part().empty() ? "" : " of ", figure.part(), " twice");
  }
  return "";
}

}  // namespace

v1::Report ToProto(const Report& report) {
  v1::Report proto;
  proto.set_command(Utf8(report.command));
  v1::Environment& environment = *proto.mutable_environment();
  environment.set_harness_version(Utf8(report.environment.harness_version));
  environment.set_commit(Utf8(report.environment.commit));
  environment.set_host(Utf8(report.environment.host));
  environment.set_date(Utf8(report.environment.date));
  for (const auto& [tool, version] : report.environment.tools)
    (*environment.mutable_tools())[Utf8(tool)] = Utf8(version);
  for (const ReportCell& cell : report.cells) Fill(cell, proto.add_cells());
  for (const std::string& source : report.sources) proto.add_sources(Utf8(source));
  return proto;
}

Result<Report> FromProto(const v1::Report& proto) {
  Report report;
  report.command = proto.command();
  report.environment.harness_version = proto.environment().harness_version();
  report.environment.commit = proto.environment().commit();
  report.environment.host = proto.environment().host();
  report.environment.date = proto.environment().date();
  report.environment.tools.insert(proto.environment().tools().begin(), proto.environment().tools().end());
  report.sources.assign(proto.sources().begin(), proto.sources().end());
  std::set<Key> seen;
  for (int i = 0; i < proto.cells_size(); ++i) {
    ReportCell& cell = report.cells.emplace_back();
    const std::string wrong = Read(proto.cells(i), &cell);
    const auto place = [&] { return StrCat("cells[", i, "]"); };
    if (!wrong.empty()) return Bad(StrCat(place(), ": ", wrong));
    if (!seen.insert(cell.key).second)
      return Bad(StrCat(place(), ": a second cell of \"", cell.key.Describe(), "\""));
  }
  return report;
}

}  // namespace atome::harness::report
