#include "emulation/boards/core.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "emulation/timing/timing_core.h"

namespace atome::emulation {
namespace {

TEST(Core, EveryEntryIsSound) {
  std::set<std::string_view> names;
  const std::set<std::string_view> qemu_machines = {"microbit", "mps2-an385", "mps2-an386", "mps2-an500",
                                                    "mps2-an505"};
  const std::set<std::string_view> qemu_cores = {"m0", "m3", "m4f", "m7", "m33"};
  for (const Core& core : Cores()) {
    SCOPED_TRACE(std::string(core.name));
    EXPECT_TRUE(names.insert(core.name).second) << "named twice";
    EXPECT_EQ(core.title.substr(0, 8), "Cortex-M");
    EXPECT_GE(core.unicorn_model, 7);   // UC_CPU_ARM_CORTEX_M0
    EXPECT_LE(core.unicorn_model, 11);  // UC_CPU_ARM_CORTEX_M33
    EXPECT_EQ(core.cpuid >> 24, 0x41u) << "Arm is the implementer";
    EXPECT_FALSE(core.has_fpu && core.strict_alignment) << "Armv6-M has no FPU";
    EXPECT_FALSE(core.armv8m && core.strict_alignment);
    EXPECT_EQ(core.has_cycles(), timing::FindTimingCore(core.name) != nullptr) << "modelled, or why not";
    EXPECT_EQ(WhyNotSound(MapOf(core).memories, HasBitBand(core)), "");
    EXPECT_EQ(MapOf(core).ram().bytes, core.ram_bytes);
    EXPECT_TRUE(qemu_machines.contains(core.qemu_machine)) << core.qemu_machine;
    EXPECT_TRUE(qemu_cores.contains(core.qemu_core)) << core.qemu_core;
    EXPECT_EQ(core.qemu_core != core.name, !core.qemu_note.empty()) << "a stand-in says so";
  }
  EXPECT_EQ(names.size(), 7u);
}

TEST(Core, IsFoundByName) {
  ASSERT_NE(FindCore("m4f"), nullptr);
  EXPECT_EQ(FindCore("m4f")->title, "Cortex-M4F");
  EXPECT_TRUE(FindCore("m4f")->has_fpu);
  EXPECT_FALSE(FindCore("m4")->has_fpu);
  EXPECT_EQ(FindCore("m5"), nullptr);
  EXPECT_EQ(FindCore(""), nullptr);
}

}  // namespace
}  // namespace atome::emulation
