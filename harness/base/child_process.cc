#include "harness/base/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

// What execv said when it failed, through a pipe that a successful one closes.
constexpr int kCannotStart = 127;

// Only calls that are safe after a fork of a process with several threads.
[[noreturn]] void BecomeChild(char* const* words, const char* folder, pid_t parent, int output, int failure) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool orphan = getppid() != parent;  // it died before the line above
  if (!orphan && chdir(folder) == 0 && dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0)
    execv(words[0], words);
  const int reason = errno;
  (void)!write(failure, &reason, sizeof reason);
  _exit(kCannotStart);
}

// Calls `line` for each line, the last without an end among them.
void ReadLines(int file, const std::function<void(std::string_view line)>& line) {
  std::string pending;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t count = read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    pending.append(buffer.data(), static_cast<size_t>(count));
    size_t begin = 0;
    for (size_t end; (end = pending.find_first_of("\r\n", begin)) != std::string::npos; begin = end + 1) {
      if (end > begin) line(std::string_view(pending).substr(begin, end - begin));
    }
    pending.erase(0, begin);
  }
  if (!pending.empty()) line(pending);
}

class Pipe {
 public:
  Pipe() { ok_ = pipe2(ends_.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    CloseWriting();
    if (ok_) close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool ok() const { return ok_; }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void CloseWriting() {
    if (ok_ && ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool ok_ = false;
};

}  // namespace

Result<int> RunChild(const std::vector<std::string>& words, const std::string& folder,
                     const std::function<void(std::string_view line)>& line) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  Pipe output, failure;
  const pid_t parent = getpid();
  const pid_t child = output.ok() && failure.ok() ? fork() : -1;
  if (child < 0) return Bad(StrCat("cannot start ", words[0], ": ", std::strerror(errno)));
  if (child == 0) BecomeChild(arguments.data(), folder.c_str(), parent, output.writing(), failure.writing());
  output.CloseWriting();
  failure.CloseWriting();
  ReadLines(output.reading(), line);
  int reason = 0;
  const bool failed = read(failure.reading(), &reason, sizeof reason) == sizeof reason;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (failed) return Missing(StrCat("cannot start ", words[0], " in ", folder, ": ", std::strerror(reason)));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace atome::harness
