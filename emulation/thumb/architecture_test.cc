// Against the assembler: what it refuses for a core, and what it takes.
#include "emulation/thumb/architecture.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
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
      "yield", "bkpt #1", "svc #1", "stm r0!, {r1}", "ldr r0, [pc, #4]", "blx r1",
      // Of Armv8-M alone.
      "lda r0, [r1]", "ldab r0, [r1]", "ldah r0, [r1]", "stl r0, [r1]", "stlb r0, [r1]", "stlh r0, [r1]",
      "ldaex r0, [r1]", "ldaexb r0, [r1]", "ldaexh r0, [r1]", "stlex r0, r1, [r2]", "stlexb r0, r1, [r2]",
      "stlexh r0, r1, [r2]", "tt r0, r1", "ttt r0, r1", "tta r0, r1", "ttat r0, r1", "sg", "vlldm r0",
      "vlstm r0",
      // Their neighbours.
      "ldrexb r0, [r1]", "ldrexh r0, [r1]", "strex r0, r1, [r2, #4]", "strexb r0, r1, [r2]",
      "strexh r0, r1, [r2]", "strd r0, r1, [r2]"};
  for (const char* instruction : kInstructions) {
    const std::vector<uint16_t> code = Assemble("m33", instruction);
    ASSERT_FALSE(code.empty()) << instruction;
    const uint16_t second = Bytes(code[0]) == 4 ? code.at(1) : uint16_t{0};
    EXPECT_EQ(Knows(Architecture::kArmv6M, code[0], second), !Assemble("m0", instruction).empty())
        << instruction;
    EXPECT_EQ(Knows(Architecture::kArmv7M, code[0], second), !Assemble("m3", instruction).empty())
        << instruction;
    EXPECT_EQ(Knows(Architecture::kArmv7EM, code[0], second), !Assemble("m7", instruction).empty())
        << instruction;
    EXPECT_TRUE(Knows(Architecture::kArmv8M, code[0], second)) << instruction;
  }
}

// A folder of its own for files, removed with what is in it.
struct Folder {
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("atome_encodings_" + std::to_string(getpid()));
};

struct Encoding {
  uint16_t first = 0;
  uint16_t second = 0;
  std::string text = {};  // as objdump has it, in a form that the assembler reads; empty: none
};

// Sets the texts of encodings, all narrow or all wide. objdump knows more than any core.
void Disassemble(const Folder& folder, bool wide, std::vector<Encoding>* encodings) {
  const std::string binary = folder.path / "code.bin", listing = folder.path / "code.txt";
  std::ofstream out(binary, std::ios::binary);
  for (const Encoding& each : *encodings) {
    out.write(reinterpret_cast<const char*>(&each.first), 2);
    if (wide) out.write(reinterpret_cast<const char*>(&each.second), 2);
  }
  out.close();
  ASSERT_EQ(std::system(("arm-none-eabi-objdump -D -z -b binary -m arm -M force-thumb '" + binary + "' >'" +
                         listing + "'")
                            .c_str()),
            0);
  std::ifstream lines(listing);
  static const std::regex kLine("^ *([0-9a-f]+):\t[^\t]+\t([^;@]*?)[ \t]*([;@].*)?$"), kName(" *<[^>]*>$"),
      kTarget("0x[0-9a-f]+$");
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, kLine)) continue;
    const size_t at = std::stoul(match[1], nullptr, 16) / (wide ? 4 : 2);
    std::string text = match[2];
    const bool unpredictable = match[3].str().find("UNPREDICTABLE") != std::string::npos;
    if (at >= encodings->size() || text.empty() || text[0] == '.' || text[0] == '<' || unpredictable)
      continue;
    text = std::regex_replace(text, kName, "");
    std::smatch target;
    if ((text[0] == 'b' || text[0] == 'c') && std::regex_search(text, target, kTarget)) {
      const auto to = static_cast<int64_t>(std::stoul(target[0], nullptr, 16));
      const int64_t distance = static_cast<int32_t>(to - static_cast<int64_t>(at) * (wide ? 4 : 2));
      text = target.prefix().str() + "." + (distance < 0 ? "" : "+") + std::to_string(distance);
    }
    (*encodings)[at].text = text;
  }
}

// Which of the lines the assembler takes for a core.
std::vector<bool> Taken(const Folder& folder, const std::string& options,
                        const std::vector<Encoding>& encodings) {
  const std::string source = folder.path / "code.s", errors = folder.path / "errors.txt";
  std::ofstream out(source);
  out << ".syntax unified\n.thumb\n";
  for (const Encoding& each : encodings) out << each.text << "\n";
  out.close();
  // It ends with an error, as most lines are for other cores.
  [[maybe_unused]] const int status =
      std::system(("arm-none-eabi-as " + options + " -o '" + (folder.path / "code.o").string() + "' '" +
                   source + "' 2>'" + errors + "'")
                      .c_str());
  std::vector<bool> taken(encodings.size(), true);
  std::ifstream lines(errors);
  static const std::regex kError("^.*code\\.s:([0-9]+): Error: .*$");
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, kError)) taken.at(std::stoul(match[1]) - 3) = false;
  }
  return taken;
}

// objdump says what an encoding is, and the assembler for which cores. What Cortex-M7 lacks too is left out.
// Returns how many were compared.
int Compare(bool wide, std::vector<Encoding> encodings) {
  const Folder folder;
  Disassemble(folder, wide, &encodings);
  const std::vector<bool> m7 = Taken(folder, "-mcpu=cortex-m7 -mfpu=fpv5-d16", encodings),
                          m3 = Taken(folder, "-mcpu=cortex-m3", encodings),
                          m0 = Taken(folder, "-mcpu=cortex-m0", encodings);
  int compared = 0;
  for (size_t k = 0; k < encodings.size(); ++k) {
    const auto& [first, second, text] = encodings[k];
    const bool floats = text[0] == 'v' || text[0] == 'f';  // of the FPU: of the core, not of the architecture
    const bool call = text.starts_with("bl ") || text.starts_with("blx ");  // too far for a file of this size
    if (text.empty() || !m7[k] || floats || call) continue;
    ++compared;
    EXPECT_TRUE(Knows(Architecture::kArmv7EM, first, second)) << text;
    EXPECT_EQ(Knows(Architecture::kArmv7M, first, second), m3[k])
        << std::hex << first << " " << second << " " << text;
    // These have a narrow form that the text means too, or bits that should be one.
    if (wide && (text.starts_with("rsbs") || text.starts_with("mrs") || text.starts_with("msr"))) continue;
    EXPECT_EQ(Knows(Architecture::kArmv6M, first, second), m0[k])
        << std::hex << first << " " << second << " " << text;
  }
  return compared;
}

TEST(Architecture, EveryNarrowEncoding) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  std::vector<Encoding> all;
  for (uint32_t h = 0; h < 0x10000; ++h) {
    if (Bytes(static_cast<uint16_t>(h)) == 2) all.push_back({static_cast<uint16_t>(h)});
  }
  // objdump writes conditions behind an IT: those come last.
  std::ranges::stable_partition(
      all, [](const Encoding& each) { return (each.first & 0xFF00) != 0xBF00 || each.first % 16 == 0; });
  EXPECT_GT(Compare(false, std::move(all)), 50'000);
}

// ATOME_ENCODINGS asks for more of them.
TEST(Architecture, RandomWideEncodings) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  const char* more = std::getenv("ATOME_ENCODINGS");
  const size_t count = more != nullptr ? std::strtoul(more, nullptr, 10) : 60'000;
  std::mt19937 random(1);
  std::vector<Encoding> some;
  while (some.size() < count) {
    const auto first = static_cast<uint16_t>(0xE800 | random() % 0x1800);
    const auto second = static_cast<uint16_t>(random() % 3 == 0 ? 0xF000 | random() % 0x1000 : random());
    some.push_back({first, second});
  }
  EXPECT_GT(Compare(true, std::move(some)), static_cast<int>(count / 5));
}

}  // namespace
}  // namespace atome::thumb
