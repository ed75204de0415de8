// What an exception puts on the stack and takes from it (Armv7-M Architecture Reference Manual, B1.5.6 to
// B1.5.8).
#include "emulation/unicorn/exception_frame.h"

#include <gtest/gtest.h>

#include <array>
#include <map>

#include "emulation/unicorn/exceptions.h"

namespace atome::emulation {
namespace {

using enum SpecialRegister;

constexpr uint32_t kStack = kRamAddress + 0x400;
constexpr uint32_t kPrivileged = 0, kUnprivileged = 1, kProcess = 2, kFloats = 4;  // of CONTROL

class FakeRegisters final : public Registers {
 public:
  uint32_t Read(unsigned number) const override { return values_[number]; }
  uint32_t ReadStatus() const override { return ReadSpecial(kXpsr); }
  void Write(unsigned number, uint32_t value) override { values_[number] = value; }
  uint32_t ReadSpecial(SpecialRegister which) const override {
    const auto found = special_.find(which);
    return found == special_.end() ? 0 : found->second;
  }
  void WriteSpecial(SpecialRegister which, uint32_t value) override { special_[which] = value; }
  uint32_t ReadFloat(unsigned number) const override { return floats_[number]; }
  void WriteFloat(unsigned number, uint32_t value) override { floats_[number] = value; }

 private:
  std::array<uint32_t, 15> values_{};
  std::array<uint32_t, 32> floats_{};
  std::map<SpecialRegister, uint32_t> special_;
};

class ExceptionFrameTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (unsigned r = 0; r < 15; ++r) registers_.Write(r, 0x100 + r);
    for (unsigned s = 0; s < 32; ++s) registers_.WriteFloat(s, 0x200 + s);
    registers_.Write(13, kStack);
    registers_.WriteSpecial(kXpsr, 0x81000000);
    registers_.WriteSpecial(kFpscr, 0x03000000);
  }
  void SetControl(uint32_t control) { registers_.WriteSpecial(kControl, control); }
  uint32_t Control() { return registers_.ReadSpecial(kControl); }
  uint32_t Word(uint32_t address) { return memory_.Word(address).value_or(0xDEAD); }

  FakeRegisters registers_;
  GuestMemory memory_{MapOf(*FindCore("m4f"))};
};

TEST_F(ExceptionFrameTest, TheBasicFrameHasEightWords) {
  SetControl(kUnprivileged);
  EXPECT_FALSE(StackFrame(registers_, memory_, kSvCall, 0x1234, false));
  const uint32_t expected[] = {0x100, 0x101, 0x102, 0x103, 0x10C, 0x10E, 0x1234, 0x81000000};
  for (uint32_t k = 0; k < 8; ++k) EXPECT_EQ(Word(kStack - 32 + 4 * k), expected[k]) << k;
  EXPECT_EQ(registers_.Read(13), kStack - 32);
  EXPECT_EQ(registers_.Read(14), 0xFFFFFFF9u) << "to thread mode and the main stack";
  EXPECT_EQ(registers_.ReadSpecial(kIpsr), 11u);
  EXPECT_EQ(Control(), kUnprivileged);
}

TEST_F(ExceptionFrameTest, AnOddWordIsSkippedAndTold) {
  registers_.Write(13, kStack - 4);
  EXPECT_FALSE(StackFrame(registers_, memory_, kSvCall, 0x1234, false));
  EXPECT_EQ(registers_.Read(13), kStack - 40);
  EXPECT_EQ(Word(kStack - 12), 0x81000200u) << "bit 9 of xPSR";
  const Unstacked back = UnstackFrame(registers_, memory_, 0xFFFFFFF9, true);
  EXPECT_EQ(back.pc, 0x1234u);
  EXPECT_EQ(registers_.Read(13), kStack - 4);
}

// CONTROL.FPCA: a handler begins without floats of its own, and whoever had some has them again.
TEST_F(ExceptionFrameTest, FloatsAreKeptAndTheirBitWithThem) {
  SetControl(kUnprivileged | kFloats);
  EXPECT_FALSE(StackFrame(registers_, memory_, kSvCall, 0x1234, true));
  EXPECT_EQ(registers_.Read(13), kStack - 104);
  for (uint32_t k = 0; k < 16; ++k) EXPECT_EQ(Word(kStack - 72 + 4 * k), 0x200 + k);
  EXPECT_EQ(Word(kStack - 8), 0x03000000u) << "FPSCR";
  EXPECT_EQ(registers_.Read(14), 0xFFFFFFE9u);
  EXPECT_EQ(Control(), kUnprivileged) << "the handler has none";
  registers_.WriteFloat(3, 0);
  UnstackFrame(registers_, memory_, 0xFFFFFFE9, true);
  EXPECT_EQ(registers_.ReadFloat(3), 0x203u);
  EXPECT_EQ(Control(), kUnprivileged | kFloats);
  EXPECT_EQ(registers_.Read(13), kStack);
}

TEST_F(ExceptionFrameTest, AHandlersFloatsEndWithIt) {
  SetControl(kUnprivileged);
  EXPECT_FALSE(StackFrame(registers_, memory_, kSvCall, 0x1234, false));
  SetControl(kUnprivileged | kFloats);  // the handler used some
  UnstackFrame(registers_, memory_, 0xFFFFFFF9, true);
  EXPECT_EQ(Control(), kUnprivileged) << "thread mode had none, and has the privilege that it had";
}

TEST_F(ExceptionFrameTest, AReturnToAHandlerLeavesTheRestOfControl) {
  SetControl(kUnprivileged | kProcess | kFloats);
  registers_.WriteSpecial(kXpsr, 0x01000000 | kSvCall);
  EXPECT_FALSE(StackFrame(registers_, memory_, kNmi, 0x1234, true));
  EXPECT_EQ(registers_.Read(14), 0xFFFFFFE1u);
  EXPECT_EQ(Control(), kUnprivileged | kProcess);
  const Unstacked back = UnstackFrame(registers_, memory_, 0xFFFFFFE1, true);
  EXPECT_EQ(back.exception, kSvCall);
  EXPECT_EQ(Control(), kUnprivileged | kProcess | kFloats);
}

TEST_F(ExceptionFrameTest, TheProcessStackIsChosenByTheReturn) {
  SetControl(kPrivileged | kProcess);
  EXPECT_FALSE(StackFrame(registers_, memory_, kSvCall, 0x1234, false));
  EXPECT_EQ(registers_.Read(14), 0xFFFFFFFDu);
  registers_.WriteSpecial(kPsp, kStack - 32);
  registers_.Write(13, kRamAddress);
  SetControl(kPrivileged);
  UnstackFrame(registers_, memory_, 0xFFFFFFFD, true);
  EXPECT_EQ(Control(), kPrivileged | kProcess);
  EXPECT_EQ(registers_.Read(13), kStack);
}

}  // namespace
}  // namespace atome::emulation
