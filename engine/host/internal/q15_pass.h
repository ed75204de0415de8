// The pass of variant q15.
#ifndef ATOME_ENGINE_HOST_INTERNAL_Q15_PASS_H_
#define ATOME_ENGINE_HOST_INTERNAL_Q15_PASS_H_

#include <cstdint>
#include <memory>
#include <span>

#include "engine/atome.h"
#include "engine/host/internal/pass.h"

namespace atome::host {

// What atome_q15_open says of the file, without the memory that max_seq positions take.
atome_status CheckQ15File(const atome_config& config, int cache_bits, std::span<const uint8_t> file,
                          atome_location* where);

// Of a file that passes; keeps nothing of it.
std::unique_ptr<Pass> MakeQ15Pass(const atome_config& config, int cache_bits, std::span<const uint8_t> file);

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_INTERNAL_Q15_PASS_H_
