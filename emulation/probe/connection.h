// A stream to a debug server, every wait of which ends.
#ifndef ATOME_EMULATION_PROBE_CONNECTION_H_
#define ATOME_EMULATION_PROBE_CONNECTION_H_

#include <memory>
#include <string>
#include <string_view>

#include "emulation/probe/deadline.h"

namespace atome::emulation::probe {

class Connection {
 public:
  // "HOST:PORT", "[::1]:PORT", ":PORT" of this host, or "unix:PATH". nullptr and why, with the remedy.
  static std::unique_ptr<Connection> Open(std::string_view address, Deadline deadline, std::string& why);
  // Over a stream that is open already and does not block; closes it at the end.
  static std::unique_ptr<Connection> Over(int socket) {
    return std::unique_ptr<Connection>(new Connection(socket));
  }
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  enum class Outcome { kDone, kLate, kClosed };
  // All of the bytes.
  Outcome Send(std::string_view bytes, Deadline deadline);
  // What is there, at least a byte, put behind `bytes`.
  Outcome Receive(std::string& bytes, Deadline deadline);

 private:
  explicit Connection(int socket) : socket_(socket) {}
  bool Wait(short events, Deadline deadline) const;

  int socket_;
};

}  // namespace atome::emulation::probe

#endif  // ATOME_EMULATION_PROBE_CONNECTION_H_
