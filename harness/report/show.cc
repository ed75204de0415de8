#include "harness/report/show.h"

#include <algorithm>
#include <cmath>

#include "harness/base/table.h"
#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

using catalogue::Shown;

std::string Duration(double seconds) {
  for (const auto& [unit, factor] : {std::pair{"s", 1.0}, {"ms", 1e3}, {"us", 1e6}}) {
    if (seconds * factor >= 1) return fmt::format("{:.3f} {}", seconds * factor, unit);
  }
  return fmt::format("{:.1f} ns", seconds * 1e9);
}

}  // namespace

std::string Show(double number, catalogue::Shown how) {
  switch (how) {
    case Shown::kText:
      return StrCat(number);
    case Shown::kWhole:
      return Grouped(static_cast<uint64_t>(std::llround(std::max(number, 0.0))));
    case Shown::kFixed1:
      return fmt::format("{:.1f}", number);
    case Shown::kFixed2:
      return fmt::format("{:.2f}", number);
    case Shown::kFixed3:
      return fmt::format("{:.3f}", number);
    case Shown::kFixed4:
      return fmt::format("{:.4f}", number);
    case Shown::kFixed6:
      return fmt::format("{:.6f}", number);
    case Shown::kScientific:
      return fmt::format("{:.1e}", number);
    case Shown::kScientific2:
      return fmt::format("{:.2e}", number);
    case Shown::kPercent:
      return fmt::format("{:g} %", number);
    case Shown::kShare:
      return fmt::format("{:.2f} %", 100 * number);
    case Shown::kChange:
      return fmt::format("{:+.3f} %", 100 * (number - 1));
    case Shown::kUlp:
      return Grouped(static_cast<uint64_t>(std::llround(std::max(number, 0.0)))) + " ULP";
    case Shown::kYes:
      return number != 0 ? "yes" : "no";
    case Shown::kDuration:
      return Duration(number);
  }
  return {};
}

std::string Show(const Value& value, catalogue::Shown how) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* count = std::get_if<uint64_t>(&value); count != nullptr && how == Shown::kWhole)
    return Grouped(*count);
  return Show(*Figure{.id = {}, .value = value}.Number(), how);
}

std::string Brief(const std::string& name) {
  if (name.find("operator") != std::string::npos) return name;
  std::string brief;
  int depth = 0;
  for (const char c : name) {
    if (c == '>') --depth;
    if (depth == 0) brief += c;
    if (c == '<') ++depth;
  }
  return brief;
}

std::string Plain(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* count = std::get_if<uint64_t>(&value)) return StrCat(*count);
  return StrCat(std::get<double>(value));
}

}  // namespace atome::harness::report
