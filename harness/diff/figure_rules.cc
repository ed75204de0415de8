#include "harness/diff/figure_rules.h"

namespace atome::harness::report {
namespace {

constexpr Direction kLess = Direction::kLessIsBetter;
constexpr Direction kMore = Direction::kMoreIsBetter;
constexpr Direction kEqual = Direction::kMustBeEqual;
constexpr Direction kTold = Direction::kInformational;

constexpr FigureRule kRules[] = {
    // Parity.
    {"tokens_matched", "", kMore},
    {"tokens_total", "", kEqual},
    {"max_ulp", "", kLess},
    {"max_abs_error", "", kLess},
    {"max_relative_error", "", kLess},
    {"logits_sha256", "", kEqual},
    {"step_digests", "", kEqual},
    // Cycles.
    {"instructions_per_token", "", kLess},
    {"instructions_total", "", kLess},
    {"cycles_per_token", "", kLess},
    {"cycles_total", "", kLess},
    {"cycles_basis", "", kEqual},
    {"tokens_per_second", "", kMore},
    // Flash and RAM. Symbols come and go with inlining: they explain the sums that count.
    {"engine_text_bytes", "", kLess},
    {"library_text_bytes", "", kLess},
    {"startup_text_bytes", "", kLess},
    {"code_bytes", "", kLess},
    {"rodata_bytes", "", kLess},
    {"firmware_bytes", "", kLess},
    {"model_bytes", "", kLess},
    {"data_bytes", "", kLess},
    {"bss_bytes", "", kLess},
    {"stack_reserved_bytes", "", kLess},
    {"stack_bytes", "", kLess},
    {"state_bytes", "", kLess},
    {"logits_bytes", "", kLess},
    {"ram_bytes", "", kLess},
    {"ram_bytes", "board", kTold},  // what the board has
    {"flash_bytes", "", kLess},
    {"flash_bytes", "board", kTold},  // likewise
    {"bytes", "section", kLess, true},
    {"bytes", "symbol", kTold, true},
    {"max_seq", "", kEqual},
    {"fits", "", kMore},
    {"flash_bytes_needed", "", kLess},
    {"ram_bytes_needed", "", kLess},
    {"longest_max_seq", "", kMore},
    // How well text is predicted. 0.5 % of perplexity is 0.0072 bits a byte, 0.2 % of some 3.
    {"perplexity", "", kLess, false, 0.005},
    {"bits_per_byte", "", kLess, false, 0.002},
    {"bpb", "", kLess, false, 0.002},
    {"ratio", "", kLess, false, 0.005},
    {"kl_mean", "", kLess, false, 0.1},
    {"same_top", "", kMore, false, 0.005},
    {"tokens", "", kEqual},
    {"text_sha256", "", kEqual},
    {"model_sha256", "", kEqual},
    // Models of an A/B, and benchmarks.
    {"params", "", kEqual},
    {"bits_per_weight", "", kLess},
    {"disk_bytes", "", kLess},
    {"seconds", "", kLess},
};

const FigureRule* Find(std::string_view name, std::string_view part_kind) {
  for (const FigureRule& rule : kRules) {
    if (rule.name == name && rule.part_kind == part_kind) return &rule;
  }
  return nullptr;
}

const FigureRule* Find(const Figure& figure) {
  const FigureRule* rule = Find(figure.name, figure.part_kind);
  return rule != nullptr ? rule : Find(figure.name, "");
}

}  // namespace

FigureRule RuleOf(const Figure& figure) {
  const FigureRule* rule = Find(figure);
  return rule != nullptr ? *rule : FigureRule{};
}

bool HasRule(const Figure& figure) { return Find(figure) != nullptr; }

}  // namespace atome::harness::report
