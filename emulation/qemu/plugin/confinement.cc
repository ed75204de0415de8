#include "emulation/qemu/plugin/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <span>

namespace atome::emulation {
namespace {

template <typename... Number>
constexpr auto Calls(Number... numbers) {
  return std::array{static_cast<uint32_t>(numbers)...};
}

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr auto kAllowedHere = Calls(__NR_poll, __NR_time);
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
constexpr std::array<uint32_t, 0> kAllowedHere = {};
#else
#error "confinement knows x86-64 and aarch64"
#endif

// Calls that reach nothing beyond memory, time, threads of this process and files that are open already.
constexpr auto kAllowed = Calls(
    __NR_read, __NR_write, __NR_readv, __NR_writev, __NR_pread64, __NR_pwrite64, __NR_lseek, __NR_close,
    __NR_fstat, __NR_fcntl, __NR_futex, __NR_sched_yield, __NR_mmap, __NR_munmap, __NR_mremap, __NR_mprotect,
    __NR_madvise, __NR_brk, __NR_rt_sigprocmask, __NR_rt_sigaction, __NR_rt_sigreturn, __NR_sigaltstack,
    __NR_gettid, __NR_getpid, __NR_clock_gettime, __NR_clock_getres, __NR_clock_nanosleep, __NR_nanosleep,
    __NR_gettimeofday, __NR_times, __NR_getrusage, __NR_ppoll, __NR_getrandom, __NR_exit, __NR_exit_group,
    __NR_membarrier, __NR_set_robust_list, __NR_restart_syscall, __NR_sched_getaffinity, __NR_rseq);

constexpr uint32_t Offset(size_t offset) { return static_cast<uint32_t>(offset); }
// The low half of an argument; both architectures are little-endian.
constexpr uint32_t Argument(int i) {
  return Offset(offsetof(seccomp_data, args) + 8 * static_cast<size_t>(i));
}

class Filter {
 public:
  void Add(sock_filter instruction) {
    if (size_ < code_.size()) code_[size_++] = instruction;
  }
  void Load(uint32_t offset) { Add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)); }
  void Return(uint32_t verdict) { Add(BPF_STMT(BPF_RET | BPF_K, verdict)); }
  // Runs the next `count` instructions only if the loaded value has this relation to `value`.
  void IfEqual(uint32_t value, uint8_t count) { Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count)); }
  void IfAnyBit(uint32_t bits, uint8_t count) { Add(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, count)); }
  // Allows a call whose argument equals `value`, refuses it otherwise.
  void AllowIfEqual(uint32_t call, int argument, uint32_t value) {
    IfEqual(call, 4);
    Load(Argument(argument));
    IfEqual(value, 1);
    Return(SECCOMP_RET_ALLOW);
    Return(SECCOMP_RET_ERRNO | EPERM);
  }
  sock_fprog Program() { return {.len = static_cast<unsigned short>(size_), .filter = code_.data()}; }
  bool full() const { return size_ == code_.size(); }

 private:
  std::array<sock_filter, 256> code_;
  size_t size_ = 0;
};

const char* InstallSystemCallFilter(FileAccess files) {
  Filter filter;
  filter.Load(Offset(offsetof(seccomp_data, arch)));
  filter.Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0));
  filter.Return(SECCOMP_RET_KILL_PROCESS);
  filter.Load(Offset(offsetof(seccomp_data, nr)));
  for (const std::span<const uint32_t> calls :
       {std::span<const uint32_t>(kAllowed), std::span<const uint32_t>(kAllowedHere)}) {
    for (const uint32_t call : calls) {
      filter.IfEqual(call, 1);
      filter.Return(SECCOMP_RET_ALLOW);
    }
  }
  if (files == FileAccess::kReadWorkingFolder) {
    filter.IfEqual(__NR_openat, 4);
    filter.Load(Argument(2));
    filter.IfAnyBit(O_ACCMODE | O_CREAT | O_TRUNC | O_PATH, 1);
    filter.Return(SECCOMP_RET_ERRNO | EPERM);
    filter.Return(SECCOMP_RET_ALLOW);
  }
  // abort() signals its own process, isatty() asks for terminal settings, fstat() is a newfstatat() without a
  // path.
  filter.AllowIfEqual(__NR_tgkill, 0, static_cast<uint32_t>(getpid()));
  filter.AllowIfEqual(__NR_ioctl, 1, TCGETS);
  filter.AllowIfEqual(__NR_newfstatat, 3, AT_EMPTY_PATH);
  // A thread is fine, a process is not; clone3 hides its flags in memory, glibc falls back to clone.
  filter.IfEqual(__NR_clone3, 1);
  filter.Return(SECCOMP_RET_ERRNO | ENOSYS);
  filter.IfEqual(__NR_clone, 3);
  filter.Load(Argument(0));
  filter.IfAnyBit(CLONE_THREAD, 1);
  filter.Return(SECCOMP_RET_ALLOW);
  filter.Return(SECCOMP_RET_ERRNO | EPERM);
  if (filter.full()) return "the system call filter outgrew its array";

  sock_fprog program = filter.Program();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "the kernel refused no_new_privs";
  if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
    return "the kernel refused a system call filter (it needs CONFIG_SECCOMP_FILTER)";
  }
  return nullptr;
}

// Of Landlock, which no header here has.
constexpr uint64_t kReadFile = 1u << 2;
constexpr int kPathBeneath = 1;
struct __attribute__((packed)) PathBeneath {
  uint64_t allowed;
  int32_t folder;
};

const char* AllowWorkingFolder(int ruleset) {
  const int folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  const PathBeneath rule{.allowed = kReadFile, .folder = folder};
  const long added = syscall(__NR_landlock_add_rule, ruleset, kPathBeneath, &rule, 0u);
  close(folder);
  return added == 0 ? nullptr : "the kernel refused a Landlock rule for the folder of --files";
}

// Where the kernel has Landlock no path can be opened even if a call slipped through the filter, but those
// that `files` allows.
const char* DenyFilesystem(FileAccess files) {
  struct {
    uint64_t filesystem;
    uint64_t network;
  } rights{};
  const long version = syscall(__NR_landlock_create_ruleset, nullptr, 0, 1u);
  if (version <= 0)  // not in this kernel
    return files == FileAccess::kNone
               ? nullptr
               : "this kernel has no Landlock, which --files needs in QEMU: use --runner unicorn";
  rights.filesystem = version == 1 ? 0x1FFF : version == 2 ? 0x3FFF : version <= 4 ? 0x7FFF : 0xFFFF;
  rights.network = 3;  // bind and connect, since version 4
  const size_t bytes = version >= 4 ? sizeof rights : sizeof rights.filesystem;
  const long ruleset = syscall(__NR_landlock_create_ruleset, &rights, bytes, 0u);
  if (ruleset < 0) return "the kernel refused a Landlock rule set";
  if (files == FileAccess::kReadWorkingFolder) {
    if (const char* error = AllowWorkingFolder(static_cast<int>(ruleset))) {
      close(static_cast<int>(ruleset));
      return error;
    }
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "the kernel refused no_new_privs";
  const long restricted = syscall(__NR_landlock_restrict_self, ruleset, 0u);
  close(static_cast<int>(ruleset));
  return restricted == 0 ? nullptr : "the kernel refused to enforce Landlock";
}

}  // namespace

const char* ConfineThread(FileAccess files) {
  const char* error = DenyFilesystem(files);
  return error != nullptr ? error : InstallSystemCallFilter(files);
}

}  // namespace atome::emulation
