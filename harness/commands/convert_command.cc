// atome convert
#include <filesystem>
#include <iostream>

#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/model/convert.h"
#include "harness/model/convert_output.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

struct ConvertArguments {
  std::string source;
  std::string target;
  ModelOptions model;
  bool half_vectors = false;
  OutputFormat format = OutputFormat::kTable;
};

int RunConvert(const ConvertArguments& arguments) {
  const std::optional<FileFormat> format = FormatOfName(arguments.target);
  if (!format) {
    return UsageError(
        StrCat(arguments.target,
               ": its ending chooses the format; give a TARGET in .atome01, .atome02 or .atome03"));
  }
  const Result<Model> source = arguments.model.Load(arguments.source);
  if (!source.ok()) return UsageError(source.error().message);
  std::error_code ignored;
  if (std::filesystem::equivalent(arguments.source, arguments.target, ignored))
    return UsageError(StrCat(arguments.target, ": is the source itself; give a TARGET of another name"));
  const Result<Conversion> conversion = Convert(*source, *format, arguments.half_vectors);
  if (!conversion.ok()) return UsageError(conversion.error().message);
  const std::string error = ReplaceFile(arguments.target, conversion->model.bytes);
  if (!error.empty()) return UsageError(error);
  std::cout << FormatConversion(*conversion, arguments.source, arguments.target, arguments.format);
  return kPass;
}

}  // namespace

void AddConvert(CLI::App& app, int* exit_code) {
  auto arguments = std::make_shared<ConvertArguments>();
  CLI::App* convert = app.add_subcommand(
      "convert", "Write a model file in another format, its weights the same to the bit, and print its size");
  convert->add_option("SOURCE", arguments->source, "Model file in ATOME01, ATOME02 or ATOME03")->required();
  convert
      ->add_option(
          "TARGET", arguments->target,
          "File to write, or to replace once all is well; .atome01, .atome02 or .atome03 chooses its "
          "format")
      ->required();
  arguments->model.AddTo(convert);
  convert->add_flag("--half-vectors", arguments->half_vectors,
                    "Round vectors to FP16: another model, 2 bytes a value smaller as ATOME03");
  AddFormat(convert, &arguments->format);
  convert->footer("Example: atome convert golden/models/atome_60k/atome_60k.atome02 /tmp/atome_60k.atome03");
  convert->callback([arguments, exit_code] { *exit_code = RunConvert(*arguments); });
}

}  // namespace atome::harness
