// What somebody who mistyped a word may have meant.
#ifndef ATOME_HARNESS_BASE_NEAREST_H_
#define ATOME_HARNESS_BASE_NEAREST_H_

#include <string>
#include <string_view>
#include <vector>

namespace atome::harness {

// The known word that takes the fewest changes of a letter (one put in, left out, replaced, or two neighbours
// exchanged; capitals are no change), at most a third of the word's; of equals the one
// with the same first letter, then of the nearest length, then the first. Empty when none is
// that near. Of words over 64 bytes nothing is near.
std::string_view Nearest(std::string_view word, const std::vector<std::string>& known);

// "; did you mean \"m4f\"?", or nothing.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& known);

// "unknown core "mf4"; did you mean "m4f"? known are m0, m4f".
std::string UnknownWord(std::string_view what, std::string_view word, const std::vector<std::string>& known);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_NEAREST_H_
