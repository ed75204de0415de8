// What both machines refuse before they run anything, at each limit.
#include "emulation/machine/prepare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulation/machine/limits.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;

std::string WhyNot(const RunRequest& request) {
  RunResult result;
  if (Prepare(request, result)) return {};
  EXPECT_EQ(result.outcome, Outcome::kRejected);
  EXPECT_NE(result.message, "");
  return result.message;
}

TEST(Prepare, CommandLineHasALimit) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("hello", "m0");
  request.command_line = std::string(kMaxCommandLineBytes, 'x');
  EXPECT_EQ(WhyNot(request), "");
  request.command_line += 'x';
  EXPECT_THAT(WhyNot(request), HasSubstr("the command line is over 65536 bytes"));
  request.command_line = std::string("a\0", 2);
  EXPECT_THAT(WhyNot(request), HasSubstr("has a zero byte"));
}

TEST(Prepare, InputHasALimit) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("hello", "m0");
  request.console_input = std::string(kInputLimitBytes, 'x');
  EXPECT_EQ(WhyNot(request), "");
  *request.console_input += 'x';
  EXPECT_THAT(WhyNot(request), HasSubstr("the console's input is over 64 MiB"));
}

TEST(Prepare, SymbolsHaveToBeThere) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("marks", "m0");
  request.from_symbol = "reset";
  request.to_symbol = "atome_mark";
  EXPECT_EQ(WhyNot(request), "");
  request.to_symbol = "nowhere";
  EXPECT_THAT(WhyNot(request), HasSubstr("there is no function nowhere"));
  request.to_symbol = "atome_mark";
  request.from_symbol = "nowhere";
  EXPECT_THAT(WhyNot(request), HasSubstr("there is no function nowhere"));
  request.from_symbol = "";
  request.mark_symbol = "nowhere";
  EXPECT_EQ(WhyNot(request), "") << "marks are optional";
}

}  // namespace
}  // namespace atome::emulation
