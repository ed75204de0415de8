// What models are to predict: the bytes of a text, or the tokens that a tokenizer made of one.
#ifndef ATOME_HARNESS_PERPLEXITY_EVALUATION_TEXT_H_
#define ATOME_HARNESS_PERPLEXITY_EVALUATION_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/model.h"

namespace atome::harness {

enum class TextUnit {
  kByte,   // a token is a byte of the text; for the vocabulary of the 256 bytes alone
  kToken,  // tokens are numbers of some vocabulary; how many bytes they stand for is unknown
};
std::string_view UnitName(TextUnit unit);  // "byte", "token"

struct EvaluationText {
  std::string path;              // or what stands for it
  std::vector<uint16_t> tokens;  // of a text its bytes
  std::string sha256;            // of the bytes; of tokens as u16 little-endian, whatever form their file has
  TextUnit unit = TextUnit::kByte;
  std::vector<size_t> line_begins;  // of JSON lines: the first token of each line

  // Where the token stands in the file: "offset 70", or "line 3, number 5", both counted from 1.
  std::string PlaceOf(size_t token) const;
};

// The text at `path`, or the built-in corpus when there is none. Errors: no file, a folder, an empty one.
Result<EvaluationText> LoadText(const std::optional<std::string>& path);

// The tokens at `path`. A name that ends in ".jsonl" means JSON lines, each an array of numbers or empty,
// which are read one after the other; any other a row of u16, little-endian. Errors: no file, no tokens, a
// form that is not this, with line and column.
Result<EvaluationText> LoadTokens(const std::string& path);

// Why the model cannot predict this, with the remedy: bytes for another vocabulary than the 256 bytes, or a
// token that is outside the vocabulary. Empty when it can.
std::string WhyNotFor(const Model& model, const EvaluationText& text);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PERPLEXITY_EVALUATION_TEXT_H_
