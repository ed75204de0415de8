// atome corpus
#include <iostream>

#include "harness/base/file.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/corpus/corpus.h"
#include "harness/model/model.h"

namespace atome::harness {
namespace {

struct CorpusArguments {
  size_t bytes = kCorpusBytes;
  uint64_t seed = kCorpusSeed;
  std::string out;
};

int RunCorpus(const CorpusArguments& arguments) {
  const std::string text = MakeCorpus(arguments.bytes, arguments.seed);
  if (arguments.out.empty()) {
    std::cout << text;
    return kPass;
  }
  if (const std::string why = ReplaceFile(arguments.out, text); !why.empty()) return UsageError(why);
  std::cerr << arguments.out << ": " << text.size() << " bytes, SHA-256 " << Sha256Hex(text) << "\n";
  return kPass;
}

void Declare(Options& options, CorpusArguments* arguments) {
  options.Count("--bytes", &arguments->bytes, 1, 1 << 30, "Length of the text; the last story may be cut");
  options.Count("--seed", &arguments->seed, 0, UINT64_MAX, "Any number from 0");
  options.Text("--out", &arguments->out, "File to write; default: standard output").Output();
  options.Footer("Example: atome corpus --bytes 500000 --seed 1 --out stories.txt");
}

}  // namespace

void AddCorpus(Program& program) {
  program.Add("corpus", "Write the built-in text, simple stories", Declare, RunCorpus);
}

}  // namespace atome::harness
