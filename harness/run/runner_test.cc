#include "harness/run/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run/native_runner.h"
#include "harness/run/probe_runner.h"
#include "harness/testing/repository.h"
#include "harness/testing/small_elf.h"

namespace atome::harness {
namespace {

using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;

// "runner core build" of each.
std::vector<std::string> Made(const RunnerChoice& choice) {
  const auto runners = MakeRunners(choice);
  if (!runners.ok()) return {runners.error().message};
  std::vector<std::string> names;
  for (const auto& runner : *runners) {
    names.push_back(std::string(runner->name()) + " " + std::string(runner->core()) + " " +
                    std::string(runner->build_kind()));
  }
  return names;
}

TEST(MakeRunners, ArePairsOfRunnersAndCores) {
  EXPECT_EQ(NativeRunner().name(), "native");
  EXPECT_THAT(Made({.runners = {"native"}, .limits = {}}), ElementsAre("native host ", "native host-simd "));
  EXPECT_THAT(Made({.runners = {"qemu", "unicorn"}, .cores = {"m3", "m0"}, .builds = {"size"}, .limits = {}}),
              ElementsAre("unicorn m0 size", "unicorn m3 size", "qemu m0 size", "qemu m3 size"));
  EXPECT_THAT(Made({.runners = {"native"}, .cores = {"m3"}, .limits = {}}),
              ElementsAre(HasSubstr("nothing to run")));
}

TEST(MakeRunners, AProbeNeedsAnAddressAndOnePlace) {
  const ProbeChoice address{.gdb = "localhost:1", .board = "", .reset = ""};
  EXPECT_THAT(Made({.runners = {"probe"}, .limits = {}}), ElementsAre(HasSubstr("needs --gdb HOST:PORT")));
  EXPECT_THAT(Made({.runners = {"probe"}, .probe = address, .limits = {}}),
              ElementsAre(HasSubstr("needs the --board")));
  EXPECT_THAT(Made({.runners = {"probe"}, .cores = {"m3"}, .probe = address, .limits = {}}),
              ElementsAre("probe m3 speed"));
  EXPECT_THAT(Made({.runners = {"probe", "native"}, .cores = {"host", "m3"}, .probe = address, .limits = {}}),
              ElementsAre("native host ", "probe m3 speed"));
  EXPECT_THAT(Made({.runners = {"probe"}, .cores = {"m0", "m3"}, .probe = address, .limits = {}}),
              ElementsAre(HasSubstr("needs the --board")));
}

TEST(MakeRunners, FirmwareOfOthersNeedsACoreUnlessTheProbeIsAlone) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.Write(
      "their.elf", testing::SmallElf({{.name = ".text", .address = 0, .bytes = std::string(64, 1)}}, {}));
  const ProbeChoice probe{.gdb = "localhost:1", .board = "bluepill", .reset = ""};
  EXPECT_THAT(Made({.runners = {"probe"}, .firmware = path, .probe = probe, .limits = {}}),
              ElementsAre("probe m3 "));
  EXPECT_THAT(Made({.runners = {"probe", "unicorn"}, .firmware = path, .probe = probe, .limits = {}}),
              ElementsAre(HasSubstr("--core")));
  EXPECT_THAT(Made({.runners = {"unicorn"}, .firmware = path, .limits = {}}),
              ElementsAre(HasSubstr("--core")));
  EXPECT_THAT(Made({.runners = {"unicorn"}, .cores = {"m4"}, .firmware = path, .limits = {}}),
              ElementsAre("unicorn m4 "));
}

TEST(ProbeRunner, SaysWhoseFirmwareItRuns) {
  const ProbeTarget target = *FindProbeTarget({.gdb = "localhost:1", .board = "bluepill", .reset = ""}, {});
  const ProbeRunner ours(target, {}, FirmwareBuild::kSize, Specialise::kBuilt);
  EXPECT_EQ(ours.build_kind(), "size");
  EXPECT_EQ(ours.detail(), "");
  EXPECT_EQ(ours.board(), "bluepill");
  Firmware theirs;
  theirs.name = "their.elf";
  theirs.given = true;
  const ProbeRunner given(target, {}, FirmwareBuild::kSize, Specialise::kBuilt,
                          std::make_shared<const Firmware>(theirs));
  EXPECT_EQ(given.build_kind(), "");
  EXPECT_THAT(given.detail(), HasSubstr("their.elf"));
}

}  // namespace
}  // namespace atome::harness
