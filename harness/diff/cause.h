// Changes by what is behind them: what one fault did to many figures of many cells is one cause.
//
// Each regression and each improvement of a Diff is in exactly one cause, with others of its severity and
// kind:
//
// | kind | changes | one cause has |
// | --- | --- | --- |
// | bits | a mismatch with the golden trace, other logits, tokens, digests | the same first divergence (step,
// layer,
//   op, index) anywhere; the same op of a variant; the same first step of a model and variant; where one
//   runner alone is wrong, all that this runner has wrong |
// | crash, missing, check, fit | outcomes of that kind, vanished cells and figures, what must be equal,
// boards that
//   do not fit | the same message but for its numbers; a whole runner; the kind of cells that vanished |
// | cycles | cycles, instructions, tokens a second | the op that explains the growth; all ops alike |
// | flash | code, sections, bytes of flash | the symbol that explains it, by its short name; else the section
// | | ram | RAM and its summands | the summand that explains it | | perplexity | perplexity and divergences |
// the model, or the variant | | wall, other | the rest | the figure | | budget | limits that no other cause's
// figure exceeds, and those that hold nothing | the figure |
//
// What explains several cells goes before what explains one: of all that may be behind the cells of a kind,
// that which is behind most of them takes them, and so on. A cell without ops or symbols goes to the cause of
// the cells that are most like it. All figures of a cell that fails belong to the cause of its failing. A
// budget that is exceeded belongs to the cause of that figure's change.
#ifndef ATOME_HARNESS_DIFF_CAUSE_H_
#define ATOME_HARNESS_DIFF_CAUSE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/diff/change.h"

namespace atome::harness::report {

// The worst first.
enum class CauseKind : uint8_t {
  kBits,
  kCrash,
  kMissing,
  kCheck,
  kCycles,
  kFlash,
  kRam,
  kFit,
  kPerplexity,
  kWall,
  kBudget,
  kOther,
};
// "bits", "crash", ..., as people and JSON read it.
std::string_view CauseKindName(CauseKind kind);

struct Cause {
  Severity severity = Severity::kRegression;
  // 'x': wrong bits, failed or vanished; '^': a figure got worse; 'v': better.
  char mark = '^';
  CauseKind kind = CauseKind::kOther;
  std::string where;  // "Cortex-M4F f32 60K": the cell that stands for all, or what all have in common
  std::string what;   // "151 095 -> 154 667 (+2.4 %), sparse +4.0 %; also 3 boards; 167 over budget"
  std::vector<std::string> names;  // in full what `what` has in short; a few
  size_t cells = 0;
  std::vector<size_t> changes;  // of Diff.changes, in order
  std::string next;             // a command that goes on from here; may be empty

  // "Cortex-M4F f32 60K: 151 095 -> ...".
  std::string Text() const;
};

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_CAUSE_H_
