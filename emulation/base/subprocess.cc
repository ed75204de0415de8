#include "emulation/base/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <thread>

namespace atome::emulation {
namespace {

using Clock = std::chrono::steady_clock;
using End = SubprocessResult::End;

constexpr size_t kLogBytes = 64 << 10;
constexpr std::chrono::milliseconds kPollInterval{20};
constexpr int kCannotStart = 127;

struct Pipe {
  FileDescriptor reader;
  FileDescriptor writer;
};

bool Open(Pipe& pipe) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  pipe.reader = FileDescriptor(ends[0]);
  pipe.writer = FileDescriptor(ends[1]);
  return true;
}

std::vector<std::string> BareEnvironment() {
  std::vector<std::string> environment = {"LC_ALL=C"};
  for (const char* name : {"PATH", "LD_LIBRARY_PATH"}) {
    if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  }
  return environment;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Made before the fork: a child of a process with threads may not allocate.
struct Start {
  std::vector<char*> arguments;
  char** environment;
  const char* folder;
  bool trusted;
  uint64_t memory_limit_bytes;
  pid_t parent;
  std::vector<int> descriptors;  // become 0, 1, 2, ...; each lies above these now
  int failure;                   // the next one
};

[[noreturn]] void BecomeProgram(const Start& start) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  bool ok = getppid() == start.parent;  // otherwise the parent died before the line above
  if (start.memory_limit_bytes != 0) {
    // What it may write, and addresses, of which libraries and reserves take some.
    constexpr uint64_t kMoreAddresses = uint64_t{1} << 30;
    const rlimit data{start.memory_limit_bytes, start.memory_limit_bytes};
    const rlimit addresses{start.memory_limit_bytes + kMoreAddresses,
                           start.memory_limit_bytes + kMoreAddresses};
    ok = ok && setrlimit(RLIMIT_DATA, &data) == 0 && setrlimit(RLIMIT_AS, &addresses) == 0;
  }
  if (!start.trusted) {
    setpgid(0, 0);
    for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  }
  for (const int number : {SIGPIPE, SIGXFSZ}) signal(number, SIG_DFL);  // what we ignore
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ok = ok && chdir(start.folder) == 0;
  for (size_t i = 0; i < start.descriptors.size(); ++i)
    ok = ok && dup2(start.descriptors[i], static_cast<int>(i)) >= 0;
  // The program's descriptors are in place. The pipe for a failure takes the next one, so that all above can
  // be closed.
  const int place = static_cast<int>(start.descriptors.size());
  ok = ok && dup3(start.failure, place, O_CLOEXEC) >= 0;
  if (ok) {
    closefrom(place + 1);
    execve(start.arguments[0], start.arguments.data(), start.environment);
  }
  const int reason = errno;
  (void)!write(ok ? place : start.failure, &reason, sizeof reason);
  _exit(kCannotStart);
}

// 0, or errno.
int Spawn(const SubprocessRequest& request, const Pipe& output, const Pipe& log, pid_t& child) {
  // Copies above all final places, so that no copy overwrites a descriptor that is still needed.
  const FileDescriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  std::vector<int> wanted = {nothing.get(), log.writer.get(), log.writer.get()};
  for (const int descriptor : request.descriptors)
    wanted.push_back(descriptor == kOutputPipe ? output.writer.get() : descriptor);
  Pipe failure;
  if (!Open(failure)) return errno;
  wanted.push_back(failure.writer.get());
  std::vector<FileDescriptor> lifted;
  std::vector<int> descriptors;
  for (const int descriptor : wanted) {
    lifted.emplace_back(fcntl(descriptor, F_DUPFD_CLOEXEC, static_cast<int>(wanted.size())));
    if (!lifted.back().valid()) return errno;
    descriptors.push_back(lifted.back().get());
  }
  descriptors.pop_back();
  const std::vector<std::string> bare = BareEnvironment();
  std::vector<char*> environment = Pointers(bare);
  const Start start{.arguments = Pointers(request.arguments),
                    .environment = request.trusted ? environ : environment.data(),
                    .folder = request.folder.c_str(),
                    .trusted = request.trusted,
                    .memory_limit_bytes = request.memory_limit_bytes,
                    .parent = getpid(),
                    .descriptors = std::move(descriptors),
                    .failure = lifted.back().get()};
  child = fork();
  if (child == 0) BecomeProgram(start);
  if (child < 0) return errno;
  lifted.clear();
  failure.writer.Close();
  int reason = 0;
  ssize_t count = 0;
  while ((count = read(failure.reader.get(), &reason, sizeof reason)) < 0 && errno == EINTR) {
  }
  if (count != sizeof reason) return 0;  // a program that runs has closed the pipe
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return reason;
}

// Appends what is there; false at the end of the file.
bool Drain(const FileDescriptor& from, std::string& to) {
  std::array<char, 64 << 10> buffer;
  const ssize_t count = read(from.get(), buffer.data(), buffer.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  to.append(buffer.data(), static_cast<size_t>(count));
  return count > 0;
}

// Cuts text into lines and skips empty ones. "\r" ends a line too: progress bars use it.
class Lines {
 public:
  explicit Lines(const std::function<void(std::string_view line)>& on_line) : on_line_(on_line) {}
  void Add(std::string_view text) {
    if (!on_line_) return;
    pending_ += text;
    size_t begin = 0;
    for (size_t end; (end = pending_.find_first_of("\r\n", begin)) != std::string::npos; begin = end + 1) {
      if (end > begin) on_line_(std::string_view(pending_).substr(begin, end - begin));
    }
    pending_.erase(0, begin);
  }

 private:
  const std::function<void(std::string_view line)>& on_line_;
  std::string pending_;
};

// Reads both pipes until the program has closed them or a limit is met.
End Listen(const SubprocessRequest& request, Pipe& output, Pipe& log, SubprocessResult& result) {
  Lines lines(request.on_line);
  while (output.reader.valid() || log.reader.valid()) {
    std::array<pollfd, 2> polls = {pollfd{output.reader.get(), POLLIN, 0},
                                   pollfd{log.reader.get(), POLLIN, 0}};
    poll(polls.data(), polls.size(), static_cast<int>(kPollInterval.count()));
    if (polls[0].revents != 0 && !Drain(output.reader, result.output)) output.reader.Close();
    const size_t known = result.log.size();
    if (polls[1].revents != 0 && !Drain(log.reader, result.log)) log.reader.Close();
    lines.Add(std::string_view(result.log).substr(known));
    if (!log.reader.valid()) lines.Add("\n");  // the last may lack its end
    if (result.log.size() > kLogBytes) result.log.erase(0, result.log.size() - kLogBytes);
    if (result.output.size() > request.output_limit_bytes) {
      result.output.resize(request.output_limit_bytes);
      return End::kOutputLimit;
    }
    if (Clock::now() > request.deadline) return End::kDeadline;
    if (request.give_up && request.give_up()) return End::kGaveUp;
  }
  return End::kExited;
}

// Does not reap the child: until then its number and its group stay reserved.
bool HasEnded(pid_t child) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid == child;
}

}  // namespace

FileDescriptor::~FileDescriptor() { Close(); }

void FileDescriptor::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

SubprocessResult RunSubprocess(const SubprocessRequest& request) {
  SubprocessResult result;
  Pipe output, log;
  pid_t child = -1;
  result.code = Open(output) && Open(log) ? Spawn(request, output, log, child) : errno;
  if (result.code != 0) {
    result.error =
        "cannot start " + request.arguments[0] + " in " + request.folder + ": " + std::strerror(result.code);
    return result;
  }
  output.writer.Close();
  log.writer.Close();

  result.end = Listen(request, output, log, result);
  while (result.end == End::kExited && !HasEnded(child)) {  // it closed both pipes and goes on
    if (Clock::now() > request.deadline) result.end = End::kDeadline;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(request.trusted ? child : -child, SIGKILL);  // and its group, what is left of it
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (result.end != End::kExited) return result;
  if (WIFSIGNALED(status)) result.end = End::kSignalled;
  result.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

std::string FindProgram(const std::string& name) {
  if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string candidate; std::getline(folders, candidate, ':');) {
    candidate += "/";
    candidate += name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

}  // namespace atome::emulation
