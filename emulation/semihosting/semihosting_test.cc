#include "emulation/semihosting/semihosting.h"

#include <gtest/gtest.h>

#include <fstream>

#include "emulation/base/temporary_folder.h"
#include "emulation/machine/limits.h"

namespace atome::emulation {
namespace {

using Verdict = Semihosting::Verdict;

constexpr uint32_t kBlock = kRamAddress + 0x100;
constexpr uint32_t kText = kRamAddress + 0x200;
constexpr uint32_t kBuffer = kRamAddress + 0x300;
constexpr uint32_t kMinusOne = 0xFFFFFFFF;

class SemihostingTest : public ::testing::Test {
 protected:
  uint32_t Call(uint32_t operation, std::initializer_list<uint32_t> words) {
    uint32_t address = kBlock;
    for (const uint32_t word : words) {
      memory_.SetWord(address, word);
      address += 4;
    }
    return semihosting_.Call(operation, kBlock).result;
  }
  void Put(uint32_t address, const std::string& text) {
    std::copy_n(text.c_str(), text.size() + 1,
                memory_.Writable(address, static_cast<uint32_t>(text.size() + 1)));
  }
  uint32_t Open(const std::string& name, uint32_t mode) {
    Put(kText, name);
    return Call(0x01, {kText, mode, static_cast<uint32_t>(name.size())});
  }

  GuestMemory memory_{MapOf(*FindCore("m0"))};
  std::optional<std::string> input_;
  Console console_{kAllConsoles, input_};
  Semihosting semihosting_{memory_, console_, nullptr, "atome 3 ff", {0x20002000, 0x20003000}};
};

TEST_F(SemihostingTest, WritesReachTheOutputOnly) {
  Put(kText, "one");
  semihosting_.Call(0x04, kText);
  semihosting_.Call(0x03, kText);
  const uint32_t out = Open(":tt", 4);
  Put(kText, "three");
  EXPECT_EQ(Call(0x05, {out, kText, 5}), 0u);
  EXPECT_EQ(Call(0x05, {out + 7, kText, 5}), 5u);
  EXPECT_EQ(console_.TakeOutput(), "oneothree");
}

TEST_F(SemihostingTest, RefusesEveryFile) {
  for (uint32_t mode = 0; mode < 12; ++mode) {
    EXPECT_EQ(Open("/etc/passwd", mode), kMinusOne);
    EXPECT_EQ(Open("relative", mode), kMinusOne);
    EXPECT_EQ(Open("", mode), kMinusOne);
  }
  EXPECT_EQ(semihosting_.Call(0x13, 0).result, 1u) << "EPERM";
  EXPECT_EQ(Call(0x0D, {kBuffer, 0, 32}), kMinusOne);
  EXPECT_EQ(Call(0x0E, {kText, 5}), kMinusOne);
  EXPECT_EQ(Call(0x0F, {kText, 5, kText, 5}), kMinusOne);
  EXPECT_EQ(Call(0x12, {kText, 5}), 0x7F00u) << "the shell could not be started";
}

TEST_F(SemihostingTest, HandlesAreReusedAndBounded) {
  EXPECT_EQ(Open(":tt", 4), 1u);
  EXPECT_EQ(Open(":tt", 8), 2u);
  EXPECT_EQ(Call(0x02, {1}), 0u);
  EXPECT_EQ(Open(":tt", 0), 1u);
  for (uint32_t handle = 3; handle < 1024; ++handle) ASSERT_EQ(Open(":tt", 0), handle);
  EXPECT_EQ(Open(":tt", 0), kMinusOne);
  EXPECT_EQ(Call(0x02, {1023}), 0u);
  EXPECT_EQ(Call(0x02, {1023}), kMinusOne) << "closed";
  EXPECT_EQ(Call(0x02, {1024}), kMinusOne);
  EXPECT_EQ(Call(0x02, {0}), kMinusOne);
  EXPECT_EQ(Open(":tt", 0), 1023u);
}

TEST_F(SemihostingTest, TheConsoleReadsItsInputToTheEnd) {
  const uint32_t keyboard = Open(":tt", 0);
  EXPECT_EQ(Call(0x06, {keyboard, kBuffer, 4}), 4u) << "no input is an end";
  EXPECT_EQ(semihosting_.Call(0x07, 0).verdict, Verdict::kNoInput);
  input_ = "a\xFFrest";
  EXPECT_EQ(semihosting_.Call(0x07, 0).result, uint32_t{'a'});
  EXPECT_EQ(semihosting_.Call(0x07, 0).result, 0xFFu);
  EXPECT_EQ(Call(0x06, {keyboard, kFlashAddress, 4}), 4u) << "flash cannot be written";
  EXPECT_EQ(Call(0x06, {keyboard, kBuffer, 10}), 6u);
  EXPECT_EQ(memory_.Text(kBuffer), "rest");
  EXPECT_EQ(Call(0x06, {keyboard, kBuffer, 10}), 10u);
  EXPECT_EQ(semihosting_.Call(0x07, 0).result, kMinusOne);
}

TEST_F(SemihostingTest, FilesOfTheGrantedFolder) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "in.txt") << "abcde";
  std::string why;
  const auto granted = GrantedFolder::Open({.folder = folder.path(), .writable = true}, why);
  ASSERT_TRUE(granted) << why;
  Semihosting files(memory_, console_, &*granted, "", {});
  const auto call = [&](uint32_t operation, std::initializer_list<uint32_t> words) {
    uint32_t address = kBlock;
    for (const uint32_t word : words) memory_.SetWord(std::exchange(address, address + 4), word);
    return files.Call(operation, kBlock).result;
  };
  Put(kText, "in.txt");
  const uint32_t in = call(0x01, {kText, 1, 6});
  ASSERT_NE(in, kMinusOne);
  EXPECT_EQ(call(0x09, {in}), 0u) << "no terminal";
  EXPECT_EQ(call(0x0C, {in}), 5u);
  EXPECT_EQ(call(0x05, {in, kText, 2}), 2u) << "opened for reading";
  EXPECT_EQ(call(0x0A, {in, 3}), 0u);
  EXPECT_EQ(call(0x06, {in, kBuffer, 4}), 2u) << "not read";
  EXPECT_EQ(memory_.Text(kBuffer), "de");
  EXPECT_EQ(call(0x06, {in, kBuffer, 4}), 4u) << "the end";
  EXPECT_EQ(call(0x02, {in}), 0u);
  EXPECT_EQ(call(0x0D, {kText, 0x1F, 6}), 0u);
  EXPECT_EQ(memory_.Text(kText), "tmp1f");
  EXPECT_EQ(call(0x0D, {kText, 0x1F, 5}), kMinusOne) << "no room";
  const uint32_t out = call(0x01, {kText, 5, 5});
  ASSERT_NE(out, kMinusOne);
  EXPECT_EQ(call(0x05, {out, kBuffer, 2}), 0u);
  EXPECT_EQ(call(0x06, {out, kBuffer, 2}), 2u) << "opened for writing";
  Put(kBuffer, "moved");
  EXPECT_EQ(call(0x0F, {kText, 5, kBuffer, 5}), 0u);
  Put(kText, "in.txt");
  EXPECT_EQ(call(0x0E, {kText, 6}), 0u);
  EXPECT_EQ(call(0x01, {kText, 1, 6}), kMinusOne);
  EXPECT_EQ(files.Call(0x13, 0).result, 2u) << "ENOENT";
  Put(kText, "../in.txt");
  EXPECT_EQ(call(0x01, {kText, 1, 9}), kMinusOne);
  EXPECT_EQ(files.Call(0x13, 0).result, 13u) << "EACCES";
  const FileChanges expected = {{"in.txt", std::nullopt}, {"moved", "de"}, {"tmp1f", std::nullopt}};
  EXPECT_EQ(files.TakeFileChanges(), expected);
}

TEST_F(SemihostingTest, CommandLineFitsOrFails) {
  EXPECT_EQ(Call(0x15, {kBuffer, 10}), kMinusOne) << "no room for the zero byte";
  EXPECT_EQ(Call(0x15, {kBuffer, 11}), 0u);
  EXPECT_EQ(memory_.Word(kBlock + 4), 10u);
  EXPECT_EQ(memory_.Text(kBuffer), "atome 3 ff");
  EXPECT_EQ(Call(0x15, {kFlashAddress, 100}), kMinusOne) << "flash cannot be written";
  EXPECT_EQ(Call(0x15, {kRamAddress + memory_.map().ram().bytes - 5, 100}), kMinusOne)
      << "the buffer leaves RAM";
}

TEST_F(SemihostingTest, BadPointersFail) {
  for (const uint32_t operation : {0x01u, 0x02u, 0x03u, 0x04u, 0x06u, 0x08u, 0x09u, 0x15u, 0x16u, 0x30u}) {
    for (const uint32_t address :
         {0x90000000u, kRamAddress + memory_.map().ram().bytes, 0xFFFFFFFFu, 0xFFFFFFFCu}) {
      EXPECT_EQ(semihosting_.Call(operation, address).result, kMinusOne)
          << std::hex << operation << " " << address;
    }
  }
  const uint32_t end = kRamAddress + memory_.map().ram().bytes;
  *memory_.Writable(end - 1, 1) = 'x';
  EXPECT_EQ(semihosting_.Call(0x04, end - 1).result, kMinusOne) << "text without an end";
  const uint32_t out = Open(":tt", 4);
  EXPECT_EQ(Call(0x05, {out, kText, 0xFFFFFFFF}), 0xFFFFFFFFu) << "nothing was written";
  EXPECT_EQ(console_.TakeOutput(), "");
}

TEST_F(SemihostingTest, ExitCodes) {
  memory_.SetWord(kBlock, 0x20026);
  memory_.SetWord(kBlock + 4, 0x107);
  EXPECT_EQ(semihosting_.Call(0x20, kBlock).exit_code, 0x107);
  memory_.SetWord(kBlock, 0x20023);
  EXPECT_EQ(semihosting_.Call(0x20, kBlock).exit_code, 1);
  const Semihosting::Reply reply = semihosting_.Call(0x18, 0x20026);
  EXPECT_EQ(reply.verdict, Verdict::kExit);
  EXPECT_EQ(reply.exit_code, 0);
  EXPECT_EQ(semihosting_.Call(0x18, 0x20023).exit_code, 1);
}

TEST_F(SemihostingTest, ClocksShowTheTimeGiven) {
  using namespace std::chrono_literals;
  EXPECT_EQ(semihosting_.Call(0x10, 0, 9'999'999ns).result, 0u);
  EXPECT_EQ(semihosting_.Call(0x10, 0, 10ms).result, 1u) << "hundredths of a second";
  EXPECT_EQ(semihosting_.Call(0x11, 0, 2'999'999'999ns).result, 2u);
  EXPECT_EQ(semihosting_.Call(0x11, 0, 3s).result, 3u);
  EXPECT_EQ(semihosting_.Call(0x30, kBlock, 5s).result, 0u);
  EXPECT_EQ(memory_.Word(kBlock), 705'032'704u);  // 5e9 as two words
  EXPECT_EQ(memory_.Word(kBlock + 4), 1u);
  for (uint32_t operation = 0; operation < 0x40; ++operation)
    EXPECT_EQ(Semihosting::NeedsTime(operation), operation == 0x10 || operation == 0x11 || operation == 0x30)
        << operation;
}

TEST_F(SemihostingTest, HeapInfoIsWhatItWasGiven) {
  EXPECT_EQ(Call(0x16, {kBuffer}), 0u);
  EXPECT_EQ(memory_.Word(kBuffer), 0x20002000u);
  EXPECT_EQ(memory_.Word(kBuffer + 4), 0x20003000u);
}

TEST_F(SemihostingTest, OutputHasALimit) {
  const uint32_t out = Open(":tt", 4);
  const uint32_t chunk = 1 << 20;
  memory_.SetWord(kBlock, out);
  memory_.SetWord(kBlock + 4, kRamAddress + 0x1000);
  memory_.SetWord(kBlock + 8, chunk);
  for (int i = 0; i < 64; ++i) {
    const Semihosting::Reply reply = semihosting_.Call(0x05, kBlock);
    ASSERT_EQ(reply.verdict, Verdict::kContinue) << "the last byte has room";
    ASSERT_EQ(reply.result, 0u);
  }
  memory_.SetWord(kBlock + 8, 0);
  EXPECT_EQ(semihosting_.Call(0x05, kBlock).verdict, Verdict::kContinue) << "nothing more";
  memory_.SetWord(kBlock + 8, 1);
  EXPECT_EQ(semihosting_.Call(0x05, kBlock).verdict, Verdict::kOutputLimit);
  EXPECT_EQ(console_.TakeOutput().size(), kOutputLimitBytes);
}

// "Semihosting for AArch32 and AArch64", SYS_SEEK: a position beyond the end is not allowed; the end is.
TEST_F(SemihostingTest, SeeksUpToTheEnd) {
  const uint32_t features = Open(":semihosting-features", 0);
  ASSERT_EQ(Call(0x0C, {features}), 5u);
  for (const uint32_t position : {4u, 5u, 0u}) {
    EXPECT_EQ(Call(0x0A, {features, position}), 0u);
    EXPECT_EQ(Call(0x06, {features, kBuffer, 8}), 8 - (5 - position)) << "not read, from " << position;
  }
  EXPECT_EQ(Call(0x0A, {features, 6}), kMinusOne);
  EXPECT_EQ(semihosting_.Call(0x13, 0).result, 22u) << "EINVAL";
  EXPECT_EQ(Call(0x0A, {features, 0}), 0u);
  EXPECT_EQ(Call(0x06, {features, kBuffer, 5}), 0u);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(memory_.Readable(kBuffer, 5)), 5), "SHFB\3");
  EXPECT_EQ(Call(0x0A, {Open(":tt", 0), 7}), 0u) << "the keyboard";
  EXPECT_EQ(Call(0x0A, {Open(":tt", 4), 0}), kMinusOne);
  EXPECT_EQ(semihosting_.Call(0x13, 0).result, 29u) << "ESPIPE";
  EXPECT_EQ(Call(0x0A, {99, 0}), kMinusOne);
  EXPECT_EQ(semihosting_.Call(0x13, 0).result, 9u) << "EBADF";
}

// SYS_OPEN: 0 to 11 are fopen's modes; of ":tt" the first four are the keyboard, others write.
TEST_F(SemihostingTest, OpensInTwelveModes) {
  for (uint32_t mode = 0; mode < 14; ++mode) {
    const uint32_t handle = Open(":tt", mode);
    EXPECT_EQ(handle != kMinusOne, mode < 12) << mode;
    if (mode < 12) {
      EXPECT_EQ(Call(0x0A, {handle, 0}) == 0, mode < 4) << "only the keyboard seeks: " << mode;
      EXPECT_EQ(Call(0x05, {handle, kText, 1}), mode >= 4 ? 0u : 1u) << mode;
    }
    EXPECT_EQ(Open(":semihosting-features", mode) != kMinusOne, mode < 4) << mode;
    const uint32_t error = semihosting_.Call(0x13, 0).result;
    EXPECT_TRUE(mode < 4 || error == (mode < 12 ? 13u : 22u)) << mode << " gives " << error;
  }
}

// What a call with a wrong handle or address gives, and errno as Linux numbers it: EBADF 9, EFAULT 14.
TEST_F(SemihostingTest, ErrorsHaveTheirNumbers) {
  const uint32_t in = Open(":tt", 0), out = Open(":tt", 4);
  constexpr uint32_t kNowhere = 0x90000000;
  const struct {
    uint32_t operation;
    std::initializer_list<uint32_t> words;
    uint32_t result, error;
  } kRows[] = {
      {0x02, {77}, kMinusOne, 9},         // SYS_CLOSE
      {0x05, {77, kText, 3}, 3, 9},       // SYS_WRITE: bytes that were not written
      {0x05, {in, kText, 3}, 3, 9},       //
      {0x05, {out, kNowhere, 3}, 3, 14},  //
      {0x05, {77, kNowhere, 3}, 3, 14},   //
      {0x06, {77, kBuffer, 3}, 3, 9},     // SYS_READ
      {0x06, {out, kBuffer, 3}, 3, 9},    //
      {0x06, {in, kNowhere, 3}, 3, 14},   //
      {0x09, {77}, kMinusOne, 9},         // SYS_ISTTY
      {0x0A, {77, 0}, kMinusOne, 9},      // SYS_SEEK
      {0x0C, {77}, kMinusOne, 9},         // SYS_FLEN
      {0x01, {kNowhere, 0, 3}, kMinusOne, 14},
      {0x0E, {kNowhere, 3}, kMinusOne, 14},
      {0x0F, {kText, 3, kNowhere, 3}, kMinusOne, 14},
      {0x0F, {kNowhere, 3, kText, 3}, kMinusOne, 14},
      {0x15, {kNowhere, 100}, kMinusOne, 14},
      {0x15, {kBuffer, 3}, kMinusOne, 7},  // E2BIG
      {0x16, {kNowhere}, kMinusOne, 14},
  };
  for (const auto& row : kRows) {
    Call(0x02, {88});  // leaves EBADF
    if (row.error == 9) Call(0x15, {kNowhere, 100});
    EXPECT_EQ(Call(row.operation, row.words), row.result) << std::hex << row.operation;
    EXPECT_EQ(semihosting_.Call(0x13, 0).result, row.error) << std::hex << row.operation;
  }
  for (const uint32_t operation : {0x03u, 0x04u, 0x30u}) {
    Call(0x02, {88});
    EXPECT_EQ(semihosting_.Call(operation, kNowhere).result, kMinusOne);
    EXPECT_EQ(semihosting_.Call(0x13, 0).result, 14u) << std::hex << operation;
  }
}

TEST_F(SemihostingTest, SmallAnswers) {
  for (const auto& [status, is_error] :
       {std::pair{0u, 0u}, {1u, 0u}, {0x7FFFFFFFu, 0u}, {0x80000000u, 1u}, {0xFFFFFFFFu, 1u}})
    EXPECT_EQ(Call(0x08, {status}), is_error) << status;
  const uint32_t in = Open(":tt", 0), out = Open(":tt", 4);
  for (const uint32_t handle : {in, out}) {
    EXPECT_EQ(Call(0x09, {handle}), 0u) << "no terminal";
    EXPECT_EQ(Call(0x0C, {handle}), 0u);
  }
  EXPECT_EQ(semihosting_.Call(0x31, 0).result, 1'000'000'000u) << "ticks a second";
  EXPECT_EQ(semihosting_.Call(0x03, kText).result, 0xDEADBEEFu) << "as QEMU leaves R0";
  EXPECT_EQ(semihosting_.Call(0x04, kText).result, 0xDEADBEEFu);
  EXPECT_EQ(Call(0x16, {kBuffer}), 0u);
  const uint32_t heap[] = {0x20002000, 0x20003000, 0x20003000, 0x20002000};  // heap, then stack
  for (uint32_t k = 0; k < 4; ++k) EXPECT_EQ(memory_.Word(kBuffer + 4 * k), heap[k]) << k;
}

// A parameter block may end where RAM ends; one with a word less is a bad address.
TEST_F(SemihostingTest, ParameterBlocksAreReadNoFurther) {
  const uint32_t end = kRamAddress + memory_.map().ram().bytes;
  const struct {
    uint32_t operation, words;
  } kRows[] = {{0x02, 1}, {0x09, 1}, {0x0C, 1}, {0x0A, 2}, {0x0E, 2},
               {0x01, 3}, {0x05, 3}, {0x06, 3}, {0x0D, 3}, {0x0F, 4}};
  for (const auto& row : kRows) {
    for (const uint32_t words : {row.words, row.words - 1}) {
      Call(0x15, {kBuffer, 3});  // leaves E2BIG
      for (uint32_t k = 0; k < words; ++k) memory_.SetWord(end - 4 * (k + 1), 1);
      semihosting_.Call(row.operation, end - 4 * words);
      EXPECT_EQ(semihosting_.Call(0x13, 0).result == 14, words < row.words) << std::hex << row.operation;
    }
  }
}

TEST_F(SemihostingTest, UnknownOperations) {
  for (const uint32_t operation : {0x00u, 0x0Bu, 0x14u, 0x17u, 0x21u, 0x99u, 0xFFFFFFFFu}) {
    EXPECT_EQ(semihosting_.Call(operation, kBlock).verdict, Verdict::kUnsupported);
  }
  EXPECT_EQ(semihosting_.Call(0x07, 0).verdict, Verdict::kNoInput);
}

}  // namespace
}  // namespace atome::emulation
