#include "harness/inject/flip_text.h"

#include <gtest/gtest.h>

#include "harness/base/random.h"

namespace atome::harness {
namespace {

using emulation::DebugRegister;
using emulation::Flip;

TEST(FlipText, Forms) {
  EXPECT_EQ(FlipText({.address = 0x20000123, .bit = 4, .at = emulation::Instructions{56789}}),
            "0x20000123.4@56789");
  EXPECT_EQ(FlipText({.target = Flip::Target::kRegister, .number = DebugRegister{3}, .bit = 17}), "r3.17@0");
  EXPECT_EQ(FlipText({.target = Flip::Target::kRegister, .number = DebugRegister::kXpsr, .bit = 30}),
            "xpsr.30@0");
  EXPECT_EQ(FlipText({.target = Flip::Target::kInstruction, .bit = 9, .at = emulation::Instructions{5}}),
            "instruction.9@5");
}

TEST(FlipText, ReadsBackWhatItWrites) {
  Random random(1);
  for (int k = 0; k < 500; ++k) {
    Flip flip{.target = static_cast<Flip::Target>(random.Below(3)),
              .bits = static_cast<uint8_t>(1 + random.Below(8)),
              .at = emulation::Instructions{random.Next() >> 20}};
    flip.bit = static_cast<uint8_t>(random.Below(flip.target == Flip::Target::kMemory ? 8 : 32));
    if (flip.target == Flip::Target::kMemory) flip.address = static_cast<uint32_t>(random.Next());
    if (flip.target == Flip::Target::kRegister) {
      const uint32_t number = random.Below(17 + 32);
      flip.number = static_cast<DebugRegister>(number < 17 ? number : number - 17 + 32);
    }
    const auto again = ParseFlip(FlipText(flip), flip.bits);
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(*again, flip) << FlipText(flip);
  }
}

TEST(FlipText, WhatIsNoneIsToldWithTheForm) {
  for (const char* text :
       {"", "r3", "r3.1", "r3@5", "r16.1@5", "s32.0@1", "r3.1@", "r3.1@x", "r3.1@-1", ".1@5", "0x.1@5",
        "0x123456789.1@5", "20000123.4@5", "r3.x@5", "r3.1@5 ", "r3.1@99999999999999999999"}) {
    const auto flip = ParseFlip(text, 1);
    ASSERT_FALSE(flip.ok()) << text;
    EXPECT_NE(flip.error().message.find("0x20000123.4@5000"), std::string::npos) << flip.error().message;
  }
  EXPECT_EQ(ParseFlip("0x20000000.8@1", 1).error().message,
            "--flip: \"0x20000000.8@1\" has no bit 8; it has 0 to 7");
  EXPECT_EQ(ParseFlip("r1.32@1", 1).error().message, "--flip: \"r1.32@1\" has no bit 32; it has 0 to 31");
}

}  // namespace
}  // namespace atome::harness
