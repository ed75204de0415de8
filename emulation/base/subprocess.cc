#include "emulation/base/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <thread>

namespace atome::emulation {
namespace {

using Clock = std::chrono::steady_clock;
using End = SubprocessResult::End;

constexpr size_t kLogBytes = 64 << 10;
constexpr std::chrono::milliseconds kPollInterval{20};
constexpr int kFirstDescriptor = 3;

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

std::vector<std::string> Environment() {
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

// 0, or errno.
int Spawn(const SubprocessRequest& request, const Pipe& output, const Pipe& log, pid_t& child) {
  // posix_spawn's actions run in order, so a source must not lie where an earlier target goes: lift all
  // above.
  std::vector<FileDescriptor> sources;
  const int lifted_from = kFirstDescriptor + static_cast<int>(request.descriptors.size());
  for (const int descriptor : request.descriptors) {
    const int source = descriptor == kOutputPipe ? output.writer.get() : descriptor;
    sources.emplace_back(fcntl(source, F_DUPFD_CLOEXEC, lifted_from));
    if (!sources.back().valid()) return errno;
  }
  const FileDescriptor log_writer(fcntl(log.writer.get(), F_DUPFD_CLOEXEC, lifted_from));
  if (!log_writer.valid()) return errno;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, log_writer.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, log_writer.get(), STDERR_FILENO);
  for (size_t i = 0; i < sources.size(); ++i) {
    posix_spawn_file_actions_adddup2(&actions, sources[i].get(), kFirstDescriptor + static_cast<int>(i));
  }
  posix_spawn_file_actions_addclosefrom_np(&actions, lifted_from);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, defaults;
  sigemptyset(&none);
  sigfillset(&defaults);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const std::vector<std::string> environment = Environment();
  const int error = posix_spawn(&child, request.arguments[0].c_str(), &actions, &attributes,
                                Pointers(request.arguments).data(), Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// Appends what is there; false at the end of the file.
bool Drain(const FileDescriptor& from, std::string& to) {
  std::array<char, 64 << 10> buffer;
  const ssize_t count = read(from.get(), buffer.data(), buffer.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  to.append(buffer.data(), static_cast<size_t>(count));
  return count > 0;
}

// Reads both pipes until the program has closed them or a limit is met.
End Listen(const SubprocessRequest& request, Pipe& output, Pipe& log, SubprocessResult& result) {
  while (output.reader.valid() || log.reader.valid()) {
    std::array<pollfd, 2> polls = {pollfd{output.reader.get(), POLLIN, 0},
                                   pollfd{log.reader.get(), POLLIN, 0}};
    poll(polls.data(), polls.size(), static_cast<int>(kPollInterval.count()));
    if (polls[0].revents != 0 && !Drain(output.reader, result.output)) output.reader.Close();
    if (polls[1].revents != 0 && !Drain(log.reader, result.log)) log.reader.Close();
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

// Without reaping it: until then its number, and its group's, belong to nobody else.
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
  if (!Open(output) || !Open(log)) {
    result.code = errno;
    return result;
  }
  pid_t child = -1;
  result.code = Spawn(request, output, log, child);
  if (result.code != 0) return result;
  output.writer.Close();
  log.writer.Close();

  result.end = Listen(request, output, log, result);
  while (result.end == End::kExited && !HasEnded(child)) {  // it closed both pipes and goes on
    if (Clock::now() > request.deadline) result.end = End::kDeadline;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(-child, SIGKILL);  // its group, whatever is left of it
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
