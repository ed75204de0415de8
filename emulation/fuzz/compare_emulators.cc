// Random programs in Unicorn and in QEMU: how many were alike, and of each that is not a program of as few
// steps as shows it.
//
//   atome_compare_emulators GUESTS [--programs N] [--seed S] [--core NAME]... [--differences N]
//
// GUESTS is the folder with random_program_CORE.elf. Seeds S, S + 1, ... make the programs of each core. Exit
// code: 0 all alike, 1 not, 2 usage or a missing tool.
#include <cstdlib>
#include <fstream>
#include <future>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "emulation/base/number.h"
#include "emulation/machine/machine.h"
#include "emulation/testing/random_program.h"
#include "emulation/thumb/disassembly.h"

namespace atome::emulation {
namespace {

struct Arguments {
  std::string guests;
  uint32_t programs = 1000;  // of each core
  uint32_t seed = 1;
  uint32_t differences = 5;  // of each core, which are made small and shown
  std::vector<std::string> cores;
};

std::optional<Arguments> Parse(int count, char** texts) {
  Arguments arguments;
  const std::map<std::string, uint32_t*> numbers = {{"--programs", &arguments.programs},
                                                    {"--seed", &arguments.seed},
                                                    {"--differences", &arguments.differences}};
  for (int k = 1; k < count; ++k) {
    const std::string text = texts[k];
    if (!text.starts_with("--")) {
      arguments.guests = text;
      continue;
    }
    if (++k == count) return std::nullopt;
    if (text == "--core") {
      if (FindCore(texts[k]) == nullptr) return std::nullopt;
      arguments.cores.push_back(texts[k]);
    } else {
      const auto number = ParseNumber(texts[k]);
      if (!numbers.contains(text) || !number) return std::nullopt;
      *numbers.at(text) = *number;
    }
  }
  if (arguments.guests.empty()) return std::nullopt;
  if (arguments.cores.empty())
    for (const Core& core : Cores()) arguments.cores.emplace_back(core.name);
  return arguments;
}

struct Both {
  RunResult unicorn, qemu;

  bool Alike() const {
    return unicorn.outcome == Outcome::kExited && qemu.outcome == Outcome::kExited &&
           unicorn.output == qemu.output && unicorn.instructions == qemu.instructions &&
           unicorn.cycles == qemu.cycles;
  }
};

class Comparer {
 public:
  Comparer(const std::string& core, const std::string& frame, const Arguments& arguments)
      : core_(core), frame_(frame), arguments_(arguments) {}

  // How many of the programs differ.
  uint32_t Compare() {
    for (uint32_t first = 0; first < arguments_.programs; first += kProgramsOfAFrame) {
      std::vector<RandomProgram> programs;
      const uint32_t end = std::min<uint32_t>(arguments_.programs, first + kProgramsOfAFrame);
      for (uint32_t k = first; k < end; ++k)
        programs.push_back(MakeRandomProgram(arguments_.seed + k, InstructionSetOf(core_), false));
      Sift(programs, arguments_.seed + first);
      std::cerr << "\r" << core_ << ": " << end << " of " << arguments_.programs << std::flush;
    }
    std::cerr << "\n";
    return differences_;
  }

 private:
  Both Run(std::span<const RandomProgram> programs, bool shown) const {
    RunRequest request;
    request.elf = WithPrograms(frame_, programs, {.shown = shown});
    request.elf_name = "random_program_" + core_ + ".elf";
    request.core = FindCore(core_);
    request.cycle_basis = CycleBasis::kBlocks;
    request.instruction_limit = Instructions{1'000'000'000};
    request.time_limit = std::chrono::seconds(300);
    auto qemu = std::async(std::launch::async, [&request] { return QemuMachine().Run(request); });
    RunResult unicorn = UnicornMachine().Run(request);
    return {std::move(unicorn), qemu.get()};
  }

  // Halves until the programs that differ stand alone.
  void Sift(std::span<const RandomProgram> programs, uint32_t seed) {
    if (Run(programs, false).Alike()) return;
    if (programs.size() == 1) {
      ++differences_;
      if (differences_ <= arguments_.differences) Show(programs.front(), seed);
      return;
    }
    const size_t half = programs.size() / 2;
    Sift(programs.first(half), seed);
    Sift(programs.subspan(half), seed + static_cast<uint32_t>(half));
  }

  // Without each step that a difference does not need.
  RandomProgram Small(RandomProgram program) const {
    for (size_t k = program.steps.size(); k-- > 0;) {
      RandomProgram less = program;
      less.steps.erase(less.steps.begin() + static_cast<ptrdiff_t>(k));
      if (!Run({&less, 1}, false).Alike()) program = less;
    }
    return program;
  }

  void Show(const RandomProgram& program, uint32_t seed) const {
    const RandomProgram small = Small(program);
    const Both both = Run({&small, 1}, true);
    std::cout << core_ << ", seed " << seed << ", a program that differs:\n";
    const std::string code = small.Code();
    for (const auto& each :
         thumb::DisassembleRun({reinterpret_cast<const uint8_t*>(code.data()), code.size()}, 0))
      std::cout << "  " << each.address << "\t" << each.text << "\n";
    const auto start = [&small](size_t word) {
      uint32_t value = 0;
      for (size_t k = 4; k-- > 0;) value = value << 8 | static_cast<uint8_t>(small.start[4 * word + k]);
      return value;
    };
    std::cout << std::hex << "  starts with";
    for (size_t r = 0; r < 13; ++r) std::cout << " r" << std::dec << r << std::hex << "=" << start(1 + r);
    std::cout << " flags=" << start(14) << " fpscr=" << start(15);
    for (size_t s = 0; s < 32; ++s) std::cout << " s" << std::dec << s << std::hex << "=" << start(16 + s);
    std::cout << std::dec << "\n  unicorn: " << Ended(both.unicorn) << "\n  qemu:    " << Ended(both.qemu)
              << "\n";
    std::istringstream ours(both.unicorn.output), theirs(both.qemu.output);
    for (const std::string& name : ShownWords()) {
      std::string one, other;
      std::getline(ours, one);
      std::getline(theirs, other);
      if (one != other) std::cout << "  " << name << ": unicorn " << one << ", qemu " << other << "\n";
    }
    std::cout << std::flush;
  }

  static std::string Ended(const RunResult& result) {
    std::string text = result.outcome == Outcome::kExited ? "exit" : result.message;
    if (result.fault) text += result.fault->kind + " at " + result.fault->symbol;
    if (result.instructions)
      text += ", " + std::to_string(emulation::Count(*result.instructions)) + " instructions";
    if (result.cycles) text += ", " + std::to_string(emulation::Count(*result.cycles)) + " cycles";
    return text;
  }

  const std::string& core_;
  const std::string& frame_;
  const Arguments& arguments_;
  uint32_t differences_ = 0;
};

int Main(int count, char** texts) {
  const std::optional<Arguments> arguments = Parse(count, texts);
  if (!arguments) {
    std::cerr << "usage: atome_compare_emulators GUESTS [--programs N] [--seed S] [--core NAME]... "
                 "[--differences N]\n";
    return 2;
  }
  if (QemuMachine().Version().empty()) {
    std::cerr << "atome_compare_emulators: no qemu-system-arm; install it with ci/setup\n";
    return 2;
  }
  uint32_t differences = 0;
  for (const std::string& core : arguments->cores) {
    const std::string path = arguments->guests + "/random_program_" + core + ".elf";
    std::ifstream file(path, std::ios::binary);
    const std::string frame{std::istreambuf_iterator<char>(file), {}};
    if (frame.empty()) {
      std::cerr << path << ": no guest; ci/build makes it, where arm-none-eabi-gcc is installed\n";
      return 2;
    }
    const uint32_t found = Comparer(core, frame, *arguments).Compare();
    std::cout << core << ": " << arguments->programs - found << " of " << arguments->programs
              << " programs alike\n";
    differences += found;
  }
  return differences == 0 ? 0 : 1;
}

}  // namespace
}  // namespace atome::emulation

int main(int argc, char** argv) { return atome::emulation::Main(argc, argv); }
