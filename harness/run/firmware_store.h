// Finds the firmware ELF that runs a model on a core: one that was made for that model, or the core's generic
// one with the model added.
#ifndef ATOME_HARNESS_RUN_FIRMWARE_STORE_H_
#define ATOME_HARNESS_RUN_FIRMWARE_STORE_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/model.h"
#include "harness/run/execution.h"
#include "harness/run/firmware_build.h"

namespace atome::harness {

struct Firmware {
  std::string elf;   // the file's bytes
  std::string name;  // "m3/atome_60k-f32.elf"; generic ones end in " + model"
  FirmwareBuild build = FirmwareBuild::kSpeed;
  // The generic one is slower and larger than one for the model. The reason where another was asked for.
  bool generic = false;
  std::string why_generic = {};
  bool given = false;  // by the user, of another engine

  static constexpr std::string_view kGeneric = "generic", kForTheModel = "for the model",
                                    kAnotherEngines = "another engine's";
  std::string_view Kind() const { return given ? kAnotherEngines : generic ? kGeneric : kForTheModel; }
  // "generic firmware: the reason"; empty where it is for the model.
  std::string Note() const;
};

// The model image of engine/firmware/protocol.md, of what stands for the model: its file or its prepared
// image.
std::string MakeModelImage(const Model& model, std::string_view file);

// Adds to `elf` a loadable segment that holds `data` at `address`. An error when `elf` is not a little-endian
// ELF32, or when one of its segments lies there already.
Result<std::string> AddSegment(std::string_view elf, uint32_t address, std::string_view data);

// The firmware of a variant for `core`: one that carries this very model, whatever the file's name, or the
// generic one with the model added. With `taps`, and of a plain transformer, it is always generic; with taps
// built for speed. When that is missing, the error says what to build. Looks in the build's folder, or in
// $ATOME_FIRMWARE_DIR, for which nothing is compiled.
Result<Firmware> FindFirmware(const Model& model, std::string_view core, bool taps,
                              Variant variant = Variant::kF32, FirmwareBuild build = FirmwareBuild::kSpeed,
                              Specialise specialise = Specialise::kBuilt);

// Firmware of this model for `core`, compiled now (firmware_maker.h) with what `place` says in RAM.
Result<Firmware> CompileFirmware(const Model& model, std::string_view core, Variant variant,
                                 FirmwareBuild build, Place place = Place::kFlash);

// The compiler of a firmware of that folder by its name, as "m3/atome_60k-f32.elf", of a generic one without
// the model; empty where it is not there or does not tell.
std::string FirmwareCompiler(std::string_view name);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_FIRMWARE_STORE_H_
