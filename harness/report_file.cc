#include "harness/report_file.h"

#include <google/protobuf/util/json_util.h>

#include <bit>
#include <fstream>
#include <nlohmann/json.hpp>

#include "proto/report.pb.h"

namespace atome::harness {
namespace {

// Text of a firmware or a file's name can be any bytes; a protobuf string that is not UTF-8 spoils the whole
// report.
std::string Utf8(const std::string& text) {
  using Json = nlohmann::json;
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

v1::CellStatus ToProto(CellStatus status) {
  switch (status) {
    case CellStatus::kPass:
      return v1::CELL_STATUS_PASS;
    case CellStatus::kMismatch:
      return v1::CELL_STATUS_MISMATCH;
    case CellStatus::kError:
      return v1::CELL_STATUS_ERROR;
    case CellStatus::kCrashed:
      return v1::CELL_STATUS_CRASHED;
    case CellStatus::kMissing:
      return v1::CELL_STATUS_MISSING;
    case CellStatus::kTooLarge:
      return v1::CELL_STATUS_TOO_LARGE;
  }
  return v1::CELL_STATUS_UNKNOWN;
}

void Fill(const Divergence& divergence, v1::Divergence* out) {
  out->set_case_(static_cast<uint32_t>(divergence.case_index));
  out->set_step(static_cast<uint32_t>(divergence.step));
  if (divergence.layer != kNoLayer) out->set_layer(static_cast<uint32_t>(divergence.layer));
  out->set_op(OpName(divergence.op));
  out->set_note(Utf8(divergence.note));
  if (divergence.index.has_value()) {
    out->set_index(static_cast<uint32_t>(*divergence.index));
    out->set_expected_bits(std::bit_cast<uint32_t>(divergence.expected));
    out->set_actual_bits(std::bit_cast<uint32_t>(divergence.actual));
    out->set_ulp(UlpDistance(divergence.expected, divergence.actual));
  }
}

void Fill(const Cell& cell, v1::Cell* out) {
  out->set_runner(cell.runner);
  out->set_core(cell.core);
  out->set_model(Utf8(cell.model));
  for (const Variant variant : kVariants) {
    if (cell.variant == VariantName(variant)) out->set_variant(static_cast<v1::Variant>(variant));
  }
  out->set_status(ToProto(cell.status));
  out->set_message(Utf8(cell.message));
  out->set_note(cell.note);
  out->set_model_sha256(cell.model_sha256);
  out->set_build_sha256(cell.build_sha256);
  out->set_build(Utf8(cell.build));
  if (cell.tokens_matched) out->set_tokens_matched(*cell.tokens_matched);
  if (cell.tokens_total) out->set_tokens_total(*cell.tokens_total);
  if (cell.max_ulp) out->set_max_ulp(*cell.max_ulp);
  if (cell.max_abs_error) out->set_max_abs_error(*cell.max_abs_error);
  if (cell.max_relative_error) out->set_max_relative_error(*cell.max_relative_error);
  if (cell.instructions_per_token) out->set_instructions_per_token(*cell.instructions_per_token);
  if (cell.instructions_total) out->set_instructions_total(*cell.instructions_total);
  if (cell.cycles_per_token) out->set_cycles_per_token(*cell.cycles_per_token);
  if (cell.cycles_total) {
    out->set_cycles_total(*cell.cycles_total);
    out->set_cycle_basis(cell.cycles_basis == "operands" ? v1::CYCLE_BASIS_OPERANDS : v1::CYCLE_BASIS_BLOCKS);
  }
  if (cell.state_bytes) out->set_state_bytes(*cell.state_bytes);
  if (cell.divergence) Fill(*cell.divergence, out->mutable_divergence());
  for (const auto& [figure, reason] : cell.unavailable) (*out->mutable_unavailable())[figure] = Utf8(reason);
}

}  // namespace

std::string WriteReport(const Report& report, const std::string& path) {
  v1::Report proto;
  proto.set_command(Utf8(report.command));
  proto.mutable_environment()->set_harness_version(ATOME_VERSION);
  for (const auto& [tool, version] : report.tools)
    (*proto.mutable_environment()->mutable_tools())[tool] = version;
  for (const Cell& cell : report.cells) Fill(cell, proto.add_cells());

  std::string bytes;
  if (path.ends_with(".json")) {
    google::protobuf::util::JsonPrintOptions options;
    options.add_whitespace = true;
    options.preserve_proto_field_names = true;
    const auto status = google::protobuf::util::MessageToJsonString(proto, &bytes, options);
    if (!status.ok()) return path + ": " + status.ToString();
  } else {
    proto.SerializeToString(&bytes);
  }
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  out.close();
  return out ? "" : path + ": cannot write";
}

}  // namespace atome::harness
