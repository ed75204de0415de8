#include "harness/report/report_proto.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

#include "harness/base/text.h"
#include "harness/base/utf8.h"
#include "harness/base/variant.h"

namespace atome::harness::report {
namespace {

// Of reports whose figures are named by the catalogue, which says their units and classes.
constexpr uint32_t kSchema = 2;

// Both in the order of the messages, whose first enumerator means unknown.
constexpr Kind kKinds[] = {Kind::kParity,    Kind::kCycles,     Kind::kSize, Kind::kPerplexity,
                           Kind::kBenchmark, Kind::kAb,         Kind::kRun,  Kind::kMutant,
                           Kind::kInjection, Kind::kContainment};
constexpr Outcome kOutcomes[] = {Outcome::kPass,    Outcome::kMismatch, Outcome::kError, Outcome::kCrashed,
                                 Outcome::kMissing, Outcome::kTooLarge, Outcome::kWithin};
static_assert(std::size(kKinds) == v1::CELL_KIND_CONTAINMENT);
static_assert(std::size(kOutcomes) == v1::CELL_STATUS_WITHIN);

template <class Proto, class Ours, size_t kSize>
Proto ProtoOf(const Ours (&all)[kSize], Ours value) {
  return static_cast<Proto>(std::ranges::find(all, value) - all + 1);
}

// False when the number has no name.
template <class Ours, size_t kSize>
bool FromNumber(const Ours (&all)[kSize], int number, Ours* value) {
  if (number < 1 || number > static_cast<int>(kSize)) return false;
  *value = all[number - 1];
  return true;
}

// A name that is not known becomes a number that is not, which FromProto refuses.
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

// Added to -0, it makes 0: the sign would be a difference that no one measured.
constexpr double kNoSign = 0.0;

void Fill(const Figure& figure, v1::Figure* out) {
  out->set_name(std::string(NameOf(figure.id.quantity)));
  out->set_part_kind(std::string(NameOf(figure.id.part.kind)));
  out->set_part(Utf8(figure.id.part.name));
  if (const auto* count = std::get_if<uint64_t>(&figure.value)) out->set_count(*count);
  if (const auto* real = std::get_if<double>(&figure.value)) out->set_real(*real + kNoSign);
  if (const auto* text = std::get_if<std::string>(&figure.value)) out->set_text(Utf8(*text));
  if (figure.low) out->set_low(*figure.low + kNoSign);
  if (figure.high) out->set_high(*figure.high + kNoSign);
  for (const double sample : figure.samples) out->add_samples(sample + kNoSign);
  out->mutable_sample_counts()->Assign(figure.sample_counts.begin(), figure.sample_counts.end());
}

void Fill(const Cell& cell, v1::Cell* out) {
  out->set_kind(ProtoOf<v1::CellKind>(kKinds, cell.key.kind));
  out->set_runner(Utf8(cell.key.runner));
  out->set_core(Utf8(cell.key.core));
  out->set_board(Utf8(cell.key.board));
  out->set_model(Utf8(cell.key.model));
  out->set_variant(VariantOf(cell.key.variant));
  out->set_build_kind(Utf8(cell.key.build_kind));
  out->set_text(Utf8(cell.key.text));
  out->set_detail(Utf8(cell.key.detail));
  out->set_status(ProtoOf<v1::CellStatus>(kOutcomes, cell.outcome));
  out->set_message(Utf8(cell.message));
  out->set_note(Utf8(cell.note));
  out->set_model_sha256(Utf8(cell.model_sha256));
  out->set_build_sha256(Utf8(cell.build_sha256));
  out->set_build(Utf8(cell.build));
  if (cell.divergence) Fill(*cell.divergence, out->mutable_divergence());
  for (const auto& [quantity, reason] : cell.unavailable)
    (*out->mutable_unavailable())[std::string(NameOf(quantity))] = Utf8(reason);
  out->set_command(Utf8(cell.command));
  for (const Figure& figure : cell.figures) Fill(figure, out->add_figures());
}

// What reading a report needs to know of all of it.
struct Reading {
  bool former;  // names are those of an older atome
  std::set<std::string>* renamed;
};

std::optional<Quantity> QuantityOf(const std::string& name, Kind kind, PartKind part,
                                   const Reading& reading) {
  if (!reading.former) return FindQuantity(name);
  const std::optional<Quantity> quantity = FindFormerQuantity(name, kind, part);
  if (quantity && NameOf(*quantity) != name)
    reading.renamed->insert(StrCat(NameOf(kind), " ", name, part == PartKind::kWhole ? "" : " of ",
                                   NameOf(part), " -> ", NameOf(*quantity)));
  return quantity;
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
  const std::optional<atome_op> op = FindOp(proto.op());
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

std::string Read(const v1::Figure& proto, Kind kind, const Reading& reading, Figure* out) {
  const auto wrong = [&proto](std::string_view what) {
    return StrCat("figure ", proto.name(), proto.part().empty() ? "" : " of ", proto.part(), ": ", what);
  };
  const std::optional<PartKind> part = FindPartKind(proto.part_kind());
  if (!part) return wrong(StrCat("\"", proto.part_kind(), "\" is not a kind of part"));
  const std::optional<Quantity> quantity = QuantityOf(proto.name(), kind, *part, reading);
  if (!quantity) return wrong("is not in the catalogue of figures");
  if (!MayBeOf(*quantity, *part)) return wrong("cannot be of a part of this kind");
  if (*part == PartKind::kWhole && !proto.part().empty()) return wrong("has a part without a kind");
  out->id = {{*part, proto.part()}, *quantity};
  if (proto.value_case() == v1::Figure::kCount) {
    out->value = proto.count();
  } else if (proto.value_case() == v1::Figure::kReal) {
    out->value = proto.real();
  } else if (proto.value_case() == v1::Figure::kText) {
    out->value = proto.text();
  } else {
    return wrong("has no value");
  }
  if (proto.has_low()) out->low = proto.low();
  if (proto.has_high()) out->high = proto.high();
  out->samples.assign(proto.samples().begin(), proto.samples().end());
  out->sample_counts.assign(proto.sample_counts().begin(), proto.sample_counts().end());
  const std::string why = WhyNoFigure(*out);
  return why.empty() ? "" : wrong(why);
}

std::string Read(const v1::Cell& proto, const Reading& reading, Cell* out) {
  if (!FromNumber(kKinds, proto.kind(), &out->key.kind)) return "its kind is missing or unknown";
  if (!FromNumber(kOutcomes, proto.status(), &out->outcome)) return "its outcome is missing or unknown";
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
  for (const auto& [name, why] : proto.unavailable()) {
    const std::optional<Quantity> quantity = QuantityOf(name, out->key.kind, PartKind::kWhole, reading);
    if (!quantity) return StrCat("unavailable figure ", name, ": is not in the catalogue of figures");
    out->unavailable.emplace(*quantity, why);
  }
  if (proto.has_divergence()) {
    std::string wrong = Read(proto.divergence(), &out->divergence.emplace());
    if (!wrong.empty()) return wrong;
  }
  std::set<FigureId> seen;
  for (const v1::Figure& figure : proto.figures()) {
    Figure& read = out->figures.emplace_back();
    std::string wrong = Read(figure, out->key.kind, reading, &read);
    if (!wrong.empty()) return wrong;
    if (!seen.insert(read.id).second) return StrCat("figure ", read.id.Describe(), " twice");
  }
  return "";
}

}  // namespace

v1::Report ToProto(const Report& report) {
  v1::Report proto;
  proto.set_schema(kSchema);
  proto.set_command(Utf8(report.command));
  v1::Environment& environment = *proto.mutable_environment();
  environment.set_harness_version(Utf8(report.environment.harness_version));
  environment.set_commit(Utf8(report.environment.commit));
  environment.set_host(Utf8(report.environment.host));
  environment.set_date(Utf8(report.environment.date));
  for (const auto& [tool, version] : report.environment.tools)
    (*environment.mutable_tools())[Utf8(tool)] = Utf8(version);
  for (const Cell& cell : report.cells) Fill(cell, proto.add_cells());
  for (const std::string& source : report.sources) proto.add_sources(Utf8(source));
  return proto;
}

Result<Report> FromProto(const v1::Report& proto) {
  if (proto.schema() > kSchema)
    return Bad(StrCat("its schema is ", proto.schema(), ", and this atome knows ", kSchema));
  Report report;
  report.command = proto.command();
  report.environment.harness_version = proto.environment().harness_version();
  report.environment.commit = proto.environment().commit();
  report.environment.host = proto.environment().host();
  report.environment.date = proto.environment().date();
  report.environment.tools.insert(proto.environment().tools().begin(), proto.environment().tools().end());
  report.sources.assign(proto.sources().begin(), proto.sources().end());
  const Reading reading{proto.schema() < kSchema, &report.renamed};
  std::set<Key> seen;
  for (int i = 0; i < proto.cells_size(); ++i) {
    Cell& cell = report.cells.emplace_back();
    const std::string wrong = Read(proto.cells(i), reading, &cell);
    const auto place = [&] { return StrCat("cells[", i, "]"); };
    if (!wrong.empty()) return Bad(StrCat(place(), ": ", wrong));
    if (!seen.insert(cell.key).second)
      return Bad(StrCat(place(), ": a second cell of \"", cell.key.Describe(), "\""));
  }
  return report;
}

}  // namespace atome::harness::report
