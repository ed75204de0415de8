#include "emulation/scene/scene_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Scene Example() {
  Scene scene;
  scene.registers = {8, 1, 7, 0x148};
  scene.registers[13] = 0x20000FB0;
  scene.registers[14] = 0x6F;
  scene.registers[15] = 0x46;
  scene.xpsr = 0x61000000;
  scene.register_places[3] = "kTable+0x0";
  scene.register_places[15] = "Crash+0x6 (crash.c:7)";
  scene.last_instructions = {
      {.address = 0x6A, .text = "bl #0x40", .comment = "Crash", .place = "Inner+0x1a (crash.h:13)"},
      {.address = 0x46, .text = "str r2, [r0, r3]", .place = "Crash+0x6 (crash.c:7)", .here = true}};
  scene.call_trace = {{.pc = 0x46, .place = "Store (crash.c:3)", .inlined = true},
                      {.pc = 0x46, .place = "Crash+0x6 (crash.c:7)"},
                      {.pc = 0x6A, .place = "Inner+0x1a (crash.h:13)", .repeats = 5, .repeat_frames = 1},
                      {.pc = 0x90, .place = "reset+0xa (crash.h:21)"}};
  scene.fault_status = FaultStatus{.exception = FaultException::kBusFault,
                                   .escalated = true,
                                   .readable = true,
                                   .cfsr = 0x8200,
                                   .hfsr = 0x40000000,
                                   .bfar = 0x30000000,
                                   .bits = "BFSR.PRECISERR, BFSR.BFARVALID, HFSR.FORCED"};
  return scene;
}

TEST(SceneText, TellsAFault) {
  EXPECT_EQ(
      Paragraph("write to read-only memory at Crash+0x6 (crash.c:7): address 0x00000150 is in flash, which "
                "a store cannot change",
                Example()),
      R"(write to read-only memory at Crash+0x6 (crash.c:7): address 0x00000150 is in flash, which a store
  cannot change
Last instructions:
     0x0000006a  bl #0x40 <Crash>                    Inner+0x1a (crash.h:13)
  => 0x00000046  str r2, [r0, r3]                    Crash+0x6 (crash.c:7)
Call trace, innermost first:
  Store (crash.c:3), inlined in
  Crash+0x6 (crash.c:7)
  Inner+0x1a (crash.h:13)
    ... the line above 5 more times
  reset+0xa (crash.h:21)
Registers (flags nZCvq):
  r0  0x00000008       r1  0x00000001       r2  0x00000007       r3  0x00000148
  r4  0x00000000       r5  0x00000000       r6  0x00000000       r7  0x00000000
  r8  0x00000000       r9  0x00000000       r10 0x00000000       r11 0x00000000
  r12 0x00000000       sp  0x20000fb0       lr  0x0000006f       pc  0x00000046
  r3  -> kTable+0x0
On silicon: BusFault, escalated to HardFault as its own handler is not enabled; CFSR 0x00008200,
  HFSR 0x40000000, BFAR 0x30000000 (BFSR.PRECISERR, BFSR.BFARVALID, HFSR.FORCED).
)");
}

TEST(SceneText, TellsALoop) {
  Scene scene;
  scene.blocks_seen = 64;
  EXPECT_THAT(Paragraph("stopped", scene), HasSubstr("Loop: none seen among the last 64 blocks.\n"));
  scene.loop =
      Loop{.blocks = {0x40}, .instructions = 3, .steady = true, .rounds = 64, .places = {"Spin (a.c:7)"}};
  EXPECT_THAT(
      Paragraph("stopped", scene),
      HasSubstr("Loop: the last 64 blocks ended with 64 rounds of one loop of 1 block, 3 instructions a "
                "round, in:\n  Spin (a.c:7)\n"));
  scene.loop->steady = false;
  EXPECT_THAT(Paragraph("stopped", scene), HasSubstr("1 block (3 instructions) again and again"));
}

TEST(SceneText, TellsStackAndSilicon) {
  Scene scene;
  scene.stack = "Stack overflow: SP is 16 bytes below the stack";
  scene.fault_status = FaultStatus{.note = "silicon goes on"};
  const std::string text = Paragraph("fault", scene);
  EXPECT_THAT(text, HasSubstr("fault\nStack overflow: SP is 16 bytes below the stack.\n"));
  EXPECT_THAT(text, HasSubstr("On silicon: silicon goes on.\n"));
  EXPECT_THAT(text, Not(HasSubstr("Loop")));
  EXPECT_THAT(text, Not(HasSubstr("Last instructions")));
  scene.fault_status = FaultStatus{.exception = FaultException::kHardFault, .note = {}};
  EXPECT_THAT(Paragraph("fault", scene),
              HasSubstr("On silicon: HardFault (Armv6-M has no registers that tell which).\n"));
}

TEST(SceneText, FoldsRoundsOfARecursion) {
  Scene scene;
  scene.call_trace = {{.pc = 2, .place = "Ping"},
                      {.pc = 4, .place = "Pong", .repeats = 1, .repeat_frames = 2}};
  EXPECT_THAT(Paragraph("fault", scene), HasSubstr("  Pong\n    ... the 2 lines above 1 more time\n"));
}

TEST(SceneText, KeepsToItsColumnsAndToPrintableCharacters) {
  Scene scene = Example();
  scene.last_instructions[0].place = std::string(300, 'x') + "\n\033[31m";
  scene.call_trace[0].place = "a\nb\033[2Jc" + std::string(300, 'y');
  scene.register_places[0] = "\t\x80\xff";
  const std::string text = Paragraph(std::string(250, 'z') + " and\nmore", scene);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 100u) << line;
    for (const char c : line) EXPECT_TRUE(c >= 0x20 && c <= 0x7E) << line;
  }
  EXPECT_THAT(text, HasSubstr("a?b?[2Jc"));
}

}  // namespace
}  // namespace atome::emulation
