#include "harness/run/probe_runner.h"

#include <algorithm>
#include <filesystem>

#include "harness/base/text.h"
#include "harness/run/firmware_maker.h"

namespace atome::harness {
Result<ProbeTarget> FindProbeTarget(const ProbeChoice& choice, const std::vector<std::string>& cores) {
  if (choice.gdb.empty())
    return Bad(
        "--runner probe needs --gdb HOST:PORT, where a GDB server listens (emulation/probe/README.md)");
  std::vector<std::string> emulated;  // --core may name hosts too, for other runners
  for (const std::string& core : cores) {
    if (emulation::FindCore(core) != nullptr) emulated.push_back(core);
  }
  if (choice.board.empty() && emulated.size() != 1)
    return Bad("--runner probe needs the --board that is connected, or one --core where it is none of ours");
  const Result<std::vector<Target>> places =
      ParseTargets(emulated, choice.board.empty() ? std::vector<std::string>{} : std::vector{choice.board});
  if (!places.ok()) return places.error();
  if (places->size() != 1) return Bad("--runner probe runs on one board; name it with --board");
  return ProbeTarget{places->front(),
                     std::make_shared<const emulation::ProbeMachine>(choice.gdb, choice.reset)};
}

std::string MeasuredThrough(const emulation::ProbeMachine& machine) {
  std::string server = machine.server();
  if (emulation::ProbeMachine::IsStandIn(server)) server += ", a stand-in";
  return server;
}

bool NeedsFirmwareOfItsOwn(const Target& place) {
  if (place.board == nullptr) return false;
  const emulation::Memory& flash = place.board->memories.front();
  return flash.address != place.core->flash_address &&
         std::ranges::find(flash.aliases, place.core->flash_address) == flash.aliases.end();
}

Result<Firmware> FirmwareForProbe(const Target& place, const Model& model, bool taps, Variant variant,
                                  FirmwareBuild build, Specialise specialise) {
  if (!NeedsFirmwareOfItsOwn(place))
    return FindFirmware(model, place.core->name, taps, variant, build, specialise);
  if (taps)
    return Missing(StrCat("firmware with taps is linked at ",
                          fmt::format("{:#010x}", place.core->flash_address), ", where ", place.board->title,
                          " has no flash; leave out --taps"));
  Result<std::string> elf = MakeFirmware(OrderFor(model, *place.board, variant, build));
  if (!elf.ok()) return elf.error();
  const std::string stem = std::filesystem::path(model.path).stem().string();
  return Firmware{*std::move(elf), StrCat(place.board->name, "/", stem, "-", VariantName(variant), ".elf"),
                  build};
}

Execution ProbeRunner::Run(const Model& model, const Task& task) const {
  const Result<Firmware> firmware = given_ != nullptr ? *given_
                                                      : FirmwareForProbe(target_.place, model, task.taps,
                                                                         task.variant, build_, specialise_);
  if (!firmware.ok()) {
    Execution refused;
    refused.outcome = firmware.missing() ? Outcome::kMissing : Outcome::kError;
    refused.message = firmware.error().message;
    return refused;
  }
  Task measured = task;
  measured.measure_cycles = true;
  Execution execution =
      RunFirmware(
          *target_.machine, *target_.place.core, *firmware, model, measured,
          {.limits = limits_, .is_given = given_ != nullptr, .board = target_.place.board, .profile = {}})
          .execution;
  execution.measured_through = MeasuredThrough(*target_.machine);
  return execution;
}

}  // namespace atome::harness
