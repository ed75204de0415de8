#include "harness/perplexity/text_plan.h"

#include "harness/base/text.h"

namespace atome::harness {

std::string_view ProtocolName(Protocol protocol) {
  return protocol == Protocol::kChunks ? "chunks" : "streaming";
}

std::string_view TextPartName(TextPart part) { return part == TextPart::kAll ? "all" : "last-tenth"; }

TextPart UsualPart(bool of_file, bool for_training) {
  return of_file && !for_training ? TextPart::kAll : TextPart::kLastTenth;
}

std::string PlanSentence(const EvaluationText& text, const TextPlan& plan) {
  const std::string_view unit = UnitName(text.unit);
  std::string sentence = fmt::format("{}: {} of {} {}s predicted, ", TextPartName(plan.part), plan.tokens,
                                     text.tokens.size(), unit);
  if (plan.protocol == Protocol::kStreaming)
    return StrCat(sentence, "in one pass, intervals over blocks of ", plan.unit_tokens);
  StrAppend(&sentence, "in ", plan.Units(), plan.Units() == 1 ? " chunk" : " chunks", " of ",
            plan.unit_tokens);
  if (plan.left_over > 0) StrAppend(&sentence, "; ", plan.left_over, " at the end fill no chunk");
  return sentence;
}

Result<TextPlan> PlanText(const EvaluationText& text, Protocol protocol, TextPart part, size_t chunk,
                          std::optional<size_t> limit) {
  const bool chunks = protocol == Protocol::kChunks;
  // The last token is only predicted.
  const size_t whole = chunks ? chunk : 1, available = (text.tokens.size() - 1) / whole;
  const size_t skipped = part == TextPart::kLastTenth ? available * 9 / 10 : 0;
  TextPlan plan{protocol,
                part,
                chunks ? chunk : kBlockTokens,
                skipped * whole,
                (available - skipped) * whole,
                text.tokens.size() - 1 - available * whole};
  if (plan.tokens == 0) {
    const std::string_view unit = UnitName(text.unit);
    return Bad(StrCat(text.path, ": has ", text.tokens.size(), " ", unit, "s, less than ",
                      chunks ? StrCat("a chunk of ", chunk, " and the ", unit, " after it") : "two",
                      "; give a longer text", chunks ? " or a smaller --chunk" : ""));
  }
  if (limit) plan.tokens = std::min(plan.tokens, *limit / whole * whole);
  if (plan.tokens == 0)
    return Bad(StrCat("--limit ", *limit, " is less than a chunk of ", chunk, "; give at least ", chunk));
  return plan;
}

}  // namespace atome::harness
