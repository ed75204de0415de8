#include "harness/perplexity/evaluation_text.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/corpus/corpus.h"

namespace atome::harness {
namespace {

constexpr uint32_t kLastToken = std::numeric_limits<uint16_t>::max();
constexpr std::string_view kJsonLines = ".jsonl";

std::vector<uint16_t> BytesAsTokens(std::string_view bytes) {
  std::vector<uint16_t> tokens(bytes.size());
  std::ranges::transform(bytes, tokens.begin(), [](char c) { return static_cast<unsigned char>(c); });
  return tokens;
}

std::string AsLittleEndian(const std::vector<uint16_t>& tokens) {
  std::string bytes;
  bytes.reserve(2 * tokens.size());
  for (const uint16_t token : tokens) {
    bytes += static_cast<char>(token & 0xff);
    bytes += static_cast<char>(token >> 8);
  }
  return bytes;
}

// One line of JSON, which must be an array of tokens.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : line_(line) {}

  // Adds the line's tokens. Returns what is wrong, with the column, or nothing.
  std::string AddTo(std::vector<uint16_t>* tokens) {
    SkipSpace();
    if (at_ == line_.size()) return {};
    if (!Take('[')) return Expected("[, which begins an array of tokens");
    SkipSpace();
    if (!Take(']')) {
      do {
        SkipSpace();
        if (std::string wrong = Number(tokens); !wrong.empty()) return wrong;
        SkipSpace();
      } while (Take(','));
      if (!Take(']')) return Expected(", or ]");
    }
    SkipSpace();
    return at_ == line_.size() ? "" : Expected("the line's end: each line is one array");
  }

 private:
  void SkipSpace() {
    while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\r')) ++at_;
  }
  bool Take(char c) {
    const bool is_there = at_ < line_.size() && line_[at_] == c;
    at_ += is_there;
    return is_there;
  }
  std::string Expected(std::string_view what) const {
    return StrCat("column ", at_ + 1, ": expected ", what);
  }
  std::string Number(std::vector<uint16_t>* tokens) {
    const char* const begin = line_.data() + at_;
    const char* const end = line_.data() + line_.size();
    uint32_t token = 0;
    const auto [after, error] = std::from_chars(begin, end, token);
    const bool goes_on = after != end && (*after == '.' || *after == 'e' || *after == 'E');
    if (error != std::errc() || goes_on || token > kLastToken)
      return Expected(StrCat("a token, a whole number from 0 to ", kLastToken));
    at_ = static_cast<size_t>(after - line_.data());
    tokens->push_back(static_cast<uint16_t>(token));
    return {};
  }

  std::string_view line_;
  size_t at_ = 0;
};

// Returns an error message, or nothing.
std::string ReadJsonLines(std::string_view content, EvaluationText* text) {
  while (!content.empty()) {
    const size_t end = std::min(content.find('\n'), content.size());
    text->line_begins.push_back(text->tokens.size());
    const std::string wrong = LineReader(content.substr(0, end)).AddTo(&text->tokens);
    if (!wrong.empty()) return StrCat(text->path, ": line ", text->line_begins.size(), ", ", wrong);
    content.remove_prefix(std::min(end + 1, content.size()));
  }
  return {};
}

std::string ReadNumbers(std::string_view content, EvaluationText* text) {
  if (content.size() % 2 != 0) {
    return StrCat(text->path, ": has ", content.size(),
                  " bytes, but tokens as u16 take 2 bytes each; write whole numbers, or name JSON lines *",
                  kJsonLines);
  }
  const std::vector<uint16_t> bytes = BytesAsTokens(content);
  for (size_t i = 0; i < bytes.size(); i += 2)
    text->tokens.push_back(static_cast<uint16_t>(bytes[i] | bytes[i + 1] << 8));
  return {};
}

}  // namespace

std::string_view UnitName(TextUnit unit) { return unit == TextUnit::kByte ? "byte" : "token"; }

std::string EvaluationText::PlaceOf(size_t token) const {
  if (line_begins.empty()) return StrCat("offset ", unit == TextUnit::kByte ? token : 2 * token);
  const auto line = std::ranges::upper_bound(line_begins, token);
  return StrCat("line ", line - line_begins.begin(), ", number ", token - *std::prev(line) + 1);
}

Result<EvaluationText> LoadText(const std::optional<std::string>& path) {
  EvaluationText text;
  std::string bytes;
  if (path) {
    Result<std::string> content = ReadFile(*path);
    if (!content.ok()) return content.error();
    text.path = *path;
    bytes = *std::move(content);
    if (bytes.empty()) return Bad(StrCat(*path, ": is empty; give a text"));
  } else {
    text.path = StrCat("built-in corpus of ", kCorpusBytes, " bytes, seed ", kCorpusSeed);
    bytes = MakeCorpus(kCorpusBytes, kCorpusSeed);
  }
  text.sha256 = Sha256Hex(bytes);
  text.tokens = BytesAsTokens(bytes);
  return text;
}

Result<EvaluationText> LoadTokens(const std::string& path) {
  const Result<std::string> content = ReadFile(path);
  if (!content.ok()) return content.error();
  EvaluationText text;
  text.path = path;
  text.unit = TextUnit::kToken;
  std::string wrong =
      path.ends_with(kJsonLines) ? ReadJsonLines(*content, &text) : ReadNumbers(*content, &text);
  if (!wrong.empty()) return Bad(std::move(wrong));
  if (text.tokens.empty())
    return Bad(StrCat(path, ": has no tokens; give a row of u16, or arrays of numbers as JSON lines"));
  text.sha256 = Sha256Hex(AsLittleEndian(text.tokens));
  return text;
}

std::string WhyNotFor(const Model& model, const EvaluationText& text) {
  const uint32_t vocabulary = model.config.vocab_size;
  if (text.unit == TextUnit::kByte) {
    if (vocabulary == kByteVocabulary) return {};
    return StrCat(
        model.path, ": has a vocabulary of ", vocabulary,
        " tokens, not the 256 bytes, so the bytes of a text (", text.path,
        ") are not its tokens; give the tokens instead: --tokens FILE, in a file of `atome ab` \"tokens\"");
  }
  const auto outside =
      std::ranges::find_if(text.tokens, [vocabulary](uint16_t token) { return token >= vocabulary; });
  if (outside == text.tokens.end()) return {};
  const bool looks_like_json = text.line_begins.empty() && (text.tokens[0] & 0xff) == '[';
  return StrCat(text.path, ": ", text.PlaceOf(static_cast<size_t>(outside - text.tokens.begin())), ": token ",
                *outside, " is outside the vocabulary of ", model.path, ", which ends at ", vocabulary - 1,
                "; give tokens of this model's tokenizer",
                looks_like_json ? StrCat(", and if these are JSON lines, name them *", kJsonLines) : "");
}

}  // namespace atome::harness
