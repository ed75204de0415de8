// What in a text of bytes is probably not meant to be predicted.
#ifndef ATOME_HARNESS_PERPLEXITY_TEXT_WARNINGS_H_
#define ATOME_HARNESS_PERPLEXITY_TEXT_WARNINGS_H_

#include <string>
#include <vector>

#include "harness/perplexity/evaluation_text.h"

namespace atome::harness {

// A line each, with the remedy: a byte-order mark, another encoding than UTF-8, zero bytes, lines that end in
// CR LF. The text is predicted byte by byte as it is; a model that was trained on plain UTF-8 pays for these.
// Nothing for tokens.
std::vector<std::string> TextWarnings(const EvaluationText& text);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PERPLEXITY_TEXT_WARNINGS_H_
