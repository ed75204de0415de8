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

namespace atome::emulation {
namespace {

// Runs `probe` confined, in a child process; returns what the probe returns.
// Threads here are plain ones: sanitizers check C++ objects by system calls that confinement refuses.
int InConfinement(const std::function<int()>& probe) {
  const pid_t child = fork();
  if (child == 0) _exit(ConfineThread() == nullptr ? probe() : 254);
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

void* Confines(void*) { return const_cast<char*>(ConfineThread()); }

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
