// A model file of any format, at the door of each engine; what gets in takes tokens.
//
// Input: how (variant, below; kMend, kOwnShape), seven dimensions, a shift from an aligned place, the file.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <memory>
#include <vector>

#include "engine/atome.h"
#include "engine/atome_plain.h"
#include "engine/atome_q15.h"
#include "engine/files/crc32.h"
#include "engine/files/section_table.h"

namespace {

constexpr uint8_t kMend = 0x80;      // checksums are made right, so that what lies behind them is reached
constexpr uint8_t kOwnShape = 0x40;  // the dimensions are those that the file tells
constexpr size_t kPrefix = 9;
constexpr size_t kMostState = 1 << 19, kMostWork = 1 << 20;
constexpr uint32_t kTokens = 3;

void Require(bool holds) {
  if (!holds) abort();
}

void PutWord(uint8_t* at, uint32_t value) { memcpy(at, &value, sizeof value); }

// Checksums of an image, of an ATOME03 or PLAIN01 file; of what else it is nothing changes.
void Mend(uint8_t* file, size_t bytes) {
  using atome::SectionTable;
  if (bytes >= 64 && memcmp(file, "ATOMEIMG", 8) == 0) return;  // made by who checked the file: not mended
  if (bytes < SectionTable::kHeaderBytes + 4) return;
  if (memcmp(file, "ATOME03", 7) != 0 && memcmp(file, "PLAIN01", 7) != 0) return;
  const SectionTable table(file);
  const size_t end = SectionTable::kHeaderBytes + size_t{table.Count()} * sizeof(SectionTable::Section);
  if (end + 4 > bytes) return;
  for (uint32_t i = 0; i < table.Count(); ++i) {
    const SectionTable::Section section = table.At(i);
    if (section.offset <= bytes && section.bytes <= bytes - section.offset) {
      PutWord(file + SectionTable::kHeaderBytes + i * sizeof section + 12,
              atome::Crc32(file + section.offset, section.bytes));
    }
  }
  PutWord(file + end, atome::Crc32(file, static_cast<uint32_t>(end)));
}

// A file that begins at a shift and ends where its memory does, for the sanitizer.
struct Placed {
  Placed(const uint8_t* data, size_t size, size_t shift) : memory(shift + size), file(memory.data() + shift) {
    if (size != 0) memcpy(file, data, size);
  }
  std::vector<uint8_t> memory;
  uint8_t* file;
};

size_t Work(size_t vocabulary, size_t d, size_t layers, size_t other) {
  return vocabulary * d + layers * d * (3 * d + other);
}

// Both kinds of engine of ternary models; Step gives the status.
template <class Engine, class Logit>
struct Calls {
  atome_status (*step)(Engine*, uint32_t, Logit*);
  atome_status (*reset)(Engine*);
  uint32_t (*position)(const Engine*);
};

template <class Engine, class Logit>
void Run(Engine* engine, const Calls<Engine, Logit>& calls, uint32_t vocabulary) {
  std::vector<Logit> logits(vocabulary), again(vocabulary);
  for (uint32_t i = 0; i < kTokens; ++i) {
    const atome_status status = calls.step(engine, i * 7 % vocabulary, logits.data());
    Require(status == ATOME_OK || status == ATOME_ERROR_NON_FINITE || status == ATOME_ERROR_POSITION);
    if (status != ATOME_OK) return;
  }
  Require(calls.position(engine) == kTokens);
  Require(calls.step(engine, vocabulary, logits.data()) == ATOME_ERROR_TOKEN);
  Require(calls.reset(engine) == ATOME_OK);
  for (uint32_t i = 0; i < kTokens; ++i)
    Require(calls.step(engine, i * 7 % vocabulary, again.data()) == ATOME_OK);
  Require(memcmp(logits.data(), again.data(), vocabulary * sizeof(Logit)) == 0);
}

void Plain(const atome_plain_config& config, const Placed& placed, size_t bytes) {
  size_t state = 0;
  if (Work(config.vocab_size, config.d_model, config.n_layers, size_t{2} * config.d_ff) > kMostWork ||
      atome_plain_state_bytes(&config, &state) != ATOME_OK || state > kMostState)
    return;
  const std::unique_ptr<uint64_t[]> memory(new uint64_t[state / 8 + 1]);
  atome_plain_engine* engine = nullptr;
  atome_location where;
  const atome_status status =
      atome_plain_open(&config, placed.file, bytes, memory.get(), state, &engine, &where);
  Require((status == ATOME_OK) == (engine != nullptr));
  if (engine != nullptr)
    Run<atome_plain_engine, float>(engine, {atome_plain_step, atome_plain_reset, atome_plain_position},
                                   config.vocab_size);
}

void Ternary(int variant, const atome_config& config, const Placed& placed, size_t bytes) {
  const int cache_bits = variant == 0 ? 32 : variant == 3 ? 8 : 16;
  const bool q15 = variant >= 2;
  size_t state = 0;
  const atome_status sized = q15 ? atome_q15_state_bytes(&config, cache_bits, &state)
                                 : atome_cached_state_bytes(&config, cache_bits, &state);
  if (sized != ATOME_OK || state > kMostState ||
      Work(config.vocab_size, config.d_model, config.n_layers, size_t{2} * config.d_head) > kMostWork)
    return;
  const std::unique_ptr<uint64_t[]> memory(new uint64_t[state / 8 + 1]);
  atome_location where;
  if (q15) {
    atome_q15_engine* engine = nullptr;
    const atome_status status =
        atome_q15_open(&config, cache_bits, placed.file, bytes, memory.get(), state, &engine, &where);
    Require((status == ATOME_OK) == (engine != nullptr));
    if (engine != nullptr)
      Run<atome_q15_engine, int32_t>(engine, {atome_q15_step, atome_q15_reset, atome_q15_position},
                                     config.vocab_size);
  } else {
    atome_engine* engine = nullptr;
    const atome_status status =
        atome_cached_open(&config, cache_bits, placed.file, bytes, memory.get(), state, &engine, &where);
    Require((status == ATOME_OK) == (engine != nullptr));
    if (engine != nullptr)
      Run<atome_engine, float>(engine, {atome_step, atome_reset, atome_position}, config.vocab_size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < kPrefix || size > 8192) return 0;
  const uint8_t how = data[0];
  const uint8_t* const dimensions = data + 1;
  const size_t bytes = size - kPrefix;
  const Placed placed(data + kPrefix, bytes, data[8] & 7);
  if ((how & kMend) != 0) Mend(placed.file, bytes);
  const int variant = how & 7;
  if (variant == 4) {
    atome_plain_config config = {dimensions[0], dimensions[1], dimensions[2], dimensions[3],
                                 dimensions[4], dimensions[5], dimensions[6]};
    if ((how & kOwnShape) != 0 && atome_plain_file_config(placed.file, bytes, &config) != ATOME_OK) return 0;
    Plain(config, placed, bytes);
  } else if (variant < 4) {
    atome_config config = {dimensions[0], dimensions[1], dimensions[2], dimensions[3],
                           dimensions[4], dimensions[5], dimensions[6]};
    if ((how & kOwnShape) != 0 && atome_file_config(placed.file, bytes, &config) != ATOME_OK) return 0;
    Ternary(variant, config, placed, bytes);
  }
  return 0;
}
