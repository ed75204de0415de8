#include "harness/model/c_array.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::HasSubstr;

TEST(CNameOf, IsACName) {
  EXPECT_EQ(CNameOf("a/b/my.h"), "my");
  EXPECT_EQ(CNameOf("my-model v2.h"), "my_model_v2");
  EXPECT_EQ(CNameOf("60k.h"), "model_60k");
  EXPECT_EQ(CNameOf("a/\xC3\xA4.h"), "__");
  EXPECT_EQ(CNameOf(""), "model");
}

TEST(CArrayOf, SaysBytesAndDimensions) {
  Model model = testing::TinyModel("tiny_odd", 3);
  model.bytes = std::string("ATOME03\0\xFF", 9);
  const std::string text = CArrayOf(model, "tiny");
  EXPECT_THAT(text, HasSubstr("/* ATOME03, 9 bytes, SHA-256 "));
  EXPECT_THAT(text, HasSubstr("#define TINY_VOCAB_SIZE " + std::to_string(model.config.vocab_size) + "\n"));
  EXPECT_THAT(text, HasSubstr("#define TINY_MAX_SEQ " + std::to_string(model.config.max_seq) + "\n"));
  EXPECT_THAT(text, HasSubstr("#define TINY_CONFIG {" + std::to_string(model.config.vocab_size) + ", "));
  EXPECT_THAT(text, HasSubstr("bytes[9];"));
  EXPECT_THAT(text, HasSubstr("} tiny = {{\n65,84,79,77,69,48,51,0,255,\n}};\n"));
}

}  // namespace
}  // namespace atome::harness
