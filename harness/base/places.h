// Finds the parts of this program beside the executable, in a build or an installed tree. No path is compiled
// in, so a tree can be moved anywhere.
//
//              built                     installed under PREFIX
// program      BUILD/atome               PREFIX/bin/atome
// data         BUILD/sources, a link     PREFIX/share/atome       golden, reports, proto, ci
// parts        BUILD                     PREFIX/lib/atome         firmware, recipes, plugin, python
// cache        BUILD/cache               ~/.cache/atome           what can be made again
#ifndef ATOME_HARNESS_BASE_PLACES_H_
#define ATOME_HARNESS_BASE_PLACES_H_

#include <filesystem>

namespace atome::harness {

// $ATOME_DATA, else as above.
std::filesystem::path DataFolder();
// $ATOME_GOLDEN_DIR, else `golden` in the data folder: models and golden traces.
std::filesystem::path GoldenFolder();

// The folder of the firmware and of the other built parts.
std::filesystem::path PartsFolder();

// Where a command writes its output by default: the build, or else the current folder.
std::filesystem::path WorkFolder();

// Where what can be made again is kept: as above, ~/.cache being $XDG_CACHE_HOME where that is set.
std::filesystem::path CacheFolder();

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_PLACES_H_
