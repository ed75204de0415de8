#include "harness/ab/figures_json.h"

#include <algorithm>

namespace atome::harness::ab {
namespace {

struct Count {
  const char* name;
  std::optional<uint64_t> CoreFigures::*figure;
};
constexpr Count kCounts[] = {{"firmware_bytes", &CoreFigures::firmware_bytes},
                             {"model_bytes", &CoreFigures::model_bytes},
                             {"state_bytes", &CoreFigures::state_bytes},
                             {"ram_bytes", &CoreFigures::ram_bytes}};

template <class T>
std::optional<T> NumberOf(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<T>());
}

}  // namespace

Json ToJson(const ChunkLosses& losses) { return {{"nats", losses.nats}, {"tokens", losses.tokens}}; }

std::optional<ChunkLosses> LossesFromJson(const Json& json) {
  try {
    ChunkLosses losses{json.at("nats").get<std::vector<double>>(),
                       json.at("tokens").get<std::vector<double>>()};
    const bool good = !losses.nats.empty() && losses.nats.size() == losses.tokens.size() &&
                      std::ranges::all_of(losses.tokens, [](double count) { return count >= 1; });
    return good ? std::optional(std::move(losses)) : std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

Json ToJson(const CoreFigures& figures) {
  Json json{{"core", figures.core},
            {"status", StatusName(figures.status)},
            {"cycles_per_token", OrNull(figures.cycles_per_token)},
            {"instructions_per_token", OrNull(figures.instructions_per_token)},
            {"flash_bytes", OrNull(figures.FlashBytes())}};
  for (const Count& count : kCounts) json[count.name] = OrNull(figures.*count.figure);
  json["firmware"] = figures.firmware;
  json["firmware_sha256"] = figures.firmware_sha256;
  json["message"] = figures.message;
  return json;
}

std::optional<CoreFigures> CoreFiguresFromJson(const Json& json) {
  try {
    CoreFigures figures;
    figures.core = json.at("core").get<std::string>();
    if (json.at("status") != StatusName(CellStatus::kPass)) return std::nullopt;
    figures.status = CellStatus::kPass;
    figures.cycles_per_token = NumberOf<double>(json.at("cycles_per_token"));
    figures.instructions_per_token = NumberOf<double>(json.at("instructions_per_token"));
    for (const Count& count : kCounts) figures.*count.figure = NumberOf<uint64_t>(json.at(count.name));
    figures.firmware = json.at("firmware").get<std::string>();
    figures.firmware_sha256 = json.at("firmware_sha256").get<std::string>();
    return figures;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace atome::harness::ab
