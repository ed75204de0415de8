#include "engine/host/internal/window.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

namespace atome::host {
namespace {

TEST(Window, KeepsTheRowsBefore) {
  for (size_t keep : {size_t{0}, size_t{1}, size_t{4}, size_t{63}, size_t{200}}) {
    Window window(keep, 64, kLanes);
    window.Reset(0);
    int32_t appended = 0;
    for (size_t step = 0; step < 100; ++step) {
      const size_t count = 1 + step * 37 % 64;
      int32_t* rows = window.Append(count);
      for (size_t t = 0; t < count; ++t) rows[t * kLanes] = appended++;
      const size_t readable = std::min(keep, static_cast<size_t>(appended) - count);
      ASSERT_GE(window.before(), readable);
      for (size_t t = 0; t < readable + count; ++t) {
        ASSERT_EQ(rows[(static_cast<ptrdiff_t>(count) - 1 - static_cast<ptrdiff_t>(t)) * ptrdiff_t{kLanes}],
                  appended - 1 - static_cast<int32_t>(t));
      }
    }
  }
}

TEST(Window, BeginsWithZeros) {
  Window window(3, 64, kLanes);
  window.Append(64)[0] = 5;
  window.Reset(3);
  const int32_t* row = window.Append(1);
  EXPECT_EQ(window.before(), 3u);
  for (ptrdiff_t i = 1; i <= 3; ++i) EXPECT_EQ(row[-i * ptrdiff_t{kLanes}], 0);
}

}  // namespace
}  // namespace atome::host
