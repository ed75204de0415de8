// Against the assembler: what it refuses for a core, and what it takes.
#include "emulation/thumb/architecture.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "emulation/thumb/decode.h"

namespace atome::thumb {
namespace {

bool CanAssemble() { return std::system("arm-none-eabi-as --version >/dev/null 2>&1") == 0; }

// The code of one instruction; empty when the assembler refuses it for the core.
std::vector<uint16_t> Assemble(const std::string& core, const std::string& instruction) {
  const std::string stem =
      (std::filesystem::temp_directory_path() / ("atome_architecture_" + std::to_string(getpid()))).string();
  std::ofstream(stem + ".s") << ".syntax unified\n.thumb\n" << instruction << "\n";
  const std::string command = "arm-none-eabi-as -mcpu=cortex-" + core + " -o " + stem + ".o " + stem +
                              ".s 2>/dev/null && arm-none-eabi-objcopy -O binary " + stem + ".o " + stem +
                              ".bin";
  std::vector<uint16_t> code;
  if (std::system(command.c_str()) == 0) {
    std::ifstream binary(stem + ".bin", std::ios::binary);
    uint16_t halfword = 0;
    while (binary.read(reinterpret_cast<char*>(&halfword), 2)) code.push_back(halfword);
  }
  for (const char* suffix : {".s", ".o", ".bin"}) std::filesystem::remove(stem + suffix);
  return code;
}

TEST(Architecture, KnowsWhatTheAssemblerKnows) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  const char* const kInstructions[] = {
      "smlad r0, r1, r2, r3", "smladx r0, r1, r2, r3", "smuad r0, r1, r2", "smusd r0, r1, r2",
      "smlsd r0, r1, r2, r3", "smlabb r0, r1, r2, r3", "smlatt r0, r1, r2, r3", "smulbt r0, r1, r2",
      "smulwb r0, r1, r2", "smlawt r0, r1, r2, r3", "smmul r0, r1, r2", "smmlar r0, r1, r2, r3",
      "smmls r0, r1, r2, r3", "usad8 r0, r1, r2", "usada8 r0, r1, r2, r3", "umaal r0, r1, r2, r3",
      "smlalbb r0, r1, r2, r3", "smlald r0, r1, r2, r3", "smlsld r0, r1, r2, r3", "sxtab r0, r1, r2",
      "uxtah r0, r1, r2", "sxtab16 r0, r1, r2", "sxtb16 r0, r1", "uxtb16 r0, r1, ror #8", "pkhbt r0, r1, r2",
      "pkhtb r0, r1, r2, asr #3", "sel r0, r1, r2", "sadd16 r0, r1, r2", "uadd8 r0, r1, r2",
      "uqsub16 r0, r1, r2", "shasx r0, r1, r2", "qadd r0, r1, r2", "qdsub r0, r1, r2", "ssat16 r0, #3, r1",
      "usat16 r0, #3, r1",
      // Of Armv7-M, with and without the extension.
      "mul r8, r1, r2", "mla r0, r1, r2, r3", "mls r0, r1, r2, r3", "umull r0, r1, r2, r3",
      "smlal r0, r1, r2, r3", "umlal r0, r1, r2, r3", "sdiv r0, r1, r2", "udiv r0, r1, r2", "clz r0, r1",
      "rbit r0, r1", "rev.w r0, r1", "revsh.w r8, r1", "sxtb.w r0, r1, ror #8", "uxth.w r0, r1",
      "ssat r0, #3, r1", "usat r0, #3, r1, lsl #2", "ssat r0, #3, r1, asr #4", "lsl.w r0, r1, r2",
      "ror.w r0, r1, r2", "bfi r0, r1, #1, #2", "ubfx r0, r1, #1, #2", "add.w r0, r1, r2, lsl #3",
      "movw r0, #1000", "ldrd r0, r1, [r2]", "tbb [r0, r1]", "ldr.w r0, [r1, #100]", "cbz r0, .+8",
      "cbnz r0, .+8", "it eq\n moveq r0, r1", "b.w .+1000", "bgt.w .+159272", "ble.w .-0x80000",
      "ldrex r0, [r1]", "clrex",
      // Of Armv6-M too.
      "bl .+100", "mrs r0, primask", "msr control, r0", "dsb", "dmb", "isb", "adds r0, r1, r2",
      "muls r0, r1, r0", "rev r0, r1", "sxtb r0, r1", "push {r0, lr}", "cpsid i", "nop", "wfi", "sev",
      "yield", "bkpt #1", "svc #1", "stm r0!, {r1}", "ldr r0, [pc, #4]", "blx r1"};
  for (const char* instruction : kInstructions) {
    const std::vector<uint16_t> code = Assemble("m7", instruction);
    ASSERT_FALSE(code.empty()) << instruction;
    const uint16_t second = Bytes(code[0]) == 4 ? code.at(1) : uint16_t{0};
    EXPECT_EQ(Knows(Architecture::kArmv6M, code[0], second), !Assemble("m0", instruction).empty())
        << instruction;
    EXPECT_EQ(Knows(Architecture::kArmv7M, code[0], second), !Assemble("m3", instruction).empty())
        << instruction;
    EXPECT_TRUE(Knows(Architecture::kArmv7EM, code[0], second)) << instruction;
  }
}

}  // namespace
}  // namespace atome::thumb
