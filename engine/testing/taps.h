// What an engine shows of a step, in order.
#ifndef ATOME_ENGINE_TESTING_TAPS_H_
#define ATOME_ENGINE_TESTING_TAPS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/atome.h"

namespace atome::testing {

struct Tapped {
  atome_op op;
  int layer;
  std::vector<float> values;
};

// `context`: a std::vector<Tapped>.
inline void Collect(void* context, atome_op op, int layer, const float* values, uint32_t count) {
  static_cast<std::vector<Tapped>*>(context)->push_back({op, layer, {values, values + count}});
}

struct Expected {
  atome_op op;
  int layer;
  uint32_t count;
};

// Of a ternary model.
inline std::vector<Expected> TapsOfAStep(const atome_config& config, bool logits) {
  const uint32_t d = config.d_model;
  std::vector<Expected> taps = {{ATOME_OP_EMBED, -1, d}};
  for (int layer = 0; layer < config.n_layers; ++layer) {
    taps.insert(taps.end(), {{ATOME_OP_NORM, layer, d},
                             {ATOME_OP_ROUTER, layer, 3},
                             {ATOME_OP_ROUTER_ENTROPY, layer, 1},
                             {ATOME_OP_LOCAL, layer, d},
                             {ATOME_OP_STATE, layer, d},
                             {ATOME_OP_SPARSE, layer, d},
                             {ATOME_OP_BLOCK_OUT, layer, d}});
  }
  if (logits)
    taps.insert(taps.end(), {{ATOME_OP_FINAL_NORM, -1, d}, {ATOME_OP_LOGITS, -1, config.vocab_size}});
  return taps;
}

inline void ExpectTaps(const std::vector<Tapped>& taps, const std::vector<Expected>& expected) {
  ASSERT_EQ(taps.size(), expected.size());
  for (size_t i = 0; i < taps.size(); ++i) {
    EXPECT_EQ(taps[i].op, expected[i].op) << "tap " << i;
    EXPECT_EQ(taps[i].layer, expected[i].layer) << "tap " << i;
    EXPECT_EQ(taps[i].values.size(), expected[i].count) << "tap " << i;
  }
}

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_TAPS_H_
