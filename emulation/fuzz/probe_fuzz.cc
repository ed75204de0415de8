// A GDB server that is not to be trusted: whatever it answers while a program is loaded, started and
// followed.
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "emulation/boards/core.h"
#include "emulation/fuzz/input.h"
#include "emulation/gdb/packet.h"
#include "emulation/machine/limits.h"
#include "emulation/probe/calls.h"
#include "emulation/probe/connection.h"
#include "emulation/probe/flash_map.h"
#include "emulation/probe/remote.h"
#include "emulation/probe/target.h"

using namespace atome::emulation;
using namespace std::chrono_literals;

namespace {

// All that the server ever says lies in the socket, behind which it has gone: no wait takes time.
std::unique_ptr<probe::Connection> Saying(std::string_view bytes, int& server) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) return nullptr;
  server = ends[1];
  const ssize_t sent = send(server, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  atome::fuzz::Require(sent == static_cast<ssize_t>(bytes.size()), "a socket takes all");
  shutdown(server, SHUT_WR);
  return probe::Connection::Over(ends[0]);
}

void Follow(probe::Target& target, uint8_t steps) {
  const std::string program(24, '\1');
  const std::vector<probe::Target::Piece> pieces{
      {0x08000000, {reinterpret_cast<const uint8_t*>(program.data()), program.size()}}};
  if (!target.Begin() || ((steps & 1) != 0 && !target.Load(pieces))) return;
  if ((steps & 2) != 0 && !target.Reset((steps & 4) != 0 ? "reset" : "", (steps & 8) != 0)) return;
  std::string output;
  probe::Calls calls("a b");
  if ((steps & 16) != 0 && !target.SetBreakpoint(0x08000100)) return;
  for (int stops = 0; stops < 16; ++stops) {
    const auto stop = target.Continue(probe::Deadline::After(50ms), output, 4096);
    atome::fuzz::Require(output.size() <= 70'000, "console output of bounded size");
    if (!stop || stop->kind != probe::Target::Stop::Kind::kStopped) return;
    const auto pc = target.ReadRegister(probe::CoreRegister::kPc);
    if (!pc || !target.Read(*pc, 8)) return;
    const auto is_call = probe::Calls::IsCall(target, *pc & ~1u);
    if (!is_call || (*is_call && !calls.Answer(target, *pc & ~1u, output))) return;
  }
}

}  // namespace

// A byte of options, then what the server says: bytes as they come, or bodies of packets that end with a
// line.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 16'384) return 0;
  atome::fuzz::Input input(data, size);
  const uint8_t options = input.Byte();
  std::string bytes(input.Rest());
  (void)probe::ParseFlashMap(bytes);
  if ((options & 0x80) != 0) {
    std::string packets;
    for (size_t at = 0; at < bytes.size();) {
      const size_t end = std::min(bytes.find('\n', at), bytes.size());
      packets += "+" + gdb::Packet(gdb::Escaped(bytes.substr(at, end - at)));
      at = end + 1;
    }
    bytes = std::move(packets);
  }
  int server = -1;
  auto connection = Saying(bytes, server);
  probe::Remote remote(std::move(connection), probe::Deadline::After(200ms), 200ms);
  probe::Target target(remote);
  Follow(target, options & 0x1F);
  if (remote.failed()) atome::fuzz::Require(!remote.why().empty(), "a failure has a reason");
  target.End();
  close(server);
  return 0;
}
