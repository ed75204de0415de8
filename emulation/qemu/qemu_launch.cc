#include "emulation/qemu/qemu_launch.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <set>
#include <vector>

#include "emulation/base/executable.h"
#include "emulation/base/hex.h"
#include "emulation/machine/fault_handler.h"
#include "emulation/machine/limits.h"

namespace atome::emulation {
namespace {

using Clock = std::chrono::steady_clock;

// Boards of boards.json that QEMU has by the same name, besides those that it runs a core on.
constexpr std::string_view kOtherMachines[] = {"netduino2", "netduinoplus2", "stm32vldiscovery"};

// A core that waits for an interrupt this long while no instruction runs will not wake. SysTick, the only
// source that a firmware here would use, wraps much sooner.
constexpr std::chrono::seconds kSleepLimit{2};

// Empty when it is not set.
std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// QEMU's option syntax ends a value at a comma unless it is doubled.
std::string Escaped(std::string_view value) {
  std::string escaped;
  for (const char c : value) escaped.append(c == ',' ? 2 : 1, c);
  return escaped;
}

constexpr uint32_t kFirstInterrupt = 16, kMostVectors = kFirstInterrupt + 240;

// Of the memory for a run: translated code. What the plugin keeps of it is three times as much.
constexpr uint64_t kCodeShare = 16;

// The UARTs of a machine; no machine here has more.
constexpr int kSerialLines = 6;

// As the plugin's arguments have addresses.
std::string Joined(const std::set<uint32_t>& addresses) {
  std::string text;
  for (const uint32_t address : addresses) text += (text.empty() ? "" : ":") + Hex(address, 1);
  return text;
}

// The handlers of HardFault, MemManage, BusFault and UsageFault in front of which the run stops: those that
// do nothing about the fault, or all.
std::string StoppingHandlers(const Prepared& prepared, bool all) {
  const auto read = [&prepared](uint32_t address) { return prepared.image->WordAt(address); };
  std::set<uint32_t> found;
  for (uint32_t vector = 3; vector <= 6; ++vector) {
    const uint32_t handler = prepared.image->WordAt(prepared.map.vector_address + 4 * vector).value_or(0);
    const bool stops = (handler & 1) != 0 && (handler & ~1u) != prepared.reset;
    if (!stops || (!all && HandlesFaults(handler, prepared.reset, read))) continue;
    found.insert(handler & ~1u);
  }
  return Joined(found);
}

// All handlers, as far as they are functions: where a vector table ends is not known.
std::string Handlers(const Prepared& prepared) {
  std::set<uint32_t> found;
  for (uint32_t vector = 2; vector < kMostVectors; ++vector) {
    const auto entry = prepared.image->WordAt(prepared.map.vector_address + 4 * vector);
    if (!entry) break;
    const uint32_t handler = *entry & ~1u;
    if (*entry % 2 == 0 || handler == prepared.reset) continue;
    if (vector < kFirstInterrupt || prepared.image->FunctionAt(handler).address == handler)
      found.insert(handler);
  }
  return Joined(found);
}

std::string PluginOption(const QemuLaunch& launch) {
  const Core& core = *launch.request.core;
  std::string option = Escaped(launch.tools.plugin) +
                       (core.has_cycles() ? ",core=" + std::string(core.name) : "") +
                       ",limit=" + Hex(Count(launch.request.instruction_limit), 1);
  if (launch.prepared.mark) option += ",mark=" + Hex(*launch.prepared.mark, 1);
  if (launch.trace) option += ",trace=1";
  if (launch.request.files) option += ",files=1";
  if (const std::string handlers = StoppingHandlers(launch.prepared, !launch.request.fault_handlers);
      !handlers.empty())
    option += ",handlers=" + handlers;
  if (const std::string handlers = Handlers(launch.prepared); !handlers.empty())
    option += ",exceptions=" + handlers;
  return option;
}

std::vector<std::string> Arguments(const QemuLaunch& launch) {
  const Core& core = *launch.request.core;
  const std::string machine = QemuMachineOf(launch.request);
  std::vector<std::string> arguments = {launch.tools.qemu, "-M", machine};
  if (machine == core.qemu_machine) {
    for (const std::string_view option : core.qemu_options) arguments.emplace_back(option);
  }
  // All UARTs write to the pipe that semihosting writes to, each byte at once, so that the order is the
  // program's. One file for all would be refused.
  for (int line = 0; line < kSerialLines; ++line) {
    const std::string name = "serial" + std::to_string(line);
    arguments.insert(
        arguments.end(),
        {"-chardev", "file,id=" + name + ",append=on,path=/proc/self/fd/" + std::to_string(kPluginOutputFd),
         "-serial", "chardev:" + name});
  }
  // QEMU takes a GiB for translated code if it is not told; when that is full, it begins anew.
  const uint64_t code_mib = (launch.request.memory_limit_bytes >> 20) / kCodeShare;
  arguments.insert(arguments.end(), {"-accel", "tcg,tb-size=" + std::to_string(code_mib)});
  // Always with a semihosting argument: without one QEMU would answer SYS_GET_CMDLINE with the file's name.
  arguments.insert(
      arguments.end(),
      {"-nodefaults", "-no-user-config", "-nographic", "-monitor", "none", "-no-reboot",
       "-semihosting-config", "enable=on,target=native,arg=" + Escaped(launch.request.command_line),
       "-plugin", PluginOption(launch), "-kernel", "/proc/self/fd/" + std::to_string(kFirmwareFd)});
  if (launch.trace) arguments.insert(arguments.end(), {"-d", "int", "-D", "/proc/self/fd/1"});
  return arguments;
}

std::string FindPlugin() {
  if (std::string named = Environment("ATOME_QEMU_PLUGIN"); !named.empty()) return named;
  // As installed; then in the build: from the command's folder, from this folder's tests, from other tests.
  return BesideExecutable({"../lib/atome/atome_count_plugin.so", "emulation/atome_count_plugin.so",
                           "atome_count_plugin.so", "../emulation/atome_count_plugin.so"});
}

}  // namespace

std::string QemuMachineOf(const RunRequest& request) {
  if (request.board == nullptr || request.board->name == request.core->qemu_machine)
    return std::string(request.core->qemu_machine);
  const auto* found = std::ranges::find(kOtherMachines, request.board->name);
  return found != std::end(kOtherMachines) ? std::string(*found) : "";
}

std::optional<QemuTools> FindQemuTools(std::string& message) {
  std::string name = Environment("ATOME_QEMU");
  if (name.empty()) name = "qemu-system-arm";
  // Absolute, for QEMU may start in another folder.
  const auto absolute = [](const std::string& path) {
    return path.empty() ? path : std::filesystem::absolute(path).string();
  };
  QemuTools tools{.qemu = absolute(FindProgram(name)), .plugin = absolute(FindPlugin())};
  if (tools.qemu.empty()) {
    message = name + " not found on PATH: install the Debian package qemu-system-arm, or set ATOME_QEMU";
    return std::nullopt;
  }
  if (access(tools.plugin.c_str(), R_OK) != 0) {
    message = "QEMU plugin " + (tools.plugin.empty() ? "atome_count_plugin.so" : tools.plugin) +
              " not found: build atome_count_plugin, or set ATOME_QEMU_PLUGIN";
    return std::nullopt;
  }
  return tools;
}

SubprocessResult QemuLaunch::Run(const SharedTally& tally) const {
  const FileDescriptor firmware = MemoryFile("atome-firmware", request.elf, request.elf.size());
  if (!firmware.valid()) {
    return {.error = "no memory for the firmware"};
  }
  uint64_t instructions = 0;
  Clock::time_point awake = Clock::now();
  const auto sleeps = [&] {
    if (tally.get().asleep == 0 || tally.get().instructions != instructions) awake = Clock::now();
    instructions = tally.get().instructions;
    return Clock::now() - awake > kSleepLimit;
  };
  // In the order of kPluginTallyFd, kPluginOutputFd and kFirmwareFd.
  return RunSubprocess({.arguments = Arguments(*this),
                        .folder = request.files ? request.files->folder : ".",
                        .descriptors = {tally.fd(), kOutputPipe, firmware.get()},
                        .output_limit_bytes = kOutputLimitBytes,
                        .memory_limit_bytes = request.memory_limit_bytes,
                        .deadline = deadline,
                        .give_up = sleeps});
}

}  // namespace atome::emulation
