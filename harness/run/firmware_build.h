// How firmware is compiled: for which goal, and for one model or any.
#ifndef ATOME_HARNESS_RUN_FIRMWARE_BUILD_H_
#define ATOME_HARNESS_RUN_FIRMWARE_BUILD_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace atome::harness {

// The goal of the compiler's optimisation.
enum class FirmwareBuild { kSpeed, kSize };

// "speed", "size".
std::string_view BuildName(FirmwareBuild build);
// The builds with these names, in order; speed for an empty list. The error names the unknown one.
Result<std::vector<FirmwareBuild>> ParseBuilds(const std::vector<std::string>& names);

// What lies in RAM, where start-up copies it, instead of in flash. The names are those of the folders of
// engine/firmware/place.
enum class Place {
  kFlash,     // nothing
  kRamCode,   // the engine's code and constants
  kRamModel,  // the model
};
inline constexpr Place kPlaces[] = {Place::kFlash, Place::kRamCode, Place::kRamModel};

// "flash", "ram-code", "ram-model".
std::string_view PlaceName(Place place);

// Whether firmware with the model's dimensions and format compiled in takes the place of the generic one.
enum class Specialise {
  kCompile,  // that of the build, else compiled now, where compiler and sources are there
  kBuilt,    // that of the build, where there is one
  kNever,
};

// "compile", "built", "never".
std::string_view SpecialiseName(Specialise specialise);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_FIRMWARE_BUILD_H_
