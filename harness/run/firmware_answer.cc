#include "harness/run/firmware_answer.h"

#include <bit>
#include <utility>

#include "emulation/base/printable.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

// Steps and taps of an answer: more than any request asks for, and what memory has room for.
constexpr size_t kMostParts = 1 << 21;

class Parser {
 public:
  // False when the line does not belong here.
  bool Line(std::string_view line) {
    const std::vector<std::string_view> words = Split(line, ' ');
    const std::string_view kind = words[0];
    if (kind == "atome") return ReadBanner(words);
    if (kind == "error") {
      if (words.size() < 2) return false;
      answer_.error = emulation::Printable(line.substr(kind.size() + 1));
      return true;
    }
    // No number is above all that it is compared with.
    const uint32_t number = words.size() > 1 ? Number(words[1]).value_or(UINT32_MAX) : UINT32_MAX;
    if (answer_.status.has_value()) return false;  // nothing follows the end
    if (kind == "end" && number <= ATOME_ERROR_ACTIVATION) {
      answer_.status = number;
      return true;
    }
    if (kind == "case" && number == answer_.cases.size()) {
      answer_.cases.emplace_back();
      values_ = nullptr;
      return true;
    }
    if (answer_.cases.empty()) return false;
    CaseExecution& current = answer_.cases.back();
    if (kind == "step" && words.size() == 3 && number == current.steps.size()) return BeginStep(words[2]);
    if (kind == "token" && words.size() == 2) {
      const std::optional<uint32_t> token = Number(words[1], 16);
      if (token.has_value()) current.generated.push_back(*token);
      return token.has_value();
    }
    if (current.steps.empty()) return false;
    if (kind == "cycles" && words.size() > 1) return MeasuredCycles(words);
    if (kind == "tap" && words.size() == 3) return BeginTap(number, words[2]);
    return words.size() == 1 && Values(line);
  }

  FirmwareAnswer Take() { return std::move(answer_); }

 private:
  // atome 1 f32 taps 0 config V d L h K k S state N
  bool ReadBanner(const std::vector<std::string_view>& words) {
    if (words.size() != 15 || words[1] != "1" || words[3] != "taps" || words[5] != "config" ||
        words[13] != "state" || answer_.banner.has_value()) {
      return false;
    }
    Banner banner;
    banner.taps = words[4] == "1";
    bool good = banner.taps || words[4] == "0";
    const auto number_or_dash = [&good](std::string_view word) {
      const std::optional<uint32_t> number = Number(word);
      good = good && (number.has_value() || word == "-");
      return number;
    };
    for (size_t i = 0; i < banner.dimensions.size(); ++i) banner.dimensions[i] = number_or_dash(words[6 + i]);
    answer_.state_bytes = number_or_dash(words[14]);
    answer_.banner = banner;
    return good;
  }

  bool BeginStep(std::string_view token) {
    const std::optional<uint32_t> number = Number(token, 16);
    if (!number.has_value() || ++parts_ > kMostParts) return false;
    answer_.cases.back().steps.emplace_back().token = *number;
    values_ = nullptr;
    return true;
  }

  bool BeginTap(uint32_t op, std::string_view layer) {
    Step& step = answer_.cases.back().steps.back();
    if (op == ATOME_OP_LOGITS) {
      values_ = &step.logits;
      return true;
    }
    const std::optional<uint32_t> number = layer == "-" ? std::nullopt : Number(layer);
    if (op == 0 || op > ATOME_OP_FEED_FORWARD || (layer != "-" && !number.has_value()) ||
        ++parts_ > kMostParts)
      return false;
    step.taps.push_back(
        {static_cast<atome_op>(op), number.has_value() ? static_cast<int>(*number) : kNoLayer, {}});
    values_ = &step.taps.back().values;
    return true;
  }

  // cycles 228890; "unavailable", or over what the counter holds.
  bool MeasuredCycles(const std::vector<std::string_view>& words) {
    values_ = nullptr;
    if (words[1] == "unavailable" || (words[1] == "over" && words.size() == 3)) return true;
    const std::optional<uint32_t> cycles = Number(words[1]);
    if (!cycles.has_value() || words.size() != 2) return false;
    answer_.cases.back().steps.back().measured_cycles = *cycles;
    return true;
  }

  bool Values(std::string_view line) {
    if (values_ == nullptr || line.size() % 8 != 0) return false;
    for (size_t at = 0; at < line.size(); at += 8) {
      const std::optional<uint32_t> bits = Number(line.substr(at, 8), 16);
      if (!bits.has_value()) return false;
      values_->push_back(std::bit_cast<float>(*bits));
    }
    return true;
  }

  FirmwareAnswer answer_;
  size_t parts_ = 0;
  std::vector<float>* values_ =
      nullptr;  // the target of value lines: the last tap or the logits of the last step
};

}  // namespace

std::string FirmwareRequest(const Task& task, uint32_t vocab_size) {
  std::string request = StrCat("atome ", task.generate, " ");
  for (size_t i = 0; i < task.prompts.size(); ++i) {
    if (i != 0) request.push_back(':');
    for (uint32_t token : task.prompts[i]) {
      request += fmt::format("{:0{}x}", token, vocab_size > 256 ? 4 : 2);
    }
  }
  if (task.taps) request += " taps";
  if (task.measure_cycles) request += " cycles";
  return request;
}

Result<FirmwareAnswer> ParseAnswer(std::string_view text) {
  Parser parser;
  size_t number = 0;
  for (std::string_view line : Split(text, '\n')) {
    ++number;
    if (line.empty()) continue;
    if (!parser.Line(line)) {
      return Bad(fmt::format("line {} of its output makes no sense: \"{}\"", number,
                             emulation::Printable(line.substr(0, 60))));
    }
  }
  return parser.Take();
}

std::string WhyIncomplete(const FirmwareAnswer& answer, const Task& task, uint32_t vocab_size) {
  if (answer.cases.size() != task.prompts.size()) {
    return StrCat("it has ", answer.cases.size(), " cases, not ", task.prompts.size());
  }
  for (size_t i = 0; i < answer.cases.size(); ++i) {
    const CaseExecution& each = answer.cases[i];
    const size_t steps = task.prompts[i].size() + task.generate - 1;
    if (each.generated.size() != task.generate || each.steps.size() != steps) {
      return StrCat("case ", i, " has ", each.generated.size(), " tokens of ", task.generate, " and ",
                    each.steps.size(), " steps of ", steps);
    }
    for (uint32_t token : each.generated) {
      if (token >= vocab_size) return StrCat("case ", i, " has token ", token, ", outside the vocabulary");
    }
    for (const Step& step : each.steps) {
      if (step.logits.size() != vocab_size) {
        return StrCat("case ", i, " has a step of ", step.logits.size(), " logits, not ", vocab_size);
      }
    }
  }
  return "";
}

std::string HowFar(std::string_view text) {
  Result<FirmwareAnswer> answer = ParseAnswer(text.substr(0, text.rfind('\n') + 1));
  if (!answer.ok()) return "";
  Execution execution;
  execution.cases = std::move(*std::move(answer)).cases;
  const std::string place = execution.Place();
  return place.empty() ? "" : StrCat("; it had answered up to", place.substr(1));
}

std::string WhyOtherModel(const Banner& banner, const ModelConfig& config) {
  const std::array<uint16_t, 7> dimensions = config.Dimensions();
  std::string why;
  for (size_t i = 0; i < dimensions.size(); ++i) {
    if (banner.dimensions[i].value_or(dimensions[i]) == dimensions[i]) continue;
    StrAppend(&why, why.empty() ? "" : ", ", config.Traits().dimensions[i].name, " ", *banner.dimensions[i],
              ", not ", dimensions[i]);
  }
  return why;
}

FirmwareAnswer TakeAnswer(std::string_view text, int exit_code, const Model& model, const Task& task,
                          std::string_view core, Execution* execution) {
  Result<FirmwareAnswer> parsed = ParseAnswer(text);
  execution->outcome = Outcome::kCrashed;
  if (!parsed.ok()) {
    execution->message = StrCat(execution->build, ": ", parsed.error().message);
    return {};
  }
  FirmwareAnswer answer = *std::move(parsed);
  execution->state_bytes = answer.state_bytes;
  const std::string other_model = answer.banner ? WhyOtherModel(*answer.banner, model.config) : "";
  if (!other_model.empty()) {
    execution->outcome = Outcome::kError;
    execution->message = StrCat(execution->build, " is for another model than ", model.path, ": it has ",
                                other_model, "; build it for this model");
    return answer;
  }
  const std::string lack = WhyIncomplete(answer, task, model.config.vocab_size);
  execution->cases = std::exchange(answer.cases, {});
  if (!answer.status.has_value()) {
    execution->message = StrCat(execution->build, ": its output ends early, exit code ", exit_code);
  } else if (exit_code != (*answer.status == ATOME_OK ? 0 : 1)) {
    execution->message =
        StrCat(execution->build, ": ends with status ", *answer.status, " but exit code ", exit_code);
  } else if (*answer.status != ATOME_OK) {
    const auto status = static_cast<atome_status>(*answer.status);
    execution->outcome = status == ATOME_ERROR_NON_FINITE ? Outcome::kMismatch : Outcome::kError;
    execution->message = StrCat(model.path, " on ", core, ": ", atome_status_text(status), execution->Place(),
                                " (", answer.error, ")");
    // The step that was refused has no logits to compare.
    if (!execution->cases.empty() && !execution->cases.back().steps.empty() &&
        execution->cases.back().steps.back().logits.empty()) {
      execution->cases.back().steps.pop_back();
    }
  } else if (!lack.empty()) {
    execution->message = StrCat(execution->build, ": its answer is incomplete: ", lack);
  } else {
    execution->outcome = Outcome::kPass;
  }
  return answer;
}

}  // namespace atome::harness
