#include "emulation/probe/mailbox.h"

#include <array>

#include "emulation/base/hex.h"
#include "emulation/machine/limits.h"

namespace atome::emulation::probe {
namespace {

constexpr uint32_t kMagic = 0x58424D41, kVersion = 1;

enum Word : uint32_t {
  kMagicWord,
  kVersionWord,
  kConnected,
  kRequestAddress,
  kRequestCapacity,
  kAnswerAddress,
  kAnswerBytes,
  kState,
  kExitCode,
  kWords,
};

enum State : uint32_t { kWantsRequest, kOffersAnswer, kFinished };

bool InRam(const MemoryMap& map, uint32_t address, uint32_t bytes) {
  const MemoryRange run = map.WritableRun(address);
  return run.Has(address) && uint64_t{address} + bytes <= run.end();
}

}  // namespace

std::optional<Mailbox> Mailbox::In(const ElfImage& image) {
  const auto words = image.FindSymbol("atome_mailbox"), exchange = image.FindSymbol("atome_exchange");
  if (!words || !exchange) return std::nullopt;
  return Mailbox(*words, *exchange);
}

std::optional<Mailbox::Reply> Mailbox::Serve(Target& target, const MemoryMap& map, const std::string& request,
                                             std::string& output) {
  const auto fail = [&target](std::string why) {
    target.remote().Fail("the firmware's mailbox " + std::move(why));
    return std::nullopt;
  };
  const auto bytes = target.Read(words_, 4 * kWords);
  if (!bytes) return std::nullopt;
  std::array<uint32_t, kWords> word{};
  for (uint32_t k = 0; k < 4 * kWords; ++k)
    word[k / 4] |= uint32_t{static_cast<uint8_t>((*bytes)[k])} << 8 * (k % 4);
  if (word[kMagicWord] != kMagic || word[kVersionWord] != kVersion)
    return fail("at " + Hex(words_) + " has magic " + Hex(word[kMagicWord]) + " and version " +
                std::to_string(word[kVersionWord]) + ", not " + Hex(kMagic) + " and " +
                std::to_string(kVersion));
  switch (word[kState]) {
    case kWantsRequest: {
      if (asked_) return fail("asks for a request again");
      asked_ = true;
      if (request.size() >= word[kRequestCapacity])
        return fail("takes requests of fewer than " + std::to_string(word[kRequestCapacity]) +
                    " bytes, not " + std::to_string(request.size()));
      const auto size = static_cast<uint32_t>(request.size()) + 1;
      if (!InRam(map, word[kRequestAddress], size))
        return fail("wants the request at " + Hex(word[kRequestAddress]) + ", which is not in RAM");
      if (!target.Write(word[kRequestAddress], request + '\0') ||
          !target.Write(words_ + 4 * kConnected, std::string("\1\0\0\0", 4)))
        return std::nullopt;
      break;
    }
    case kOffersAnswer: {
      const uint32_t size = word[kAnswerBytes];
      if (size > kOutputLimitBytes - output.size()) return fail("offers over 64 MiB in all");
      if (!map.At(word[kAnswerAddress]) || (size != 0 && !InRam(map, word[kAnswerAddress], size)))
        return fail("offers " + std::to_string(size) + " bytes at " + Hex(word[kAnswerAddress]) +
                    ", which are not in RAM");
      const auto piece = target.Read(word[kAnswerAddress], size);
      if (!piece) return std::nullopt;
      output += *piece;
      break;
    }
    case kFinished:
      return Reply{static_cast<int>(word[kExitCode])};
    default:
      return fail("has state " + std::to_string(word[kState]));
  }
  // The function is empty, and the core stands at its first instruction: it returns.
  const auto back = target.ReadRegister(CoreRegister::kLr);
  if (!back || !target.WriteRegister(CoreRegister::kPc, *back & ~1u)) return std::nullopt;
  return Reply{};
}

}  // namespace atome::emulation::probe
