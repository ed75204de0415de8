#include "harness/size/short_run.h"

#include <string_view>

namespace atome::harness {

FirmwareRun RunShortly(const Target& target, const Firmware& firmware, const Model& model, Variant variant,
                       emulation::RunLimits limits, size_t prompt_tokens, uint32_t generate) {
  constexpr std::string_view kPrompt = "Once upon";
  static_assert(kPrompt.size() == kShortPrompt);
  Task task{.prompts = {{}}, .generate = generate, .taps = false, .variant = variant};
  for (const char c : kPrompt.substr(0, prompt_tokens))
    task.prompts[0].push_back(static_cast<uint8_t>(c) % model.config.vocab_size);
  return RunFirmware(emulation::UnicornMachine(), *target.core, firmware, model, task,
                     {.limits = limits, .is_given = firmware.given, .board = target.board, .profile = {}});
}

}  // namespace atome::harness
