#include "harness/commands/analysis_options.h"

#include <iostream>

#include "emulation/elf/elf_image.h"
#include "harness/base/replace_file.h"
#include "harness/base/table.h"
#include "harness/base/text.h"
#include "harness/cycles/annotation_output.h"
#include "harness/cycles/profile_output.h"

namespace atome::harness {
void AnalysisOptions::AddTo(Options& options) {
  options.Flag("--annotate", &annotate_,
               "Print on stderr what each instruction took, and why, the costliest functions first");
  options.Texts("--functions", &functions_, "Only functions whose names contain one of these");
  options.Text("--annotation", &annotation_, "CSV file for the cycles of every instruction and their parts")
      .Output();
  options.Flag("--profile", &profile_,
               "Print cycles by function on stderr; instructions where cycles are not modelled");
  options
      .Text("--folded", &folded_, "File for call chains and their cycles, or instructions, for flame graphs")
      .Output();
  options.Texts("--mark", &between_,
                "FROM,TO: count the cycles from each arrival at one function to the next at the other");
}

std::string AnalysisOptions::WhyNot(std::string_view runner, const emulation::Core& core) const {
  const bool qemu = runner == "qemu";
  if (runner == "probe" && (profiles() || annotates() || !between_.empty()))
    return "profiles, annotations and --mark need --runner unicorn: a core behind a debug probe shows none";
  if (profiles() && qemu) return "a profile needs --runner unicorn, because QEMU does not show calls";
  if (annotates() && qemu) return "an annotation needs --runner unicorn, because QEMU does not show data";
  if (!core.has_cycles() && (annotates() || !between_.empty()))
    return StrCat(annotates() ? "--annotate and --annotation show" : "--mark counts",
                  " cycles, and those of ", core.title, " are not modelled: ", core.no_cycles,
                  "; --profile counts its instructions by function");
  if (!functions_.empty() && !annotate_) return "--functions chooses what --annotate shows; give that too";
  if (!between_.empty() && between_.size() != 2) return "--mark takes two names of functions: FROM,TO";
  if (!between_.empty() && qemu)
    return "--mark needs --runner unicorn, because QEMU does not tell cycles on the way";
  return {};
}

void AnalysisOptions::Apply(emulation::RunRequest* request) const {
  if (profiles()) request->profile = emulation::ProfileWindow{};
  request->annotate = annotates();
  if (between_.empty()) return;
  request->from_symbol = between_[0];
  request->to_symbol = between_[1];
}

std::string AnalysisOptions::Show(const emulation::RunRequest& request,
                                  const emulation::RunResult& result) const {
  const std::string error = ShowProfile(result);
  return error.empty() ? ShowAnnotation(request, result) : error;
}

std::string AnalysisOptions::ShowProfile(const emulation::RunResult& result) const {
  if (!result.profile) return {};
  if (profile_) std::cerr << "\n" << FormatText(FlatProfile(*result.profile)) << "\n";
  return folded_.empty() ? "" : ReplaceFile(folded_, FoldedStacks(*result.profile));
}

std::string AnalysisOptions::ShowAnnotation(const emulation::RunRequest& request,
                                            const emulation::RunResult& result) const {
  if (result.annotation.empty()) return {};
  std::string why;
  const auto image = emulation::ElfImage::Read(request.elf, request.elf_name, why);
  if (image == nullptr) return why;
  if (annotate_) {
    const std::string text = AnnotatedFunctions(result.annotation, *image, functions_);
    if (text.empty()) return StrCat("no executed function's name contains ", Join(functions_, " or "));
    std::cerr << text << "\n";
  }
  return annotation_.empty() ? ""
                             : ReplaceFile(annotation_, FormatCsv(AnnotationList(result.annotation, *image)));
}

}  // namespace atome::harness
