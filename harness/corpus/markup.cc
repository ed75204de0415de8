#include "harness/corpus/markup.h"

namespace atome::harness {

Reference ParseReference(std::string_view inside) {
  Reference reference;
  if (const size_t equals = inside.find('='); equals != std::string_view::npos) {
    reference.variable = inside.substr(0, equals);
    reference.name = inside.substr(equals + 1);
    return reference;
  }
  if (inside.starts_with('^')) {
    reference.capital = true;
    inside.remove_prefix(1);
  }
  if (inside.starts_with("a ")) {
    reference.article = true;
    inside.remove_prefix(2);
  }
  const size_t dot = inside.find('.');
  reference.name = inside.substr(0, dot);
  if (dot != std::string_view::npos) reference.form = inside.substr(dot + 1);
  return reference;
}

std::optional<size_t> Closing(std::string_view text, size_t open) {
  const char closer = text[open] == '[' ? ']' : '}';
  for (size_t at = open + 1; at < text.size(); ++at) {
    if (text[at] == closer) return at;
    if (text[at] == ']' || text[at] == '}') return std::nullopt;
    if (text[at] == '[' || text[at] == '{') {
      const std::optional<size_t> inner = Closing(text, at);
      if (!inner) return std::nullopt;
      at = *inner;
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> SplitOutside(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '[' || text[at] == '{') {
      at = Closing(text, at).value_or(text.size());
    } else if (text[at] == separator) {
      parts.push_back(text.substr(begin, at - begin));
      begin = at + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \n") + 1 - first);
}

}  // namespace atome::harness
