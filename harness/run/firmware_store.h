// Which firmware ELF runs a model on a core: the one built for that model, or the core's generic one with the
// model added.
#ifndef ATOME_HARNESS_RUN_FIRMWARE_STORE_H_
#define ATOME_HARNESS_RUN_FIRMWARE_STORE_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/run/execution.h"
#include "harness/model/model.h"
#include "harness/base/result.h"

namespace atome::harness {

// What the compiler optimised for.
enum class FirmwareBuild { kSpeed, kSize };

// "speed", "size".
std::string_view BuildName(FirmwareBuild build);
// The builds of these names, in order; speed when there are none. The error names an unknown one.
Result<std::vector<FirmwareBuild>> ParseBuilds(const std::vector<std::string>& names);

struct Firmware {
  std::string elf;   // the file's bytes
  std::string name;  // "m3/atome_60k-f32.elf"; generic ones end in " + model"
  FirmwareBuild build = FirmwareBuild::kSpeed;
};

// The model image of engine/firmware/protocol.md.
std::string MakeModelImage(const Model& model);

// `elf` with one more loadable segment that holds `data` at `address`. An error when it is no
// little-endian ELF32, or when a segment of it already lies there.
Result<std::string> AddSegment(std::string_view elf, uint32_t address, std::string_view data);

// The firmware of a variant for `core`. With `taps` it is always the generic one, built for speed. Missing
// says what to build. Firmware is looked for in $ATOME_FIRMWARE_DIR, else where the build put it.
Result<Firmware> FindFirmware(const Model& model, std::string_view core, bool taps,
                              Variant variant = Variant::kF32, FirmwareBuild build = FirmwareBuild::kSpeed);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_FIRMWARE_STORE_H_
