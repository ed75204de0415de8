#include "harness/report/names.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "emulation/boards/core.h"
#include "harness/base/terminal.h"
#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

// Those that firmware takes.
constexpr std::string_view kUsualFormats[] = {".atome03", ".plain01"};
constexpr std::string_view kProject = "atome";
constexpr std::string_view kAnonymous = "(anonymous namespace)";
constexpr std::string_view kOperator = "operator";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsWord(char c) { return IsDigit(c) || IsLower(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }

// "60k", "2m": how models of this project say their parameters.
bool IsSize(std::string_view text) {
  if (text.size() < 2 || (text.back() != 'k' && text.back() != 'm')) return false;
  return std::ranges::all_of(text.substr(0, text.size() - 1), IsDigit);
}

// Characters of the operator's sign that `text` begins with, as in "<<(int)"; 0 for the name of a type.
size_t SignOfOperator(std::string_view text) {
  if (text.starts_with("()") || text.starts_with("[]")) return 2;
  const size_t at = text.find_first_not_of("+-*/%^&|~!=<>,");
  // "operator< <int>": the sign ends before the space; "operator<<int>" cannot be told from a shift.
  return at == std::string_view::npos ? text.size() : at;
}

// The name without what stands in brackets of any kind and without " [clone ...]"; namespaces without a name
// stay. A lambda is "{lambda}".
std::string WithoutBrackets(std::string_view symbol) {
  std::string out;
  size_t depth = 0;
  for (size_t i = 0; i < symbol.size(); ++i) {
    const std::string_view rest = symbol.substr(i);
    const char c = symbol[i];
    if (depth == 0 && rest.starts_with(" [clone")) break;
    if (depth == 0 && rest.starts_with(kAnonymous)) {
      out += kAnonymous;
      i += kAnonymous.size() - 1;
    } else if (depth == 0 && rest.starts_with(kOperator) && (i == 0 || !IsWord(symbol[i - 1]))) {
      const size_t length = kOperator.size() + SignOfOperator(rest.substr(kOperator.size()));
      out += rest.substr(0, length);
      i += length - 1;
    } else if (c == '(' || c == '<' || c == '{' || c == '[') {
      if (depth++ == 0 && c == '{') out += rest.starts_with("{lambda") ? "{lambda}" : "{}";
    } else if (c == ')' || c == '>' || c == '}' || c == ']') {
      if (depth > 0) --depth;
      if (depth == 0 && c == '}' && i + 1 < symbol.size() && symbol[i + 1] == '#') {
        while (i + 1 < symbol.size() && (symbol[i + 1] == '#' || IsDigit(symbol[i + 1]))) ++i;
      }
    } else if (depth == 0) {
      out += c;
    }
  }
  return out;
}

// Behind the parameters: " const", " &".
std::string_view WithoutQualifiers(std::string_view name) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view end : {" const", " volatile", " noexcept", " &&", " &", " "}) {
      if (!name.ends_with(end)) continue;
      name.remove_suffix(end.size());
      again = true;
    }
  }
  return name;
}

// Where what is returned ends: at the last space, but for that of "operator bool".
size_t StartOfName(std::string_view name) {
  const size_t conversion = name.rfind("operator ");
  const bool is_one =
      conversion != std::string_view::npos && (conversion == 0 || !IsWord(name[conversion - 1]));
  const size_t end = is_one ? conversion : name.size();
  // "(anonymous namespace)" has a space, too.
  for (size_t at = end; at > 0; --at) {
    if (name[at - 1] != ' ') continue;
    if (name.substr(0, at).ends_with("(anonymous ") && name.substr(at).starts_with("namespace)")) continue;
    return at;
  }
  return 0;
}

// "vtable for X", "guard variable for X": what it is, and of what.
std::pair<std::string_view, std::string_view> WithoutKind(std::string_view symbol) {
  static constexpr std::string_view kFor = " for ";
  const size_t at = symbol.find(kFor);
  if (at == symbol.npos || symbol.substr(0, at).find_first_of("(<:") != symbol.npos) return {"", symbol};
  return {symbol.substr(0, at + kFor.size()), symbol.substr(at + kFor.size())};
}

// "atome", "(anonymous namespace)", "Line", "Size" of "int atome::(anonymous namespace)::Line::Size() const".
std::vector<std::string> PartsOf(std::string_view symbol) {
  const std::string plain = WithoutBrackets(symbol);
  std::string_view name = WithoutQualifiers(plain);
  name.remove_prefix(StartOfName(name));
  std::vector<std::string> parts;
  while (!name.empty()) {
    const std::string_view part = name.substr(0, name.find("::"));
    if (!part.empty()) parts.emplace_back(part);
    name.remove_prefix(std::min(name.size(), part.size() + 2));
  }
  return parts;
}

}  // namespace

std::string ShownCore(std::string_view core) {
  const emulation::Core* const found = emulation::FindCore(core);
  if (found == nullptr) return std::string(core);
  return std::string(found->title.substr(0, found->title.find(" (")));
}

std::string ShortModel(std::string_view file) {
  std::string_view stem = file.substr(0, file.rfind('.'));
  const std::string_view format = file.substr(stem.size());
  std::string name(stem);
  if (stem.starts_with("atome_") && IsSize(stem.substr(6))) {
    name = stem.substr(6);
    name.back() = static_cast<char>(name.back() - 'a' + 'A');
  }
  const bool usual = std::ranges::find(kUsualFormats, format) != std::end(kUsualFormats);
  return usual ? name : StrCat(name, format);
}

std::string FunctionName(std::string_view symbol) {
  const auto [kind, of] = WithoutKind(symbol);
  std::vector<std::string> parts = PartsOf(of);
  std::erase(parts, kAnonymous);
  return parts.empty() ? std::string(symbol) : StrCat(kind, Join(parts, "::"));
}

std::string ShortSymbol(std::string_view symbol, size_t most) {
  const auto [kind, of] = WithoutKind(symbol);
  std::vector<std::string> parts = PartsOf(of);
  if (parts.empty()) return CutTo(most, symbol);
  if (parts.front() == kProject || parts.front() == kAnonymous) {
    // Classes and functions begin with a large letter here, namespaces with a small one.
    const auto is_namespace = [](std::string_view part) {
      return part == kAnonymous || IsLower(part.front());
    };
    const auto last = parts.end() - 1;
    parts.erase(parts.begin(), std::find_if_not(parts.begin(), last, is_namespace));
  }
  return CutTo(most, StrCat(kind, Join(parts, "::")));
}

}  // namespace atome::harness::report
