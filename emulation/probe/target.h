// A Cortex-M behind a debug server: halted, reset, filled, run to a breakpoint, looked at. What the packets
// of GDB's remote serial protocol do for that, for the servers that speak it: OpenOCD, pyOCD, SEGGER's,
// probe-rs, Black Magic, QEMU, our own.
#ifndef ATOME_EMULATION_PROBE_TARGET_H_
#define ATOME_EMULATION_PROBE_TARGET_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/probe/flash_map.h"
#include "emulation/probe/remote.h"

namespace atome::emulation::probe {

// Numbers of the protocol for Arm, with any target description.
enum class CoreRegister : uint8_t { kR0 = 0, kR1 = 1, kSp = 13, kLr = 14, kPc = 15 };

class Target {
 public:
  explicit Target(Remote& remote) : remote_(remote) {}

  // All of these return false, or nothing, after a failure, which remote().why() says.

  // Agrees with the server on the packets, attaches where there is more to do for that, and halts the core.
  bool Begin();
  // What speaks there: "openocd", "blackmagic", "qemu", "atome" (our own server), or "gdb server" for others.
  const std::string& server() const { return server_; }

  // Resets the core, which then stands at its first instruction, by the server's own command or by `command`.
  // `at_start`: it stands there already, should the server know no reset.
  bool Reset(const std::string& command, bool at_start);

  // Memory holds the bytes when this returns true; what it held already is not written. Flash is erased by
  // whole blocks.
  struct Piece {
    uint32_t address = 0;
    std::span<const uint8_t> bytes;
  };
  bool Load(const std::vector<Piece>& pieces);

  std::optional<std::string> Read(uint32_t address, uint32_t bytes);
  bool Write(uint32_t address, std::string_view bytes);
  std::optional<uint32_t> ReadRegister(CoreRegister which);
  bool WriteRegister(CoreRegister which, uint32_t value);

  bool SetBreakpoint(uint32_t address);

  struct Stop {
    enum class Kind : uint8_t {
      kStopped,  // at a breakpoint, a BKPT instruction, a fault that the server catches
      kExited,   // the server has seen the program's end
      kLate,     // the core ran until the deadline and is halted now
    };
    Kind kind = Kind::kStopped;
    uint32_t code = 0;  // of the signal or the exit
  };
  // Lets the core run until it stops. The console text that the server sends meanwhile goes to `output`, of
  // which at most `most_bytes` are kept.
  std::optional<Stop> Continue(Deadline deadline, std::string& output, size_t most_bytes);

  // Takes back the breakpoint and leaves. What went wrong on the way is not told.
  void End();

  Remote& remote() { return remote_; }

 private:
  std::optional<std::string> Monitor(std::string_view command);
  std::optional<std::string> ReadObject(std::string_view name);
  bool Accepted(std::string_view packet, std::string_view what);
  bool WasReset(uint32_t marker);
  std::optional<std::string> ReadAllRegisters();
  bool WriteFlash(const std::vector<Piece>& pieces);
  bool Differs(const Piece& piece);
  bool WaitForStop(Deadline deadline, std::string& output, size_t most_bytes, Stop& stop);

  Remote& remote_;
  std::string server_ = "gdb server";
  bool has_memory_map_ = false;
  uint32_t chunk_bytes_ = 256;  // of memory in a packet
  std::vector<Flash> flashes_;
  bool single_registers_ = true;  // "p" and "P" are known
  std::string breakpoint_;        // as set: "1,8000,2"
};

}  // namespace atome::emulation::probe

#endif  // ATOME_EMULATION_PROBE_TARGET_H_
