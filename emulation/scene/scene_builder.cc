#include "emulation/scene/scene_builder.h"

#include <algorithm>
#include <string>

#include "emulation/base/hex.h"
#include "emulation/scene/fault_status.h"
#include "emulation/scene/scene_code.h"
#include "emulation/thumb/decode.h"
#include "emulation/thumb/thumb_frame.h"

namespace atome::emulation {
namespace {

constexpr size_t kSp = 13, kLr = 14, kPc = 15;
// Flash begins at 0, but small numbers are rarely addresses.
constexpr uint32_t kSmallestFlashPointer = 0x400;
constexpr uint32_t kExceptionFrameBytes = 32;

// Whether a stack can be there.
bool InRam(uint32_t begin, uint32_t bytes, const MemoryMap& map) {
  const MemoryRange run = map.WritableRun(begin);
  return run.bytes != 0 && uint64_t{begin} + bytes <= run.end();
}

// The registers before facts.pc, also when a return took its frame off the stack and led nowhere.
std::array<uint32_t, 16> RegistersBefore(const SceneFacts& facts) {
  std::array<uint32_t, 16> registers = facts.registers;
  registers[kPc] = facts.pc;
  const bool after_branch =
      facts.fault && (facts.fault->kind == FaultKind::kUnmappedFetch ||
                      facts.fault->kind == FaultKind::kRamFetch || facts.fault->kind == FaultKind::kArmState);
  if (!after_branch) return registers;
  if (const auto branch = thumb::DecodeAt(facts.pc, facts.read)) {
    registers[kSp] -= thumb::PoppedByReturn(*branch);
  }
  return registers;
}

std::string PlaceOfRegister(size_t number, const SceneFacts& facts, const ElfImage& image) {
  const uint32_t value = facts.registers[number];
  if (number == kPc) return image.Symbolise(facts.pc);
  if (number == kLr && (value & 1) != 0 && thumb::CallBefore(value & ~1u, facts.read)) {
    return "return to " + image.Symbolise(value & ~1u);
  }
  const uint32_t sp = facts.registers[kSp], top = image.WordAt(facts.map.vector_address).value_or(0);
  if (number != kSp && value >= sp && value < top && InRam(sp, 0, facts.map)) {
    return "stack, sp+" + Hex(value - sp, 1);
  }
  if (number == kSp || value < kSmallestFlashPointer) return {};
  if (const ElfImage::Place object = image.Locate(value); !object.function) {
    return object.symbol.empty() ? std::string() : object.symbol + "+" + Hex(object.offset, 1);
  }
  return (value & 1) != 0 ? image.Symbolise(value & ~1u) : std::string();
}

// The lowest address of the stack as the ELF tells it. The true one may be lower, never higher.
uint32_t StackLimit(const ElfImage& image, uint32_t top, const MemoryMap& map) {
  const uint32_t begin = map.WritableRun(top).begin;
  for (const char* name :
       {"stack_limit", "__stack_limit", "__StackLimit", "stack_bottom", "__stack_bottom"}) {
    const std::optional<uint32_t> limit = image.FindSymbol(name);
    if (limit && *limit < top && *limit >= begin) return *limit;
  }
  uint32_t limit = begin;
  for (const ElfImage::Segment& segment : image.segments()) {
    if (segment.run_address >= top) continue;
    const uint32_t end = segment.run_address + segment.memory_bytes;
    limit = std::max(limit, end >= top ? segment.run_address : end);
  }
  return limit;
}

bool IsData(FaultKind kind) {
  return kind == FaultKind::kUnmappedRead || kind == FaultKind::kUnmappedWrite ||
         kind == FaultKind::kUnmappedAccess;
}

std::string StackTrouble(const SceneFacts& facts, const ElfImage& image) {
  const uint32_t sp = facts.registers[kSp];
  const uint32_t top = image.WordAt(facts.map.vector_address).value_or(0);
  if (!InRam(top, 0, facts.map)) {
    const std::optional<MemoryOverride> room = RoomForStack(facts.map, image);
    return "The vector table starts the stack at " + Hex(top) + ", which is not in RAM" +
           (room ? "; it is with --memory " + TextOf(*room) : std::string());
  }
  const uint32_t limit = StackLimit(image, top, facts.map);
  const uint32_t ram_bytes = facts.map.WritableRun(top).bytes;
  const std::string range =
      "the stack of " + std::to_string(top - limit) + " bytes from " + Hex(top) + " down to " + Hex(limit);
  if (sp < limit && limit - sp <= ram_bytes) {
    return "Stack overflow: SP is " + std::to_string(limit - sp) + " bytes below " + range;
  }
  if (!InRam(sp, 0, facts.map)) return "SP is not in RAM: it was overwritten, or never set";
  // PUSH faults before it moves SP.
  if (facts.fault && IsData(facts.fault->kind) && facts.fault->address && *facts.fault->address < limit &&
      limit - *facts.fault->address <= ram_bytes && sp <= top) {
    return "Stack overflow: the access at " + Hex(*facts.fault->address) + " is " +
           std::to_string(limit - *facts.fault->address) + " bytes below " + range +
           ", of which SP has left " + std::to_string(sp - limit);
  }
  return {};
}

}  // namespace

FaultStatus FaultStatusAt(const SceneFacts& facts, const Core& core) {
  if (facts.fault->kind == FaultKind::kFlashWrite && facts.map.IsProtected(facts.fault->address.value_or(0)))
    return {.note = "the memory is RAM: the store would change the program in silence"};
  const auto instruction = thumb::DecodeAt(facts.pc, facts.read).value_or(thumb::Instruction{});
  const uint32_t sp = facts.registers[kSp];
  return FaultStatusOf(*facts.fault,
                       {.access = instruction.access(),
                        .stacking_fails = !InRam(sp - kExceptionFrameBytes, kExceptionFrameBytes, facts.map),
                        .buffers_stores = facts.buffers_stores,
                        .enabled_handlers = facts.enabled_handlers},
                       core);
}

Scene BuildScene(const SceneFacts& facts, const Core& core, const ElfImage& image) {
  Scene scene;
  scene.registers = facts.registers;
  scene.registers[kPc] = facts.pc;
  scene.xpsr = facts.xpsr;
  for (size_t i = 0; i < scene.registers.size(); ++i) {
    scene.register_places[i] = PlaceOfRegister(i, facts, image);
  }
  scene.last_instructions = LastInstructions(facts, image);
  scene.call_trace = image.CallTrace(RegistersBefore(facts), facts.read);
  scene.stack = StackTrouble(facts, image);
  if (facts.fault) {
    scene.fault_status = FaultStatusAt(facts, core);
  } else {
    scene.blocks_seen = static_cast<uint32_t>(BlocksForLoop(facts));
    scene.loop = DescribedLoop(facts, image);
  }
  return scene;
}

}  // namespace atome::emulation
