// The guest call_frames with a stack made by hand, for tests of what reads stacks.
#ifndef ATOME_EMULATION_TESTING_FRAMES_H_
#define ATOME_EMULATION_TESTING_FRAMES_H_

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "emulation/elf/elf_image.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {

// reset calls outer, outer calls framed, framed calls guessed, guessed calls leaf.
class FramesTest : public ::testing::Test {
 protected:
  static constexpr uint32_t kSp = 0x20000F00;  // in leaf
  // Where the return address to each function's caller lies.
  static constexpr uint32_t kGuessedSlot = kSp + 16;
  static constexpr uint32_t kFramedSlot = kSp + 20 + 20;
  static constexpr uint32_t kOuterSlot = kSp + 20 + 24 + 12;

  void SetUp() override {
    ATOME_REQUIRE_GUESTS();
    image_ = GuestImage("call_frames");
    ASSERT_NE(image_, nullptr);
    for (uint32_t at = kSp; at < 0x20001000; at += 4) ram_[at] = 0;
    ram_[kGuessedSlot] = At("framed_return") | 1;
    ram_[kFramedSlot - 4] = 0x77777777;
    ram_[kFramedSlot] = At("outer_return") | 1;
    ram_[kOuterSlot] = (At("reset") + 4) | 1;
    registers_[7] = kFramedSlot - 4;
    registers_[13] = kSp;
    registers_[14] = At("guessed_return") | 1;
    registers_[15] = At("leaf");
  }

  uint32_t At(std::string_view symbol) { return image_->FindSymbol(symbol).value(); }
  MemoryReader Reader() {
    return [this](uint32_t address) -> std::optional<uint32_t> {
      EXPECT_EQ(address % 4, 0u);
      const auto word = ram_.find(address);
      return word != ram_.end() ? word->second : image_->WordAt(address);
    };
  }
  // The functions of the trace, innermost first.
  std::vector<std::string> Trace() {
    std::vector<std::string> functions;
    for (const CallFrame& frame : image_->CallTrace(registers_, Reader())) {
      functions.push_back(frame.place.substr(0, frame.place.find_first_of("+,")));
    }
    return functions;
  }

  std::unique_ptr<ElfImage> image_;
  std::map<uint32_t, uint32_t> ram_;
  std::array<uint32_t, 16> registers_{};
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_TESTING_FRAMES_H_
