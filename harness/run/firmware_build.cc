#include "harness/run/firmware_build.h"

#include "harness/base/text.h"

namespace atome::harness {

std::string_view BuildName(FirmwareBuild build) { return build == FirmwareBuild::kSize ? "size" : "speed"; }

Result<std::vector<FirmwareBuild>> ParseBuilds(const std::vector<std::string>& names) {
  std::vector<FirmwareBuild> builds;
  for (const std::string& name : names) {
    if (name != "speed" && name != "size")
      return Bad(StrCat("unknown build \"", name, "\"; known are speed and size"));
    builds.push_back(name == "size" ? FirmwareBuild::kSize : FirmwareBuild::kSpeed);
  }
  if (builds.empty()) builds.push_back(FirmwareBuild::kSpeed);
  return builds;
}

std::string_view PlaceName(Place place) {
  switch (place) {
    case Place::kRamCode:
      return "ram-code";
    case Place::kRamModel:
      return "ram-model";
    case Place::kFlash:
      break;
  }
  return "flash";
}

std::string_view SpecialiseName(Specialise specialise) {
  switch (specialise) {
    case Specialise::kCompile:
      return "compile";
    case Specialise::kBuilt:
      return "built";
    case Specialise::kNever:
      break;
  }
  return "never";
}

}  // namespace atome::harness
