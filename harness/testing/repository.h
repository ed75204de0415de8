// The committed models and traces, and a folder to write to, for tests.
#ifndef ATOME_HARNESS_TESTING_REPOSITORY_H_
#define ATOME_HARNESS_TESTING_REPOSITORY_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/model.h"

namespace atome::harness::testing {

inline const std::vector<std::string>& TinyModels() {
  static const auto& names = *new std::vector<std::string>{
      "tiny_k1", "tiny_negative", "tiny_odd", "tiny_ties", "tiny_v", "tiny_wide_k", "tiny_window"};
  return names;
}

inline std::string TinyModelPath(const std::string& name, int format) {
  return ATOME_SOURCE_DIR "/golden/models/" + name + "/" + name + ".atome0" + std::to_string(format);
}

inline std::string TracePath(const std::string& name) {
  return ATOME_SOURCE_DIR "/golden/traces/" + name + ".trace";
}

// `format`: 1 to 3.
inline Model TinyModel(const std::string& name, int format = 1) {
  Result<Model> model = LoadModel(TinyModelPath(name, format), std::nullopt, 0);
  EXPECT_TRUE(model.ok()) << (model.ok() ? "" : model.error().message);
  return model.ok() ? *std::move(model) : Model{};
}

// The message of a result that must be an error.
template <class T>
std::string ErrorOf(const Result<T>& result) {
  EXPECT_FALSE(result.ok());
  return result.ok() ? "" : result.error().message;
}

// A fresh folder, removed with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "atome_test_XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // The new file's path.
  std::string Write(const std::string& name, std::string_view bytes) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

// Sets an environment variable for the lifetime of the object.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = getenv(name)) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~ScopedVariable() { before_ ? setenv(name_, before_->c_str(), 1) : unsetenv(name_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace atome::harness::testing

#endif  // ATOME_HARNESS_TESTING_REPOSITORY_H_
