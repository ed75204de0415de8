// atome firmware
#include <iostream>

#include "emulation/base/hex.h"
#include "emulation/elf/firmware_file.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"
#include "harness/commands/boards_option.h"
#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/commands/place_option.h"
#include "harness/commands/progress.h"
#include "harness/run/target.h"
#include "harness/size/board_firmware.h"

namespace atome::harness {
namespace {

struct FirmwareArguments {
  std::string model;
  std::string core;
  std::string board;
  BoardsOption more_boards;
  std::vector<std::string> variants;
  std::string build = "speed";
  PlaceOption place;
  ModelOptions options;
  LimitOptions limits;
  std::string out;
};

std::string Summary(const FirmwareArguments& arguments, const BoardFirmware& made, Variant variant) {
  const emulation::MemoryRange flash = made.map.program(), ram = made.map.ram();
  return fmt::format(
      "{}: {}, {} for {}, {}\n"
      "flash  {:>9} of {:>9} bytes from {}\n"
      "RAM    {:>9} of {:>9} bytes from {}; {} are the engine's state\n",
      arguments.out, arguments.model, VariantName(variant), arguments.build, made.map.title,
      Grouped(made.needs.flash_bytes), Grouped(flash.bytes), emulation::Hex(flash.begin),
      Grouped(made.needs.ram_bytes), Grouped(ram.bytes), emulation::Hex(ram.begin),
      Grouped(made.state_bytes));
}

int RunMakeFirmware(const FirmwareArguments& arguments) {
  if (const std::string why = arguments.more_boards.Load(); !why.empty()) return UsageError(why);
  const auto form = emulation::FirmwareFormOf(arguments.out);
  if (!form) {
    return UsageError(
        StrCat(arguments.out, ": its ending chooses the form; give an --out in .elf, .bin, .hex or .uf2"));
  }
  if (arguments.core.empty() && arguments.board.empty())
    return UsageError("give the --core or --board that the firmware is for");
  const auto list = [](const std::string& name) {
    return name.empty() ? std::vector<std::string>{} : std::vector<std::string>{name};
  };
  const Result<std::vector<Target>> targets = ParseTargets(list(arguments.core), list(arguments.board));
  if (!targets.ok()) return UsageError(targets.error().message);
  if (targets->size() != 1) return UsageError("firmware is for one board; name it");
  const Target& target = targets->front();
  const Result<Model> model = arguments.options.Load(arguments.model);
  if (!model.ok()) return UsageError(model.error().message);
  const auto variants = VariantsFor(model->config.architecture, arguments.model, arguments.variants);
  if (!variants.ok()) return UsageError(variants.error().message);
  if (variants->size() != 1) return UsageError("firmware is of one --variant; name one");

  const FirmwareBuild build = arguments.build == "size" ? FirmwareBuild::kSize : FirmwareBuild::kSpeed;
  Progress progress("compiling and trying the firmware");
  const BoardFirmware made = MakeBoardFirmware(*model, target, variants->front(), build,
                                               arguments.place.get(), arguments.limits.Get());
  progress.End();
  if (made.outcome != Outcome::kPass) {
    UsageError(made.message);
    return ExitCodeOf(made.outcome);
  }
  std::string error;
  const auto bytes = emulation::WriteFirmwareFile(
      made.elf, *form, target.board != nullptr ? target.board->chip : std::string(), error);
  if (!bytes) return UsageError(StrCat(arguments.out, ": ", error));
  if (const std::string why = ReplaceFile(arguments.out, *bytes); !why.empty()) return UsageError(why);
  std::cout << Summary(arguments, made, variants->front());
  return kPass;
}

void Declare(Options& options, FirmwareArguments* arguments) {
  options.Text("MODEL", &arguments->model, "Model file").Required();
  options.Text("--core", &arguments->core, StrCat("Bare core: ", KnownCores())).Offer(CoreNames());
  options
      .Text("--board", &arguments->board, "Board, for whose memories it is linked, as in emulation/README.md")
      .Offer(BoardNames());
  arguments->more_boards.AddTo(options);
  options
      .Texts("--variant", &arguments->variants,
             "f32, f32kv16, q15, q15kv8, or plain for a plain transformer; default: f32, or plain")
      .Offer(VariantWords());
  options.Word("--build", &arguments->build, {"speed", "size"}, "Optimised for speed or size");
  arguments->place.AddTo(options);
  arguments->options.AddTo(options);
  options.Text("-o,--out", &arguments->out, "File to write; .elf, .bin, .hex or .uf2 chooses the form")
      .Required()
      .Output();
  arguments->limits.AddTo(options);
  options.Footer(
      "Example: atome firmware golden/models/atome_60k/atome_60k.atome03 --board nucleo-f411re -o my.bin\n"
      "Needs arm-none-eabi-g++ (Debian: gcc-arm-none-eabi). Exit code 1 when it does not fit the board.");
}

}  // namespace

void AddFirmware(Program& program) {
  program.Add("firmware", "Make firmware of a model for a core or board, and try it", Declare,
              RunMakeFirmware);
}

}  // namespace atome::harness
