// Runs a check with every set of instructions that this processor and this build have.
#ifndef ATOME_ENGINE_HOST_TESTING_TARGETS_H_
#define ATOME_ENGINE_HOST_TESTING_TARGETS_H_

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cstdint>

#include "engine/host/internal/kernels.h"

namespace atome::host::testing {

template <class Check>
void ForEachTarget(const Check& check) {
  for (int64_t target : Targets()) {
    hwy::SetSupportedTargetsForTest(target);
    SCOPED_TRACE(hwy::TargetName(target));
    check();
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace atome::host::testing

#endif  // ATOME_ENGINE_HOST_TESTING_TARGETS_H_
