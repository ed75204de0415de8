#include "emulation/boards/board_file.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "emulation/base/hex.h"
#include "emulation/base/number.h"
#include "emulation/base/printable.h"
#include "emulation/boards/core.h"
#include "emulation/boards/peripherals.h"

namespace atome::emulation {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint32_t kMib = 1024 * 1024;
constexpr size_t kMostBoards = 1000;
constexpr int kMostDepth = 64;  // of objects and arrays in each other; more would exhaust the stack

constexpr std::string_view kFileKeys[] = {"boards"};
constexpr std::string_view kBoardKeys[] = {"name",       "title",        "chip",
                                           "core",       "memories",     "vector_offset",
                                           "clock_hz",   "wait_states",  "clock_limits_hz",
                                           "flash_path", "flash",        "registers",
                                           "uarts",      "not_modelled", "source",
                                           "note"};
constexpr std::string_view kMemoryKeys[] = {"name",        "address",     "bytes",   "rights",
                                            "wait_states", "second_bank", "aliases", "image_places"};
constexpr std::string_view kFlashKeys[] = {"miss_cycles",      "line_bytes", "instruction_lines",
                                           "instruction_ways", "data_lines", "data_ways",
                                           "unified",          "prefetch"};

// The value, or its type when it is long.
std::string Shown(const Json& value) {
  constexpr size_t kMost = 60;
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= kMost ? text : std::string("an ") + value.type_name();
}

std::string Quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

// Letters to add, take away or change to come from one word to the other.
size_t Distance(std::string_view one, std::string_view other) {
  std::vector<size_t> row(other.size() + 1);
  for (size_t j = 0; j <= other.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= one.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= other.size(); ++j) {
      const size_t changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j], row[j - 1]}) + 1);
      row[j] = std::min(row[j], changed);
    }
  }
  return row.back();
}

// What is wrong with the file: the first complaint, of which later ones may be consequences.
class Complaint {
 public:
  explicit Complaint(const std::string& file) : text_(file) {}
  bool none() const { return !made_; }
  const std::string& text() const { return text_; }
  void Make(const std::string& place, const std::string& what) {
    if (!made_) text_ += Printable(": " + place + what);
    made_ = true;
  }

 private:
  std::string text_;
  bool made_ = false;
};

// An object of the file. After a complaint a getter returns its fallback, and the caller looks at the end.
class Object {
 public:
  // `place` names the object in complaints, as "board \"bluepill\": ".
  Object(const Json& json, std::string place, std::span<const std::string_view> keys, Complaint& complaint)
      : place_(std::move(place)), complaint_(complaint) {
    if (!json.is_object()) {
      complaint_.Make(place_, "is " + Shown(json) + "; write an object in {}");
      return;
    }
    json_ = &json;
    for (const auto& [key, unused] : json.items()) {
      if (std::ranges::find(keys, key) != keys.end()) continue;
      constexpr size_t kLongestKey = 64;
      const std::string shown = key.substr(0, kLongestKey);
      const std::string_view nearest = *std::ranges::min_element(
          keys, {}, [&shown](std::string_view known) { return Distance(shown, known); });
      Complain(shown, "is not known; did you mean " + Quoted(nearest) + "?");
    }
  }

  void Complain(std::string_view key, const std::string& what) const {
    complaint_.Make(place_, "key " + Quoted(key) + ": " + what);
  }
  const Json* Find(std::string_view key) const {
    if (json_ == nullptr) return nullptr;
    const auto found = json_->find(std::string(key));
    return found == json_->end() ? nullptr : &*found;
  }

  // Required when there is no fallback.
  std::string Text(std::string_view key, std::optional<std::string> fallback) const {
    const Json* const value = Find(key);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    if (value != nullptr)
      Complain(key, "is " + Shown(*value) + "; give a text in quotes");
    else if (!fallback && json_ != nullptr)
      Complain(key, "is missing; give a text in quotes");
    return fallback.value_or("");
  }

  uint32_t Number(std::string_view key, std::optional<uint32_t> fallback, uint32_t least,
                  uint32_t most) const {
    const std::string wanted = "give a number from " + std::to_string(least) + " to " +
                               (most == UINT32_MAX ? Hex(most) : std::to_string(most)) +
                               ", or such a text as \"0x8000000\", \"64K\"";
    const Json* const value = Find(key);
    if (value == nullptr) {
      if (!fallback && json_ != nullptr) Complain(key, "is missing; " + wanted);
      return fallback.value_or(least);
    }
    const std::optional<uint32_t> number = NumberOf(*value);
    if (number && *number >= least && *number <= most) return *number;
    Complain(key, "is " + Shown(*value) + "; " + wanted);
    return fallback.value_or(least);
  }

  bool Flag(std::string_view key, bool fallback) const {
    const Json* const value = Find(key);
    if (value == nullptr) return fallback;
    if (value->is_boolean()) return value->get<bool>();
    Complain(key, "is " + Shown(*value) + "; give true or false");
    return fallback;
  }

  std::vector<uint32_t> Numbers(std::string_view key) const {
    std::vector<uint32_t> numbers;
    for (const Json& each : Elements(key)) {
      if (const std::optional<uint32_t> number = NumberOf(each))
        numbers.push_back(*number);
      else
        Complain(key, "has " + Shown(each) + "; give numbers, or such texts as \"0x8000000\"");
    }
    return numbers;
  }

  std::vector<std::string> Texts(std::string_view key) const {
    std::vector<std::string> texts;
    for (const Json& each : Elements(key)) {
      if (each.is_string())
        texts.push_back(each.get<std::string>());
      else
        Complain(key, "has " + Shown(each) + "; give texts in quotes");
    }
    return texts;
  }

  // Of an array; none when the key is absent.
  const Json& Elements(std::string_view key) const {
    static const Json kNone = Json::array();
    const Json* const value = Find(key);
    if (value == nullptr || value->is_array()) return value == nullptr ? kNone : *value;
    Complain(key, "is " + Shown(*value) + "; give an array in []");
    return kNone;
  }

  bool exists() const { return json_ != nullptr; }
  const std::string& place() const { return place_; }

 private:
  static std::optional<uint32_t> NumberOf(const Json& value) {
    if (value.is_string()) return ParseNumber(value.get_ref<const std::string&>());
    if (!value.is_number_unsigned() || value.get<uint64_t>() > UINT32_MAX) return std::nullopt;
    return value.get<uint32_t>();
  }

  const Json* json_ = nullptr;  // nullptr: the value is not an object
  std::string place_;
  Complaint& complaint_;
};

// Nothing, after a complaint, when the text is not JSON, is nested too deep or an object has a key twice.
std::optional<Json> Parse(const std::string& text, Complaint& complaint) {
  std::vector<std::set<std::string>> keys;  // of the objects around
  std::optional<std::string> twice;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kMostDepth)
      throw std::length_error("has objects or arrays nested too deep; write it flatter");
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second && !twice)
      twice = parsed.get<std::string>();
    return true;
  };
  try {
    Json json = Json::parse(text, watch);
    if (!twice) return json;
    complaint.Make("", "key " + Quoted(*twice) + " is twice in one object; keep one");
  } catch (const Json::parse_error& error) {
    std::string what = error.what();  // "[json.exception.parse_error.101] parse error at line ..."
    if (const size_t at = what.find("parse error"); at != std::string::npos) what.erase(0, at);
    complaint.Make("", "is not JSON: " + what);
  } catch (const std::length_error& error) {
    complaint.Make("", error.what());
  }
  return std::nullopt;
}

timing::FlashTiming FlashOf(const Object& board, uint32_t wait_states, Complaint& complaint) {
  timing::FlashTiming flash;
  flash.miss_cycles = static_cast<uint16_t>(wait_states);
  const Json* const json = board.Find("flash");
  if (json == nullptr) return flash;
  const Object object(*json, board.place() + "\"flash\": ", kFlashKeys, complaint);
  const auto number = [&object](std::string_view key, uint32_t fallback, uint32_t most) {
    return static_cast<uint16_t>(object.Number(key, fallback, 0, most));
  };
  flash.miss_cycles = number("miss_cycles", wait_states, 1000);
  flash.line_bytes = number("line_bytes", 4, 64);
  flash.instruction_lines = number("instruction_lines", 0, 16384);
  flash.instruction_ways = number("instruction_ways", 0, 16384);
  flash.data_lines = number("data_lines", 0, 16384);
  flash.data_ways = number("data_ways", 0, 16384);
  flash.unified = object.Flag("unified", false);
  flash.prefetch = object.Flag("prefetch", false);
  if (!timing::IsSound(flash))
    complaint.Make(
        object.place(),
        "no cache is like this; line_bytes is 4, 8, 16, 32 or 64, lines divided by ways a power of 2, "
        "and a unified cache has instruction_lines and no data_lines");
  if (flash.miss_cycles < wait_states)
    object.Complain("miss_cycles", "is below wait_states; a miss waits at least that long");
  return flash;
}

void CheckClock(const Object& object, const Board& board) {
  if (board.clock_limits_hz.empty()) return;
  const std::vector<uint32_t>& limits = board.clock_limits_hz;
  if (!std::ranges::is_sorted(limits) || limits.back() != board.clock_hz ||
      limits.size() != board.wait_states + 1u)
    object.Complain(
        "clock_limits_hz",
        "gives the fastest clock at 0, 1, ... wait_states, rising, the last of them clock_hz; correct "
        "it or leave it out");
}

Memory MemoryOf(const Json& json, const std::string& place, bool first, Complaint& complaint) {
  const Object object(json, place, kMemoryKeys, complaint);
  Memory memory{.name = object.Text("name", {})};
  const auto usual = [](char c) { return c > ' ' && c < 0x7F && c != '=' && c != ':' && c != ','; };
  if (object.exists() && (memory.name.size() > 32 || !std::ranges::all_of(memory.name, usual)))
    object.Complain("name",
                    "is what --memory takes; use up to 32 letters and digits, no blank, =, : or comma");
  memory.address = object.Number("address", {}, 0, UINT32_MAX);
  memory.bytes = object.Number("bytes", {}, kMemoryPage, kMostMemoryBytes);
  const std::string text = object.Text("rights", first ? "rx" : "rwx");
  const std::optional<Rights> rights = ParseRights(text);
  if (!rights) object.Complain("rights", "is " + Quoted(text) + "; give r, rw, rx or rwx");
  memory.writable = rights.value_or(Rights{}).writable;
  memory.executable = rights.value_or(Rights{}).executable;
  if (object.Number("wait_states", 0, 0, UINT32_MAX) != 0)
    object.Complain("wait_states", first
                                       ? "is a key of the board: the first memory waits as its flash does"
                                       : "of other memories than the first are not modelled; give 0 and say "
                                         "so in the board's not_modelled");
  memory.second_bank = object.Flag("second_bank", false);
  memory.aliases = object.Numbers("aliases");
  memory.image_places = object.Numbers("image_places");
  if (!first && !memory.image_places.empty())
    object.Complain("image_places", "is for the first memory, where a program starts; leave it out");
  return memory;
}

std::vector<Memory> MemoriesOf(const Object& board, Complaint& complaint) {
  std::vector<Memory> memories;
  for (const Json& each : board.Elements("memories")) {
    if (memories.size() > kMostMemories) break;
    memories.push_back(MemoryOf(each, board.place() + "memory " + std::to_string(memories.size() + 1) + ": ",
                                memories.empty(), complaint));
  }
  if (!complaint.none() || !board.exists()) return memories;
  for (auto memory = memories.begin(); memory != memories.end(); ++memory) {
    if (std::find_if(memories.begin(), memory,
                     [&](const Memory& other) { return other.name == memory->name; }) != memory)
      board.Complain("memories", "has " + memory->name + " twice; choose another name");
  }
  return memories;
}

Board BoardOf(const Json& json, size_t index, const std::string& file, Complaint& complaint) {
  Board board;
  std::string place = "board " + std::to_string(index + 1) + ": ";
  if (const auto name = json.is_object() ? json.find("name") : json.end();
      name != json.end() && name->is_string())
    place = "board " + Shown(*name) + ": ";
  const Object object(json, place, kBoardKeys, complaint);
  board.name = object.Text("name", {});
  const auto usual = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '+';
  };
  if (object.exists() && (board.name.empty() || !std::ranges::all_of(board.name, usual)))
    object.Complain("name", "is what --board takes; use letters, digits and - _ . +");
  if (board.name == "all" || FindCore(board.name) != nullptr)
    object.Complain("name", "means something else already; choose another");
  board.title = object.Text("title", board.name);
  board.chip = object.Text("chip", board.title);
  board.core = object.Text("core", {});
  if (FindCore(board.core) == nullptr) {
    std::string known;
    for (const Core& core : Cores()) known += (known.empty() ? "" : ", ") + std::string(core.name);
    object.Complain("core", "is " + Quoted(board.core) + "; known are " + known);
  }
  board.memories = MemoriesOf(object, complaint);
  board.vector_offset = object.Number("vector_offset", 0, 0, kMib);
  if (board.vector_offset % 128 != 0)
    object.Complain("vector_offset", "is not a multiple of 128, as a vector table's address is");
  board.clock_hz = object.Number("clock_hz", {}, 1000, 1'000'000'000);
  board.wait_states = object.Number("wait_states", 0, 0, 100);
  board.clock_limits_hz = object.Numbers("clock_limits_hz");
  board.flash = FlashOf(object, board.wait_states, complaint);
  board.flash_path = object.Text("flash_path", "");
  board.registers = object.Texts("registers");
  for (const std::string& text : board.registers) {
    if (!ParseRegister(text))
      object.Complain("registers", "has " + Quoted(text.substr(0, 80)) +
                                       "; write \"ADDRESS reset=VALUE BIT>BIT ...\", as \"0x40021000 0>1\"");
  }
  board.uarts = object.Texts("uarts");
  for (const std::string& text : board.uarts) {
    if (!ParseUart(text))
      object.Complain("uarts", "has " + Quoted(text.substr(0, 80)) +
                                   "; write \"ADDRESS KIND\", as \"0x40013800 stm32_dr\", or as "
                                   "emulation/boards/peripherals.h says");
  }
  board.not_modelled = object.Text("not_modelled", "what " + file + " does not say");
  board.source = object.Text("source", file);
  board.note = object.Text("note", "");
  if (!complaint.none()) return board;
  CheckClock(object, board);
  if (const std::string why = WhyNotSound(board, board.memories); !why.empty())
    object.Complain("memories", why);
  return board;
}

}  // namespace

std::optional<std::vector<Board>> ReadBoards(const std::string& text, const std::string& file,
                                             std::string& error) {
  Complaint complaint(file);
  std::vector<Board> boards;
  if (const std::optional<Json> json = Parse(text, complaint)) {
    const Object object(*json, "", kFileKeys, complaint);
    const Json& entries = object.Elements("boards");
    if (entries.empty() || entries.size() > kMostBoards)
      object.Complain("boards", "has " + std::to_string(entries.size()) +
                                    " boards; write {\"boards\": [...]} around 1 to " +
                                    std::to_string(kMostBoards) + " entries");
    for (size_t k = 0; k < entries.size() && complaint.none(); ++k) {
      boards.push_back(BoardOf(entries[k], k, file, complaint));
      const auto same = std::ranges::find(boards, boards.back().name, &Board::name);
      if (same != boards.end() - 1)
        complaint.Make("board " + Quoted(same->name) + ": ", "is there twice; keep one");
    }
  }
  if (complaint.none()) return boards;
  error = complaint.text();
  return std::nullopt;
}

}  // namespace atome::emulation
