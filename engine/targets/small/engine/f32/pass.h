// What a session of f32 is made of in the build for size.
#ifndef ATOME_ENGINE_F32_PASS_H_
#define ATOME_ENGINE_F32_PASS_H_

#include "engine/f32/prepare.h"
#include "engine/f32_small/ops/embed.h"
#include "engine/f32_small/ops/local.h"
#include "engine/f32_small/ops/mix.h"
#include "engine/f32_small/ops/norm.h"
#include "engine/f32_small/ops/router.h"
#include "engine/f32_small/ops/sparse.h"
#include "engine/f32_small/ops/state.h"
#include "engine/f32_small/ops/unembed.h"
#include "engine/f32_small/workspace.h"

namespace atome {

inline constexpr bool kTakesTiles = false;  // of prepared images

}  // namespace atome

#endif  // ATOME_ENGINE_F32_PASS_H_
