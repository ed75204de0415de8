#include "emulation/probe/probe_machine.h"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "emulation/base/hex.h"
#include "emulation/machine/limits.h"
#include "emulation/machine/prepare.h"
#include "emulation/probe/calls.h"
#include "emulation/probe/mailbox.h"
#include "emulation/probe/target.h"

namespace atome::emulation {
namespace {

using probe::CoreRegister;
using std::chrono::milliseconds;

constexpr milliseconds kConnectTime{5'000};
constexpr milliseconds kAnswerTime{5'000};  // of a packet
constexpr milliseconds kEndTime{6'000};     // to stop a late core, ask where it is, and leave

// One program on one target.
class ProbeRun {
 public:
  ProbeRun(const RunRequest& request, const Prepared& prepared, probe::Remote& remote)
      : request_(request), prepared_(prepared), target_(remote), calls_(request.command_line) {}

  RunResult Go(const std::string& reset, probe::Deadline limit) {
    RunResult result;
    if (!Start(reset) || !Follow(limit, result)) {
      result.outcome = Outcome::kCrashed;
      result.message = target_.remote().why();
    }
    target_.End();
    return result;
  }
  const std::string& server() const { return target_.server(); }

 private:
  // Up to the first instruction of the program.
  bool Start(const std::string& reset);
  // Up to its end.
  bool Follow(probe::Deadline limit, RunResult& result);
  bool Stopped(uint32_t signal, RunResult& result, bool& ended);
  std::vector<probe::Target::Piece> Pieces() const;

  const RunRequest& request_;
  const Prepared& prepared_;
  probe::Target target_;
  probe::Calls calls_;
  std::optional<probe::Mailbox> mailbox_;
};

// Where flash is at another place than the program runs at, it is written at its own.
std::vector<probe::Target::Piece> ProbeRun::Pieces() const {
  const MemoryMap& map = prepared_.map;
  std::vector<probe::Target::Piece> pieces;
  for (const ElfImage::Segment& segment : prepared_.image->segments()) {
    uint32_t address = segment.load_address;
    if (map.program().Has(address)) address = map.memories.front().address + (address - map.program_address);
    pieces.push_back({address, segment.bytes});
  }
  return pieces;
}

bool ProbeRun::Start(const std::string& reset) {
  if (!target_.Begin()) return false;
  const auto pc = target_.ReadRegister(CoreRegister::kPc), sp = target_.ReadRegister(CoreRegister::kSp);
  if (!pc || !sp) return false;
  const auto at_start = [this](uint32_t place, uint32_t stack) {
    return (place & ~1u) == prepared_.reset && stack == prepared_.stack_pointer;
  };
  if (!target_.Load(Pieces()) || !target_.Reset(reset, at_start(*pc, *sp))) return false;
  // A boot loader in ROM, or an image in RAM: the core starts elsewhere by itself.
  const auto now = target_.ReadRegister(CoreRegister::kPc), stack = target_.ReadRegister(CoreRegister::kSp);
  if (!now || !stack) return false;
  if (!at_start(*now, *stack) && (!target_.WriteRegister(CoreRegister::kSp, prepared_.stack_pointer) ||
                                  !target_.WriteRegister(CoreRegister::kPc, prepared_.reset)))
    return false;
  mailbox_ = probe::Mailbox::In(*prepared_.image);
  return !mailbox_ || target_.SetBreakpoint(mailbox_->exchange());
}

bool ProbeRun::Follow(probe::Deadline limit, RunResult& result) {
  for (;;) {
    const auto stop = target_.Continue(limit, result.output, kOutputLimitBytes);
    if (!stop) return false;
    using Kind = probe::Target::Stop::Kind;
    if (stop->kind == Kind::kExited) {
      result.outcome = Outcome::kExited;
      result.exit_code = static_cast<int>(stop->code);
      return true;
    }
    if (stop->kind == Kind::kLate) {
      const auto pc = target_.ReadRegister(CoreRegister::kPc);
      if (!pc) return false;
      result.outcome = Outcome::kTimeLimit;
      result.message = "the target did not stop in time; it was at " + Hex(*pc) + ", " +
                       prepared_.image->Symbolise(*pc) + "; a higher --time-limit lets it run longer";
      return true;
    }
    bool ended = false;
    if (!Stopped(stop->code, result, ended)) return false;
    if (ended) return true;
  }
}

bool ProbeRun::Stopped(uint32_t signal, RunResult& result, bool& ended) {
  const auto pc = target_.ReadRegister(CoreRegister::kPc);
  if (!pc) return false;
  std::optional<int> exit_code;
  if (mailbox_ && (*pc & ~1u) == mailbox_->exchange()) {
    const auto reply = mailbox_->Serve(target_, prepared_.map, request_.command_line, result.output);
    if (!reply) return false;
    exit_code = reply->exit_code;
  } else {
    const auto is_call = probe::Calls::IsCall(target_, *pc & ~1u);
    if (!is_call) return false;
    if (!*is_call) {
      ended = true;
      result.outcome = Outcome::kFault;
      result.fault =
          Fault{.kind = "stop",
                .pc = *pc,
                .symbol = prepared_.image->Symbolise(*pc),
                .address = std::nullopt,
                .cause = "the core stopped here by signal " + std::to_string(signal) +
                         ": a breakpoint of the program's own, or a fault that the GDB server catches"};
      return true;
    }
    const auto reply = calls_.Answer(target_, *pc & ~1u, result.output);
    if (!reply) return false;
    exit_code = reply->exit_code;
  }
  if (!exit_code) return true;
  ended = true;
  result.outcome = Outcome::kExited;
  result.exit_code = *exit_code;
  return true;
}

}  // namespace

RunResult ProbeMachine::Run(const RunRequest& request) const {
  RunResult result;
  const std::optional<Prepared> prepared = Prepare(request, result);
  if (!prepared) return result;
  if (request.board != nullptr) {
    const uint32_t flash = MapOf(*request.board).memories.front().address;
    if (prepared->map.memories.front().address != flash) {
      result.outcome = Outcome::kRejected;
      result.message = request.elf_name + " is linked at " + Hex(prepared->map.program_address) + ", where " +
                       request.board->title + " has no flash; link it at " + Hex(flash) +
                       ", as atome firmware --board does";
      return result;
    }
  }
  const std::scoped_lock alone(running_);
  result = {};
  const auto limit = probe::Deadline::After(request.time_limit);
  std::unique_ptr<probe::Connection> connection =
      probe::Connection::Open(address_, limit.Within(kConnectTime), result.message);
  if (connection == nullptr) {
    result.outcome = Outcome::kToolMissing;
    return result;
  }
  probe::Remote remote(std::move(connection), probe::Deadline::After(request.time_limit + kEndTime),
                       kAnswerTime);
  ProbeRun run(request, *prepared, remote);
  result = run.Go(reset_, limit);
  const std::scoped_lock guard(server_guard_);
  server_ = run.server();
  return result;
}

std::string ProbeMachine::server() const {
  const std::scoped_lock guard(server_guard_);
  return server_;
}

}  // namespace atome::emulation
