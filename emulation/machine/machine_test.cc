// Both machines on the guest programs of testing/guests.
#include "emulation/machine/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <thread>
#include <tuple>

#include "emulation/base/hex.h"
#include "emulation/base/subprocess.h"
#include "emulation/base/temporary_folder.h"
#include "emulation/machine/limits.h"
#include "emulation/testing/guest.h"
#include "emulation/testing/random_program.h"

namespace atome::emulation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<uint64_t> Counts(const std::vector<Mark>& marks) {
  std::vector<uint64_t> counts;
  for (const Mark& mark : marks) counts.push_back(Count(mark.instructions));
  return counts;
}

// Runs on both machines, which must agree in everything, and returns what they say. Cycles rest on blocks,
// of which both see the same.
RunResult OnBoth(RunRequest request) {
  request.cycle_basis = CycleBasis::kBlocks;
  const RunResult unicorn = UnicornMachine().Run(request);
  const RunResult qemu = QemuMachine().Run(request);
  EXPECT_EQ(unicorn.outcome, qemu.outcome) << unicorn.message << " / " << qemu.message;
  EXPECT_EQ(unicorn.exit_code, qemu.exit_code);
  EXPECT_EQ(unicorn.message, qemu.message);
  EXPECT_EQ(unicorn.output, qemu.output);
  EXPECT_EQ(Counts(unicorn.marks), Counts(qemu.marks));
  EXPECT_TRUE(unicorn.marks == qemu.marks) << "cycles differ";
  EXPECT_EQ(unicorn.cycles_depend_on_data, qemu.cycles_depend_on_data);
  EXPECT_EQ(unicorn.cycles.has_value(), request.core->has_cycles());
  if (unicorn.outcome != Outcome::kFault) {
    EXPECT_TRUE(unicorn.cycles == qemu.cycles);
  }
  EXPECT_TRUE(unicorn.instructions && qemu.instructions);
  if (unicorn.instructions && qemu.instructions) {
    EXPECT_EQ(Count(*unicorn.instructions), Count(*qemu.instructions));
  }
  EXPECT_EQ(unicorn.fault.has_value(), qemu.fault.has_value());
  if (unicorn.fault && qemu.fault) {
    EXPECT_EQ(unicorn.fault->pc, qemu.fault->pc);
    EXPECT_EQ(unicorn.fault->address, qemu.fault->address);
  }
  return unicorn;
}

RunResult OnBoth(std::string_view guest, std::string_view core) { return OnBoth(GuestRequest(guest, core)); }

// Skips the test where one of the machines cannot run.
#define ATOME_REQUIRE_BOTH() \
  ATOME_REQUIRE_GUESTS();    \
  if (FindProgram("qemu-system-arm").empty()) GTEST_SKIP() << "qemu-system-arm is not installed"

TEST(Machine, NamesAndNotes) {
  EXPECT_EQ(UnicornMachine().name(), "unicorn");
  EXPECT_EQ(QemuMachine().name(), "qemu");
  EXPECT_EQ(UnicornMachine().Note(*FindCore("m4")), "");
  EXPECT_THAT(std::string(QemuMachine().Note(*FindCore("m4"))), HasSubstr("Cortex-M4F"));
}

TEST(Machine, Exits) {
  ATOME_REQUIRE_BOTH();
  const RunResult hello = OnBoth("hello", "m0");
  EXPECT_EQ(hello.outcome, Outcome::kExited);
  EXPECT_EQ(hello.exit_code, 7);
  EXPECT_EQ(hello.message, "");
  EXPECT_EQ(hello.output, "hello, !");
  EXPECT_EQ(OnBoth("exit_success", "m0").exit_code, 0);
  EXPECT_EQ(OnBoth("exit_failure", "m0").exit_code, 1);
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("exit_wide", "m0")).exit_code, 0x107)
      << "as the firmware gave it";
  EXPECT_EQ(QemuMachine().Run(GuestRequest("exit_wide", "m0")).exit_code, 7) << "QEMU passes on the low byte";
  EXPECT_EQ(OnBoth("code_in_ram", "m0").exit_code, 6);
}

TEST(Machine, CountsToEachMark) {
  ATOME_REQUIRE_BOTH();
  const RunResult marks = OnBoth("marks", "m0");
  EXPECT_THAT(Counts(marks.marks), ElementsAre(3, 9, 15));  // by hand, see the guest
  EXPECT_EQ(Count(*marks.instructions), 23u);
  RunRequest other = GuestRequest("marks", "m0");
  other.mark_symbol = "reset";
  EXPECT_THAT(Counts(OnBoth(other).marks), ElementsAre(0));
  other.mark_symbol = "none_of_that_name";
  EXPECT_THAT(Counts(OnBoth(other).marks), ElementsAre());
}

TEST(Machine, MarksHaveALimit) {
  ATOME_REQUIRE_BOTH();
  const RunResult flood = OnBoth("mark_flood", "m0");
  EXPECT_EQ(flood.outcome, Outcome::kFault);
  EXPECT_THAT(flood.message, HasSubstr("too many marks"));
  ASSERT_EQ(flood.marks.size(), size_t{4} << 20) << "all that there is room for";
  EXPECT_EQ(Count(flood.marks.back().instructions), 2u + 2 * (flood.marks.size() - 1));
  EXPECT_EQ(Count(*flood.instructions), 2u + 2 * flood.marks.size()) << "the next one is one too many";
}

TEST(Machine, InstructionsHaveALimit) {
  ATOME_REQUIRE_BOTH();
  RunRequest request = GuestRequest("marks", "m0");
  request.instruction_limit = Instructions{23};  // all of them
  EXPECT_EQ(OnBoth(request).outcome, Outcome::kExited);
  request.instruction_limit = Instructions{22};
  EXPECT_EQ(OnBoth(request).outcome, Outcome::kInstructionLimit);
}

TEST(Machine, CountsConditionalInstructionsAlike) {
  ATOME_REQUIRE_BOTH();
  EXPECT_EQ(Count(*OnBoth("it_blocks", "m3").instructions), 2006u);  // 2 + 200 * 10 + 1 + 3
  OnBoth("it_blocks", "m7");
}

class EveryCore : public ::testing::TestWithParam<std::string_view> {};

TEST_P(EveryCore, WorkAgrees) {
  ATOME_REQUIRE_BOTH();
  const RunResult work = OnBoth("work_" + std::string(GetParam()), GetParam());
  EXPECT_EQ(work.outcome, Outcome::kExited) << work.message;
  EXPECT_EQ(work.marks.size(), 8u);
  EXPECT_EQ(work.output, "5bfd78ee 02782112 d0ca0d11 63f612d6 ") << "every core computes the same";
}

TEST_P(EveryCore, ConsoleAgrees) {
  ATOME_REQUIRE_BOTH();
  const RunResult console = OnBoth("console_" + std::string(GetParam()), GetParam());
  EXPECT_EQ(console.outcome, Outcome::kExited) << console.message;
  EXPECT_THAT(console.output, StartsWith(":tt 00000001 \n:tt 00000002 \n:tt 00000003 \n"));
}

std::vector<std::string_view> CoreNames() {
  std::vector<std::string_view> names;
  for (const Core& core : Cores()) names.push_back(core.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cores, EveryCore, ::testing::ValuesIn(CoreNames()),
                         [](const auto& core) { return std::string(core.param); });

TEST(Machine, CommandLineArrives) {
  ATOME_REQUIRE_BOTH();
  for (const std::string line :
       {"", "a", "atome 3 ff:01", "a,b,,c", "two  blanks ", "quotes \"'\\ = arg=x,enable=off"}) {
    RunRequest request = GuestRequest("command_line", "m0");
    request.command_line = line;
    const RunResult result = OnBoth(request);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.output, HasSubstr("[" + line + "]"));
  }
  RunRequest request = GuestRequest("command_line", "m0");
  request.command_line = std::string(255, 'x');
  EXPECT_EQ(OnBoth(request).exit_code, 0);
  request.command_line = std::string(256, 'x');
  EXPECT_EQ(OnBoth(request).exit_code, 1) << "longer than the guest's buffer";
}

TEST(Machine, OtherSemihosting) {
  ATOME_REQUIRE_BOTH();
  for (const std::string_view core : {"m0", "m3", "m7"})
    EXPECT_EQ(OnBoth("heap_info", core).exit_code, 0) << core;
  EXPECT_EQ(OnBoth("bad_pointers", "m0").exit_code, 3);
  const RunResult first = UnicornMachine().Run(GuestRequest("clock", "m0"));
  EXPECT_EQ(first.output, UnicornMachine().Run(GuestRequest("clock", "m0")).output)
      << "time is the guest's own";
  EXPECT_EQ(QemuMachine().Run(GuestRequest("clock", "m0")).outcome, Outcome::kExited);
}

TEST(Machine, SemihostingClocksFollowModelledCyclesAtTheBoardsClock) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("clock", "m0");
  // The last two lines: the nanoseconds of SYS_ELAPSED, low word first.
  const auto elapsed = [](const RunResult& result) {
    const size_t at = result.output.size() - 18;
    return std::stod("0x" + result.output.substr(at + 9, 8)) * 4294967296.0 +
           std::stod("0x" + result.output.substr(at, 8));
  };
  const RunResult bare = UnicornMachine().Run(request);
  ASSERT_EQ(bare.output.size(), 5u * 9);
  const double cycles = static_cast<double>(Count(*bare.cycles));
  EXPECT_NEAR(elapsed(bare) / (10 * cycles), 1, 0.001) << "100 MHz without a board";
  EXPECT_LT(elapsed(bare), 10 * cycles) << "before the end";
  EXPECT_EQ(std::stoul(bare.output.substr(0, 8), nullptr, 16),
            static_cast<unsigned long>(elapsed(bare) / 1e7))
      << "SYS_CLOCK, in hundredths of a second";
  request.board = FindBoard("microbit");
  const RunResult board = UnicornMachine().Run(request);
  ASSERT_EQ(board.output.size(), 5u * 9);
  EXPECT_NEAR(elapsed(board) / (62.5 * static_cast<double>(Count(*board.cycles))), 1, 0.001) << "16 MHz";
}

TEST(Machine, TheGuestReachesNoFileAndNoProcess) {
  ATOME_REQUIRE_BOTH();
  const std::string owned = GuestFolderFile("owned"), precious = GuestFolderFile("precious");
  std::filesystem::remove(owned);
  std::ofstream(precious) << "keep";
  const RunResult files = OnBoth("files", "m0");
  EXPECT_EQ(files.outcome, Outcome::kExited) << files.message;
  EXPECT_EQ(files.exit_code, 9);
  EXPECT_THAT(files.output, HasSubstr("/etc/passwd ffffffff 00000001 \n")) << "EPERM";
  EXPECT_THAT(files.output,
              HasSubstr("remove ffffffff 00000001 \nrename ffffffff 00000001 \nsystem 00007f00 \n"));
  EXPECT_THAT(files.output, HasSubstr("still here\n"));
  EXPECT_FALSE(std::filesystem::exists(owned));
  std::ifstream kept(precious);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(kept), {}), "keep");
  std::filesystem::remove(precious);
}

// "name result errno" of a call that failed.
constexpr char kOutcomes[] =
    "in.txt 00000001 \nlength 00000005 \nread 0000000a \nhelloclose 00000000 \n"
    "missing ffffffff 00000002 \n";

TEST(Machine, AGrantedFolderIsReadAndNothingBeyondIt) {
  ATOME_REQUIRE_BOTH();
  const TemporaryFolder folder;
  const std::filesystem::path granted = folder.path() / "granted";
  std::filesystem::create_directory(granted);
  std::ofstream(granted / "in.txt") << "hello";
  std::ofstream(folder.path() / "outside") << "secret";
  std::filesystem::create_symlink("../outside", granted / "link");
  RunRequest request = GuestRequest("granted_files", "m3");
  request.files = FileGrant{.folder = granted};
  for (const Machine* machine : {&UnicornMachine(), &QemuMachine()}) {
    const RunResult result = machine->Run(request);
    if (result.outcome == Outcome::kToolMissing) GTEST_SKIP() << result.message;
    EXPECT_EQ(result.outcome, Outcome::kExited) << result.message;
    EXPECT_THAT(result.output, StartsWith(kOutcomes)) << machine->name();
    EXPECT_THAT(result.output, HasSubstr("../outside ffffffff 0000000d \n")) << "EACCES";
    EXPECT_THAT(result.output, HasSubstr("link ffffffff"));
    EXPECT_THAT(result.output,
                HasSubstr("/etc/passwd ffffffff 0000000d \n/proc/self/root/etc/passwd ffffffff"));
    EXPECT_THAT(result.output, HasSubstr("log.txt ffffffff"));
    EXPECT_THAT(result.output, ::testing::Not(HasSubstr("secret")));
  }
  EXPECT_FALSE(std::filesystem::exists(granted / "log.txt"));
  request.files->folder = folder.path() / "none";
  const RunResult none = UnicornMachine().Run(request);
  EXPECT_EQ(none.outcome, Outcome::kRejected);
  EXPECT_THAT(none.message, HasSubstr("none"));
}

TEST(Machine, FilesAreWrittenOnceHoweverOftenTheProgramIsRepeated) {
  ATOME_REQUIRE_GUESTS();
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "log.txt") << "first\n";
  RunRequest request = GuestRequest("granted_files", "m3");
  request.files = FileGrant{.folder = folder.path(), .writable = true};
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kExited);
  std::ifstream log(folder.path() / "log.txt");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(log), {}), "first\nline\n");
  const RunResult qemu = QemuMachine().Run(request);
  EXPECT_EQ(qemu.outcome, Outcome::kRejected);
  EXPECT_THAT(qemu.message, HasSubstr("--runner unicorn"));
}

TEST(Machine, TheConsoleIsRead) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("echo", "m0");
  request.console_input = "Amen\n";
  const RunResult result = UnicornMachine().Run(request);
  EXPECT_EQ(result.outcome, Outcome::kExited) << result.message;
  EXPECT_EQ(result.output, "00000041 :tt 00000001 \nread 0000003b \nmen\nffffffff ");
  request.consoles = kUartConsole;
  EXPECT_EQ(UnicornMachine().Run(request).output, "") << "semihosting is not shown";
  request.console_input = std::string(kInputLimitBytes + 1, 'x');
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kRejected);
}

TEST(Machine, UartsSendWhatTheyReceive) {
  ATOME_REQUIRE_GUESTS();
  for (const auto& [guest, board] :
       {std::pair{"uart_cmsdk", "mps2-an385"}, std::pair{"uart_stm32_dr", "bluepill"},
        std::pair{"uart_stm32_tdr", "nucleo-f091rc"}, std::pair{"uart_pl011", "rp2040"},
        std::pair{"uart_nrf51", "microbit"}}) {
    RunRequest request = GuestRequest(guest, FindBoard(board)->core);
    request.board = FindBoard(board);
    request.console_input = "some\r\n text";
    const RunResult result = UnicornMachine().Run(request);
    EXPECT_EQ(result.outcome, Outcome::kExited) << guest << ": " << result.message;
    EXPECT_EQ(result.output, "[in: some\r\n text]") << guest;
    EXPECT_TRUE(result.unknown_peripherals.empty()) << guest;
    EXPECT_THAT(result.not_modelled, ElementsAre()) << guest;
    request.console_input.reset();
    EXPECT_EQ(UnicornMachine().Run(request).output, "[in: ]") << guest;
    request.consoles = kUartConsole;
    EXPECT_EQ(UnicornMachine().Run(request).output, "[]") << guest;
  }
  RunRequest off = GuestRequest("uart_off", "m3");
  off.board = FindBoard("bluepill");
  EXPECT_THAT(UnicornMachine().Run(off).not_modelled, ElementsAre(HasSubstr("before it was switched on")));
}

TEST(Machine, QemuShowsTheSerialOutputOfItsBoards) {
  ATOME_REQUIRE_BOTH();
  for (const auto& [guest, board] :
       {std::pair{"uart_cmsdk", "mps2-an385"}, std::pair{"uart_nrf51", "microbit"},
        std::pair{"uart_stm32_dr", "netduino2"}, std::pair{"uart_stm32_dr", "netduinoplus2"},
        std::pair{"uart_stm32_dr", "stm32vldiscovery"}, std::pair{"uart_at_08", "stm32vldiscovery"}}) {
    RunRequest request = GuestRequest(guest, FindBoard(board)->core);
    request.board = FindBoard(board);
    const RunResult result = QemuMachine().Run(request);
    EXPECT_EQ(result.outcome, Outcome::kExited) << board << ": " << result.message;
    EXPECT_EQ(result.output, "[in: ]") << board;
    EXPECT_EQ(UnicornMachine().Run(request).output, "[in: ]") << board;
    EXPECT_FALSE(result.exceptions_untimed);
  }
  RunRequest waits = GuestRequest("spin", "m0");
  waits.core = FindCore("m3");
  waits.board = FindBoard("netduino2");
  waits.time_limit = std::chrono::milliseconds(300);
  EXPECT_THAT(QemuMachine().Run(waits).message, HasSubstr("needs --runner unicorn"));
  RunRequest request = GuestRequest("hello", "m0");
  request.board = FindBoard("nucleo-f091rc");
  EXPECT_THAT(QemuMachine().Run(request).message, HasSubstr("--core m0 without the board"));
}

TEST(Machine, QemuTellsThatExceptionsAreNotTimed) {
  ATOME_REQUIRE_BOTH();
  EXPECT_TRUE(QemuMachine().Run(GuestRequest("exceptions_m3", "m3")).exceptions_untimed);
  EXPECT_TRUE(QemuMachine().Run(GuestRequest("ticks_m3", "m3")).exceptions_untimed);
  EXPECT_FALSE(QemuMachine().Run(GuestRequest("work_m3", "m3")).exceptions_untimed);
  EXPECT_FALSE(UnicornMachine().Run(GuestRequest("exceptions_m3", "m3")).exceptions_untimed);
}

TEST(Machine, AUartWithDmaReachesRamOnly) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("uarte", "m4f");
  request.board = FindBoard("nrf52840");
  request.console_input = "bytes and more";
  const RunResult result = UnicornMachine().Run(request);
  EXPECT_EQ(result.outcome, Outcome::kExited) << result.message;
  EXPECT_EQ(result.output, "bytes");
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.not_modelled, ElementsAre(HasSubstr("outside RAM")));
}

TEST(Machine, ClocksComeUp) {
  ATOME_REQUIRE_GUESTS();
  for (const auto& [guest, board] :
       {std::pair{"rp2040_clocks", "rp2040"}, std::pair{"nrf_clocks", "microbit"}}) {
    RunRequest request = GuestRequest(guest, FindBoard(board)->core);
    request.board = FindBoard(board);
    const RunResult result = UnicornMachine().Run(request);
    EXPECT_EQ(result.outcome, Outcome::kExited) << guest << ": " << result.message;
    EXPECT_EQ(result.exit_code, 0) << guest;
    EXPECT_TRUE(result.unknown_peripherals.empty()) << guest;
  }
}

TEST(Machine, CountersOfABoardFollowItsClock) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("ticks_us", "m0plus");
  request.board = FindBoard("rp2040");
  const RunResult result = UnicornMachine().Run(request);
  EXPECT_EQ(result.outcome, Outcome::kExited) << result.message;
  EXPECT_NEAR(result.exit_code, 125, 1) << "MHz";
  EXPECT_EQ(result.cycles, UnicornMachine().Run(request).cycles);
}

TEST(Machine, TheItmPrints) {
  ATOME_REQUIRE_GUESTS();
  for (const std::string core : {"m3", "m7"}) {
    RunRequest request = GuestRequest("itm_" + core, core);
    EXPECT_EQ(UnicornMachine().Run(request).output, "by semihosting, itm\n");
    request.consoles = kItmConsole;
    EXPECT_EQ(UnicornMachine().Run(request).output, "by itm\n");
    request.listens_to_itm = true;
    EXPECT_EQ(UnicornMachine().Run(request).output, "found on\n");
  }
}

TEST(Machine, RttPrintsAndReads) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("rtt", "m0");
  EXPECT_EQ(UnicornMachine().Run(request).output, "more than fits, semihosting, end\n");
  request.console_input = "what was typed; ";
  EXPECT_EQ(UnicornMachine().Run(request).output, "more than fits, semihosting, what was typed; end\n");
  request.consoles = kSemihostingConsole;
  request.console_input.reset();
  request.instruction_limit = Instructions{100'000};
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kInstructionLimit) << "nobody empties the ring";
  RunRequest unnamed = GuestRequest("rtt_unnamed", "m0");
  const RunResult first = UnicornMachine().Run(unnamed);
  EXPECT_EQ(first.outcome, Outcome::kExited) << first.message;
  EXPECT_EQ(first.output, "more than fits, semihosting, end\n") << "found by its magic";
  EXPECT_EQ(first.cycles, UnicornMachine().Run(unnamed).cycles);
}

// The fault of one guest.
struct FaultCase {
  const char* guest;
  const char* core;
  const char* kind;
  const char* cause;  // part of it
  std::optional<uint32_t> address = std::nullopt;
  bool qemu_too = true;
  const char* at = "faulting+0x0";
};

void PrintTo(const FaultCase& fault_case, std::ostream* out) {
  *out << fault_case.guest << " on " << fault_case.core;
}

class Faults : public ::testing::TestWithParam<FaultCase> {};

TEST_P(Faults, AreExplained) {
  ATOME_REQUIRE_BOTH();
  const FaultCase& expected = GetParam();
  const RunRequest request = GuestRequest(expected.guest, expected.core);
  const RunResult result = expected.qemu_too ? OnBoth(request) : UnicornMachine().Run(request);
  ASSERT_EQ(result.outcome, Outcome::kFault) << result.message;
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, expected.kind);
  EXPECT_THAT(result.fault->cause, HasSubstr(expected.cause));
  EXPECT_THAT(result.fault->symbol, StartsWith(expected.at));
  EXPECT_THAT(result.fault->symbol, HasSubstr(".S:"));
  if (std::string_view(expected.at) == "faulting+0x0") {
    EXPECT_EQ(result.fault->pc, GuestSymbol(expected.guest, "faulting"));
  }
  if (expected.address) {
    EXPECT_EQ(result.fault->address, expected.address);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Guests, Faults,
    ::testing::Values(
        FaultCase{"unaligned", "m0", "unaligned access", "0x20000ff5", 0x20000FF5},
        FaultCase{"unaligned", "m0plus", "unaligned access", "Cortex-M0+", 0x20000FF5},
        FaultCase{"misaligned_ldm", "m3", "unaligned access", "multiple", 0x20000102},
        FaultCase{"misaligned_ldm", "m7", "unaligned access", "multiple", 0x20000102},
        FaultCase{"misaligned_stm", "m4", "unaligned access", "multiple", 0x20000102},
        FaultCase{"misaligned_strex", "m3", "unaligned access", "multiple", 0x20000102, /*qemu_too=*/false},
        FaultCase{"misaligned_ldrex", "m3", "unaligned access", "multiple", 0x20000102},
        FaultCase{"long_call", "m3", "undefined instruction", "does not know"},
        FaultCase{"misaligned_ldrd", "m3", "unaligned access", "multiple", 0x2000010E},
        FaultCase{"misaligned_strd", "m7", "unaligned access", "multiple", 0x20000102},
        FaultCase{"misaligned_vldr", "m4f", "unaligned access", "multiple", 0x20000102},
        FaultCase{"misaligned_vstm", "m7", "unaligned access", "multiple", 0x20000102},
        FaultCase{"misaligned_lda", "m33", "unaligned access", "multiple", 0x38000102, /*qemu_too=*/false},
        FaultCase{"ordered", "m4f", "undefined instruction", "does not know"},
        FaultCase{"stack_limit", "m33", "stack limit", "MSPLIM"},
        FaultCase{"non_secure", "m33", "branch to Non-secure state", "Secure state alone"},
        FaultCase{"division", "m3", "division by zero", "DIV_0_TRP"},
        FaultCase{"fpu_skipped", "m4f", "FPU instruction with the FPU off", "CPACR"},
        FaultCase{"undefined", "m0", "undefined instruction", "-mcpu"},
        FaultCase{"undefined", "m7", "undefined instruction", "-mcpu"},
        FaultCase{"fpu_off", "m3", "FPU instruction without an FPU", "-mfloat-abi=soft"},
        FaultCase{"fpu_off", "m4", "FPU instruction without an FPU", "-mfloat-abi=soft"},
        FaultCase{"fpu_off", "m4f", "FPU instruction with the FPU off", "CPACR"},
        FaultCase{"fpu_off", "m7", "FPU instruction with the FPU off", "CPACR"},
        FaultCase{"svc", "m0", "supervisor call", "no SVCall handler"},
        FaultCase{"wfi", "m0", "sleeps for ever", "WFI"}, FaultCase{"wfi", "m3", "sleeps for ever", "WFI"},
        FaultCase{"breakpoint", "m0", "breakpoint", "BKPT"},
        FaultCase{"breakpoint", "m4f", "breakpoint", "BKPT"},
        FaultCase{"read_unmapped", "m0", "read of unmapped memory", "0x90000000", 0x90000000, true,
                  "reset+0x6"},
        FaultCase{"write_unmapped", "m0", "write to unmapped memory", "past the end", 0x20400000},
        FaultCase{"write_unmapped", "m4f", "write to unmapped memory", "past the end", 0x20400000, false},
        // QEMU's flash takes or ignores stores, its RAM is executable and, on MPS2 boards, mirrored behind
        // its end.
        FaultCase{"write_flash", "m0", "write to read-only memory", "in flash", std::nullopt, false},
        FaultCase{"write_null", "m3", "write to read-only memory", "null pointer", 8, false},
        FaultCase{"jump_ram", "m0", "jump to data in RAM", "0x20000fc0", 0x20000FC0, false},
        FaultCase{"jump_unmapped", "m0", "jump to unmapped memory", "0x90000000", 0x90000000},
        FaultCase{"jump_private_m0", "m0", "jump to unmapped memory", "private peripheral bus", 0xE000ED00},
        FaultCase{"jump_private_m3", "m3", "jump to unmapped memory", "private peripheral bus", 0xE000ED00},
        FaultCase{"jump_return_m0", "m0", "jump to unmapped memory", "return from an exception", 0xFFFFFFF8},
        FaultCase{"jump_return_m3", "m3", "jump to unmapped memory", "return from an exception", 0xFFFFFFF8},
        FaultCase{"jump_null", "m0", "switch to Arm state", "null pointer", 0},
        FaultCase{"jump_null", "m7", "switch to Arm state", "null pointer", 0},
        FaultCase{"jump_even", "m0", "switch to Arm state", "bit 0 clear"},
        FaultCase{"stack_overflow", "m0", "write to unmapped memory", "overflowed", 0x1FFFFFFC, true,
                  "recurse+0x0"},
        FaultCase{"semihosting_unknown", "m0", "unknown semihosting operation", "0x00000099"},
        FaultCase{"console_input", "m0", "waits for console input", "SYS_READC"},
        FaultCase{"system_reset", "m3", "system reset", "AIRCR", std::nullopt, false}),
    [](const auto& param) { return std::string(param.param.guest) + "_" + param.param.core; });

// Armv7-M Architecture Reference Manual, A7.7.17: BKPT is unconditional inside an IT block.
TEST(Machine, BkptInAnItBlock) {
  ATOME_REQUIRE_GUESTS();
  const RunResult printed = UnicornMachine().Run(GuestRequest("breakpoint_it", "m3"));
  EXPECT_EQ(printed.outcome, Outcome::kExited) << printed.message;
  EXPECT_EQ(printed.exit_code, 0) << "the instructions behind it kept their conditions";
  EXPECT_EQ(printed.output, "printed");
  const RunResult plain = UnicornMachine().Run(GuestRequest("breakpoint_it_plain", "m3"));
  ASSERT_TRUE(plain.fault) << plain.message;
  EXPECT_EQ(plain.fault->kind, "breakpoint");
  EXPECT_EQ(plain.fault->pc, GuestSymbol("breakpoint_it_plain", "faulting"));
}

TEST(Machine, QemuSeesASystemReset) {
  ATOME_REQUIRE_BOTH();
  const RunResult result = QemuMachine().Run(GuestRequest("system_reset", "m3"));
  ASSERT_TRUE(result.fault) << result.message;
  EXPECT_EQ(result.fault->kind, "system reset");
}

// Each line: IPSR, CFSR, HFSR, BFAR, and how far the stacked PC is from the faulting instruction, or the
// target.
std::string FaultLines(bool own_handlers) {
  const auto line = [own_handlers](unsigned exception, uint32_t cfsr, uint32_t bfar, uint32_t place) {
    std::string text;
    for (const uint32_t word :
         {own_handlers ? exception : 3u, cfsr, own_handlers ? 0u : 0x40000000u, bfar, place})
      text += Hex(word).substr(2);
    return text + "\n";
  };
  return line(5, 0x00008200, 0x90000004, 0) + line(6, 0x00010000, 0x90000004, 0) +
         line(5, 0x00008200, 0x90000008, 0) + line(5, 0x00000100, 0x90000008, 0x90000000) +
         line(4, 0x00000001, 0x90000008, 0xB0000000) + line(6, 0x00020000, 0x90000008, 0) +
         line(6, 0x02000000, 0x90000008, 0) + line(5, 0x00008200, 0x9000000C, 4);
}

TEST(Machine, FaultHandlersRunAndReadTheCause) {
  ATOME_REQUIRE_BOTH();
  for (const char* core : {"m3", "m4f", "m7"}) {
    const RunRequest request = GuestRequest("fault_handlers_" + std::string(core), core);
    const RunResult unicorn = UnicornMachine().Run(request);
    EXPECT_EQ(unicorn.output, FaultLines(false) + FaultLines(true) + "end\n") << unicorn.message;
    EXPECT_EQ(unicorn.fault_count, 16u);
    ASSERT_EQ(unicorn.handled_faults.size(), 16u);
    EXPECT_EQ(unicorn.handled_faults[0].kind, "read of unmapped memory");
    EXPECT_EQ(unicorn.output, QemuMachine().Run(request).output) << core;
  }
  const RunResult m0 = UnicornMachine().Run(GuestRequest("fault_handlers_m0", "m0"));
  EXPECT_EQ(m0.output, QemuMachine().Run(GuestRequest("fault_handlers_m0", "m0")).output);
  EXPECT_EQ(m0.output, "0000000300000000\n0000000300000000\n0000000300000000\n0000000390000000\nend\n");
}

TEST(Machine, AStoresFaultComesBehindIt) {
  ATOME_REQUIRE_GUESTS();
  for (const char* core : {"m3", "m4f", "m7"}) {
    const RunResult result = UnicornMachine().Run(GuestRequest("late_fault_" + std::string(core), core));
    EXPECT_EQ(result.output,
              "000004004000000000000004\n90000000\n"
              "000082004000000000000000\n20000204\n"
              "000004004000000000000002\n600d600d\n"
              "000004004000000000000004\n00000005")
        << core << ": " << result.message;
    EXPECT_EQ(result.exit_code, 0);
  }
}

TEST(Machine, AFaultWhoseHandlerDoesNotReturnIsExplained) {
  ATOME_REQUIRE_BOTH();
  const std::pair<const char*, const char*> endings[] = {
      {"fault_loop", "endless loop at hard_fault"},
      {"fault_breakpoint", "breakpoint at hard_fault"},
      {"fault_again", "read of unmapped memory at hard_fault"},
  };
  for (const auto& [guest, ending] : endings) {
    const RunResult result = UnicornMachine().Run(GuestRequest(guest, "m3"));
    EXPECT_EQ(result.outcome, Outcome::kFault);
    EXPECT_EQ(result.output, "before handler ");
    ASSERT_TRUE(result.fault) << result.message;
    EXPECT_EQ(result.fault->pc, GuestSymbol(guest, "faulting"));
    EXPECT_THAT(result.message, HasSubstr("the HardFault handler ran, and then: " + std::string(ending)));
    ASSERT_TRUE(result.scene);
    EXPECT_EQ(result.scene->registers[15], GuestSymbol(guest, "faulting"));
  }
  for (const Machine* machine : {&UnicornMachine(), &QemuMachine()}) {
    const RunResult exits = machine->Run(GuestRequest("fault_handler", "m3"));
    EXPECT_EQ(exits.output, "before handled") << exits.message;
    EXPECT_EQ(exits.outcome, Outcome::kExited);
  }
}

TEST(Machine, ATaskWithoutStackFaultsOnTheMainStack) {
  ATOME_REQUIRE_BOTH();
  const RunResult unicorn = UnicornMachine().Run(GuestRequest("task_overflow", "m3"));
  EXPECT_EQ(unicorn.output, "00001000") << unicorn.message;
  EXPECT_EQ(unicorn.exit_code, 0);
  EXPECT_EQ(unicorn.fault_count, 1u);
  EXPECT_EQ(QemuMachine().Run(GuestRequest("task_overflow", "m3")).output, unicorn.output);
}

TEST(Machine, TheFpuWorksOnceItIsOn) {
  ATOME_REQUIRE_BOTH();
  EXPECT_EQ(OnBoth("fpu_on", "m4f").exit_code, 5);
  EXPECT_EQ(OnBoth("fpu_on", "m7").exit_code, 5);
}

TEST(Machine, InstructionLimit) {
  ATOME_REQUIRE_BOTH();
  RunRequest request = GuestRequest("spin", "m0");
  request.instruction_limit = Instructions{1'000'000};
  const RunResult result = OnBoth(request);
  EXPECT_EQ(result.outcome, Outcome::kInstructionLimit);
  EXPECT_THAT(result.message, HasSubstr("1000000 instructions in reset+0x0"));
  EXPECT_EQ(Count(*result.instructions), 1'000'000u);
}

TEST(Machine, TimeLimit) {
  ATOME_REQUIRE_BOTH();
  RunRequest request = GuestRequest("spin", "m0");
  request.instruction_limit = Instructions{1'000'000'000'000};
  request.time_limit = std::chrono::milliseconds(500);
  for (const Machine* machine : {&UnicornMachine(), &QemuMachine()}) {
    const auto begin = std::chrono::steady_clock::now();
    const RunResult result = machine->Run(request);
    EXPECT_EQ(result.outcome, Outcome::kTimeLimit) << machine->name();
    EXPECT_THAT(result.message, HasSubstr("500 ms")) << machine->name();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10)) << machine->name();
  }
}

TEST(Machine, TheTimeLimitIsThatOfARunAndItsRepetitions) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("polls", "m3");
  request.instruction_limit = Instructions{1'000'000'000'000};
  request.time_limit = std::chrono::milliseconds(2000);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kTimeLimit);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(3500));
}

TEST(Machine, OutputLimit) {
  ATOME_REQUIRE_BOTH();
  for (const Machine* machine : {&UnicornMachine(), &QemuMachine()}) {
    const RunResult result = machine->Run(GuestRequest("flood", "m0"));
    EXPECT_EQ(result.outcome, Outcome::kFault) << machine->name() << result.message;
    EXPECT_EQ(result.fault->kind, "too much output") << machine->name();
    EXPECT_EQ(result.output.size(), size_t{64} << 20) << machine->name();
  }
}

TEST(Machine, RejectsWhatCannotRun) {
  ATOME_REQUIRE_GUESTS();
  for (const Machine* machine : {&UnicornMachine(), &QemuMachine()}) {
    RunRequest request = GuestRequest("hello", "m0");
    request.elf = "no ELF";
    EXPECT_EQ(machine->Run(request).outcome, Outcome::kRejected);
    EXPECT_THAT(machine->Run(request).message, HasSubstr("hello.elf: not an ELF file"));
    request = GuestRequest("hello", "m0");
    request.core = nullptr;
    EXPECT_EQ(machine->Run(request).outcome, Outcome::kRejected);
    request = GuestRequest("hello", "m0");
    request.command_line = std::string("a\0b", 3);
    EXPECT_EQ(machine->Run(request).outcome, Outcome::kRejected);
  }
}

// Environment variables are the process's: set for one run, then put back.
RunResult QemuWith(const char* name, const char* value) {
  setenv(name, value, 1);
  RunResult result = QemuMachine().Run(GuestRequest("hello", "m0"));
  unsetenv(name);
  return result;
}

TEST(Qemu, NamesTheMissingTool) {
  ATOME_REQUIRE_GUESTS();
  const RunResult emulator = QemuWith("ATOME_QEMU", "qemu-that-is-not-there");
  EXPECT_EQ(emulator.outcome, Outcome::kToolMissing);
  EXPECT_THAT(emulator.message, HasSubstr("package qemu-system-arm"));
}

TEST(Qemu, NamesTheMissingPlugin) {
  ATOME_REQUIRE_BOTH();
  const RunResult plugin = QemuWith("ATOME_QEMU_PLUGIN", "/no/such/plugin.so");
  EXPECT_EQ(plugin.outcome, Outcome::kToolMissing);
  EXPECT_THAT(plugin.message, HasSubstr("/no/such/plugin.so"));
}

TEST(Qemu, SomethingElseIsNotTakenForIt) {
  ATOME_REQUIRE_BOTH();
  EXPECT_EQ(QemuWith("ATOME_QEMU", "/bin/false").outcome, Outcome::kCrashed);
  EXPECT_EQ(QemuWith("ATOME_QEMU", "/bin/true").outcome, Outcome::kCrashed)
      << "exit code 0 is not the guest's";
  EXPECT_EQ(QemuWith("ATOME_QEMU_PLUGIN", "/bin/true").outcome, Outcome::kCrashed)
      << "never without the plugin";
}

TEST(Machine, Armv8MIsThere) {
  ATOME_REQUIRE_BOTH();
  EXPECT_EQ(OnBoth("armv8m", "m33").exit_code, 0);
}

// The guest arrives at its mark behind 3, 9 and 15 instructions.
TEST(Machine, AProfileBeginsAndEndsAtItsMarks) {
  ATOME_REQUIRE_GUESTS();
  const auto counted = [](size_t from, size_t to) {
    RunRequest request = GuestRequest("marks", "m0");
    request.profile = ProfileWindow{.from_mark = from, .to_mark = to};
    const RunResult result = UnicornMachine().Run(request);
    uint64_t instructions = 0;
    for (const auto& node : result.profile->nodes) instructions += node.instructions;
    return instructions;
  };
  EXPECT_EQ(counted(0, 1), 3u);
  EXPECT_EQ(counted(1, 2), 6u);
  EXPECT_EQ(counted(1, 3), 12u);
  EXPECT_EQ(counted(0, 3), 15u);
  EXPECT_EQ(counted(3, 3), 0u);
}

TEST(Machine, UnicornTellsItsVersion) {
  EXPECT_THAT(UnicornMachine().Version(), ::testing::MatchesRegex("[1-9][0-9]*\\.[0-9]+"));
}

// A handler that loops for good is at its end, unless something can still interrupt it.
TEST(Machine, AHandlersLoopEndsTheRunWhereNothingInterruptsIt) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("usage_loop", "m3");
  request.instruction_limit = Instructions{100'000};
  const RunResult loop = UnicornMachine().Run(request);
  EXPECT_EQ(loop.outcome, Outcome::kFault);
  EXPECT_THAT(loop.message, HasSubstr("the UsageFault handler ran, and then: endless loop at "));
  EXPECT_EQ(loop.output, "handler ");
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("usage_loop_ticks", "m3")).exit_code, 3) << "SysTick comes";
}

// Without a cycle model nothing is in cycles, and what counts instructions instead is told.
TEST(Machine, ACoreWithoutACycleModelHasNone) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("work_m33", "m33");
  request.annotate = true;
  request.profile = ProfileWindow{};
  const RunResult work = UnicornMachine().Run(request);
  EXPECT_EQ(work.cycles, std::nullopt);
  ASSERT_EQ(work.marks.size(), 8u);
  EXPECT_EQ(work.marks[0].cycles, std::nullopt);
  EXPECT_FALSE(work.cycles_depend_on_data);
  EXPECT_TRUE(work.annotation.empty());
  EXPECT_FALSE(work.profile->has_cycles);
  EXPECT_TRUE(work.not_modelled.empty()) << "it does not ask for the time";

  const RunResult counter = UnicornMachine().Run(GuestRequest("no_counter", "m33"));
  EXPECT_EQ(counter.output, "0000004300000000") << "DWT_CTRL: four comparators, NOCYCCNT, NOPRFCNT";
  ASSERT_EQ(counter.not_modelled.size(), 1u);
  EXPECT_THAT(counter.not_modelled[0], HasSubstr("count instructions instead"));
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("ticks_m33", "m33")).not_modelled.size(), 1u);
}

// What the guest prints: cycles between reads of CYCCNT, see there.
TEST(Machine, CycleCounterIsExactAtEachInstruction) {
  ATOME_REQUIRE_GUESTS();
  // 100 rounds of NOP, SUBS and a taken BNE, the last not taken, and the load: 2 + 99 * 4 + 3 on M3, where
  // the branch takes 2, and the NOP of the first round is absorbed by the load before it.
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("cycle_counter_m3", "m3")).output, "01900317");
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("cycle_counter_m4", "m4")).output, "01900317");
  const std::string m7 = UnicornMachine().Run(GuestRequest("cycle_counter_m7", "m7")).output;
  EXPECT_NE(m7.substr(0, 4), "0000") << m7;
  EXPECT_EQ(QemuMachine().Run(GuestRequest("cycle_counter_m3", "m3")).output, "00000000")
      << "QEMU has no such counter";
}

// Cycles: 7 around the counters' own reads, loads 4, MOVS and MVN 2, UDIV 12, CMP and ADD 2, IT 0, B 2: 0x1d.
// LSUCNT 3: one for each run of overlapping loads, but the last. FOLDCNT 1: the IT.
TEST(Machine, FirmwareReadsTheProfilingCounters) {
  ATOME_REQUIRE_GUESTS();
  for (const char* core : {"m3", "m4"})
    EXPECT_EQ(UnicornMachine().Run(GuestRequest("profile_counters_" + std::string(core), core)).output,
              "001d0301")
        << core;
}

// The order in which handlers run, by priority; QEMU's order and instructions are the same.
TEST(Machine, ExceptionsRunByPriority) {
  ATOME_REQUIRE_BOTH();
  for (const char* core : {"m0", "m3", "m4f", "m7", "m33"}) {
    const RunRequest request = GuestRequest("exceptions_" + std::string(core), core);
    const RunResult unicorn = UnicornMachine().Run(request);
    const RunResult qemu = QemuMachine().Run(request);
    EXPECT_EQ(unicorn.output, "1sSpiP23piP4") << core << ": " << unicorn.message;
    EXPECT_EQ(unicorn.output, qemu.output) << core;
    EXPECT_EQ(unicorn.instructions, qemu.instructions) << core;
    EXPECT_EQ(unicorn.exit_code, 0) << core;
  }
}

// As recorded on a CC2650: 16 from LDR, STR to ISPR and two ADDs to the handler's first load; 19 from there
// over MOV, BX LR and six ADDs to the next load; 10, and a MOV more here, between the loads of two handlers.
TEST(Machine, ExceptionsTakeTheRecordedCycles) {
  ATOME_REQUIRE_GUESTS();
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("latency", "m3")).output, "000b1310");
}

// SysTick's handler begins first as long as it comes before PendSV's has begun, which is 17 cycles later
// where the FPU's registers are stacked at once.
TEST(Machine, AnExceptionThatComesLateGoesFirst) {
  ATOME_REQUIRE_GUESTS();
  const std::tuple<const char*, const char*, size_t> expected[] = {{"late_arrival_m3", "m3", 10},
                                                                   {"late_arrival_m4f", "m4f", 10},
                                                                   {"late_arrival_lazy", "m4f", 10},
                                                                   {"late_arrival_at_once", "m4f", 10 + 17},
                                                                   {"late_arrival_m7", "m7", 14}};
  for (const auto& [guest, core, first] : expected) {
    const RunResult result = UnicornMachine().Run(GuestRequest(guest, core));
    EXPECT_EQ(result.output, std::string(first, 't') + std::string(60 - first, 'p'))
        << guest << ": " << result.message;
  }
}

// 1000 cycles between two ticks, less entry and exit and the handler, at 9 to 11 a round of four ADDs; then
// WFI sleeps to the third.
TEST(Machine, SysTickInterruptsAtItsCycle) {
  ATOME_REQUIRE_GUESTS();
  for (const char* core : {"m0", "m3", "m4f", "m7", "m33"}) {
    const RunRequest request = GuestRequest("ticks_" + std::string(core), core);
    const RunResult once = UnicornMachine().Run(request);
    const RunResult twice = UnicornMachine().Run(request);
    EXPECT_EQ(once.output.substr(8), "00000003") << core << ": " << once.message;
    EXPECT_EQ(once.output, twice.output) << core;
    EXPECT_EQ(once.cycles, twice.cycles) << core;
  }
}

// Whenever the interrupts come, the program does not notice.
TEST(Machine, AHandlerThatRestoresChangesNothing) {
  ATOME_REQUIRE_GUESTS();
  for (const char* core : {"m0", "m3", "m7", "m33"}) {
    const auto output = [core](int period) {
      return UnicornMachine()
          .Run(GuestRequest("interrupted_" + std::string(core) + "_" + std::to_string(period), core))
          .output;
    };
    const std::string undisturbed = output(0);
    ASSERT_EQ(undisturbed.size(), 16u) << core;
    EXPECT_EQ(undisturbed.substr(8), "00000000") << core;
    for (const int period : {101, 250, 999}) {
      EXPECT_EQ(output(period).substr(0, 8), undisturbed.substr(0, 8)) << core << ", every " << period;
      EXPECT_EQ(output(period).substr(8), "00000001") << core << ", every " << period;
    }
  }
}

// The same of random programs, periods and moments at which they make PendSV pending. ATOME_RANDOM_PROGRAMS:
// how many for each core.
TEST(Machine, RandomProgramsDoNotNoticeInterrupts) {
  ATOME_REQUIRE_GUESTS();
  const char* asked = std::getenv("ATOME_RANDOM_PROGRAMS");
  const int programs = asked != nullptr ? std::atoi(asked) : 30;
  constexpr int kTogether = 10;
  for (const char* core : {"m0", "m3", "m4f", "m7"}) {
    RunRequest request = GuestRequest("random_program_" + std::string(core), core);
    const std::string frame = request.elf;
    InstructionSet set = InstructionSetOf(core);
    set.exclusives = false;
    std::mt19937_64 random(20261129);
    for (int k = 0; k < programs; k += kTogether) {
      const uint64_t seed = random();
      std::vector<RandomProgram> several;
      for (int i = 0; i < kTogether; ++i) several.push_back(MakeRandomProgram(seed + i, set, true));
      const auto output = [&](uint32_t period) {
        request.elf = WithPrograms(frame, several, {.period = period});
        const RunResult result = UnicornMachine().Run(request);
        EXPECT_EQ(result.exit_code, 0) << core << ", seed " << seed << ": " << result.message;
        return result.output;
      };
      std::string alone = output(0);
      // PendSV comes as soon as interrupts may; then the programs are done, so nothing is lost by it.
      const std::string interrupted = output(90 + static_cast<uint32_t>(random() % 600));
      ASSERT_EQ(alone.size(), 9u * (kTogether + 1)) << core << ", seed " << seed;
      ASSERT_TRUE(alone.ends_with("00000000\n")) << core << ", seed " << seed;
      alone.replace(alone.size() - 9, 9, "00000001\n");
      ASSERT_EQ(interrupted, alone) << core << ", seed " << seed;
    }
  }
}

// Unicorn and QEMU agree on every word of what programs leave behind, on the instructions that they execute
// and on the cycles that blocks cost.
TEST(Machine, RandomProgramsAreAlikeInBothMachines) {
  ATOME_REQUIRE_BOTH();
  for (const Core& core : Cores()) {
    RunRequest request = GuestRequest("random_program_" + std::string(core.name), core.name);
    request.cycle_basis = CycleBasis::kBlocks;
    std::vector<RandomProgram> several;
    for (uint64_t seed = 1; seed <= 40; ++seed)
      several.push_back(MakeRandomProgram(seed, InstructionSetOf(core.name), false));
    request.elf = WithPrograms(request.elf, several, {});
    const RunResult unicorn = UnicornMachine().Run(request), qemu = QemuMachine().Run(request);
    EXPECT_EQ(unicorn.exit_code, 0) << core.name << ": " << unicorn.message;
    EXPECT_EQ(unicorn.output.size(), 9u * (several.size() + 1)) << core.name;
    EXPECT_EQ(unicorn.output, qemu.output) << core.name << ": " << qemu.message;
    EXPECT_EQ(unicorn.instructions, qemu.instructions) << core.name;
    EXPECT_EQ(unicorn.cycles, qemu.cycles) << core.name;
  }
}

// Start-up code, clocks, UART, SysTick, PendSV and floats in both tasks, as a real kernel has them.
TEST(Machine, AKernelSwitchesTasks) {
  ATOME_REQUIRE_BOTH();
  for (const char* name : {"microbit", "mps2-an385", "mps2-an386", "mps2-an500", "nucleo-f411re"}) {
    const Board& board = *FindBoard(name);
    RunRequest request = GuestRequest("kernel_" + std::string(name), board.core);
    request.board = &board;
    const RunResult once = UnicornMachine().Run(request);
    const RunResult twice = UnicornMachine().Run(request);
    EXPECT_EQ(once.output,
              "kernel\nitem\nitem\nitem\nitem\nitem\nsum 01253d28 slept, 10000 switches and more\n")
        << name << ": " << once.message;
    EXPECT_EQ(once.exit_code, 0) << name;
    EXPECT_EQ(once.output, twice.output) << name;
    EXPECT_EQ(once.cycles, twice.cycles) << name;
    EXPECT_EQ(once.instructions, twice.instructions) << name;
    if (name == std::string_view("nucleo-f411re")) continue;  // QEMU has no such board
    const RunResult qemu = QemuMachine().Run(request);
    EXPECT_EQ(qemu.exit_code, 0) << name << ": " << qemu.message;
    EXPECT_EQ(qemu.output, once.output) << name;
  }
}

TEST(Machine, HintsAndTheStackPointerAreAsOnSilicon) {
  ATOME_REQUIRE_GUESTS();
  for (const char* core : {"m0", "m3"}) {
    const RunResult result = UnicornMachine().Run(GuestRequest("hints_" + std::string(core), core));
    EXPECT_EQ(result.output, "00001014") << core;
    ASSERT_TRUE(result.fault) << core;
    EXPECT_EQ(result.fault->kind, "sleeps for ever") << core;
  }
}

TEST(Machine, ABoardPrintsByItsUartAndListsWhatItLacks) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("uart", "m3");
  const RunResult bare = UnicornMachine().Run(request);
  ASSERT_TRUE(bare.fault) << "a bare core has no peripherals";
  EXPECT_EQ(bare.fault->kind, "write to unmapped memory");
  request.board = FindBoard("mps2-an385");
  const RunResult board = UnicornMachine().Run(request);
  EXPECT_EQ(board.output, "by uart") << board.message;
  EXPECT_EQ(board.exit_code, 0);
  ASSERT_EQ(board.unknown_peripherals.size(), 1u);
  EXPECT_EQ(board.unknown_peripherals[0].address, 0x40010000u);
  EXPECT_EQ(board.unknown_peripherals[0].reads, 1u);
  EXPECT_THAT(board.unknown_peripherals[0].first_symbol, HasSubstr("reset+"));
  EXPECT_THAT(board.unknown_peripherals[0].first_symbol, HasSubstr("uart.S:"));
  request.strict_peripherals = true;
  const RunResult strict = UnicornMachine().Run(request);
  EXPECT_EQ(strict.output, "by uart") << "what a model has still works";
  ASSERT_TRUE(strict.fault);
  EXPECT_EQ(strict.fault->kind, "read of unmapped memory");
  EXPECT_EQ(strict.fault->address, 0x40010000u);
  EXPECT_EQ(strict.instructions, Instructions{Count(*board.instructions) - 4})
      << "without that load and the exit";
}

TEST(Machine, CodeMemoryThatIsRamHoldsDataStackAndNewCode) {
  ATOME_REQUIRE_BOTH();
  RunRequest request = GuestRequest("code_memory", "m3");
  EXPECT_EQ(UnicornMachine().Run(request).fault->kind, "write to read-only memory")
      << "a bare core has flash";
  request.board = FindBoard("mps2-an385");
  const RunResult unicorn = UnicornMachine().Run(request);
  EXPECT_EQ(unicorn.output, "000000420000000100000002") << unicorn.message;
  EXPECT_EQ(unicorn.output, QemuMachine().Run(request).output);
  EXPECT_EQ(unicorn.output, UnicornMachine().Run(request).output);

  request = GuestRequest("code_memory_protected", "m3");
  request.board = FindBoard("mps2-an385");
  const RunResult stray = UnicornMachine().Run(request);
  ASSERT_TRUE(stray.fault);
  EXPECT_THAT(stray.fault->cause, HasSubstr("kept from stores though the memory is RAM"));
  EXPECT_THAT(stray.scene->fault_status->note, HasSubstr("in silence"));
  EXPECT_EQ(stray.scene->stack, "") << "the stack may be there";
}

TEST(Machine, AnMpuThatIsSwitchedOnIsToldOnce) {
  ATOME_REQUIRE_GUESTS();
  for (const char* core : {"m0plus", "m3", "m4f", "m7"}) {
    const RunResult result = UnicornMachine().Run(GuestRequest("mpu_" + std::string(core), core));
    EXPECT_EQ(result.output, "0000080003000031") << core << ": " << result.message;
    EXPECT_EQ(result.not_modelled.size(), 1u) << core;
  }
  const RunResult without = UnicornMachine().Run(GuestRequest("mpu_m0", "m0"));
  EXPECT_EQ(without.output, "0000000000000000");
  EXPECT_TRUE(without.not_modelled.empty()) << "there is none to switch on";
  // QEMU 7.2 gives its Cortex-M0 none either; there the MPU protects, by the map that PRIVDEFENA leaves.
  EXPECT_EQ(QemuMachine().Run(GuestRequest("mpu_m3", "m3")).output, "0000080003000031");
}

TEST(Machine, BitBandAliasesAreOfCortexM3AndM4) {
  ATOME_REQUIRE_GUESTS();
  for (const char* core : {"m3", "m4"})
    EXPECT_EQ(UnicornMachine().Run(GuestRequest("bit_band_" + std::string(core), core)).output, "00010501")
        << core;
  EXPECT_TRUE(UnicornMachine().Run(GuestRequest("bit_band_m7", "m7")).fault) << "it has none";
}

TEST(Machine, ACoprocessorThatNoCortexMHasIsToldFromTheFpu) {
  ATOME_REQUIRE_GUESTS();
  const RunResult result = UnicornMachine().Run(GuestRequest("coprocessor", "m3"));
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, "coprocessor instruction");
}

TEST(Machine, AnInstructionThatTheCoreLacksIsUndefined) {
  ATOME_REQUIRE_GUESTS();
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("dsp", "m4")).outcome, Outcome::kExited);
  const RunResult result = UnicornMachine().Run(GuestRequest("dsp", "m3"));
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, "undefined instruction");
  EXPECT_EQ(result.fault->pc, GuestSymbol("dsp", "faulting"));
}

// The loads are the same instructions each time: what differs is where their pointers lead.
TEST(Machine, LoadsCostByTheMemoryTheyLeadTo) {
  ATOME_REQUIRE_GUESTS();
  for (const char* core : {"m3", "m4"})
    EXPECT_EQ(UnicornMachine().Run(GuestRequest("data_memories_" + std::string(core), core)).output,
              "0f0c0909")
        << core;
  RunRequest blocks = GuestRequest("data_memories_m3", "m3");
  blocks.cycle_basis = CycleBasis::kBlocks;
  EXPECT_EQ(UnicornMachine().Run(blocks).output, "09090909") << "by blocks alone all four are the same";
}

TEST(Machine, CycleCounterIsExactInABlockThatIsCutOtherwiseWhenFollowed) {
  ATOME_REQUIRE_GUESTS();
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("long_block", "m3")).output, "00000162") << "2 + 32 * 11";
}

TEST(Machine, CycleCounterSeesTheFlashWaitInsideABlock) {
  ATOME_REQUIRE_GUESTS();
  const auto between_reads = [](const std::string& guest, const char* board) {
    RunRequest request = GuestRequest(guest, "m4f");
    request.board = board == nullptr ? nullptr : FindBoard(board);
    return std::stoi(UnicornMachine().Run(request).output, nullptr, 16);
  };
  const int branches = between_reads("waits_cut", nullptr) - between_reads("waits", nullptr);
  EXPECT_GT(between_reads("waits", "nrf52840"), between_reads("waits", nullptr));
  EXPECT_EQ(between_reads("waits_cut", "nrf52840") - between_reads("waits", "nrf52840"), branches);
}

TEST(Machine, CodeThatReplacesOtherCodeIsLookedAtAnew) {
  ATOME_REQUIRE_BOTH();
  EXPECT_EQ(OnBoth("overlay_ldr", "m3").output, "ok");
  const RunResult result = UnicornMachine().Run(GuestRequest("overlay_ldm", "m3"));
  ASSERT_TRUE(result.fault) << result.output;
  EXPECT_EQ(result.fault->kind, "unaligned access");
  EXPECT_EQ(result.fault->pc, 0x20002004u);
}

TEST(Machine, SysTickCountsCycles) {
  ATOME_REQUIRE_GUESTS();
  // 2 + 3; then the load's 2, 99 rounds of 1 + 1 + 3 (2 on M0+) and one of 1 + 1 + 1.
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("systick_m0", "m0")).output, "01f40005");
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("systick_m0plus", "m0plus")).output, "01910005");
}

TEST(Machine, StackIsMeasured) {
  ATOME_REQUIRE_GUESTS();
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("exit_success", "m0")).stack_bytes, 0u);
  EXPECT_EQ(UnicornMachine().Run(GuestRequest("systick_m0", "m0")).stack_bytes, 16u) << "push {r4-r6, lr}";
}

TEST(Machine, CyclesDifferByBasisOnlyWhereDataDecide) {
  ATOME_REQUIRE_GUESTS();
  for (const std::string core : {"m0", "m0plus", "m3", "m4", "m4f", "m7"}) {
    RunRequest request = GuestRequest("work_" + core, core);
    const RunResult operands = UnicornMachine().Run(request);
    request.cycle_basis = CycleBasis::kBlocks;
    const RunResult blocks = UnicornMachine().Run(request);
    EXPECT_EQ(operands.instructions, blocks.instructions) << core;
    EXPECT_EQ(operands.cycles_depend_on_data, core.substr(0, 2) != "m0") << core;
    EXPECT_EQ(operands.cycles == blocks.cycles, !operands.cycles_depend_on_data) << core;
    EXPECT_EQ(operands.cycles, UnicornMachine().Run(GuestRequest("work_" + core, core)).cycles) << core;
  }
}

TEST(Machine, EightThreadsAgree) {
  ATOME_REQUIRE_BOTH();
  RunRequest request = GuestRequest("work_m3", "m3");
  request.cycle_basis = CycleBasis::kBlocks;
  const RunResult expected = UnicornMachine().Run(request);
  std::vector<RunResult> results(8);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      const Machine& machine = i % 4 == 3 ? QemuMachine() : UnicornMachine();
      results[i] = machine.Run(request);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const RunResult& result : results) {
    EXPECT_EQ(result.outcome, Outcome::kExited) << result.message;
    EXPECT_EQ(result.output, expected.output);
    EXPECT_EQ(result.instructions, expected.instructions);
    EXPECT_EQ(result.marks, expected.marks);
  }
}

}  // namespace
}  // namespace atome::emulation
