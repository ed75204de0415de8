// Which tokens of a text are predicted, and from which state.
#ifndef ATOME_HARNESS_PERPLEXITY_TEXT_PLAN_H_
#define ATOME_HARNESS_PERPLEXITY_TEXT_PLAN_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/perplexity/evaluation_text.h"

namespace atome::harness {

enum class Protocol {
  kChunks,     // the state restarts at each chunk; a chunk's last token predicts the first of the next
  kStreaming,  // one pass, the state is carried
};
std::string_view ProtocolName(Protocol protocol);  // "chunks", "streaming"

enum class TextPart {
  kAll,
  kLastTenth,  // what the trainer leaves for validation (golden/training/run.py): the chunks after 90 %
};
std::string_view TextPartName(TextPart part);  // "all", "last-tenth"
// Unless another is named: a file counts whole; of the built-in text, and of one that models are trained on,
// the part that the trainer leaves.
TextPart UsualPart(bool of_file, bool for_training = false);

// Positions in a row, each predicting the token after it. Their losses are summed together and resampled
// together: a chunk, or so many positions of the one pass.
struct TextPlan {
  Protocol protocol = Protocol::kChunks;
  TextPart part = TextPart::kAll;
  size_t unit_tokens = 0;  // of every unit; when streaming the last may have fewer
  size_t begin = 0;        // of the first token consumed
  size_t tokens = 0;       // predicted
  size_t left_over = 0;    // at the text's end: too few for a chunk

  size_t Units() const { return (tokens + unit_tokens - 1) / unit_tokens; }
  size_t UnitBegin(size_t unit) const { return begin + unit * unit_tokens; }
  size_t UnitTokens(size_t unit) const { return std::min(unit_tokens, tokens - unit * unit_tokens); }
};

// Positions that are resampled together when streaming: losses near each other are alike, those of a story
// and the next less so.
inline constexpr size_t kBlockTokens = 512;

// What of the text is predicted, for people: "all: 128 of 150 bytes, 2 chunks of 64; 21 at the end fill no
// chunk". The first byte is only read.
std::string PlanSentence(const EvaluationText& text, const TextPlan& plan);

// `limit`: at most so many tokens, the first of the part; whole chunks only. The error says what the text is
// too short for.
Result<TextPlan> PlanText(const EvaluationText& text, Protocol protocol, TextPart part, size_t chunk,
                          std::optional<size_t> limit);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PERPLEXITY_TEXT_PLAN_H_
