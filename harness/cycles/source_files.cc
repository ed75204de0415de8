#include "harness/cycles/source_files.h"

#include <cstdint>
#include <filesystem>
#include <system_error>

#include "harness/base/file.h"
#include "harness/base/table.h"
#include "harness/base/utf8.h"

namespace atome::harness {
namespace {

constexpr uint64_t kMostFileBytes = 16 << 20;
constexpr size_t kMostFiles = 4096;

// A path may name a device or a pipe, on which reading waits.
bool IsReadable(const std::string& path) {
  std::error_code error;
  const std::filesystem::path file(path);
  return std::filesystem::is_regular_file(file, error) &&
         std::filesystem::file_size(file, error) <= kMostFileBytes && !error;
}

std::string_view Trimmed(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r\f\v";
  const size_t begin = line.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

const SourceFiles::File& SourceFiles::Open(const std::string& path) {
  static const File kNone;
  const auto known = files_.find(path);
  if (known != files_.end()) return known->second;
  if (files_.size() == kMostFiles) return kNone;
  File& file = files_[path];
  Result<std::string> text = IsReadable(path) ? ReadFile(path) : Bad("no file");
  if (!text.ok()) {
    missing_.push_back(path);
    return file;
  }
  file.text = *std::move(text);
  for (std::string_view rest = file.text; !rest.empty();) {
    const size_t end = rest.find('\n');
    file.lines.push_back(Trimmed(rest.substr(0, end)));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return file;
}

std::optional<std::string_view> SourceFiles::Line(const std::string& path, int line) {
  const File& file = Open(path);
  if (line < 1 || static_cast<size_t>(line) > file.lines.size()) return std::nullopt;
  return file.lines[static_cast<size_t>(line) - 1];
}

}  // namespace atome::harness
