// The request of protocol.md, read in place: `atome <generate> <prompt>[:<prompt>...] [taps] [cycles]`.
#ifndef ATOME_ENGINE_FIRMWARE_REQUEST_H_
#define ATOME_ENGINE_FIRMWARE_REQUEST_H_

#include <stdint.h>

namespace atome {

struct Request {
  uint32_t generate = 0;
  const char* prompts = nullptr;
  bool taps = false;
  bool cycles = false;
};

enum class Parsed { kRequest, kNotForUs, kMalformed };

// Advances `*at` past `word` and one following space or the end; leaves it alone and returns false otherwise.
inline bool TakeWord(const char** at, const char* word) {
  const char* p = *at;
  while (*word != '\0') {
    if (*p++ != *word++) return false;
  }
  if (*p != ' ' && *p != '\0') return false;
  *at = *p == ' ' ? p + 1 : p;
  return true;
}

// -1 when `c` is no hexadecimal digit.
[[gnu::noinline]] inline int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

inline Parsed Parse(const char* text, Request* request) {
  const char* at = text;
  if (!TakeWord(&at, "atome")) return Parsed::kNotForUs;
  while (*at >= '0' && *at <= '9' && request->generate < 100'000'000) {
    request->generate = request->generate * 10 + static_cast<uint32_t>(*at++ - '0');
  }
  if (request->generate == 0 || *at++ != ' ') return Parsed::kMalformed;
  for (request->prompts = at;; ++at) {  // no prompt is empty
    if (HexDigit(*at) < 0) return Parsed::kMalformed;
    while (HexDigit(*at) >= 0) ++at;
    if (*at != ':') break;
  }
  if (*at == ' ') {
    ++at;
    request->taps = TakeWord(&at, "taps");
    request->cycles = TakeWord(&at, "cycles");
  }
  return *at == '\0' && at[-1] != ' ' ? Parsed::kRequest : Parsed::kMalformed;
}

// Whether every prompt has a whole number of tokens.
inline bool WholeTokens(const char* prompts, uint32_t digits) {
  uint32_t count = 0;
  for (; HexDigit(*prompts) >= 0 || *prompts == ':'; ++prompts) {
    if (*prompts != ':') {
      ++count;
    } else if (count % digits != 0) {
      return false;
    }
  }
  return count % digits == 0;
}

// The tokens of one prompt.
class TokenReader {
 public:
  TokenReader() = default;
  TokenReader(const char* at, uint32_t digits) : at_(at), digits_(digits) {}

  // False at the end of the prompt; `*token` is then unchanged.
  bool Next(uint32_t* token) {
    if (at_ == nullptr || HexDigit(*at_) < 0) return false;
    uint32_t value = 0;
    for (uint32_t i = 0; i < digits_ && HexDigit(*at_) >= 0; ++i)
      value = value << 4 | static_cast<uint32_t>(HexDigit(*at_++));
    *token = value;
    return true;
  }

 private:
  const char* at_ = nullptr;
  uint32_t digits_ = 2;
};

// The prompts of one request.
class PromptReader {
 public:
  PromptReader(const char* at, uint32_t digits) : at_(at), digits_(digits) {}

  bool Next(TokenReader* prompt) {
    if (HexDigit(*at_) < 0) return false;
    *prompt = TokenReader(at_, digits_);
    while (HexDigit(*at_) >= 0) ++at_;
    if (*at_ == ':') ++at_;
    return true;
  }

 private:
  const char* at_;
  uint32_t digits_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_FIRMWARE_REQUEST_H_
