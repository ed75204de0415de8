#include "emulation/scene/scene_code.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "emulation/base/hex.h"
#include "emulation/scene/loop.h"
#include "emulation/thumb/disassembly.h"

namespace atome::emulation {
namespace {

using thumb::Block;
using thumb::Disassembled;
using thumb::DisassembleRun;

constexpr size_t kMaxInstructions = 8;
constexpr size_t kMaxLoopBlocks = 64;
constexpr uint32_t kMaxBlockBytes = 4096;  // an emulator's block ends with its page

std::vector<uint8_t> ReadBytes(uint32_t address, uint32_t bytes, const MemoryReader& read) {
  std::vector<uint8_t> result;
  for (uint32_t at = 0; at < std::min(bytes, kMaxBlockBytes); at += 2) {
    const std::optional<uint16_t> halfword = ReadHalfword(address + at, read);
    if (!halfword) break;
    result.push_back(static_cast<uint8_t>(*halfword));
    result.push_back(static_cast<uint8_t>(*halfword >> 8));
  }
  return result;
}

// The instructions of the last blocks, oldest first. Blocks that follow each other in memory are read as one,
// for an IT block may reach from one into the next.
std::vector<Disassembled> InstructionsOf(std::span<const Block> blocks, const MemoryReader& read) {
  std::vector<Disassembled> result;
  for (size_t i = 0; i < blocks.size();) {
    const uint32_t begin = blocks[i].address;
    uint32_t bytes = 0;
    do {
      bytes += blocks[i].bytes;
      ++i;
    } while (i < blocks.size() && blocks[i].address == begin + bytes && bytes < kMaxBlockBytes);
    std::ranges::move(DisassembleRun(ReadBytes(begin, bytes, read), begin), std::back_inserter(result));
  }
  return result;
}

// "function (file.cc:34-40, other.h:5)" for each function that the blocks belong to.
std::vector<std::string> PlacesOf(const std::vector<Disassembled>& instructions, const ElfImage& image) {
  using Lines = std::map<std::string, std::pair<int, int>>;  // by file: first and last
  std::map<std::string, Lines> functions;
  for (const Disassembled& instruction : instructions) {
    const ElfImage::Place place = image.Locate(instruction.address);
    Lines& lines = functions[place.symbol.empty() ? Hex(instruction.address) : place.symbol];
    if (place.file.empty() || place.line == 0) continue;
    const auto [known, added] = lines.try_emplace(place.file, place.line, place.line);
    known->second.first = std::min(known->second.first, place.line);
    known->second.second = std::max(known->second.second, place.line);
  }
  std::vector<std::string> result;
  for (const auto& [function, lines] : functions) {
    std::string text;
    for (const auto& [file, range] : lines) {
      if (!text.empty()) text += ", ";
      text.append(file).append(":").append(std::to_string(range.first));
      if (range.second != range.first) text += "-" + std::to_string(range.second);
    }
    result.push_back(function);
    if (!text.empty()) result.back().append(" (").append(text).append(")");
  }
  return result;
}

}  // namespace

std::vector<SceneInstruction> LastInstructions(const SceneFacts& facts, const ElfImage& image) {
  std::vector<Disassembled> instructions;
  // Each block has one instruction at least.
  const auto blocks = facts.blocks.last(std::min(facts.blocks.size(), 2 * kMaxInstructions));
  if (!blocks.empty() && facts.pc - blocks.back().address < blocks.back().bytes) {
    instructions = InstructionsOf(blocks, facts.read);
    while (!instructions.empty() && instructions.back().address > facts.pc) instructions.pop_back();
  }
  if (instructions.empty() || instructions.back().address != facts.pc) {
    instructions = DisassembleRun(ReadBytes(facts.pc, 4, facts.read), facts.pc);
    if (!instructions.empty()) instructions.resize(1);
  }
  const size_t skipped = instructions.size() - std::min(instructions.size(), kMaxInstructions);
  std::vector<SceneInstruction> result;
  for (size_t i = skipped; i < instructions.size(); ++i) {
    const Disassembled& instruction = instructions[i];
    SceneInstruction shown{.address = instruction.address,
                           .text = instruction.text,
                           .comment = {},
                           .place = image.Symbolise(instruction.address),
                           .here = i + 1 == instructions.size()};
    if (instruction.target) {
      const ElfImage::Place target = image.Locate(*instruction.target);
      if (target.offset == 0) shown.comment = target.symbol;
    }
    result.push_back(std::move(shown));
  }
  return result;
}

size_t BlocksForLoop(const SceneFacts& facts) { return std::min(facts.blocks.size(), kMaxLoopBlocks); }

std::optional<Loop> DescribedLoop(const SceneFacts& facts, const ElfImage& image) {
  std::vector<uint32_t> addresses;
  std::map<uint32_t, uint32_t> sizes;
  for (const Block& block : facts.blocks.last(BlocksForLoop(facts))) {
    addresses.push_back(block.address);
    sizes[block.address] = block.bytes;
  }
  std::optional<Loop> loop = FindLoop(addresses);
  if (!loop) return std::nullopt;
  std::vector<Disassembled> instructions;
  for (const uint32_t address : loop->blocks) {
    const std::vector<uint8_t> code = ReadBytes(address, sizes[address], facts.read);
    std::ranges::move(DisassembleRun(code, address), std::back_inserter(instructions));
  }
  loop->instructions = static_cast<uint32_t>(instructions.size());
  loop->places = PlacesOf(instructions, image);
  return loop;
}

}  // namespace atome::emulation
