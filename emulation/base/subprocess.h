// Runs one program to its end, with its output captured and its time bounded.
#ifndef ATOME_EMULATION_BASE_SUBPROCESS_H_
#define ATOME_EMULATION_BASE_SUBPROCESS_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace atome::emulation {

// A file descriptor that closes itself; -1: none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  void Close();

 private:
  int fd_ = -1;
};

// Stands for the writing end of `output` among a request's descriptors.
inline constexpr int kOutputPipe = -2;

struct SubprocessRequest {
  std::vector<std::string> arguments = {};  // [0] is the program's path
  std::string folder = ".";                 // where it starts
  // With our environment and in our process group, so that Ctrl-C ends it too. Otherwise with PATH,
  // LD_LIBRARY_PATH and LC_ALL=C alone, in a new group that ends with it.
  bool trusted = false;
  // Descriptors of ours that the program gets, as 3, 4, ...; no others stay open.
  std::vector<int> descriptors = {};
  size_t output_limit_bytes = 0;
  uint64_t memory_limit_bytes = 0;  // that it may write, open files apart; 0: none
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::function<bool()> give_up = {};  // asked every few milliseconds; may be empty
  // Called with each line that the program writes to stdout or stderr; may be empty.
  std::function<void(std::string_view line)> on_line = {};
};

struct SubprocessResult {
  enum class End { kExited, kSignalled, kDeadline, kGaveUp, kOutputLimit, kNotStarted };
  End end = End::kNotStarted;
  int code = 0;             // exit code, signal number, or errno
  std::string error = {};   // why it was not started, with its path; else empty
  std::string output = {};  // written to the descriptor that stands for it, at most the limit
  std::string log = {};     // the last 64 KiB written to stdout and stderr

  // As a shell has it: 128 and the signal's number when one ended it.
  int exit_code() const { return end == End::kSignalled ? 128 + code : code; }
};

// Runs a program to its end. Its stdin is empty. It dies with this process, even when this is killed, and is
// gone whenever this returns. Thread-safe.
SubprocessResult RunSubprocess(const SubprocessRequest& request);

// The path of a program on PATH; empty when it is not there. A name with a slash is itself.
std::string FindProgram(const std::string& name);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_SUBPROCESS_H_
