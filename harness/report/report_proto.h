// Reports as the messages of proto/report.proto, and back; for report_file alone.
#ifndef ATOME_HARNESS_REPORT_REPORT_PROTO_H_
#define ATOME_HARNESS_REPORT_REPORT_PROTO_H_

#include "harness/base/result.h"
#include "harness/report/report.h"
#include "proto/report.pb.h"

namespace atome::harness::report {

// Whatever the report holds; text that is no UTF-8 has its wrong bytes replaced, as they would spoil all,
// and -0 is 0.
v1::Report ToProto(const Report& report);

// The error says the place and what is wrong with it, not the file. A divergence's ULP follow from its bits.
Result<Report> FromProto(const v1::Report& proto);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_REPORT_PROTO_H_
