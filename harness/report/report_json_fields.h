// Names of fields that the writer and the reader of report_json.h share.
#ifndef ATOME_HARNESS_REPORT_REPORT_JSON_FIELDS_H_
#define ATOME_HARNESS_REPORT_REPORT_JSON_FIELDS_H_

#include <string>
#include <string_view>

#include "harness/report/report.h"

namespace atome::harness::report {

inline constexpr std::string_view kJsonSchema = "atome.report/2";

// A text field of a cell that stands beside its key.
struct TextField {
  std::string_view name;
  std::string Cell::*value;
};
inline constexpr TextField kTextFields[] = {
    {"message", &Cell::message},           {"note", &Cell::note},
    {"model_sha256", &Cell::model_sha256}, {"build", &Cell::build},
    {"build_sha256", &Cell::build_sha256}, {"command", &Cell::command}};

struct EnvironmentField {
  std::string_view name;
  std::string Environment::*value;
};
inline constexpr EnvironmentField kEnvironmentFields[] = {{"harness_version", &Environment::harness_version},
                                                          {"commit", &Environment::commit},
                                                          {"host", &Environment::host},
                                                          {"date", &Environment::date}};

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_REPORT_JSON_FIELDS_H_
