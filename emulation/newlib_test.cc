// A guest built with newlib's own semihosting, which takes paths that hand-written firmware does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulation/machine.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

TEST(Newlib, PrintsAllocatesAndReturns) {
  ATOME_REQUIRE_GUESTS();
  const RunResult result = UnicornMachine().Run(GuestRequest("newlib_microbit", "m0"));
  EXPECT_EQ(result.outcome, Outcome::kExited) << result.message;
  EXPECT_EQ(result.exit_code, 0);
  // The mean of 1 to 100 is known; the cycles depend on whether the machine has a SysTick.
  EXPECT_THAT(result.output, ::testing::MatchesRegex("Hello from newlib 6\n"
                                                     "mean 31.420 steps, 1/3 = 0.333333\n"
                                                     "loop cycles: [0-9]+\n"));
}

}  // namespace
}  // namespace atome::emulation
