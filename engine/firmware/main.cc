// Runs the model in flash on the prompts of a request; protocol.md describes both directions.
#include <stdint.h>

#include "engine/atome.h"
#include "engine/config.h"
#include "engine/files/scrub.h"
#include "engine/firmware/cycle_counter.h"
#include "engine/firmware/host.h"
#include "engine/firmware/line.h"
#include "engine/firmware/model_image.h"
#include "engine/firmware/request.h"
#include "engine/variants.h"

extern "C" {
extern const atome::ModelImage atome_model_image;
extern uint8_t atome_arena_begin, atome_arena_end;

// A place for the host to count at.
[[gnu::noinline]] void atome_mark() { asm volatile("" ::: "memory"); }
}

namespace atome {
namespace {

constexpr auto kVariant = variant::ATOME_VARIANT;
using Variant = decltype(kVariant);

char command_line[ATOME_COMMAND_LINE_BYTES];
// What the firmware works with once the model is open.
struct Device {
  Variant::Config config;
  size_t state_bytes = 0;
  Variant::Engine* engine = nullptr;
  Variant::Logit* logits = nullptr;
};

// The last line of an answer.
void End(uint32_t status) { line.Text("end ").Decimal(status).End(); }

int Fail(uint32_t status, const char* text) {
  line.Text("error ").Decimal(status).Char(' ').Text(text).End();
  End(status);
  return 1;
}

// State first, then the logits, in the RAM that is left.
atome_status Open(Device* device) {
  atome_model_image.Set(&device->config);
  const atome_status sized = kVariant.state_bytes(&device->config, &device->state_bytes);
  if (sized != ATOME_OK) return sized;
  const size_t logits_at = (device->state_bytes + 7) / 8 * 8;
  const size_t arena_bytes = static_cast<size_t>(&atome_arena_end - &atome_arena_begin);
  const size_t logits_bytes = device->config.vocab_size * sizeof(Variant::Logit);
  if (arena_bytes < logits_bytes || arena_bytes - logits_bytes < logits_at) return ATOME_ERROR_MEMORY;
  device->logits = reinterpret_cast<Variant::Logit*>(&atome_arena_begin + logits_at);
  return kVariant.open(&device->config, atome_model_image.file(), atome_model_image.file_bytes,
                       &atome_arena_begin, device->state_bytes, &device->engine, nullptr);
}

// `bits(i)` gives value i as the bits of a binary32.
template <class Bits>
void PrintValues(uint32_t op, int layer, uint32_t count, const Bits& bits) {
  constexpr uint32_t kPerLine = Line::kCapacity / 8;
  line.Text("tap ").Decimal(op).Char(' ');
  if (layer < 0) {
    line.Char('-');
  } else {
    line.Decimal(static_cast<uint32_t>(layer));
  }
  line.End();
  for (uint32_t i = 0; i < count; ++i) {
    line.Word(bits(i));
    if ((i + 1) % kPerLine == 0 || i + 1 == count) line.End();
  }
}

void PrintTap(void*, atome_op op, int layer, const float* values, uint32_t count) {
  if (op == ATOME_OP_LOGITS) return;
  PrintValues(op, layer, count, [values](uint32_t i) { return __builtin_bit_cast(uint32_t, values[i]); });
}

void PrintBanner(const Device& device) {
  line.Text("atome 1 ").Text(kVariant.name).Text(" taps ").Decimal(kTaps).Text(" config");
  for (uint32_t dimension : atome_model_image.dimensions) line.Char(' ').Decimal(dimension);
  line.Text(" state ").Decimal(static_cast<uint32_t>(device.state_bytes)).End();
}

// The next slice of the image, of which a build with ATOME_SCRUB_BYTES checks one a token.
[[maybe_unused]] atome_status Scrub() {
  static Scrubber scrubber;
  const bool sound = scrubber.Next(atome_model_image.file(), atome_model_image.file_bytes, kScrubBytes);
  return sound ? ATOME_OK : ATOME_ERROR_CHECKSUM;
}

atome_status Step(const Device& device, uint32_t token) {
  atome_mark();
  atome_status status = kVariant.step(device.engine, token, device.logits);
  if constexpr (kScrubBytes != 0) status = status == ATOME_OK ? Scrub() : status;
  atome_mark();
  return status;
}

// One prompt and its greedy continuation. The last generated token is not consumed.
atome_status RunCase(const Device& device, const Request& request, TokenReader prompt) {
  kVariant.reset(device.engine);
  uint32_t token = 0;
  for (uint32_t step = 0, generated = 0;; ++step) {
    const bool from_prompt = prompt.Next(&token);
    if (!from_prompt) {
      token = kVariant.argmax(device.engine, device.logits, device.config.vocab_size);
      line.Text("token ").Hex(token, 4).End();
      if (++generated == request.generate) return ATOME_OK;
    }
    line.Text("step ").Decimal(step).Char(' ').Hex(token, 4).End();
    CycleCounter::Begin();
    const atome_status status = Step(device, token);
    CycleCounter::End();
    if (status != ATOME_OK) return status;
    PrintValues(ATOME_OP_LOGITS, -1, device.config.vocab_size,
                [&device](uint32_t i) { return kVariant.logit_bits(device.engine, device.logits[i]); });
    if (request.cycles) {
      CycleCounter::Print();
      line.End();
    }
  }
}

int Answer(const Device& device, const Request& request) {
  PrintBanner(device);
  if (request.taps) {
    if constexpr (kTaps) {
      kVariant.set_tap(device.engine, PrintTap, nullptr);
    } else {
      return Fail(ATOME_ERROR_ARGUMENT, "built without taps");
    }
  }
  const uint32_t digits = device.config.vocab_size > 256 ? 4 : 2;
  if (!WholeTokens(request.prompts, digits)) return Fail(ATOME_ERROR_ARGUMENT, "half a token");
  if (request.cycles) CycleCounter::Start();
  PromptReader prompts(request.prompts, digits);
  TokenReader prompt;
  for (uint32_t index = 0; prompts.Next(&prompt); ++index) {
    line.Text("case ").Decimal(index).End();
    const atome_status status = RunCase(device, request, prompt);
    if (status != ATOME_OK) return Fail(status, "in a step");
  }
  End(ATOME_OK);
  return 0;
}

// As itself, or as \xNN when it is not printable ASCII.
void PrintByte(uint8_t byte) {
  if (byte >= ' ' && byte <= '~') {
    line.Char(static_cast<char>(byte));
  } else {
    line.Text("\\x").Hex(byte, 2);
  }
}

// A prompt and its continuation: each token with its cycles, then all of them as text.
int Demonstrate(const Device& device) {
  static constexpr char kPrompt[] = "Once upon a time";
  constexpr uint32_t kPromptTokens = sizeof kPrompt - 1;
  constexpr uint32_t kTokens = kPromptTokens + 48;
  const uint32_t vocab = device.config.vocab_size;
  uint8_t text[kTokens];
  CycleCounter::Start();
  CycleCounter::PrintReason();
  for (uint32_t step = 0; step < kTokens; ++step) {
    const uint32_t token = step < kPromptTokens ? static_cast<uint8_t>(kPrompt[step]) % vocab
                                                : kVariant.argmax(device.engine, device.logits, vocab);
    text[step] = static_cast<uint8_t>(token);
    CycleCounter::Begin();
    const atome_status status = kVariant.step(device.engine, token, device.logits);
    CycleCounter::End();
    line.Text("token ").Decimal(step).Text(" '");
    PrintByte(text[step]);
    line.Text("' ");
    CycleCounter::Print();
    line.End();
    if (status != ATOME_OK) return Fail(status, "in a step");
  }
  for (uint8_t byte : text) PrintByte(byte);
  line.End();
  return 0;
}

int Run() {
  if (!atome_model_image.Valid()) return Fail(ATOME_ERROR_ARGUMENT, "no model image");
  Request request;
  const bool given = host::ReadRequest(command_line, sizeof command_line);
  const Parsed parsed = given ? Parse(command_line, &request) : Parsed::kNotForUs;
  if (parsed == Parsed::kMalformed) return Fail(ATOME_ERROR_ARGUMENT, "bad request");
  Device device;
  const atome_status opened = Open(&device);
  if (opened != ATOME_OK) return Fail(opened, "at opening");
  return parsed == Parsed::kRequest ? Answer(device, request) : Demonstrate(device);
}

}  // namespace
}  // namespace atome

int main() { return atome::Run(); }
