#include "harness/inject/guard.h"

#include <algorithm>

#include "harness/base/text.h"

namespace atome::harness {

std::vector<std::string> Guard::Defines() const {
  std::vector<std::string> defines;
  if (!boot) defines.emplace_back("-DATOME_CHECK_IMAGE=0");
  if (scrub) defines.push_back(StrCat("-DATOME_SCRUB_BYTES=", slice));
  if (range) defines.emplace_back("-DATOME_RANGE_CHECKS=1");
  return defines;
}

std::string Guard::Text() const {
  if (!boot) return "none";
  std::string text = scrub ? StrCat("scrub ", slice) : "";
  if (range) StrAppend(&text, text.empty() ? "" : "+", "range");
  return text.empty() ? "boot" : text;
}

Result<Guard> ParseGuard(std::string_view word, uint32_t slice) {
  if (std::ranges::find(kGuardWords, word) == std::end(kGuardWords))
    return Bad(StrCat("--guard: \"", word, "\" is none; known are ", Join(kGuardWords, ", ")));
  return Guard{.boot = word != "none",
               .scrub = word.starts_with("scrub"),
               .range = word.ends_with("range"),
               .slice = slice};
}

}  // namespace atome::harness
