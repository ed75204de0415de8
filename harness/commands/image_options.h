// The options for where the bytes of a firmware file go, and where the program begins.
#ifndef ATOME_HARNESS_COMMANDS_IMAGE_OPTIONS_H_
#define ATOME_HARNESS_COMMANDS_IMAGE_OPTIONS_H_

#include <string>
#include <vector>

#include "emulation/machine/machine.h"
#include "harness/commands/options.h"
#include "harness/report/command_line.h"

namespace atome::harness {

class ImageOptions {
 public:
  void AddTo(Options& options);

  // Sets the memories, the vector table and the image of a request that has its core, board and elf_name.
  // The message says what cannot be so, and the remedy; empty when all is set.
  [[nodiscard]] std::string Apply(std::string file_bytes, emulation::RunRequest* request) const;

  // Adds the given options to a command that measures the same again.
  void AddTo(report::CommandLine* line) const;
  // Distinguishes a cell from one without: "memory A=0x60000000:4M, vectors 0x8000"; empty without options.
  std::string Detail() const;

 private:
  std::vector<std::string> memories_;
  std::string vectors_;
  std::string load_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_IMAGE_OPTIONS_H_
