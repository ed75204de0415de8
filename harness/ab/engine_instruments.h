// The instruments of `atome ab`: the engines for hosts, and firmware in the Unicorn machine.
#ifndef ATOME_HARNESS_AB_ENGINE_INSTRUMENTS_H_
#define ATOME_HARNESS_AB_ENGINE_INSTRUMENTS_H_

#include <chrono>
#include <string>

#include "harness/ab/instruments.h"
#include "harness/perplexity/text_plan.h"

namespace atome::harness::ab {

class EngineInstruments final : public Instruments {
 public:
  // Everything given must outlive it.
  EngineInstruments(const Config& config, const EvaluationText& text, const TextPlan& plan,
                    std::chrono::milliseconds time_limit);

  Json TextIdentity() const override;
  Json CoreIdentity(const Model& model, const Contender& contender, const std::string& core) const override;
  Result<FileFacts> Facts(const Model& model, const Contender& contender) const override;
  Result<ChunkLosses> Losses(const Model& model, const Contender& contender) const override;
  CoreFigures OnCore(const Model& model, const Contender& contender, const std::string& core) const override;

 private:
  const Config& config_;
  const EvaluationText& text_;
  const TextPlan& plan_;
  std::chrono::milliseconds time_limit_;
  std::string program_sha256_;  // of this executable: it holds the engines and the emulator's timing
};

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_ENGINE_INSTRUMENTS_H_
