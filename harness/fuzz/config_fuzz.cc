// JSON files of users: an A/B's configuration, budgets.
#include <string>
#include <vector>

#include "harness/ab/config.h"
#include "harness/diff/budget.h"
#include "harness/fuzz/scratch_file.h"

using namespace atome::harness;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 8192) return 0;
  static atome::fuzz::ScratchFile file("f.json");
  const std::string& path = file.With({reinterpret_cast<const char*>(data), size});
  const Result<ab::Config> config = ab::LoadConfig(path);
  if (!config.ok())
    atome::fuzz::RequireRefusal(config.error().message, path);
  else
    atome::fuzz::Require(config->baseline < config->contenders.size(), "the baseline is a contender");
  const Result<std::vector<report::Budget>> budgets = report::ReadBudgets(path);
  if (!budgets.ok())
    atome::fuzz::RequireRefusal(budgets.error().message, path);
  else
    for (const report::Budget& budget : *budgets) (void)budget.Describe();
  return 0;
}
