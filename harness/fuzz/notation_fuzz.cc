// Short notations of the command line, and what is printed of them.
#include <string>
#include <string_view>

#include "emulation/base/number.h"
#include "emulation/fuzz/input.h"
#include "harness/corpus/grammar.h"
#include "harness/model/architecture.h"
#include "harness/parity/acceptance.h"
#include "harness/run/firmware_answer.h"
#include "harness/run/firmware_build.h"
#include "harness/run/target.h"

using namespace atome::harness;
using atome::fuzz::Require;

// A byte: which notation; the text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  atome::fuzz::Input input(data, size);
  const uint8_t which = input.Byte();
  const std::string text(input.Rest());
  switch (which % 5) {
    case 0:
      for (const Architecture architecture : {Architecture::kTernary, Architecture::kPlain}) {
        const Result<ModelConfig> config = ParseConfig(text, architecture);
        if (!config.ok()) continue;
        const Result<ModelConfig> again = ParseConfig(ConfigToString(*config), architecture);
        Require(again.ok() && again->Dimensions() == config->Dimensions(), "dimensions read back");
      }
      break;
    case 1: {
      const Result<Acceptance> acceptance = Acceptance::Parse(text);
      if (!acceptance.ok()) break;
      const Result<Acceptance> again = Acceptance::Parse(acceptance->Text());
      Require(again.ok() && again->Text() == acceptance->Text(), "an acceptance reads back");
      break;
    }
    case 2:
      (void)atome::emulation::ParseNumber(text);
      (void)ParseTargets({text}, {});
      (void)ParseBuilds({text});
      break;
    case 3:
      (void)ParseAnswer(text);
      break;
    default:
      (void)Grammar::Parse(text);
      break;
  }
  return 0;
}
