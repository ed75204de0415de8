// Code that is no code: the decoder beside Capstone, and all that is derived of instructions.
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "emulation/fuzz/input.h"
#include "emulation/thumb/architecture.h"
#include "emulation/thumb/block_addresses.h"
#include "emulation/thumb/block_facts.h"
#include "emulation/thumb/decode.h"
#include "emulation/thumb/disassembly.h"
#include "emulation/thumb/thumb_frame.h"
#include "emulation/timing/cycle_model.h"
#include "emulation/timing/timing_core.h"

using namespace atome;
using fuzz::Require;

namespace {

constexpr uint32_t kAddress = 0x400;

// Where both know an instruction, they are of one mind about its length, its target and whether it may
// branch.
void Compare(const thumb::Instruction& ours, const thumb::Disassembled& theirs) {
  Require(ours.address == theirs.address, "instructions begin at the same places");
  if (theirs.text.starts_with("undefined") || theirs.text.starts_with("cut off")) return;
  if (theirs.target && ours.kind == thumb::Class::kBranch)
    Require(ours.address + static_cast<uint32_t>(ours.branch_offset) == *theirs.target, "a branch's target");
  // With pc among their operands these are unpredictable, and the decoders may take them for anything.
  if (theirs.text.find("pc") != std::string::npos) return;
  const auto is = [&theirs](const char* mnemonic) {
    const size_t bytes = std::strlen(mnemonic);
    return theirs.text.starts_with(mnemonic) && (theirs.text[bytes] == ' ' || theirs.text[bytes] == '.');
  };
  using enum thumb::Class;
  // Of conditional ones the names are longer, and not compared.
  static constexpr struct {
    const char* mnemonic;
    thumb::Class kind;
  } kNames[] = {{"udiv", kDivide},
                {"sdiv", kDivide},
                {"umull", kLongMultiply},
                {"smull", kLongMultiply},
                {"mla", kMultiplyAccumulate},
                {"mls", kMultiplyAccumulate},
                {"ldrd", kLoadDual},
                {"strd", kStoreDual},
                {"tbb", kTableBranch},
                {"tbh", kTableBranch},
                {"push", kStoreMultiple},
                {"pop", kLoadMultiple},
                {"vdiv", kFloatDivide},
                {"vsqrt", kFloatSquareRoot},
                {"bkpt", kBreakpoint},
                {"svc", kTrap},
                {"ubfx", kBitField},
                {"sbfx", kBitField},
                {"bfi", kBitField},
                {"clz", kBitField}};
  for (const auto& [mnemonic, kind] : kNames) {
    if (is(mnemonic)) Require(ours.kind == kind, theirs.text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3 || size > 66) return 0;
  fuzz::Input input(data, size);
  const uint8_t options = input.Byte();
  std::vector<uint16_t> halfwords;
  while (!input.empty()) {
    const uint8_t low = input.Byte();
    halfwords.push_back(static_cast<uint16_t>(low | input.Byte() << 8));
  }
  const std::vector<thumb::Instruction> run = thumb::DecodeRun(kAddress, halfwords);
  uint32_t at = kAddress;
  for (const thumb::Instruction& each : run) {
    Require(each.address == at && each.bytes == thumb::Bytes(halfwords[(at - kAddress) / 2]),
            "a run has no gaps");
    at += each.bytes;
    const thumb::Instruction alone =
        thumb::Decode(each.address, std::span(halfwords).subspan((each.address - kAddress) / 2));
    Require(alone.kind == each.kind && alone.bytes == each.bytes, "the same alone");
    Require((each.writes & 0x8000) == 0, "pc is a branch, not a register that is written");
    Require(each.base <= 15 && each.index <= 15 && each.left <= 15 && each.right <= 15 && each.high <= 15,
            "sixteen registers");
    for (unsigned r = 0; r < 16; ++r) (void)thumb::Added(each, r);
    (void)thumb::AccessAddress(each, {});
    (void)thumb::NeedsAlignment(each);
    (void)thumb::PoppedByReturn(each);
  }
  Require(at >= kAddress + 2 * halfwords.size(), "all of the code");
  const auto* const bytes = reinterpret_cast<const uint8_t*>(halfwords.data());
  if ((options & 0x80) != 0) {
    const auto theirs = thumb::DisassembleRun({bytes, 2 * halfwords.size()}, kAddress);
    Require(theirs.size() == run.size(), "as many instructions");
    for (size_t k = 0; k < run.size(); ++k) Compare(run[k], theirs[k]);
  }
  const auto read = [&halfwords](uint32_t address) -> std::optional<uint32_t> {
    const uint32_t index = (address - kAddress) / 2;
    if (address < kAddress || index + 1 >= halfwords.size()) return std::nullopt;
    return halfwords[index] | uint32_t{halfwords[index + 1]} << 16;
  };
  (void)thumb::FactsOf(run, options & 3);
  (void)thumb::AddressesOf(run, options & 3, read);
  (void)thumb::GuessFrame(kAddress, kAddress + 2 * (options & 31), read);
  (void)thumb::FrameFromEpilogue(kAddress + 2 * (options & 31), read);
  (void)thumb::CallBefore(kAddress + 2 * (options & 31), read);
  for (const auto architecture : {thumb::Architecture::kArmv6M, thumb::Architecture::kArmv8M})
    (void)thumb::Knows(architecture, halfwords[0], halfwords.back());
  if ((options & 0x70) != 0x40) return 0;  // models take most of the time: of an eighth of the inputs
  // What the models say of it: more cycles with more executions, in any order.
  static const char* const kCores[] = {"m0", "m0plus", "m3", "m4", "m4f", "m7"};
  timing::CycleModel model(*timing::FindTimingCore(kCores[(options >> 2) % 6]));
  const timing::BlockId block = model.Prepare(kAddress, halfwords);
  emulation::Cycles before{};
  for (int times = 0; times < 3; ++times) {
    model.Enter(block);
    Require(model.CyclesAtEnd() > before, "cycles pass");
    before = model.CyclesAtEnd();
  }
  return 0;
}
