// The asking side of GDB's remote serial protocol: a packet out, its answer in. The server is not trusted:
// every wait, answer and retry is bounded, and the first failure is kept; what follows fails at once.
#ifndef ATOME_EMULATION_PROBE_REMOTE_H_
#define ATOME_EMULATION_PROBE_REMOTE_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulation/gdb/packet.h"
#include "emulation/probe/connection.h"
#include "emulation/probe/deadline.h"

namespace atome::emulation::probe {

class Remote {
 public:
  // `deadline` is that of everything; `answer_time` of one answer.
  Remote(std::unique_ptr<Connection> connection, Deadline deadline, std::chrono::milliseconds answer_time);

  // The answer to a packet of at most kMostPacketBytes. Nothing when there is none; why() says it.
  std::optional<std::string> Ask(std::string_view body);
  // The same, where an answer may take longer.
  std::optional<std::string> Ask(std::string_view body, std::chrono::milliseconds answer_time);
  // Sends a packet that is answered late, by Receive.
  bool Tell(std::string_view body);
  // The next packet. Nothing when none came by then, which is no failure, or after a failure.
  std::optional<std::string> Receive(Deadline deadline);
  // Ctrl-C.
  bool Interrupt();
  // From now on nobody sends "+" and "-".
  void LeaveOutAcknowledgements() { acknowledges_ = false; }

  Deadline deadline() const { return deadline_; }
  bool failed() const { return !why_.empty(); }
  const std::string& why() const { return why_; }
  // Keeps the first reason; always false.
  bool Fail(std::string why);

 private:
  bool SendBytes(std::string_view bytes);

  std::unique_ptr<Connection> connection_;
  Deadline deadline_;
  std::chrono::milliseconds answer_time_;
  gdb::PacketReader reader_{gdb::PacketReader::Of::kServer};
  bool acknowledges_ = true;
  std::string last_;  // the packet that "-" asks for again
  unsigned repeated_ = 0, damaged_ = 0;
  std::string why_;
};

}  // namespace atome::emulation::probe

#endif  // ATOME_EMULATION_PROBE_REMOTE_H_
