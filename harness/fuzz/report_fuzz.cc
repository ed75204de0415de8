// A report file in each of its forms; what is read can be written, and reads back as the same bytes.
#include <string>

#include "harness/base/compression.h"
#include "harness/fuzz/scratch_file.h"
#include "harness/report/report_file.h"
#include "harness/report/report_json.h"

using namespace atome::harness;
using namespace atome::harness::report;

// A byte: the form; the file. Of .xz also what is to be compressed, which chance would not find.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 8192) return 0;
  static atome::fuzz::ScratchFile files[] = {
      atome::fuzz::ScratchFile("f.binpb"), atome::fuzz::ScratchFile("f.json"),
      atome::fuzz::ScratchFile("f.binpb.xz"), atome::fuzz::ScratchFile("f.json.xz")};
  atome::fuzz::Input input(data, size);
  const uint8_t form = input.Byte();
  const bool json = (form & 1) != 0;
  const std::string& path = files[form & 3].With(input.Rest());
  const Result<Report> report = ReadReport(path);
  if (!report.ok()) {
    atome::fuzz::RequireRefusal(report.error().message, path);
    return 0;
  }
  const Result<std::string> written = ReportBytes(*report, json);
  atome::fuzz::Require(written.ok(), "what was read can be written");
  const Result<Report> again = ReadReport(files[json ? 1 : 0].With(*written));
  atome::fuzz::Require(again.ok(), "what was written can be read");
  const Result<std::string> twice = ReportBytes(*again, json);
  atome::fuzz::Require(twice.ok() && *twice == *written, "a report stays the same");
  return 0;
}
