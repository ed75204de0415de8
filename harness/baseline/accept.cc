#include "harness/baseline/accept.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/base/file.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"
#include "harness/baseline/baseline.h"
#include "harness/causes/diff_output.h"
#include "harness/causes/find_causes.h"
#include "harness/causes/summary.h"
#include "harness/report/environment.h"
#include "harness/report/report_file.h"

namespace atome::harness::report {
namespace {

using Json = nlohmann::ordered_json;

std::filesystem::path FolderOf(const std::string& path) {
  return std::filesystem::absolute(path).parent_path();
}

// Held by one process at a time, until it ends.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder)
      : file_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    while (file_ >= 0 && flock(file_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~FolderLock() {
    if (file_ >= 0) close(file_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_;
};

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

// A change of a whole model moves thousands of figures; the two baselines tell the rest.
constexpr size_t kMostListed = 200;

// Symbols and what is undecided are in the diff that is printed, and the cells of a first baseline are that
// baseline; they would only make the log long.
bool IsKept(const Diff& diff, const Change& change) {
  if (diff.totals.cells_compared + diff.totals.cells_only_before == 0) return false;
  return change.severity != Severity::kNote || change.what != What::kChanged;
}

std::string EntryOf(const Acceptance& acceptance, const std::string& commit, const std::string& hash,
                    const Diff& diff) {
  Json entry{{"when", acceptance.when}, {"who", acceptance.who},   {"why", acceptance.reason},
             {"commit", commit},        {"baseline_sha256", hash}, {"summary", Summary(diff)}};
  if (!acceptance.dirty.empty()) entry["dirty"] = acceptance.dirty;
  if (!diff.renamed.empty()) entry["renamed"] = diff.renamed;
  entry["changes"] = Json::array();
  size_t kept = 0;
  for (const Change& change : diff.changes) {
    if (!IsKept(diff, change) || ++kept > kMostListed) continue;
    Json row;
    const Json all = ChangeJson(change);
    for (const auto& [key, value] : all.items()) {
      if (!value.get_ref<const std::string&>().empty()) row[key] = value;
    }
    entry["changes"].push_back(std::move(row));
  }
  if (kept > kMostListed) entry["more_changes"] = kept - kMostListed;
  return entry.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Whether the last entry is of the baseline with this hash.
bool EndsWithEntryOf(const std::string& log, const std::string& hash) {
  const size_t end = log.find_last_not_of('\n');
  if (end == std::string::npos) return false;
  const size_t before = log.rfind('\n', end);
  const size_t begin = before == std::string::npos ? 0 : before + 1;
  const Json entry = Json::parse(log.substr(begin, end + 1 - begin), nullptr, /*allow_exceptions=*/false);
  return entry.is_object() && entry.value("baseline_sha256", Json()) == hash;
}

// The file's text, empty when there is no file.
Result<std::string> TextIfAny(const std::string& path) {
  if (!std::filesystem::exists(path)) return std::string();
  return ReadFile(path);
}

std::string WriteBoth(const Acceptance& acceptance, const std::string& log, const std::string& new_log,
                      const std::string& json) {
  const Result<std::string> baseline = PackedFor(acceptance.baseline, json);
  if (!baseline.ok()) return StrCat(acceptance.baseline, ": ", baseline.error().message);
  const bool had_log = std::filesystem::exists(acceptance.log);
  if (std::string error = ReplaceFile(acceptance.log, new_log); !error.empty()) return error;
  std::string error = ReplaceFile(acceptance.baseline, *baseline);
  if (error.empty()) return "";
  std::error_code ignored;
  const std::string undone =
      had_log ? ReplaceFile(acceptance.log, log) : (std::filesystem::remove(acceptance.log, ignored), "");
  return undone.empty() ? error : StrCat(error, "; and its entry stays in the log: ", undone);
}

// Why nobody can measure this report again; empty when a commit names what was measured. That of a merged
// report is of several.
std::string WhyNoCommit(const std::string& commit) {
  if (IsBlank(commit)) return "its commit is unknown";
  if (commit.find(kDirty) != std::string::npos)
    return StrCat("its tree has changes that no commit has (", commit, ")");
  return "";
}

std::string WhyNotCommit(const Report& report, const Acceptance& acceptance) {
  const std::string why = WhyNoCommit(report.environment.commit);
  if (why.empty() && acceptance.dirty.empty()) return "";
  if (why.empty())
    return StrCat("--dirty is for a report of no commit, and this one is of ", report.environment.commit,
                  "; leave it out");
  if (!IsBlank(acceptance.dirty)) return "";
  return StrCat("nobody could measure the report again: ", why,
                "; commit, measure and accept then, or say why it is taken in --dirty \"...\"");
}

std::string WhyNot(const Report& report, const Acceptance& acceptance) {
  if (IsBlank(acceptance.reason)) return "no reason; say why in --reason \"...\"";
  if (IsBlank(acceptance.who)) return "nobody accepts; set git's user.name and user.email, or USER";
  if (!IsJsonName(acceptance.baseline))
    return StrCat(acceptance.baseline,
                  ": a baseline is read by people, too; name a file in .json or .json.xz");
  if (report.cells.empty()) return "the report has no cells; measure something first";
  const auto failed = std::ranges::find_if_not(report.cells, &Cell::passed);
  if (failed == report.cells.end()) return WhyNotCommit(report, acceptance);
  return StrCat("cell \"", failed->key.Describe(), "\" does not pass: ", OutcomeText(failed->outcome),
                failed->message.empty() ? "" : ": ", failed->message,
                "; mend it first, all cells of a baseline pass");
}

}  // namespace

Result<Diff> Accept(const Report& report, const Acceptance& acceptance) {
  if (std::string why = WhyNot(report, acceptance); !why.empty()) return Bad(std::move(why));
  std::error_code folder_error;  // the writing says it
  std::filesystem::create_directories(FolderOf(acceptance.baseline), folder_error);
  std::filesystem::create_directories(FolderOf(acceptance.log), folder_error);
  const FolderLock lock(FolderOf(acceptance.log));

  Report before;
  if (std::filesystem::exists(acceptance.baseline)) {
    Result<Report> read = ReadReport(acceptance.baseline);
    if (!read.ok()) return read.error();
    before = *std::move(read);
  }
  Report after = BaselineOf(report);
  if (acceptance.partial) after = BaselineOf(WithCellsOf(before, std::move(after)));
  Diff diff = Compare(before, after);
  diff.causes = FindCauses(diff.changes, before, after);
  if (diff.changes.empty() && before.renamed.empty()) return diff;
  const Result<std::string> log = TextIfAny(acceptance.log);
  if (!log.ok()) return log.error();
  const Result<std::string> baseline = ReportBytes(after, /*json=*/true);
  if (!baseline.ok()) return baseline.error();
  const std::string hash = Sha256Hex(*baseline);
  const std::string entry =
      EndsWithEntryOf(*log, hash) ? "" : EntryOf(acceptance, report.environment.commit, hash, diff);
  const std::string error = WriteBoth(acceptance, *log, *log + entry, *baseline);
  if (!error.empty()) return Bad(error);
  return diff;
}

}  // namespace atome::harness::report
