#include "harness/run/engine_runner.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>

#include "emulation/base/subprocess.h"
#include "harness/base/file.h"
#include "harness/base/places.h"
#include "harness/base/text.h"
#include "harness/run/firmware_answer.h"

namespace atome::harness {
namespace {

using emulation::FileDescriptor;
using emulation::SubprocessResult;

constexpr char kHost[] = "atome_guest_engine";
constexpr int kUnusable = 2;  // its exit code for a library that cannot be used
constexpr size_t kAnswerLimitBytes = size_t{256} << 20;

// A file in memory that holds the bytes; invalid when there is no room.
FileDescriptor FileOf(std::string_view bytes) {
  FileDescriptor file(memfd_create("atome", MFD_CLOEXEC));
  while (file.valid() && !bytes.empty()) {
    const ssize_t written = write(file.get(), bytes.data(), bytes.size());
    if (written <= 0) return {};
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return file;
}

std::string LastLine(std::string_view log) {
  while (log.ends_with('\n')) log.remove_suffix(1);
  std::string line(log.substr(log.rfind('\n') + 1));
  for (char& c : line) c = c < 0x20 || c > 0x7E ? '?' : c;
  return line;
}

}  // namespace

EngineRunner::EngineRunner(std::string path, std::string sha256, emulation::RunLimits limits)
    : path_(std::filesystem::absolute(path).string()),
      sha256_(std::move(sha256)),
      name_(std::filesystem::path(path).filename().string()),
      detail_(StrCat("engine ", name_)),
      limits_(limits) {}

Execution EngineRunner::Run(const Model& model, const Task& task) const {
  Execution result;
  result.outcome = Outcome::kCrashed;
  result.build = name_;
  result.build_sha256 = sha256_;
  result.no_taps = "the engine has no taps";
  const FileDescriptor file = FileOf(model.bytes);
  const FileDescriptor request = FileOf(FirmwareRequest(task, model.config.vocab_size));
  if (!file.valid() || !request.valid()) {
    result.message = StrCat(name_, ": no memory for the model and the request: ", strerror(errno));
    return result;
  }
  const SubprocessResult run =
      emulation::RunSubprocess({.arguments = {(PartsFolder() / kHost).string(), path_,
                                              fmt::format("{}", Join(model.config.Dimensions(), ","))},
                                .descriptors = {file.get(), request.get(), emulation::kOutputPipe},
                                .output_limit_bytes = kAnswerLimitBytes,
                                .deadline = std::chrono::steady_clock::now() + limits_.time});
  switch (run.end) {
    case SubprocessResult::End::kExited:
      if (run.code == kUnusable) {
        result.outcome = Outcome::kError;
        result.message = StrCat(path_, ": ", LastLine(run.log));
      } else {
        TakeAnswer(run.output, run.code, model, task, "the host", &result);
      }
      return result;
    case SubprocessResult::End::kSignalled:
      result.message =
          StrCat(name_, ": ended by signal ", run.code, " (", strsignal(run.code), ")", HowFar(run.output));
      return result;
    case SubprocessResult::End::kDeadline:
      result.message = StrCat(name_, ": stopped after ", limits_.time.count(), " ms", HowFar(run.output));
      return result;
    case SubprocessResult::End::kOutputLimit:
      result.message = StrCat(name_, ": its answer exceeds ", kAnswerLimitBytes >> 20, " MiB");
      return result;
    default:
      result.outcome = Outcome::kMissing;
      result.message = StrCat(run.error, "; build it with ci/build");
      return result;
  }
}

Result<std::shared_ptr<const EngineRunner>> LoadEngine(const std::string& path, emulation::RunLimits limits) {
  const Result<std::string> library = ReadFile(path);
  if (!library.ok()) return library.error();
  return std::make_shared<const EngineRunner>(path, Sha256Hex(*library), limits);
}

}  // namespace atome::harness
