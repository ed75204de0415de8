#include "harness/report/report_file.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <filesystem>
#include <memory>

#include "emulation/base/printable.h"
#include "harness/base/compression.h"
#include "harness/base/file.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"
#include "harness/report/report_json.h"
#include "harness/report/report_proto.h"

namespace atome::harness::report {
namespace {

namespace util = google::protobuf::util;

constexpr char kTypeUrl[] = "type.googleapis.com/atome.v1.Report";
constexpr char kRemedy[] = "; measure it again, or give another file";

struct Form {
  bool json = false;
  bool compressed = false;
};

// The form that a report file's name says.
Form FormOf(std::string_view path) {
  constexpr std::string_view kXz = ".xz";
  const bool compressed = path.ends_with(kXz);
  if (compressed) path.remove_suffix(kXz.size());
  return {.json = path.ends_with(".json"), .compressed = compressed};
}

util::TypeResolver* Resolver() {
  static const auto& resolver =
      *new std::unique_ptr<util::TypeResolver>(util::NewTypeResolverForDescriptorPool(
          "type.googleapis.com", google::protobuf::DescriptorPool::generated_pool()));
  return resolver.get();
}

// Maps are sorted, which is not protobuf's default.
std::string Serialized(const v1::Report& proto) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  proto.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

// The JSON that atomes wrote before report_json.h, as a binary report.
Result<std::string> BinaryOfFormerJson(const std::string& json) {
  const google::protobuf::LogSilencer quiet;
  std::string binary;
  const auto status = util::JsonToBinaryString(Resolver(), kTypeUrl, json, &binary);
  if (!status.ok()) {
    const std::string why = status.ToString();
    return Bad(StrCat("is not a report in JSON: ", why.substr(0, why.find('\n'))));
  }
  if (binary.empty()) return Bad("is empty");
  return binary;
}

// What protobuf does not read itself: nothing at all, and fields of another version, which it would drop.
std::string WhyNoReport(const std::string& bytes, v1::Report* proto) {
  const google::protobuf::LogSilencer quiet;  // what it would print stands in our own message
  if (bytes.empty()) return "is empty";
  if (!proto->ParseFromString(bytes)) return "is not a protobuf message atome.v1.Report, or is damaged";
  const size_t size = proto->ByteSizeLong();
  proto->DiscardUnknownFields();
  return proto->ByteSizeLong() == size ? "" : "has fields that this atome does not know";
}

}  // namespace

Result<std::string> ReportBytes(const Report& report, bool json) {
  const v1::Report proto = ToProto(report);
  if (const Result<Report> back = FromProto(proto); !back.ok())
    return Bad(StrCat("not written, no one could read it: ", back.error().message,
                      "; measure what is alike in separate runs"));
  std::string bytes = json ? JsonOf(report) : Serialized(proto);
  if (bytes.size() > kMaxReportBytes)
    return Bad(StrCat("not written: ", bytes.size(), " bytes where a report may have ", kMaxReportBytes,
                      "; measure fewer cells at a time"));
  return bytes;
}

bool IsJsonName(std::string_view path) { return FormOf(path).json; }

Result<std::string> PackedFor(const std::string& path, std::string bytes) {
  return FormOf(path).compressed ? Compressed(bytes) : std::move(bytes);
}

std::string WriteReport(const Report& report, const std::string& path) {
  Result<std::string> bytes = ReportBytes(report, IsJsonName(path));
  if (bytes.ok()) bytes = PackedFor(path, *std::move(bytes));
  return bytes.ok() ? ReplaceFile(path, *bytes) : StrCat(path, ": ", bytes.error().message);
}

Result<Report> ReadReport(const std::string& path) {
  std::error_code no_file;  // the reading says it
  if (const auto size = std::filesystem::file_size(path, no_file); !no_file && size > kMaxReportBytes)
    return Bad(StrCat(path, ": is over ", kMaxReportBytes, " bytes, more than any report", kRemedy));
  Result<std::string> file = ReadFile(path);
  if (!file.ok()) {
    const std::string message = file.error().message + "; name a file that --report wrote";
    return file.missing() ? Missing(message) : Bad(message);
  }
  // What a reason quotes of the file must not give orders to a terminal.
  const auto refused = [&path](std::string_view why) {
    return Bad(emulation::Printable(StrCat(path, ": ", why, kRemedy)));
  };
  std::string bytes = *std::move(file);
  if (FormOf(path).compressed) {
    Result<std::string> all = Decompressed(bytes, kMaxReportBytes);
    if (!all.ok()) return refused(all.error().message);
    bytes = *std::move(all);
  }
  if (IsJsonName(path)) {
    if (IsReportJson(bytes)) {
      Result<Report> report = ReportOfJson(bytes);
      if (!report.ok()) return refused(report.error().message);
      return report;
    }
    Result<std::string> binary = BinaryOfFormerJson(bytes);
    if (!binary.ok()) return refused(binary.error().message);
    bytes = *std::move(binary);
  }
  v1::Report proto;
  if (const std::string why = WhyNoReport(bytes, &proto); !why.empty()) return refused(why);
  Result<Report> report = FromProto(proto);
  if (!report.ok()) return refused(report.error().message);
  return report;
}

}  // namespace atome::harness::report
