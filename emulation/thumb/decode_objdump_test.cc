// Sizes, classes and branch targets against arm-none-eabi-objdump, over the firmware of the build.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/base/temporary_folder.h"
#include "emulation/thumb/decode.h"

namespace atome::thumb {
namespace {

std::string_view Name(Class kind) {
  constexpr std::string_view kNames[] = {"unknown",
                                         "alu",
                                         "shift",
                                         "extend",
                                         "bit field",
                                         "nop",
                                         "it",
                                         "multiply",
                                         "multiply-accumulate",
                                         "long multiply",
                                         "long multiply-accumulate",
                                         "dsp multiply",
                                         "divide",
                                         "load",
                                         "store",
                                         "load dual",
                                         "store dual",
                                         "load multiple",
                                         "store multiple",
                                         "branch",
                                         "table branch",
                                         "status",
                                         "barrier",
                                         "instruction barrier",
                                         "wait",
                                         "breakpoint",
                                         "trap",
                                         "float",
                                         "float move",
                                         "float move two",
                                         "float multiply-accumulate",
                                         "float divide",
                                         "float square root",
                                         "float status",
                                         "float load",
                                         "float store",
                                         "float load multiple",
                                         "float store multiple"};
  static_assert(std::size(kNames) == static_cast<size_t>(Class::kFloatStoreMultiple) + 1);
  return kNames[static_cast<size_t>(kind)];
}

struct Line {
  uint32_t address = 0;
  std::vector<uint16_t> halfwords;
  std::string mnemonic;
  std::string operands;
};

// "    100:\tf7ff fffe \tbl\t120 <main>", or nothing.
bool Parse(const std::string& text, Line& line) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, '\t');) parts.push_back(part);
  if (parts.size() < 3 || parts[0].find(':') == std::string::npos) return false;
  line = {};
  line.address = static_cast<uint32_t>(std::stoul(parts[0], nullptr, 16));
  std::stringstream code(parts[1]);
  for (std::string halfword; code >> halfword;) {
    if (halfword.size() != 4) return false;  // data
    line.halfwords.push_back(static_cast<uint16_t>(std::stoul(halfword, nullptr, 16)));
  }
  line.mnemonic = parts[2].substr(0, parts[2].find(' '));
  while (!line.mnemonic.empty() && (line.mnemonic.back() == '\n' || line.mnemonic.back() == ' '))
    line.mnemonic.pop_back();
  if (parts.size() > 3) line.operands = parts[3];
  return !line.halfwords.empty() && line.mnemonic[0] != '.';
}

const std::map<std::string, Class>& Classes() {
  static const std::map<std::string, Class> classes = [] {
    std::map<std::string, Class> map;
    const auto add = [&map](Class kind, const char* names) {
      std::stringstream stream(names);
      for (std::string name; stream >> name;) map[name] = kind;
    };
    add(Class::kAlu,
        "add adc addw adr and bic cmn cmp eor mov movw movt mvn neg orn orr rsb sbc sub subw teq tst pld "
        "clrex");
    add(Class::kShift, "asr lsl lsr ror rrx");
    add(Class::kExtend, "sxtb sxth uxtb uxth");
    add(Class::kBitField,
        "bfc bfi clz rbit rev rev16 revsh sbfx ubfx ssat usat ssat16 usat16 sxtab sxtah uxtab uxtah sxtab16 "
        "uxtab16 sxtb16 uxtb16 pkhbt pkhtb qadd qsub qdadd qdsub sel sadd16 sadd8 uadd8 uadd16 ssub16 "
        "ssub8 usub8 usub16 uhadd8 uhadd16 shadd16 qadd16 qsub16 qadd8 qsub8 uqadd8 uqsub8 sasx ssax");
    add(Class::kNop, "nop yield sev sg");
    add(Class::kIt, "it itt ite ittt itte itet itee itttt ittte ittet ittee itett itete iteet iteee");
    add(Class::kMultiply, "mul");
    add(Class::kMultiplyAccumulate, "mla mls");
    add(Class::kLongMultiply, "umull smull");
    add(Class::kLongMultiplyAccumulate, "umlal smlal");
    add(Class::kDspMultiply,
        "smulbb smulbt smultb smultt smlabb smlabt smlatb smlatt smlad smladx smuad smuadx smlsd smusd "
        "smlald smmul smmulr smmla smmlar smmls umaal smulwb smulwt smlawb smlawt usad8 usada8 smlalbb");
    add(Class::kDivide, "udiv sdiv");
    add(Class::kLoad, "ldr ldrb ldrh ldrsb ldrsh ldrex ldrexb ldrexh ldrt lda ldab ldah ldaex ldaexb ldaexh");
    add(Class::kStore, "str strb strh strex strexb strexh strt stl stlb stlh stlex stlexb stlexh");
    add(Class::kLoadDual, "ldrd");
    add(Class::kStoreDual, "strd");
    add(Class::kLoadMultiple, "ldm ldmia ldmdb pop");
    add(Class::kStoreMultiple, "stm stmia stmdb push");
    add(Class::kBranch, "b bl bx blx cbz cbnz bxns blxns");
    add(Class::kTableBranch, "tbb tbh");
    add(Class::kStatus, "mrs msr cpsid cpsie tt ttt tta ttat");
    add(Class::kBarrier, "dmb dsb");
    add(Class::kInstructionBarrier, "isb");
    add(Class::kWait, "wfi wfe");
    add(Class::kBreakpoint, "bkpt");
    add(Class::kTrap, "svc udf");
    add(Class::kFloat,
        "vadd vsub vmul vnmul vcmp vcmpe vcvt vcvtr vabs vneg vsel vmaxnm vminnm vrinta vrintm vrintn vrintp "
        "vrintr vrintx vrintz vcvta vcvtm vcvtn vcvtp vcvtb vcvtt vselge vselgt vseleq vselvs");
    add(Class::kFloatMultiplyAccumulate, "vmla vmls vnmla vnmls vfma vfms vfnma vfnms");
    add(Class::kFloatDivide, "vdiv");
    add(Class::kFloatSquareRoot, "vsqrt");
    add(Class::kFloatStatus, "vmrs vmsr");
    add(Class::kFloatLoad, "vldr");
    add(Class::kFloatStore, "vstr");
    add(Class::kFloatLoadMultiple, "vldm vldmia vldmdb vpop vlldm");
    add(Class::kFloatStoreMultiple, "vstm vstmia vstmdb vpush vlstm");
    return map;
  }();
  return classes;
}

// Without type suffixes, condition and S, as far as needed to be in the table; empty if it is not.
std::string Base(const std::string& mnemonic) {
  const std::string plain = mnemonic.substr(0, mnemonic.find('.'));
  std::vector<std::string> tries = {plain};
  static const std::set<std::string> conditions = {"eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc",
                                                   "hi", "ls", "ge", "lt", "gt", "le", "al"};
  if (plain.size() > 2 && conditions.contains(plain.substr(plain.size() - 2))) {
    tries.push_back(plain.substr(0, plain.size() - 2));
  }
  for (const std::string& name : std::vector<std::string>(tries)) {
    if (name.back() == 's') tries.push_back(name.substr(0, name.size() - 1));
  }
  for (const std::string& name : tries) {
    if (Classes().contains(name)) return name;
  }
  return {};
}

// The class that the mnemonic and its operands mean.
Class Expected(const std::string& base, const Line& line) {
  const std::string& o = line.operands;
  if (base == "vmov") {
    const auto core = [](char c) { return c == 'r' || c == 'l' || c == 'i'; };
    int cores = 0;
    std::stringstream stream(o);
    for (std::string operand; stream >> operand;) {
      if (operand[0] == ';' || operand[0] == '@') break;
      if (core(operand[0]) || operand.starts_with("sp")) ++cores;
    }
    return cores >= 2 ? Class::kFloatMoveTwo : Class::kFloatMove;
  }
  if (line.halfwords[0] == 0x46C0) return Class::kAlu;  // mov r8, r8, the "nop" of Armv6-M
  if (base == "mov") {
    for (const char* shift : {", lsl", ", lsr", ", asr", ", ror", ", rrx"}) {
      if (o.find(shift) != std::string::npos) return Class::kShift;
    }
  }
  const bool to_pc = o.starts_with("pc,") && (base == "mov" || base == "add");
  return to_pc ? Class::kBranch : Classes().at(base);
}

constexpr const char* kNoObjdump = "arm-none-eabi-objdump not found (package binutils-arm-none-eabi)";
bool HasObjdump() { return std::system("arm-none-eabi-objdump --version >/dev/null 2>&1") == 0; }

// Checks one ELF; how many instructions.
int Check(const std::filesystem::path& elf) {
  const std::string command = "arm-none-eabi-objdump -d -z '" + elf.string() + "'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  int checked = 0;
  int wrong = 0;
  char buffer[1024];
  Line line;
  while (wrong < 20 && std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) {
    if (!Parse(buffer, line)) continue;
    const Instruction i = Decode(line.address, line.halfwords);
    const std::string where = elf.filename().string() + ": " + buffer;
    if (line.mnemonic.starts_with("<")) continue;  // objdump does not know it
    const std::string base = line.mnemonic.starts_with("vmov") ? "vmov" : Base(line.mnemonic);
    if (base.empty()) {
      ADD_FAILURE() << "mnemonic not in the table: " << where;
      ++wrong;
      continue;
    }
    ++checked;
    const Class expected = Expected(base, line);
    if (i.bytes != line.halfwords.size() * 2 || i.kind != expected) {
      ADD_FAILURE() << where << "decoded as " << Name(i.kind) << " of " << int{i.bytes} << " bytes, expected "
                    << Name(expected);
      ++wrong;
    }
    if (i.branch == Branch::kDirect || i.branch == Branch::kCall) {
      const size_t comma = line.operands.find(", ");
      const std::string target = comma == std::string::npos ? line.operands : line.operands.substr(comma + 2);
      EXPECT_EQ(line.address + static_cast<uint32_t>(i.branch_offset), std::stoul(target, nullptr, 16))
          << where;
    }
  }
  return checked;
}

// No compiler emits these by itself.
TEST(Decode, AgreesWithObjdumpOnArmv8M) {
  if (!HasObjdump()) GTEST_SKIP() << kNoObjdump;
  const emulation::TemporaryFolder folder;
  const std::filesystem::path source = folder.path() / "armv8m.s", object = folder.path() / "armv8m.o";
  int written = 0;
  {
    std::ofstream text(source);
    text << ".syntax unified\n.thumb\n";
    for (const char* base : {"r0", "r7", "r8", "lr"}) {
      for (const char* data : {"r1", "r6", "r12"}) {
        for (const char* load :
             {"lda", "ldab", "ldah", "ldaex", "ldaexb", "ldaexh", "tt", "ttt", "tta", "ttat"}) {
          const bool tests = load[0] == 't';
          text << load << ' ' << data << (tests ? ", " : ", [") << base << (tests ? "\n" : "]\n");
          ++written;
        }
        for (const char* store : {"stl ", "stlb ", "stlh ", "stlex r2, ", "stlexb r3, ", "stlexh r2, "}) {
          text << store << data << ", [" << base << "]\n";
          ++written;
        }
      }
      for (const char* other : {"bxns ", "blxns ", "vlldm ", "vlstm "}) {
        text << other << base << "\n";
        ++written;
      }
    }
    text << "sg\n";
    ++written;
  }
  const std::string command = "arm-none-eabi-as -mcpu=cortex-m33 -mfpu=fpv5-sp-d16 -o '" + object.string() +
                              "' '" + source.string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(Check(object), written);
}

TEST(Decode, AgreesWithObjdumpOnFirmware) {
  if (!HasObjdump()) GTEST_SKIP() << kNoObjdump;
  const std::filesystem::path firmware = std::filesystem::path(ATOME_BINARY_DIR) / "firmware";
  int checked = 0;
  if (std::filesystem::exists(firmware)) {
    for (const auto& core : std::filesystem::directory_iterator(firmware)) {
      if (!core.is_directory()) continue;
      // The firmware of one core differs in its data more than in its code.
      for (const char* name : {"generic-f32.elf", "generic-f32-taps.elf"}) {
        if (std::filesystem::exists(core.path() / name)) checked += Check(core.path() / name);
      }
    }
  }
  if (checked == 0) GTEST_SKIP() << "no firmware in " << firmware;
  RecordProperty("instructions", checked);
  std::printf("%d instructions agree with objdump\n", checked);
}

}  // namespace
}  // namespace atome::thumb
