// Instruments whose figures follow from a model's bytes alone, for tests.
#ifndef ATOME_HARNESS_AB_FAKE_INSTRUMENTS_H_
#define ATOME_HARNESS_AB_FAKE_INSTRUMENTS_H_

#include <atomic>
#include <set>
#include <string>

#include "harness/ab/instruments.h"
#include "harness/base/random.h"
#include "harness/base/text.h"

namespace atome::harness::ab::testing {

class FakeInstruments : public Instruments {
 public:
  Json TextIdentity() const override { return {{"text", text}}; }
  Json CoreIdentity(const Model&, const Contender& contender, const std::string& core) const override {
    return {{"core", core}, {"build", static_cast<int>(contender.build)}, {"firmware", firmware}};
  }
  Result<FileFacts> Facts(const Model&, const Contender&) const override {
    return FileFacts{.parameters = 100, .trit_entropy_bits = 1.5};
  }
  Result<ChunkLosses> Losses(const Model& model, const Contender& contender) const override {
    ++losses_measured;
    if (model.Name() == "bad") return Bad("bad: is bad");
    Random random(std::hash<std::string>()(model.bytes), static_cast<uint64_t>(contender.variant));
    ChunkLosses losses;
    for (int i = 0; i < 20; ++i) {
      losses.nats.push_back(64 + random.Below(64));
      losses.tokens.push_back(i < 19 ? 64 : 10);
    }
    return losses;
  }
  CoreFigures OnCore(const Model& model, const Contender&, const std::string& core) const override {
    ++cores_measured;
    CoreFigures figures;
    if (missing_cores.contains(core)) {
      figures.status = CellStatus::kMissing;
      figures.message = "no firmware";
      return figures;
    }
    figures.status = CellStatus::kPass;
    figures.firmware = core + ".elf";
    figures.cycles_per_token = 1000.0 + static_cast<double>(model.bytes.size()) / 3;
    figures.firmware_bytes = 5000;
    figures.model_bytes = model.bytes.size();
    figures.ram_bytes = 300;
    return figures;
  }

  std::string text = "text";
  std::string firmware = "firmware";
  std::set<std::string> missing_cores;
  mutable std::atomic<int> losses_measured = 0, cores_measured = 0;
};

}  // namespace atome::harness::ab::testing

#endif  // ATOME_HARNESS_AB_FAKE_INSTRUMENTS_H_
