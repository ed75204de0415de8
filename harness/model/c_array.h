// A model file as a C header, for programs that have no files.
#ifndef ATOME_HARNESS_MODEL_C_ARRAY_H_
#define ATOME_HARNESS_MODEL_C_ARRAY_H_

#include <string>
#include <string_view>

#include "harness/model/model.h"

namespace atome::harness {

// The C name that a header at this path gives the model: its stem, what is no letter or digit as "_", with
// "model_" in front of a digit; "model" for an empty one.
std::string CNameOf(std::string_view path);

// C99 that C++ takes too, without attributes: a constant `NAME`, whose `bytes` are the file's and 4-aligned,
// those of a prepared image 8-aligned, and its dimensions as macros, NAME_D_MODEL and so on in upper case,
// and NAME_CONFIG, all of them for an atome_config or atome_plain_config. The same model gives the same text.
std::string CArrayOf(const Model& model, const std::string& name);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_C_ARRAY_H_
