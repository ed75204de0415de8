// atome corpus
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "harness/base/file.h"
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
  std::ofstream file(arguments.out, std::ios::binary);
  file << text;
  file.close();
  if (!file) return UsageError(StrCat(arguments.out, ": cannot write: ", std::strerror(errno)));
  std::cerr << arguments.out << ": " << text.size() << " bytes, SHA-256 " << Sha256Hex(text) << "\n";
  return kPass;
}

void Declare(Options& options, CorpusArguments* arguments) {
  options.Count("--bytes", &arguments->bytes, 1, 1 << 30, "Length of the text; the last story may be cut");
  options.Count("--seed", &arguments->seed, 0, UINT64_MAX, "Any number from 0");
  options.Text("--out", &arguments->out, "File to write; default: standard output");
  options.Footer("Example: atome corpus --bytes 500000 --seed 1 --out stories.txt");
}

}  // namespace

void AddCorpus(Program& program) {
  program.Add("corpus", "Write the built-in text: simple stories; a seed gives the same bytes everywhere",
              Declare, RunCorpus);
}

}  // namespace atome::harness
