#include "harness/perplexity/text_warnings.h"

#include <algorithm>
#include <array>
#include <span>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

using Bytes = std::span<const uint16_t>;

bool BeginsWith(Bytes bytes, std::initializer_list<uint16_t> mark) {
  return bytes.size() >= mark.size() && std::ranges::equal(bytes.first(mark.size()), mark);
}

size_t CountOf(Bytes bytes, uint16_t first, uint16_t second) {
  const std::array<uint16_t, 2> pair{first, second};
  size_t count = 0;
  for (auto at = bytes.begin();; at += 2) {
    at = std::search(at, bytes.end(), pair.begin(), pair.end());
    if (at == bytes.end()) return count;
    ++count;
  }
}

// The bytes of the character that begins here (RFC 3629, section 4), 0 where none does. One that the text's
// end cuts is whole.
size_t CharacterBytes(Bytes rest) {
  const uint16_t lead = rest[0];
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  for (size_t i = 1; i < std::min(bytes, rest.size()); ++i) {
    const uint16_t least = i > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const uint16_t most = i > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (rest[i] < least || rest[i] > most) return 0;
  }
  return std::min(bytes, rest.size());
}

// The offset of the first byte that is not UTF-8; the size when all are.
size_t FirstNotUtf8(Bytes bytes) {
  size_t at = 0;
  while (at < bytes.size()) {
    const size_t character = CharacterBytes(bytes.subspan(at));
    if (character == 0) break;
    at += character;
  }
  return at;
}

std::string Recoded(std::string_view file, std::string_view from) {
  return StrCat("recode it: iconv -f ", from, " -t UTF-8 '", file, "' > utf8.txt");
}

}  // namespace

std::vector<std::string> TextWarnings(const EvaluationText& text) {
  std::vector<std::string> warnings;
  if (text.unit != TextUnit::kByte) return warnings;
  const Bytes bytes = text.tokens;
  const auto warn = [&](const auto&... words) {
    warnings.push_back(StrCat("warning: ", text.path, ": ", words...));
  };
  const auto zeros = std::ranges::count(bytes, 0);
  const bool little = BeginsWith(bytes, {0xFF, 0xFE}), big = BeginsWith(bytes, {0xFE, 0xFF});
  // Without a mark: of two bytes of a letter, one is zero.
  const bool wide = little || big || static_cast<size_t>(zeros) * 4 > bytes.size();
  if (wide) {
    warn("is probably UTF-16, ", zeros, " of its ", bytes.size(), " bytes are zero; ",
         Recoded(text.path, little || big ? "UTF-16" : "UTF-16LE"));
    return warnings;
  }
  if (BeginsWith(bytes, {0xEF, 0xBB, 0xBF}))
    warn("begins with a byte-order mark, 3 bytes that are no text; take it off: tail -c +4 '", text.path,
         "' > text.txt");
  if (zeros > 0) warn("contains ", zeros, " zero bytes; is it a text? tr -d '\\0' takes them out");
  if (const size_t at = FirstNotUtf8(bytes); at < bytes.size())
    warn("is not UTF-8 from offset ", at, " on (byte 0x", fmt::format("{:02x}", bytes[at]),
         "); if it is Latin-1, ", Recoded(text.path, "ISO-8859-1"));
  if (const size_t lines = CountOf(bytes, '\r', '\n'); lines > 0)
    warn("has ", lines,
         " lines that end in CR LF, and the CR is predicted, too; take it out: tr -d '\\r' < '", text.path,
         "' > text.txt");
  return warnings;
}

}  // namespace atome::harness
