// One routine a rule of the FPU of Cortex-M4F: table 7-1 of the Cortex-M4 Technical Reference Manual.
#include <gtest/gtest.h>

#include "emulation/timing/testing/routine.h"

namespace atome::timing {
namespace {

struct Rule {
  const char* name;
  const char* text;
  uint64_t cycles;
};

class M4Float : public testing::TestWithParam<Rule> {};

TEST_P(M4Float, CostsWhatItsSourceSays) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  EXPECT_EQ(Measure("m4f", {GetParam().text, {}, {}, {}}), GetParam().cycles);
}

const Rule kRules[] = {
    // 1 each when the next instruction does not use the result.
    {"Arithmetic",
     "vadd.f32 s0, s1, s2\n vsub.f32 s3, s4, s5\n vmul.f32 s6, s7, s8\n vabs.f32 s9, s10\n"
     "vcvt.f32.s32 s11, s12\n vmov s13, r0",
     6},
    // + 1 when it does.
    {"ResultUsedAtOnce", "vadd.f32 s0, s1, s2\n vmul.f32 s3, s0, s4", 3},
    {"ResultUsedLater", "vadd.f32 s0, s1, s2\n movs r0, #1\n movs r1, #1\n vmul.f32 s3, s0, s4", 4},
    {"ResultToCore", "vadd.f32 s0, s1, s2\n vmov r0, s0", 3},
    {"CompareThenFlags", "vcmp.f32 s0, s1\n vmrs apsr_nzcv, fpscr", 3},
    {"CompareLaterFlags", "vcmp.f32 s0, s1\n movs r0, #1\n movs r1, #1\n vmrs apsr_nzcv, fpscr", 4},
    // Two general registers: 2.
    {"MoveTwo", "vmov s0, s1, r0, r1\n vmov r2, r3, d4", 4},
    // 3; the addend is used a cycle later, so a sum in one register runs at 3 each.
    {"MultiplyAccumulate", "vmla.f32 s0, s1, s2\n vfma.f32 s0, s3, s4\n vfma.f32 s0, s5, s6", 9},
    {"FactorUsedAtOnce", "vmul.f32 s1, s3, s4\n vfma.f32 s0, s1, s2", 5},
    {"AddendUsedAtOnce", "vmul.f32 s0, s3, s4\n vfma.f32 s0, s1, s2", 4},
    // 14, and integer code goes on: 1, 4, then the FPU is free at 14.
    {"DivideThenFloat", "vdiv.f32 s0, s1, s2\n vadd.f32 s3, s4, s5", 15},
    {"DivideThenInteger", "vdiv.f32 s0, s1, s2\n movs r0, #1\n movs r1, #1\n movs r2, #1\n movs r3, #1", 5},
    {"DivideIntegerFloat",
     "vdiv.f32 s0, s1, s2\n movs r0, #1\n movs r1, #1\n vsqrt.f32 s3, s4\n vadd.f32 s5, s6, s7", 29},
    // 2, of a double 3; 1 + N.
    {"Load", "vldr s0, [r0]\n vldr s1, [r0, #4]\n vstr s0, [r1]", 6},
    {"LoadDouble", "vldr d0, [r0]\n vstr d0, [r1]", 6},
    // A load behind a store waits for the store buffer; FPU loads do, too: 1 + 1 + 2, 3, 3.
    {"StoreThenLoad", "str r0, [r1]\n vldr s0, [r2]\n movs r4, #1", 5},
    {"StoreThenLoadDouble", "str r0, [r1]\n vldr d0, [r2]\n movs r4, #1", 6},
    {"StoreThenLoadMultiple", "str r0, [r1]\n vldmia r2, {s0, s1}\n movs r4, #1", 6},
    {"StoreThenStore", "str r0, [r1]\n vstr s0, [r2]\n movs r4, #1", 4},
    {"StoreThenStoreMultiple", "str r0, [r1]\n vstmia r2, {s0, s1}\n movs r4, #1", 5},
    {"Multiple", "vldmia r0!, {s0-s3}\n vstmia r1!, {s0-s3}\n vpush {d8-d9}", 15},
};

INSTANTIATE_TEST_SUITE_P(Rules, M4Float, testing::ValuesIn(kRules),
                         [](const testing::TestParamInfo<Rule>& rule) {
                           return std::string(rule.param.name);
                         });

}  // namespace
}  // namespace atome::timing
