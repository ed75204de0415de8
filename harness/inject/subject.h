// Firmware that bits flip in, and how it runs when none does.
#ifndef ATOME_HARNESS_INJECT_SUBJECT_H_
#define ATOME_HARNESS_INJECT_SUBJECT_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "emulation/boards/core.h"
#include "emulation/machine/flip.h"
#include "harness/base/result.h"
#include "harness/inject/guard.h"
#include "harness/inject/region.h"
#include "harness/inject/verdict.h"
#include "harness/model/golden_trace.h"
#include "harness/model/model.h"
#include "harness/run/firmware_runner.h"
#include "harness/run/firmware_store.h"

namespace atome::harness {

// What became of one flip.
struct Trial {
  emulation::Flip flip;
  emulation::Flipped flipped{};
  std::optional<Judgement> judgement{};  // nothing: it could not be run, or the flip was not reached
  std::string failure{};                 // why
  std::string at{};                      // the function that was interrupted
};

struct SubjectOptions {
  const emulation::Core* core = nullptr;
  Variant variant = Variant::kF32;
  Guard guard{};
  uint32_t tokens = 8;                 // that are generated
  const GoldenTrace* trace = nullptr;  // to begin as its first case, and to check the run without flips
  emulation::RunLimits limits;
};

// Immutable, so that threads may share it.
class Subject {
 public:
  // Finds the firmware of the build, or compiles it where a guard wants another, and runs it. The model has
  // to outlive it. An error when that run fails, or has not the trace's bits.
  static Result<Subject> Prepare(const Model& model, const SubjectOptions& options);

  Trial Run(const emulation::Flip& flip) const;
  // The number, from 0, of the first instruction of the block that a modelled cycle of the clean run falls
  // in; cycles are known where blocks begin. The cycle is below the run's. Runs the firmware some twenty
  // times.
  Result<uint64_t> BlockAt(uint64_t cycle) const;

  const Firmware& firmware() const { return firmware_; }
  const FirmwareRun& clean() const { return clean_; }
  const Places& places() const { return places_; }
  const emulation::ElfImage& image() const { return *image_; }

 private:
  Subject(const Model& model, const SubjectOptions& options) : model_(&model), options_(options) {}
  FirmwareRun RunWith(std::vector<emulation::Flip> flips, std::optional<emulation::Instructions> limit) const;

  const Model* model_;
  SubjectOptions options_;
  Task task_;
  Firmware firmware_;
  std::shared_ptr<const emulation::ElfImage> image_;
  FirmwareRun clean_;
  Places places_;
};

// The first case of a trace, cut to `tokens` generated ones, or without a trace a prompt of our own.
Task TaskFor(const Model& model, Variant variant, const GoldenTrace* trace, uint32_t tokens);
// Why the execution of that task is not as its trace says; empty when it is.
std::string WhyNotGolden(const Execution& execution, const GoldenTrace& trace);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_INJECT_SUBJECT_H_
