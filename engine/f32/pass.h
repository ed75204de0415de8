// What a session of f32 is made of: the ops of a pass, what they work on, and its preparation. The build for
// size puts engine/f32_small in its place, by engine/targets/small.
#ifndef ATOME_ENGINE_F32_PASS_H_
#define ATOME_ENGINE_F32_PASS_H_

#include "engine/f32/ops/embed.h"
#include "engine/f32/ops/local.h"
#include "engine/f32/ops/mix.h"
#include "engine/f32/ops/norm.h"
#include "engine/f32/ops/router.h"
#include "engine/f32/ops/sparse.h"
#include "engine/f32/ops/state.h"
#include "engine/f32/ops/unembed.h"
#include "engine/f32/prepare.h"
#include "engine/f32/workspace.h"

namespace atome {

inline constexpr bool kTakesTiles = true;  // of prepared images

}  // namespace atome

#endif  // ATOME_ENGINE_F32_PASS_H_
