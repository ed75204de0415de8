// Finds the firmware ELF that runs a model on a core: the one built for that model, or the core's generic one
// with the model added.
#ifndef ATOME_HARNESS_RUN_FIRMWARE_STORE_H_
#define ATOME_HARNESS_RUN_FIRMWARE_STORE_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/model.h"
#include "harness/run/execution.h"

namespace atome::harness {

// The goal of the compiler's optimisation.
enum class FirmwareBuild { kSpeed, kSize };

// "speed", "size".
std::string_view BuildName(FirmwareBuild build);
// The builds with these names, in order; speed for an empty list. The error names the unknown one.
Result<std::vector<FirmwareBuild>> ParseBuilds(const std::vector<std::string>& names);

struct Firmware {
  std::string elf;   // the file's bytes
  std::string name;  // "m3/atome_60k-f32.elf"; generic ones end in " + model"
  FirmwareBuild build = FirmwareBuild::kSpeed;
};

// The model image of engine/firmware/protocol.md.
std::string MakeModelImage(const Model& model);

// Adds to `elf` a loadable segment that holds `data` at `address`. An error when `elf` is not a little-endian
// ELF32, or when one of its segments lies there already.
Result<std::string> AddSegment(std::string_view elf, uint32_t address, std::string_view data);

// The firmware of a variant for `core`. With `taps` it is always the generic one, built for speed. When it is
// missing, the error says what to build. Looks in $ATOME_FIRMWARE_DIR, else in the build's folder.
Result<Firmware> FindFirmware(const Model& model, std::string_view core, bool taps,
                              Variant variant = Variant::kF32, FirmwareBuild build = FirmwareBuild::kSpeed);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_FIRMWARE_STORE_H_
