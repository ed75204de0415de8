#include "harness/model/variant_engine.h"

#include <bit>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <vector>

#include "engine/variants.h"

namespace atome::harness {
namespace {

// `kTable` is a table of engine/variants.h.
template <const auto& kTable>
class EngineOf final : public VariantEngine {
 public:
  using Table = std::remove_cvref_t<decltype(kTable)>;

  static constexpr bool kFloats = std::is_same_v<typename Table::Logit, float>;

  explicit EngineOf(const Model& model) : model_(model), integers_(kFloats ? 0 : model.config.vocab_size) {
    if constexpr (std::is_same_v<typename Table::Config, atome_config>) {
      config_ = model.config.Ternary();
    } else {
      config_ = model.config.Plain();
    }
  }

  atome_status StateBytes(size_t* bytes) const override { return kTable.state_bytes(&config_, bytes); }
  atome_status Open(atome_location* where) override {
    size_t bytes = 0;
    const atome_status sized = StateBytes(&bytes);
    if (sized != ATOME_OK) return sized;
    memory_.reset(std::calloc(1, bytes));
    if (memory_ == nullptr) throw std::bad_alloc();
    return kTable.open(&config_, model_.bytes.data(), model_.bytes.size(), memory_.get(), bytes, &engine_,
                       where);
  }
  void Reset() override { kTable.reset(engine_); }
  void SetTap(atome_tap tap, void* context) override { kTable.set_tap(engine_, tap, context); }
  atome_status Step(uint32_t token, float* logits) override {
    if constexpr (kFloats) {
      last_ = logits;
      return kTable.step(engine_, token, logits);
    } else {
      const atome_status status = kTable.step(engine_, token, integers_.data());
      for (const auto logit : integers_) *logits++ = std::bit_cast<float>(kTable.logit_bits(engine_, logit));
      return status;
    }
  }
  uint32_t Best() const override { return kTable.argmax(engine_, last_, model_.config.vocab_size); }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  const Model& model_;
  typename Table::Config config_;
  std::unique_ptr<void, Free> memory_;
  typename Table::Engine* engine_ = nullptr;
  std::vector<typename Table::Logit> integers_;           // V elements; only for logits that are not floats
  const typename Table::Logit* last_ = integers_.data();  // logits of the last step
};

}  // namespace

std::unique_ptr<VariantEngine> MakeVariantEngine(const Model& model, Variant variant) {
  switch (variant) {
    case Variant::kF32Kv16:
      return std::make_unique<EngineOf<variant::kF32Kv16>>(model);
    case Variant::kQ15:
      return std::make_unique<EngineOf<variant::kQ15>>(model);
    case Variant::kQ15Kv8:
      return std::make_unique<EngineOf<variant::kQ15Kv8>>(model);
    case Variant::kPlain:
      return std::make_unique<EngineOf<variant::kPlain>>(model);
    default:
      return std::make_unique<EngineOf<variant::kF32>>(model);
  }
}

}  // namespace atome::harness
