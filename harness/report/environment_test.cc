#include "harness/report/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/version.h"
#include "harness/testing/repository.h"

namespace atome::harness::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Environment, SaysDateToolsCommitAndHost) {
  const testing::ScopedVariable commit("ATOME_COMMIT", "0123abc-dirty");
  const emulation::Machine* machines[] = {&emulation::UnicornMachine()};
  const Environment environment =
      EnvironmentSince(std::chrono::system_clock::time_point(std::chrono::seconds(951782400)), machines);
  EXPECT_EQ(environment.date, "2000-02-29T00:00:00Z");
  EXPECT_EQ(environment.harness_version, Version());
  EXPECT_EQ(environment.commit, "0123abc-dirty");
  EXPECT_THAT(environment.tools.at("compiler"), StartsWith("GCC "));
  EXPECT_NE(environment.tools.at("unicorn"), "");
  EXPECT_EQ(environment.tools.count("qemu"), 0u);
  EXPECT_THAT(environment.host, HasSubstr(", "));
  EXPECT_THAT(environment.host, Not(HasSubstr("\"")));
}

}  // namespace
}  // namespace atome::harness::report
