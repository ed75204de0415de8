#include "emulation/gdb/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace atome::emulation::gdb {
namespace {

// Looks for Ctrl-C once in this many instructions, some milliseconds of emulation.
constexpr uint32_t kInstructionsPerPoll = 16384;

Signal SignalOf(DebugStop why) {
  switch (why) {
    case DebugStop::kBreakpointInstruction:
      return Signal::kTrap;
    case DebugStop::kBadMemory:
      return Signal::kSegment;
    case DebugStop::kBadInstruction:
      return Signal::kIllegal;
    case DebugStop::kBadAlignment:
      return Signal::kBus;
    case DebugStop::kBadDivision:
      return Signal::kFloat;
    case DebugStop::kLimit:
      return Signal::kCpuLimit;
    case DebugStop::kOther:
      break;
  }
  return Signal::kAbort;
}

}  // namespace

std::unique_ptr<Server> Server::Listen(uint16_t port, bool has_fpu,
                                       std::function<void(std::string_view)> print, std::string& error) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const int reuse = 1;
  if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse) != 0 ||
      bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 1) != 0 || getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    error = "cannot listen on port " + std::to_string(port) + " of this host: " + std::strerror(errno) +
            "; give another port, or 0 for a free one";
    if (listener >= 0) close(listener);
    return nullptr;
  }
  return std::unique_ptr<Server>(new Server(listener, ntohs(address.sin_port), has_fpu, std::move(print)));
}

Server::Server(int listener, uint16_t port, bool has_fpu, std::function<void(std::string_view)> print)
    : listener_(listener), port_(port), print_(std::move(print)), protocol_(has_fpu) {}

Server::~Server() {
  Close();
  close(listener_);
}

void Server::Close() {
  if (connection_ >= 0) close(connection_);
  connection_ = -1;
  state_ = State::kDetached;
}

bool Server::Accept(DebugView& machine) {
  const auto began = std::chrono::steady_clock::now();
  do {
    connection_ = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  } while (connection_ < 0 && (errno == EINTR || errno == ECONNABORTED));
  machine.Excuse(std::chrono::steady_clock::now() - began);
  if (connection_ < 0) return false;
  const int now = 1;
  setsockopt(connection_, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
  state_ = State::kAttached;
  return true;
}

Debugger::Then Server::OnInstruction(DebugView& machine, uint32_t pc) {
  if (state_ == State::kDetached) return Then::kRun;
  const bool stops = protocol_.StopsAt(pc, machine);
  if (state_ == State::kWaiting) return Accept(machine) ? Serve(machine) : Then::kEnd;
  if (stops) return StopAndServe(machine);
  if (until_poll_-- != 0) return Then::kRun;
  until_poll_ = kInstructionsPerPoll;
  if (!InterruptAsked()) return state_ == State::kDetached ? Then::kEnd : Then::kRun;
  protocol_.SetSignal(Signal::kInterrupt);
  return StopAndServe(machine);
}

Debugger::Then Server::OnStop(DebugView& machine, DebugStop why) {
  if (state_ == State::kDetached) return Then::kRun;
  protocol_.SetSignal(SignalOf(why));
  const bool over = why != DebugStop::kBreakpointInstruction;
  if (state_ == State::kWaiting && !Accept(machine)) return Then::kEnd;  // it did not even begin
  const Then then = StopAndServe(machine);
  if (over && state_ == State::kAttached) {
    Send("X" + HexBytes(std::array<uint8_t, 1>{static_cast<uint8_t>(SignalOf(why))}));
    Close();
  }
  return then;
}

void Server::OnExit(DebugView& machine, int exit_code) {
  if (state_ != State::kAttached) return;
  Print(machine);
  std::string code;
  for (auto rest = static_cast<uint32_t>(exit_code); rest != 0 || code.size() < 2; rest >>= 4)
    code.insert(code.begin(), "0123456789abcdef"[rest & 15]);
  Send("W" + code);
  Close();
}

Debugger::Then Server::StopAndServe(DebugView& machine) {
  Print(machine);
  Send(protocol_.StopReply(machine));
  return Serve(machine);
}

Debugger::Then Server::Serve(DebugView& machine) {
  until_poll_ = kInstructionsPerPoll;
  for (;;) {
    const std::optional<PacketReader::Event> event = reader_.Next();
    if (!event) {
      const auto began = std::chrono::steady_clock::now();
      const bool here = Receive(true);
      machine.Excuse(std::chrono::steady_clock::now() - began);
      if (here) continue;
      Close();
      return Then::kEnd;
    }
    if (event->kind == PacketReader::Event::Kind::kInterrupt) continue;  // it has stopped already
    if (event->kind == PacketReader::Event::Kind::kRepeat) {
      SendBytes(last_answer_);
      continue;
    }
    const bool damaged = event->kind == PacketReader::Event::Kind::kDamaged;
    if (!protocol_.no_acknowledgements()) SendBytes(damaged ? "-" : "+");
    if (damaged) continue;
    const Protocol::Answer answer = protocol_.Handle(event->body, machine);
    if (answer.body) Send(*answer.body);
    switch (answer.action) {
      case Protocol::Action::kNone:
        break;
      case Protocol::Action::kResume:
        return Then::kRun;
      case Protocol::Action::kDetach:
        Close();
        return Then::kRun;
      case Protocol::Action::kKill:
        Close();
        return Then::kEnd;
    }
  }
}

bool Server::InterruptAsked() {
  if (!Receive(false)) {
    Close();
    return false;
  }
  while (const std::optional<PacketReader::Event> event = reader_.Next()) {
    if (event->kind == PacketReader::Event::Kind::kInterrupt) return true;
  }
  return false;
}

bool Server::Receive(bool wait) {
  std::array<char, 4096> bytes;
  for (;;) {
    const ssize_t count = recv(connection_, bytes.data(), bytes.size(), wait ? 0 : MSG_DONTWAIT);
    if (count > 0) {
      reader_.Feed({bytes.data(), static_cast<size_t>(count)});
      return true;
    }
    if (count < 0 && errno == EINTR) continue;
    return count < 0 && !wait && (errno == EAGAIN || errno == EWOULDBLOCK);
  }
}

void Server::Send(std::string_view body) {
  last_answer_ = Packet(body);
  SendBytes(last_answer_);
}

// A GDB that is gone is noticed when reading.
bool Server::SendBytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

void Server::Print(const DebugView& machine) {
  const std::string_view output = machine.output();
  if (output.size() <= printed_) return;
  print_(output.substr(printed_));
  printed_ = output.size();
}

}  // namespace atome::emulation::gdb
