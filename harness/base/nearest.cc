#include "harness/base/nearest.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

constexpr size_t kMostBytes = 64;

char Small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Optimal string alignment (Damerau, Levenshtein), for words of at most kMostBytes.
size_t Distance(std::string_view a, std::string_view b) {
  using Row = std::array<size_t, kMostBytes + 1>;
  Row before{}, last{}, now{};
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = Small(a[i - 1]) == Small(b[j - 1]);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + !same});
      const bool exchanged =
          i > 1 && j > 1 && Small(a[i - 1]) == Small(b[j - 2]) && Small(a[i - 2]) == Small(b[j - 1]);
      if (exchanged) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before = last;
    last = now;
  }
  return last[b.size()];
}

}  // namespace

std::string_view Nearest(std::string_view word, const std::vector<std::string>& known) {
  if (word.empty() || word.size() > kMostBytes) return {};
  std::string_view nearest;
  // Changes, another first letter, letters more or less.
  std::tuple<size_t, bool, size_t> least{std::max<size_t>(1, word.size() / 3), true, kMostBytes + 1};
  for (const std::string& each : known) {
    if (each.empty() || each.size() > kMostBytes) continue;
    const size_t letters = std::max(word.size(), each.size()) - std::min(word.size(), each.size());
    if (const std::tuple distance{Distance(word, each), Small(word[0]) != Small(each[0]), letters};
        distance < least) {
      least = distance;
      nearest = each;
    }
  }
  return nearest;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& known) {
  const std::string_view nearest = Nearest(word, known);
  return nearest.empty() ? "" : StrCat("; did you mean \"", nearest, "\"?");
}

std::string UnknownWord(std::string_view what, std::string_view word, const std::vector<std::string>& known) {
  const std::string meant = DidYouMean(word, known);
  return StrCat("unknown ", what, " \"", word, "\"", meant, meant.empty() ? "; " : " ", "known are ",
                Join(known, ", "));
}

}  // namespace atome::harness
