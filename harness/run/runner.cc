#include "harness/run/runner.h"

#include <algorithm>
#include <span>

#include "emulation/boards/core.h"
#include "emulation/machine/machine.h"
#include "harness/base/nearest.h"
#include "harness/base/text.h"
#include "harness/run/engine_runner.h"
#include "harness/run/firmware_runner.h"
#include "harness/run/host_runner.h"
#include "harness/run/native_runner.h"
#include "harness/run/probe_runner.h"
#include "harness/run/rerun_decoder.h"

namespace atome::harness {
namespace {

std::optional<Error> CheckNames(std::string_view what, const std::vector<std::string>& given,
                                const std::vector<std::string>& known) {
  for (const std::string& name : given) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return Bad(UnknownWord(what, name, known));
    }
  }
  return std::nullopt;
}

bool Allowed(const std::vector<std::string>& list, std::string_view name) {
  return list.empty() || std::find(list.begin(), list.end(), name) != list.end();
}

// On each machine and core that the choice allows, which is checked. It must name the cores.
Result<std::vector<std::unique_ptr<Runner>>> MakeGivenFirmwareRunners(
    const RunnerChoice& choice, std::span<const emulation::Machine* const> machines) {
  const bool on_probe = std::ranges::find(choice.runners, "probe") != choice.runners.end();
  const bool core_known = !choice.cores.empty() || (on_probe && choice.runners.size() == 1);
  const Result<std::shared_ptr<const Firmware>> firmware =
      GivenFirmware(choice.firmware, core_known, choice.builds);
  if (!firmware.ok()) return firmware.error();
  std::vector<std::unique_ptr<Runner>> made;
  for (const emulation::Machine* machine : machines) {
    if (!Allowed(choice.runners, machine->name())) continue;
    for (const emulation::Core& core : emulation::Cores()) {
      if (Allowed(choice.cores, core.name))
        made.push_back(std::make_unique<GivenFirmwareRunner>(*machine, core, *firmware, choice.limits));
    }
  }
  if (on_probe) {
    const Result<ProbeTarget> target = FindProbeTarget(choice.probe, choice.cores);
    if (!target.ok()) return target.error();
    made.push_back(std::make_unique<ProbeRunner>(*target, choice.limits, FirmwareBuild::kSpeed,
                                                 choice.specialise, *firmware));
  }
  const auto ours = [](std::string_view name) { return name == "native" || name.starts_with("host"); };
  if (made.empty() || std::ranges::any_of(choice.runners, ours) || std::ranges::any_of(choice.cores, ours))
    return Bad("--firmware runs on cores; give --runner unicorn, qemu or probe, and --core m3 or another");
  return made;
}

// The one runner of a shared library.
Result<std::vector<std::unique_ptr<Runner>>> MakeEngineRunners(const RunnerChoice& choice) {
  if (!choice.firmware.empty()) return Bad("--engine and --firmware are two things; give one of them");
  if (!choice.builds.empty()) return Bad("--build is of our own firmware; leave it out with --engine");
  const auto other_than = [](const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::any_of(names, [name](const std::string& each) { return each != name; });
  };
  if (other_than(choice.runners, "native") || other_than(choice.cores, "host"))
    return Bad("--engine runs on this host; leave out --runner and --core, or give native and host");
  const auto engine = LoadEngine(choice.engine, choice.limits);
  if (!engine.ok()) return engine.error();
  std::vector<std::unique_ptr<Runner>> made;
  made.push_back(std::make_unique<EngineRunner>(**engine));
  return made;
}

}  // namespace

std::unique_ptr<Decoder> Runner::Decode(const Model& model, Variant variant, uint32_t ahead) const {
  return std::make_unique<RerunDecoder>(*this, model, variant, ahead);
}

Result<std::vector<std::unique_ptr<Runner>>> MakeRunners(const RunnerChoice& choice) {
  std::vector<std::string> known_cores{"host", "host-simd"};
  for (const emulation::Core& core : emulation::Cores()) known_cores.emplace_back(core.name);
  const emulation::Machine* const machines[] = {&emulation::UnicornMachine(), &emulation::QemuMachine()};
  std::vector<std::string> known_runners{"native"};
  for (const emulation::Machine* machine : machines) known_runners.emplace_back(machine->name());
  known_runners.emplace_back("probe");
  if (const auto error = CheckNames("runner", choice.runners, known_runners)) return *error;
  if (const auto error = CheckNames("core", choice.cores, known_cores)) return *error;

  const bool on_probe = std::ranges::find(choice.runners, "probe") != choice.runners.end();
  if (!on_probe && !(choice.probe.gdb.empty() && choice.probe.board.empty() && choice.probe.reset.empty()))
    return Bad("--gdb, --board and --reset are of --runner probe; add it, or leave them out");
  if (!choice.engine.empty()) return MakeEngineRunners(choice);
  if (!choice.firmware.empty()) return MakeGivenFirmwareRunners(choice, machines);

  const Result<std::vector<FirmwareBuild>> firmware_builds = ParseBuilds(choice.builds);
  if (!firmware_builds.ok()) return firmware_builds.error();

  std::vector<std::unique_ptr<Runner>> made;
  if (Allowed(choice.runners, "native")) {
    if (Allowed(choice.cores, "host")) made.push_back(std::make_unique<NativeRunner>());
    if (Allowed(choice.cores, "host-simd")) made.push_back(std::make_unique<HostRunner>());
  }
  for (const emulation::Machine* machine : machines) {
    if (!Allowed(choice.runners, machine->name())) continue;
    for (const emulation::Core& core : emulation::Cores()) {
      if (!Allowed(choice.cores, core.name)) continue;
      for (const FirmwareBuild build : *firmware_builds)
        made.push_back(
            std::make_unique<FirmwareRunner>(*machine, core, choice.limits, build, choice.specialise));
    }
  }
  if (on_probe) {
    const Result<ProbeTarget> target = FindProbeTarget(choice.probe, choice.cores);
    if (!target.ok()) return target.error();
    for (const FirmwareBuild build : *firmware_builds)
      made.push_back(std::make_unique<ProbeRunner>(*target, choice.limits, build, choice.specialise));
  }
  if (made.empty()) {
    return Bad(fmt::format(
        "nothing to run: --runner {} has no core {} (native runs on host and host-simd, the others on {})",
        Join(choice.runners, ","), Join(choice.cores, ","), Join(std::span(known_cores).subspan(2), ", ")));
  }
  return made;
}

}  // namespace atome::harness
