// atome corpus
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "harness/commands/command.h"
#include "harness/corpus/corpus.h"
#include "harness/model/model.h"
#include "harness/base/text.h"

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

}  // namespace

void AddCorpus(CLI::App& app, int* exit_code) {
  auto arguments = std::make_shared<CorpusArguments>();
  CLI::App* corpus =
      app.add_subcommand("corpus", "Write the built-in text: simple stories, the same for a seed everywhere");
  corpus->add_option("--bytes", arguments->bytes, "Length; the last story is cut")
      ->check(CLI::Range(size_t{1}, size_t{1} << 30))
      ->capture_default_str();
  corpus->add_option("--seed", arguments->seed, "A number from 0")->capture_default_str();
  corpus->add_option("--out", arguments->out, "File to write; default: standard output");
  corpus->footer("Example: atome corpus --bytes 500000 --seed 1 --out stories.txt");
  corpus->callback([arguments, exit_code] { *exit_code = RunCorpus(*arguments); });
}

}  // namespace atome::harness
