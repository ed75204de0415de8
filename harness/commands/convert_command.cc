// atome convert
#include <algorithm>
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
#include "harness/model/prepared_image.h"

namespace atome::harness {
namespace {

struct ConvertArguments {
  std::string source;
  std::string target;
  ModelOptions model;
  bool half_vectors = false;
  bool prepare = false;
  std::vector<std::string> variants;
  std::string layout;
  FormatOption format;
};

// Whether TARGET is SOURCE.
bool IsItself(const ConvertArguments& arguments) {
  std::error_code ignored;
  return std::filesystem::equivalent(arguments.source, arguments.target, ignored);
}
std::string ItselfError(const ConvertArguments& arguments) {
  return StrCat(arguments.target, ": is the source itself; give a different TARGET");
}

int RunPrepare(const ConvertArguments& arguments) {
  const bool header = arguments.target.ends_with(".h");
  if (!header && !arguments.target.ends_with(".image")) {
    return UsageError(
        StrCat(arguments.target, ": a prepared image has another ending; give a TARGET in .image or .h"));
  }
  if (arguments.half_vectors)
    return UsageError(
        "--half-vectors and --prepare exclude each other; convert with the one, then the other");
  if (arguments.format.get() != OutputFormat::kTable)
    return UsageError("--format does not go with --prepare, which prints a line; leave it out");
  Result<Model> source = arguments.model.Load(arguments.source);
  if (!source.ok()) return UsageError(source.error().message);
  if (IsItself(arguments)) return UsageError(ItselfError(arguments));
  const auto variants = VariantsFor(source->config.architecture, arguments.source, arguments.variants);
  if (!variants.ok()) return UsageError(variants.error().message);
  if (variants->size() != 1) return UsageError("an image is for one --variant; name one");
  const auto layout = std::ranges::find(kImageLayouts, arguments.layout, LayoutName);
  Result<std::string> image = PrepareImage(*source, variants->front(),
                                           layout != std::end(kImageLayouts) ? *layout : kImageLayouts[0]);
  if (!image.ok()) return UsageError(image.error().message);
  Model prepared = *source;
  prepared.bytes = *std::move(image);
  const std::string error =
      ReplaceFile(arguments.target, header ? CArrayOf(prepared, CNameOf(arguments.target)) : prepared.bytes);
  if (!error.empty()) return UsageError(error);
  std::cout << StrCat(arguments.target, ": ", *DescribeImage(prepared.bytes), ", ",
                      Grouped(prepared.bytes.size()), " bytes\n");
  return kPass;
}

int RunConvert(const ConvertArguments& arguments) {
  if (arguments.prepare) return RunPrepare(arguments);
  if (!arguments.variants.empty() || !arguments.layout.empty())
    return UsageError("--variant and --layout are of prepared images; give --prepare with them");
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
  if (IsItself(arguments)) return UsageError(ItselfError(arguments));
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
          "ATOME03 as a C array; with --prepare .image or .h")
      .Required()
      .Output();
  arguments->model.AddTo(options);
  options.Flag("--half-vectors", &arguments->half_vectors,
               "Round vectors to FP16: a different model, 2 bytes a value smaller in ATOME03");
  options.Flag(
      "--prepare", &arguments->prepare,
      "Write a prepared image instead: what one variant of the engine reads on a device, checked and "
      "derived here, as engine/image/image.md says");
  options.Texts("--variant", &arguments->variants, "With --prepare: f32 (default), f32kv16, q15 or q15kv8")
      .Offer(VariantWords());
  options.Word(
      "--layout", &arguments->layout, {"columns", "tiles"},
      "With --prepare, of the matrices: columns (default) of 5 trits are smaller; tiles of 4 are for "
      "the engine built for speed");
  arguments->format.AddTo(options);
  options.Footer(
      "Example: atome convert golden/models/atome_60k/atome_60k.atome02 /tmp/atome_60k.atome03\n"
      "         atome convert golden/models/atome_60k/atome_60k.atome03 /tmp/my.h --prepare --variant q15");
}

}  // namespace

void AddConvert(Program& program) {
  program.Add("convert", "Write a model file in another format with the same weights", Declare, RunConvert);
}

}  // namespace atome::harness
