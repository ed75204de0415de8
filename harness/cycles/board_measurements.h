// Cycles that were measured on boards, as the repository keeps them: emulation/silicon/measurements.json.
#ifndef ATOME_HARNESS_CYCLES_BOARD_MEASUREMENTS_H_
#define ATOME_HARNESS_CYCLES_BOARD_MEASUREMENTS_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/table.h"
#include "harness/report/report.h"

namespace atome::harness {

// One token's cost on one board. What the model says is of the atome that measured.
struct BoardMeasurement {
  std::string board, core, revision;  // of the chip, as its package or its maker's tool says
  double clock_mhz = 0;
  std::string server, date;  // the debug server; YYYY-MM-DD
  std::string model, variant, build_kind, detail, build_sha256;
  double measured_cycles_per_token = 0;
  std::optional<double> modelled_cycles_per_token;

  // How far the model is off, in per cent of what was measured; nothing where there is no model.
  std::optional<double> OffPercent() const;
};

// What a report does not say of a board.
struct BoardDetails {
  std::string revision;
  double clock_mhz = 0;
  std::string server;  // empty: as the report says
  std::string date;    // empty: that of the report
};

// The measured cells of a report. The error says what is none of silicon, or what is missing.
Result<std::vector<BoardMeasurement>> MeasurementsOf(const report::Report& report, const std::string& path,
                                                     const BoardDetails& details);

// A file of measurements; none when there is no such file.
Result<std::vector<BoardMeasurement>> ReadMeasurements(const std::string& path);
// Adds to such a file what is not there yet, in order of board, model and the rest. Why not; empty on
// success.
std::string AddMeasurements(const std::string& path, const std::vector<BoardMeasurement>& more);

Table MeasurementTable(const std::vector<BoardMeasurement>& measurements);
nlohmann::ordered_json MeasurementsJson(const std::vector<BoardMeasurement>& measurements);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CYCLES_BOARD_MEASUREMENTS_H_
