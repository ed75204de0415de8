// The options for where the cycles of a run went: by function, by instruction, between two functions.
#ifndef ATOME_HARNESS_COMMANDS_ANALYSIS_OPTIONS_H_
#define ATOME_HARNESS_COMMANDS_ANALYSIS_OPTIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "emulation/machine/machine.h"
#include "harness/commands/options.h"

namespace atome::harness {

class AnalysisOptions {
 public:
  void AddTo(Options& options);

  // Why the options do not go together, or not with this runner or core; empty when they do.
  std::string WhyNot(std::string_view runner, const emulation::Core& core) const;
  // Asks the machine for what the options need.
  void Apply(emulation::RunRequest* request) const;
  // Prints tables on stderr and writes files, for a run of `request`. Returns an error message, or nothing.
  std::string Show(const emulation::RunRequest& request, const emulation::RunResult& result) const;

  // The two names of --mark; empty when it is not given.
  const std::vector<std::string>& between() const { return between_; }

 private:
  bool profiles() const { return profile_ || !folded_.empty(); }
  bool annotates() const { return annotate_ || !annotation_.empty(); }
  std::string ShowProfile(const emulation::RunResult& result) const;
  std::string ShowAnnotation(const emulation::RunRequest& request, const emulation::RunResult& result) const;

  bool annotate_ = false;
  std::vector<std::string> functions_;
  std::string annotation_;
  bool profile_ = false;
  std::string folded_;
  std::vector<std::string> between_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_ANALYSIS_OPTIONS_H_
