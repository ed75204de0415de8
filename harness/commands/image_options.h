// The options for where the bytes of a firmware file go, and where the program begins.
#ifndef ATOME_HARNESS_COMMANDS_IMAGE_OPTIONS_H_
#define ATOME_HARNESS_COMMANDS_IMAGE_OPTIONS_H_

#include <string>
#include <vector>

#include "emulation/machine/machine.h"
#include "harness/commands/options.h"

namespace atome::harness {

class ImageOptions {
 public:
  void AddTo(Options& options);

  // Sets the memories, the vector table and the image of a request that has its core, board and elf_name.
  // The message says what cannot be so, and the remedy; empty when all is set.
  [[nodiscard]] std::string Apply(std::string file_bytes, emulation::RunRequest* request) const;

 private:
  std::vector<std::string> memories_;
  std::string vectors_;
  std::string load_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_IMAGE_OPTIONS_H_
