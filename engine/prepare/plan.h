// What an engine on a core of 32 bits takes of a model, by its dimensions alone, for programs on hosts.
#ifndef ATOME_ENGINE_PREPARE_PLAN_H_
#define ATOME_ENGINE_PREPARE_PLAN_H_

#include <cstdint>
#include <optional>

#include "engine/atome.h"
#include "engine/image/header.h"

namespace atome::prepare {

// Bytes. The engine is one built for speed and without taps; one built for size takes less RAM.
struct Plan {
  uint64_t constants = 0;  // in RAM; 0 where they stand in an image, in flash
  uint64_t cache = 0;      // keys and values of max_seq positions, with their shifts
  uint64_t carried = 0;    // what else is kept from token to token, the engine's own variables among it
  uint64_t scratch = 0;    // used within a token
  uint64_t model = 0;      // the image, or the file as ATOME03 with vectors of 32 bits

  // What atome_state_bytes says there.
  uint64_t State() const { return constants + cache + carried + scratch; }
};

// Of an image in that layout, dimensions compiled in; without a layout, of a file that an engine for any
// dimensions checks and prepares in RAM. Nothing when no engine takes such dimensions.
std::optional<Plan> PlanFor(const atome_config& config, ImageVariant variant,
                            std::optional<ImageLayout> layout);

}  // namespace atome::prepare

#endif  // ATOME_ENGINE_PREPARE_PLAN_H_
