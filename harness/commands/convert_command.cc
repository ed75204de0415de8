// atome convert
#include <filesystem>
#include <iostream>

#include "harness/base/replace_file.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/commands/progress.h"
#include "harness/model/c_array.h"
#include "harness/model/convert.h"
#include "harness/model/convert_output.h"

namespace atome::harness {
namespace {

struct ConvertArguments {
  std::string source;
  std::string target;
  ModelOptions model;
  bool half_vectors = false;
  FormatOption format;
};

int RunConvert(const ConvertArguments& arguments) {
  // A header has the format that the engine runs fastest.
  const bool header = arguments.target.ends_with(".h");
  const std::optional<FileFormat> format = header ? FileFormat::kAtome03 : FormatOfName(arguments.target);
  if (!format) {
    return UsageError(
        StrCat(arguments.target,
               ": its ending chooses the format; give a TARGET in .atome01, .atome02, .atome03 or .h"));
  }
  const Result<Model> source = arguments.model.Load(arguments.source);
  if (!source.ok()) return UsageError(source.error().message);
  std::error_code ignored;
  if (std::filesystem::equivalent(arguments.source, arguments.target, ignored))
    return UsageError(StrCat(arguments.target, ": is the source itself; give a different TARGET"));
  Progress progress("converting");
  const Result<Conversion> conversion = Convert(*source, *format, arguments.half_vectors);
  progress.End();
  if (!conversion.ok()) return UsageError(conversion.error().message);
  const std::string error =
      ReplaceFile(arguments.target,
                  header ? CArrayOf(conversion->model, CNameOf(arguments.target)) : conversion->model.bytes);
  if (!error.empty()) return UsageError(error);
  std::cout << FormatConversion(*conversion, arguments.source, arguments.target, arguments.format.get(),
                                arguments.format.style());
  return kPass;
}

void Declare(Options& options, ConvertArguments* arguments) {
  options.Text("SOURCE", &arguments->source, "Model file in ATOME01, ATOME02 or ATOME03").Required();
  options
      .Text(
          "TARGET", &arguments->target,
          "File to write, replaced only on success; .atome01, .atome02 or .atome03 chooses the format, .h is "
          "ATOME03 as a C array")
      .Required()
      .Output();
  arguments->model.AddTo(options);
  options.Flag("--half-vectors", &arguments->half_vectors,
               "Round vectors to FP16: a different model, 2 bytes a value smaller in ATOME03");
  arguments->format.AddTo(options);
  options.Footer("Example: atome convert golden/models/atome_60k/atome_60k.atome02 /tmp/atome_60k.atome03");
}

}  // namespace

void AddConvert(Program& program) {
  program.Add("convert", "Write a model file in another format with the same weights", Declare, RunConvert);
}

}  // namespace atome::harness
