// Serves one GDB at a time, on this host alone: a debugger of a machine, by the remote serial protocol over
// TCP.
#ifndef ATOME_EMULATION_GDB_SERVER_H_
#define ATOME_EMULATION_GDB_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "emulation/gdb/packet.h"
#include "emulation/gdb/protocol.h"
#include "emulation/machine/debugger.h"

namespace atome::emulation::gdb {

class Server final : public Debugger {
 public:
  // Listens on a port of 127.0.0.1; 0 takes a free one. nullptr when that cannot be, with a message.
  // `print` gets the program's output at each stop, each piece once.
  static std::unique_ptr<Server> Listen(uint16_t port, bool has_fpu,
                                        std::function<void(std::string_view)> print, std::string& error);
  ~Server() override;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  uint16_t port() const { return port_; }
  // How much of the program's output was given to `print`.
  size_t printed() const { return printed_; }

  bool attached() const override { return state_ != State::kDetached; }
  Then OnInstruction(DebugView& machine, uint32_t pc) override;
  Then OnStop(DebugView& machine, DebugStop why) override;
  void OnExit(DebugView& machine, int exit_code) override;

 private:
  Server(int listener, uint16_t port, bool has_fpu, std::function<void(std::string_view)> print);

  enum class State : uint8_t { kWaiting, kAttached, kDetached };
  // Waits for GDB, which is told of the stop only when it asks.
  bool Accept(DebugView& machine);
  // Answers GDB until the machine shall go on.
  Then Serve(DebugView& machine);
  Then StopAndServe(DebugView& machine);
  bool InterruptAsked();
  void Send(std::string_view body);
  bool SendBytes(std::string_view bytes);
  // Waits for bytes, or takes what is there. False when GDB is gone.
  bool Receive(bool wait);
  void Print(const DebugView& machine);
  void Close();

  int listener_;
  int connection_ = -1;
  uint16_t port_;
  std::function<void(std::string_view)> print_;
  size_t printed_ = 0;
  State state_ = State::kWaiting;
  PacketReader reader_;
  Protocol protocol_;
  std::string last_answer_;
  uint32_t until_poll_ = 0;  // instructions
};

}  // namespace atome::emulation::gdb

#endif  // ATOME_EMULATION_GDB_SERVER_H_
