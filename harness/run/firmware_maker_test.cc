#include "harness/run/firmware_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "emulation/base/subprocess.h"
#include "emulation/machine/machine.h"
#include "harness/base/places.h"
#include "harness/run/firmware_runner.h"
#include "harness/run/firmware_store.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::ScopedVariable;
using testing::TemporaryFolder;
using testing::TinyModel;

#define REQUIRE_COMPILER()                                 \
  if (emulation::FindProgram("arm-none-eabi-g++").empty()) \
  GTEST_SKIP() << "no cross compiler, so nothing is compiled"

const emulation::Core& M3() { return *emulation::FindCore("m3"); }

// Objects and ELFs in the folder.
size_t Files(const std::filesystem::path& folder) {
  std::error_code none;
  const std::filesystem::directory_iterator files(folder, none);
  return static_cast<size_t>(std::distance(begin(files), end(files)));
}

// No build has firmware for it: 17 positions.
Model Unbuilt(int format) {
  Model model = TinyModel("tiny_odd", format);
  model.config.max_seq = 17;
  return model;
}

TEST(MakeFirmware, OfEveryFormatRunsAndIsKeptByContent) {
  REQUIRE_COMPILER();
  const TemporaryFolder cache;
  const ScopedVariable folder("ATOME_FIRMWARE_CACHE", cache.path().string());
  const Task task{.prompts = {{1, 2, 3}}, .generate = 3};
  std::vector<CaseExecution> first;
  size_t kept = 0;
  for (const int format : {3, 2, 1}) {
    Model model = Unbuilt(format);
    const Result<Firmware> made =
        FindFirmware(model, "m3", false, Variant::kF32, FirmwareBuild::kSpeed, Specialise::kCompile);
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_EQ(made->Note(), "");
    EXPECT_EQ(made->name, "m3/tiny_odd-f32.elf");
    const Execution run =
        RunFirmware(emulation::UnicornMachine(), M3(), *made, model, task, {.profile = {}}).execution;
    EXPECT_EQ(run.outcome, Outcome::kPass) << run.message;
    if (first.empty()) first = run.cases;
    EXPECT_EQ(run.cases.at(0).steps.back().logits, first.at(0).steps.back().logits) << format;
    const size_t now = Files(cache.path());
    // The model and the ELF are of the file, the rest is not compiled again.
    if (kept != 0) EXPECT_EQ(now, kept + 2);
    kept = now;
    model.path = "another/name.bin";
    const Result<std::string> again =
        MakeFirmware(OrderFor(model, M3(), Variant::kF32, FirmwareBuild::kSpeed));
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(*again, made->elf);
    EXPECT_EQ(Files(cache.path()), kept);
  }
  Model retrained = Unbuilt(2);  // of the same shape: its engine is there
  char& code = retrained.bytes[11];
  code = code == 0 ? 1 : 0;
  ASSERT_TRUE(MakeFirmware(OrderFor(retrained, M3(), Variant::kF32, FirmwareBuild::kSpeed)).ok());
  EXPECT_EQ(Files(cache.path()), kept + 2);
}

TEST(MakeFirmware, OfADamagedModelItSaysWhere) {
  REQUIRE_COMPILER();
  Model damaged = Unbuilt(3);
  damaged.bytes.back() ^= 1;
  EXPECT_THAT(ErrorOf(MakeFirmware(OrderFor(damaged, M3(), Variant::kQ15, FirmwareBuild::kSize))),
              AllOf(HasSubstr(damaged.path), HasSubstr("checksum"), HasSubstr("unembed")));
}

TEST(MakeFirmware, WithoutACompilerTheGenericOneRunsAndSaysWhy) {
  const ScopedVariable path("PATH", "/nowhere");
  const Model model = Unbuilt(3);
  const Result<std::string> made = MakeFirmware(OrderFor(model, M3(), Variant::kF32, FirmwareBuild::kSpeed));
  EXPECT_TRUE(made.missing());
  EXPECT_THAT(ErrorOf(made), HasSubstr("Debian: gcc-arm-none-eabi"));
  const Result<Firmware> found =
      FindFirmware(model, "m3", false, Variant::kF32, FirmwareBuild::kSpeed, Specialise::kCompile);
  if (!found.ok()) GTEST_SKIP() << "no firmware was built";
  EXPECT_TRUE(found->generic);
  EXPECT_THAT(found->Note(), HasSubstr("generic firmware: arm-none-eabi-g++ is not on PATH"));
}

TEST(MakeFirmware, WithoutSourcesItSaysWhereTheyAreMissed) {
  REQUIRE_COMPILER();
  const TemporaryFolder empty;
  const ScopedVariable data("ATOME_DATA", empty.path().string());
  const Result<std::string> made =
      MakeFirmware(OrderFor(Unbuilt(3), M3(), Variant::kF32, FirmwareBuild::kSpeed));
  EXPECT_TRUE(made.missing());
  EXPECT_THAT(ErrorOf(made), HasSubstr((empty.path() / "engine").string()));
}

TEST(MakeFirmware, WhatTheCompilerRefusesIsTold) {
  REQUIRE_COMPILER();
  const TemporaryFolder cache;
  const ScopedVariable folder("ATOME_FIRMWARE_CACHE", cache.path().string());
  const Model model = Unbuilt(3);
  const TemporaryFolder sources;  // most of which are missing
  sources.Write("engine/firmware/main.cc", "int main() {}");
  const ScopedVariable data("ATOME_DATA", sources.path().string());
  const Result<std::string> made = MakeFirmware(OrderFor(model, M3(), Variant::kF32, FirmwareBuild::kSpeed));
  EXPECT_FALSE(made.missing());
  EXPECT_THAT(ErrorOf(made), HasSubstr("error"));
}

TEST(MakeFirmware, AMemoryThatIsTooSmallIsTheLinkersError) {
  REQUIRE_COMPILER();
  const TemporaryFolder cache;
  const ScopedVariable folder("ATOME_FIRMWARE_CACHE", cache.path().string());
  const Model model = Unbuilt(3);
  FirmwareOrder order = OrderFor(model, M3(), Variant::kF32, FirmwareBuild::kSpeed);
  order.flash.bytes = 4096;
  const Result<std::string> made = MakeFirmware(order);
  ASSERT_FALSE(made.ok());
  EXPECT_TRUE(SaysTooLarge(made.error())) << made.error().message;
  EXPECT_THAT(made.error().message, HasSubstr("FLASH"));
}

TEST(MakeFirmware, NothingIsCompiledForAFolderOfFirmwareThatWasNamed) {
  const ScopedVariable folder("ATOME_FIRMWARE_DIR", (PartsFolder() / "firmware").string());
  const TemporaryFolder cache;
  const ScopedVariable kept("ATOME_FIRMWARE_CACHE", cache.path().string());
  const Result<Firmware> found =
      FindFirmware(Unbuilt(3), "m3", false, Variant::kF32, FirmwareBuild::kSpeed, Specialise::kCompile);
  if (!found.ok()) GTEST_SKIP() << "no firmware was built";
  EXPECT_EQ(found->Note(), "generic firmware");
  EXPECT_EQ(Files(cache.path()), 0u);
}

}  // namespace
}  // namespace atome::harness
