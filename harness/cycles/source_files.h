// Source files, for showing. What an ELF says of them is not trusted.
#ifndef ATOME_HARNESS_CYCLES_SOURCE_FILES_H_
#define ATOME_HARNESS_CYCLES_SOURCE_FILES_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atome::harness {

class SourceFiles {
 public:
  // A line, counted from 1, without the spaces around it; nothing when the file cannot be read or ends
  // before.
  std::optional<std::string_view> Line(const std::string& path, int line);

  // Files that could not be read, in the order in which they were asked for.
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  struct File {
    std::string text;
    std::vector<std::string_view> lines;  // of `text`
  };
  const File& Open(const std::string& path);

  std::map<std::string, File> files_;
  std::vector<std::string> missing_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CYCLES_SOURCE_FILES_H_
