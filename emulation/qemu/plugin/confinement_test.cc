#include "emulation/qemu/plugin/confinement.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>

#include "emulation/base/temporary_folder.h"

namespace atome::emulation {
namespace {

// Runs `probe` confined, in a child process; returns what the probe returns.
// Threads here are plain ones: sanitizers check C++ objects by system calls that confinement refuses.
int InConfinement(const std::function<int()>& probe, FileAccess files = FileAccess::kNone) {
  const pid_t child = fork();
  if (child == 0) _exit(ConfineThread(files) == nullptr ? probe() : 254);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

// Starts a thread and waits for it; 0 when it returned nullptr.
int OnThread(void* (*body)(void*)) {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, body, nullptr) != 0) return 100;
  void* result = nullptr;
  return pthread_join(thread, &result) == 0 && result == nullptr ? 0 : 101;
}

void* OpensNothing(void*) {
  static char opened;
  return open("/etc/passwd", O_RDONLY) == -1 && errno == EPERM ? nullptr : &opened;
}

void* Confines(void*) { return const_cast<char*>(ConfineThread(FileAccess::kNone)); }

// The errno of a raw system call, 0 when it succeeded.
template <typename... Arguments>
std::function<int()> ErrorOf(long call, Arguments... arguments) {
  return [=] { return syscall(call, arguments...) == -1 ? errno : 0; };
}

TEST(Confinement, RefusesFiles) {
  EXPECT_EQ(InConfinement(ErrorOf(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_openat, AT_FDCWD, "/tmp/atome-confinement", O_CREAT | O_WRONLY, 0600)),
            EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_openat2, AT_FDCWD, "/etc/passwd", nullptr, 0)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_unlinkat, AT_FDCWD, "/tmp/atome-confinement", 0)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_renameat2, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/b", 0)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_linkat, AT_FDCWD, "/etc/passwd", AT_FDCWD, "/tmp/b", 0)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_symlinkat, "/etc/passwd", AT_FDCWD, "/tmp/b")), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_mkdirat, AT_FDCWD, "/tmp/d", 0700)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_truncate, "/tmp/a", 0)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_newfstatat, AT_FDCWD, "/etc/passwd", nullptr, 0)), EPERM);
#ifdef SYS_open
  EXPECT_EQ(InConfinement(ErrorOf(SYS_open, "/etc/passwd", O_RDONLY)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_creat, "/tmp/a", 0600)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_unlink, "/tmp/a")), EPERM);
#endif
}

// 0 when it opens, else errno.
int OpenError(const char* path, int flags) { return open(path, flags, 0600) >= 0 ? 0 : errno; }

TEST(Confinement, ReadsTheWorkingFolderAndNothingElse) {
  if (syscall(SYS_landlock_create_ruleset, nullptr, 0, 1u) <= 0) GTEST_SKIP() << "the kernel has no Landlock";
  const TemporaryFolder folder;
  const std::string inside = folder.path() / "granted", outside = folder.path() / "outside";
  ASSERT_EQ(mkdir(inside.c_str(), 0700), 0);
  ASSERT_GE(creat((inside + "/file").c_str(), 0600), 0);
  ASSERT_GE(creat(outside.c_str(), 0600), 0);
  ASSERT_EQ(symlink(outside.c_str(), (inside + "/link").c_str()), 0);
  const auto error = [&](const char* path, int flags) {
    return InConfinement([&] { return OpenError(path, flags); }, FileAccess::kReadWorkingFolder);
  };
  const int here = open(".", O_RDONLY);
  ASSERT_EQ(chdir(inside.c_str()), 0);
  EXPECT_EQ(error("file", O_RDONLY), 0);
  EXPECT_EQ(error("missing", O_RDONLY), ENOENT);
  for (const int flags : {O_WRONLY, O_RDWR, O_RDONLY | O_TRUNC, O_CREAT, O_PATH})
    EXPECT_EQ(error("file", flags), EPERM) << flags;
  EXPECT_EQ(error("new", O_CREAT | O_WRONLY), EPERM);
  for (const char* path : {"../outside", "link", "/etc/passwd", "/proc/self/cmdline", "/proc/self/environ",
                           "/proc/self/root/etc/passwd", "../granted/../outside"})
    EXPECT_EQ(error(path, O_RDONLY), EACCES) << path;
  EXPECT_EQ(InConfinement(ErrorOf(SYS_unlinkat, AT_FDCWD, "file", 0), FileAccess::kReadWorkingFolder), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_execve, "/bin/true", nullptr, nullptr), FileAccess::kReadWorkingFolder),
            EPERM);
  EXPECT_EQ(fchdir(here), 0);
  close(here);
}

TEST(Confinement, RefusesProcessesAndTheNetwork) {
  EXPECT_EQ(InConfinement(ErrorOf(SYS_execve, "/bin/true", nullptr, nullptr)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_clone, SIGCHLD, 0, 0, 0, 0)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_clone3, nullptr, 0)), ENOSYS);
#ifdef SYS_fork
  EXPECT_EQ(InConfinement(ErrorOf(SYS_fork)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_vfork)), EPERM);
#endif
  EXPECT_EQ(InConfinement(ErrorOf(SYS_kill, getppid(), 0)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_tgkill, getppid(), getppid(), 0)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_socket, AF_INET, SOCK_STREAM, 0)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_io_uring_setup, 1, nullptr)), EPERM);
  EXPECT_EQ(InConfinement(ErrorOf(SYS_prctl, 0, 0, 0, 0, 0)), EPERM);
}

TEST(Confinement, ALibraryCallFailsWithoutHarm) {
  EXPECT_EQ(InConfinement([] { return WEXITSTATUS(std::system("exit 3")); }), 127);
}

TEST(Confinement, LeavesMemoryTimeThreadsAndOpenFiles) {
  EXPECT_EQ(InConfinement([] {
              int pipe_ends[2] = {-1, -1};
              if (pipe(pipe_ends) == 0) return 1;  // no new descriptors either
              void* memory =
                  mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              if (memory == MAP_FAILED || munmap(memory, 1 << 20) != 0) return 2;
              timespec now{};
              if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return 3;
              if (write(STDERR_FILENO, "", 0) != 0) return 4;
              return OnThread(OpensNothing);  // a thread of a confined thread is confined
            }),
            0);
}

TEST(Confinement, AbortStillEndsTheProcess) {
  EXPECT_EQ(InConfinement([]() -> int { std::abort(); }), 1000 + SIGABRT);
}

TEST(Confinement, OtherThreadsKeepTheirRights) {
  const pid_t child = fork();
  if (child == 0) _exit(OnThread(Confines) == 0 && open("/dev/null", O_RDONLY) >= 0 ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace atome::emulation
