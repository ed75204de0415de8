// The one place that knows Capstone.
#include "emulation/thumb/disassembly.h"

#include <capstone/capstone.h>

#include <algorithm>

#include "emulation/base/hex.h"
#include "emulation/thumb/decode.h"

namespace atome::thumb {
namespace {

using emulation::Hex;

// A handle remembers the IT state from one instruction to the next: one for each run.
class Capstone {
 public:
  Capstone() {
    if (cs_open(CS_ARCH_ARM, static_cast<cs_mode>(CS_MODE_THUMB | CS_MODE_MCLASS), &handle_) != CS_ERR_OK) {
      return;
    }
    cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
    cs_option(handle_, CS_OPT_SYNTAX, CS_OPT_SYNTAX_NOREGNAME);  // "r10", not "sl"
    instruction_ = cs_malloc(handle_);
  }
  ~Capstone() {
    if (instruction_ != nullptr) cs_free(instruction_, 1);
    if (handle_ != 0) cs_close(&handle_);
  }
  Capstone(const Capstone&) = delete;
  Capstone& operator=(const Capstone&) = delete;

  // The first instruction; nullptr when Capstone knows none. Valid until the next call.
  const cs_insn* Decode(std::span<const uint8_t> code, uint32_t address) {
    const uint8_t* bytes = code.data();
    size_t left = code.size();
    uint64_t at = address;
    if (instruction_ == nullptr || !cs_disasm_iter(handle_, &bytes, &left, &at, instruction_)) return nullptr;
    return instruction_;
  }

 private:
  csh handle_ = 0;
  cs_insn* instruction_ = nullptr;
};

std::optional<uint32_t> TargetOf(const cs_insn& instruction) {
  const cs_detail& detail = *instruction.detail;
  const auto* groups_end = detail.groups + detail.groups_count;
  if (std::find(detail.groups, groups_end, CS_GRP_BRANCH_RELATIVE) == groups_end) return std::nullopt;
  for (int i = detail.arm.op_count - 1; i >= 0; --i) {
    const cs_arm_op& operand = detail.arm.operands[i];
    if (operand.type == ARM_OP_IMM) return static_cast<uint32_t>(operand.imm);
  }
  return std::nullopt;
}

Disassembled DecodeOne(Capstone& capstone, std::span<const uint8_t> code, uint32_t address) {
  const auto first = static_cast<uint16_t>(code[0] | code[1] << 8);
  Disassembled result{.address = address, .text = {}, .target = std::nullopt};
  if (code.size() < Bytes(first)) {
    result.text = "cut off: " + Hex(first, 4);
    return result;
  }
  const cs_insn* instruction = capstone.Decode(code, address);
  // Capstone says "trap" for one permanently undefined instruction and does not know all others.
  if ((first & 0xFF00) == 0xDE00) {
    result.text = "udf #" + std::to_string(first & 0xFF);
  } else if (instruction == nullptr || instruction->size != Bytes(first)) {
    result.text = "undefined: " + Hex(first, 4);
    if (Bytes(first) == 4) result.text += " " + Hex(static_cast<uint32_t>(code[2] | code[3] << 8), 4);
  } else {
    result.text = instruction->mnemonic;
    if (instruction->op_str[0] != 0) result.text += std::string(" ") + instruction->op_str;
    result.target = TargetOf(*instruction);
  }
  return result;
}

}  // namespace

std::vector<Disassembled> DisassembleRun(std::span<const uint8_t> code, uint32_t address) {
  Capstone capstone;
  std::vector<Disassembled> result;
  while (code.size() >= 2) {
    const size_t bytes = std::min<size_t>(code.size(), Bytes(static_cast<uint16_t>(code[0] | code[1] << 8)));
    result.push_back(DecodeOne(capstone, code.first(bytes), address));
    code = code.subspan(bytes);
    address += static_cast<uint32_t>(bytes);
  }
  return result;
}

}  // namespace atome::thumb
