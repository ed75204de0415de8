#include "emulation/probe/remote.h"

#include <utility>

#include "emulation/base/printable.h"

namespace atome::emulation::probe {
namespace {

constexpr unsigned kMostRepeats = 5;  // of one packet, in a row
constexpr size_t kMostShown = 20;     // of a packet, in a message

// What a packet asks for, for messages: "m20000000,4".
std::string Shown(std::string_view body) {
  return Printable(body.substr(0, kMostShown)) + (body.size() > kMostShown ? "..." : "");
}

}  // namespace

Remote::Remote(std::unique_ptr<Connection> connection, Deadline deadline,
               std::chrono::milliseconds answer_time)
    : connection_(std::move(connection)), deadline_(deadline), answer_time_(answer_time) {}

bool Remote::Fail(std::string why) {
  if (why_.empty()) why_ = Printable(why);
  return false;
}

bool Remote::SendBytes(std::string_view bytes) {
  if (failed()) return false;
  switch (connection_->Send(bytes, deadline_.Within(answer_time_))) {
    case Connection::Outcome::kDone:
      return true;
    case Connection::Outcome::kLate:
      return Fail("the GDB server takes no bytes");
    case Connection::Outcome::kClosed:
      break;
  }
  return Fail("the GDB server closed the connection");
}

bool Remote::Tell(std::string_view body) {
  last_ = gdb::Packet(gdb::Escaped(body));
  repeated_ = damaged_ = 0;
  return SendBytes(last_);
}

bool Remote::Interrupt() { return SendBytes("\x03"); }

std::optional<std::string> Remote::Receive(Deadline deadline) {
  using Kind = gdb::PacketReader::Event::Kind;
  while (!failed()) {
    // Looked at first, so that a server that never stops sending does not hold us.
    if (deadline.over()) return std::nullopt;
    if (std::optional<gdb::PacketReader::Event> event = reader_.Next()) {
      switch (event->kind) {
        case Kind::kPacket:
          damaged_ = 0;
          if (acknowledges_ && !SendBytes("+")) return std::nullopt;
          return std::move(event->body);
        case Kind::kDamaged:
          if (!acknowledges_ || ++damaged_ > kMostRepeats)
            Fail("the GDB server's packets have wrong checksums, or are too long");
          else
            SendBytes("-");
          break;
        case Kind::kRepeat:
          if (!acknowledges_) break;
          if (++repeated_ > kMostRepeats)
            Fail("the GDB server does not understand our packets: it asked for one over and over");
          else
            SendBytes(last_);
          break;
        case Kind::kInterrupt:
          break;
      }
      continue;
    }
    std::string bytes;
    switch (connection_->Receive(bytes, deadline)) {
      case Connection::Outcome::kDone:
        reader_.Feed(bytes);
        break;
      case Connection::Outcome::kLate:
        return std::nullopt;
      case Connection::Outcome::kClosed:
        Fail("the GDB server closed the connection");
        break;
    }
  }
  return std::nullopt;
}

std::optional<std::string> Remote::Ask(std::string_view body) { return Ask(body, answer_time_); }

std::optional<std::string> Remote::Ask(std::string_view body, std::chrono::milliseconds answer_time) {
  if (!Tell(body)) return std::nullopt;
  std::optional<std::string> answer = Receive(deadline_.Within(answer_time));
  if (!answer) Fail("the GDB server did not answer the packet " + Shown(body) + " in time");
  if (failed()) return std::nullopt;
  return answer;
}

}  // namespace atome::emulation::probe
