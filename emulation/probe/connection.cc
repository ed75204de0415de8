#include "emulation/probe/connection.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "emulation/base/number.h"

namespace atome::emulation::probe {
namespace {

constexpr std::string_view kUnix = "unix:";

struct HostAndPort {
  std::string host, port;
};

// Nothing when the text is neither HOST:PORT nor [HOST]:PORT.
std::optional<HostAndPort> Parts(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = address.substr(0, colon);
  const std::string_view port = address.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return std::nullopt;
  const std::optional<uint32_t> number = ParseNumber(port);
  if (!number || *number == 0 || *number > 65535 || port.front() < '0' || port.front() > '9')
    return std::nullopt;
  return HostAndPort{host.empty() ? "localhost" : std::string(host), std::to_string(*number)};
}

// 0, or the error's number.
int Connect(int socket, const sockaddr* address, socklen_t bytes, Deadline deadline) {
  if (connect(socket, address, bytes) == 0) return 0;
  if (errno != EINPROGRESS && errno != EINTR && errno != EAGAIN) return errno;
  pollfd wait{socket, POLLOUT, 0};
  for (;;) {
    const int ready = poll(&wait, 1, deadline.Left());
    if (ready > 0) break;
    if (ready == 0) return ETIMEDOUT;
    if (errno != EINTR) return errno;
  }
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

// The socket, or -1 and `error`.
int OpenSocket(int family, const sockaddr* address, socklen_t bytes, Deadline deadline, int& error) {
  const int made = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  error = made < 0 ? errno : Connect(made, address, bytes, deadline);
  if (error == 0) return made;
  if (made >= 0) close(made);
  return -1;
}

}  // namespace

std::unique_ptr<Connection> Connection::Open(std::string_view address, Deadline deadline, std::string& why) {
  const std::string text(address);
  int error = 0, found = -1;
  if (address.starts_with(kUnix)) {
    sockaddr_un place{};
    place.sun_family = AF_UNIX;
    const std::string_view path = address.substr(kUnix.size());
    if (path.empty() || path.size() >= sizeof place.sun_path || path.find('\0') != std::string_view::npos) {
      why = "\"" + text + "\": a socket's path has 1 to " + std::to_string(sizeof place.sun_path - 1) +
            " bytes";
      return nullptr;
    }
    std::memcpy(place.sun_path, path.data(), path.size());
    found = OpenSocket(AF_UNIX, reinterpret_cast<const sockaddr*>(&place), sizeof place, deadline, error);
  } else {
    const std::optional<HostAndPort> parts = Parts(address);
    if (!parts) {
      why = "\"" + text + "\" is no address; give HOST:PORT, [IPv6]:PORT, :PORT or unix:PATH";
      return nullptr;
    }
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int unknown = getaddrinfo(parts->host.c_str(), parts->port.c_str(), &hints, &list);
        unknown != 0) {
      why = "\"" + text + "\": " + gai_strerror(unknown) + "; give the host's name or number";
      return nullptr;
    }
    for (const addrinfo* each = list; each != nullptr && found < 0; each = each->ai_next)
      found = OpenSocket(each->ai_family, each->ai_addr, each->ai_addrlen, deadline, error);
    freeaddrinfo(list);
  }
  if (found < 0) {
    why = "no GDB server at " + text + ": " + std::strerror(error) + "; start it (emulation/probe/README.md)";
    return nullptr;
  }
  const int now = 1;  // harmless where the socket is not of TCP
  setsockopt(found, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
  return Over(found);
}

Connection::~Connection() { close(socket_); }

bool Connection::Wait(short events, Deadline deadline) const {
  pollfd wait{socket_, events, 0};
  for (;;) {
    const int ready = poll(&wait, 1, deadline.Left());
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

Connection::Outcome Connection::Send(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t count = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!Wait(POLLOUT, deadline)) return Outcome::kLate;
    } else if (errno != EINTR) {
      return Outcome::kClosed;
    }
  }
  return Outcome::kDone;
}

Connection::Outcome Connection::Receive(std::string& bytes, Deadline deadline) {
  std::array<char, 4096> part;
  for (;;) {
    const ssize_t count = recv(socket_, part.data(), part.size(), 0);
    if (count > 0) {
      bytes.append(part.data(), static_cast<size_t>(count));
      return Outcome::kDone;
    }
    if (count == 0) return Outcome::kClosed;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!Wait(POLLIN, deadline)) return Outcome::kLate;
    } else if (errno != EINTR) {
      return Outcome::kClosed;
    }
  }
}

}  // namespace atome::emulation::probe
