#include "harness/base/standard_files.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

bool ReaderIsGone() {
  pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&out, 1, 0) > 0 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace

void GuardStandardFiles() {
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest free number is this one. For reading only, so that what is printed fails.
    if (fcntl(file, F_GETFD) < 0) (void)!open("/dev/null", O_RDONLY);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

std::string WhyNotPrinted() {
  errno = 0;
  std::cout.flush();
  const int error = errno;
  if (std::cout || ReaderIsGone()) return "";
  return StrCat("cannot write to standard output", error == 0 ? "" : ": ",
                error == 0 ? "" : std::strerror(error), error == ENOSPC ? "; make room there" : "");
}

}  // namespace atome::harness
