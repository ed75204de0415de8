// Choosing by rough scores against choosing by all exact ones, with every set of instructions that this
// processor has.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/host/internal/scores_test.cc"
#include <gtest/gtest.h>
#include <hwy/foreach_target.h>  // before the others

#include <cstdint>
#include <vector>

#include "engine/host/internal/kernels.h"
#include "engine/host/internal/scores-inl.h"
#include "engine/host/testing/targets.h"
#include "engine/testing/model_builder.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

size_t ChooseRough(const int32_t* query, const KeyRows& rows, size_t first, size_t count, size_t most,
                   Candidate* best) {
  const size_t all = first + count, stride = RoundUp(all, 4 * kLanes) + 4 * kLanes;
  Aligned<float> columns = Aligned<float>::Zeros(rows.head * stride), scores(stride);
  const int length = KeysToColumns(rows, all, columns.get(), stride);
  return ChooseOfRough(query, rows, first, count, most, {columns.get(), stride, length, scores.get()}, best);
}

size_t ChooseAll(const int32_t* query, const KeyRows& rows, size_t count, size_t most, Candidate* best) {
  return ChooseOfAll(query, rows, count, most, best);
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace atome::host {
namespace {

using atome::testing::Source;

HWY_EXPORT(ChooseRough);
HWY_EXPORT(ChooseAll);

int64_t ScoreOf(const int32_t* query, const int32_t* key, size_t head) {
  int64_t sum = 0;
  for (size_t r = 0; r < head; ++r) sum += int64_t{query[r]} * key[r];
  return sum;
}

// Rows of which many are equal, or differ by less than binary32 can tell.
void ExpectSameChoice(uint64_t seed) {
  Source source(seed);
  const size_t head = Padded(1 + source.Below(256)), all = 1 + source.Below(200), most = 1 + source.Below(9);
  const size_t first = source.Below(static_cast<uint32_t>(all)), count = all - first;
  const size_t stride = head + kLanes;
  // |a score| is at most 2^62.
  const int shift = static_cast<int>(4 + source.Below(26));
  const uint32_t kinds = 1 + source.Below(4), nearness = source.Below(3);
  Aligned<int32_t> query(head), keys = Aligned<int32_t>::Zeros(all * stride), values(all * stride);
  const auto any = [&] { return static_cast<int32_t>(static_cast<uint32_t>(source.Word())) >> shift; };
  for (size_t r = 0; r < head; ++r) query[r] = source.Below(5) == 0 ? 0 : any();
  for (size_t j = 0; j < all; ++j) {
    int32_t* key = keys.get() + j * stride;
    for (size_t r = 0; r < head; ++r) key[r] = j < kinds ? any() : keys[(j - kinds) * stride + r];
    if (nearness != 0 && j >= kinds) key[source.Below(static_cast<uint32_t>(head))] += nearness == 1 ? 1 : -1;
  }
  const KeyRows rows{keys.get(), values.get(), stride, head};
  testing::ForEachTarget([&] {
    std::vector<Candidate> rough(most), exact(most);
    const size_t found =
        HWY_DYNAMIC_DISPATCH(ChooseRough)(query.get(), rows, first, count, most, rough.data());
    const KeyRows visible{keys.get() + first * stride, values.get() + first * stride, stride, head};
    ASSERT_EQ(found, std::min(most, count));
    ASSERT_EQ(found, HWY_DYNAMIC_DISPATCH(ChooseAll)(query.get(), visible, count, most, exact.data()));
    for (size_t i = 0; i < found; ++i) {
      EXPECT_EQ(rough[i].score, exact[i].score) << i;
      EXPECT_EQ(rough[i].value, exact[i].value) << i;
      const auto row = static_cast<size_t>(exact[i].value - values.get()) / stride;
      EXPECT_EQ(exact[i].score, ScoreOf(query.get(), keys.get() + row * stride, head));
    }
  });
}

TEST(Scores, RoughOnesChooseTheSameKeys) {
  for (uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    ExpectSameChoice(seed);
  }
}

}  // namespace
}  // namespace atome::host
#endif  // HWY_ONCE
