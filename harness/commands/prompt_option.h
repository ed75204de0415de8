// The options for a prompt, as text or as tokens.
#ifndef ATOME_HARNESS_COMMANDS_PROMPT_OPTION_H_
#define ATOME_HARNESS_COMMANDS_PROMPT_OPTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/text.h"
#include "harness/commands/options.h"
#include "harness/model/model.h"

namespace atome::harness {

class PromptOption {
 public:
  void AddTo(Options& options) {
    options.Text("--prompt", &text_,
                 "The prompt as text, a byte a token; for the vocabulary of the 256 bytes");
    options.Text("--prompt-bytes", &tokens_, "The prompt as tokens of any vocabulary: 79,110,99,101")
        .Excludes("--prompt");
  }

  // At least one token, each in the model's vocabulary.
  Result<std::vector<uint32_t>> Tokens(const Model& model) const {
    const uint32_t vocab_size = model.config.vocab_size;
    if (!text_.empty() && vocab_size != kByteVocabulary) {
      return Bad(
          StrCat(model.path, ": has a vocabulary of ", vocab_size,
                 " tokens, not the 256 bytes, so that text is not its tokens; give their numbers, as in "
                 "--prompt-bytes 3,1,4"));
    }
    std::vector<uint32_t> tokens;
    for (const char c : text_) tokens.push_back(static_cast<unsigned char>(c));
    for (const std::string_view word :
         tokens_.empty() ? std::vector<std::string_view>() : Split(tokens_, ',')) {
      const std::optional<uint32_t> token = Number(word);
      if (!token) {
        return Bad(
            fmt::format("--prompt-bytes: \"{}\" is not a token; write numbers as in 79,110,99,101", word));
      }
      tokens.push_back(*token);
    }
    if (tokens.empty()) return Bad("the prompt is empty; give --prompt TEXT or --prompt-bytes 79,110,99,101");
    for (const uint32_t token : tokens) {
      if (token >= vocab_size)
        return Bad(StrCat("the prompt has token ", token, "; the vocabulary ends at ", vocab_size - 1));
    }
    return tokens;
  }

  // The number of tokens, before they are checked.
  uint32_t Size() const {
    return static_cast<uint32_t>(tokens_.empty() ? text_.size() : Split(tokens_, ',').size());
  }

 private:
  std::string text_;
  std::string tokens_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_PROMPT_OPTION_H_
