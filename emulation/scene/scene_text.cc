#include "emulation/scene/scene_text.h"

#include <algorithm>

#include "emulation/base/hex.h"
#include "emulation/scene/fault_status.h"

namespace atome::emulation {
namespace {

constexpr size_t kColumns = 100;
constexpr size_t kInstructionColumns = 34;
constexpr const char* kRegisterNames[16] = {"r0", "r1", "r2",  "r3",  "r4",  "r5", "r6", "r7",
                                            "r8", "r9", "r10", "r11", "r12", "sp", "lr", "pc"};

std::string Padded(std::string text, size_t columns) {
  text.resize(std::max(columns, text.size()), ' ');
  return text;
}

std::string Plural(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

class Text {
 public:
  // One line, cut where it is too long.
  void Line(std::string line) {
    Clean(line);
    if (line.size() > kColumns) line = line.substr(0, kColumns - 3) + "...";
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text_ += line + "\n";
  }
  // Words, broken where a line is full; further lines are indented.
  void Wrapped(std::string_view words) {
    std::string line;
    while (!words.empty()) {
      const size_t end = std::min(words.find(' '), words.size());
      const std::string_view word = words.substr(0, end);
      words.remove_prefix(std::min(end + 1, words.size()));
      if (!line.empty() && line.size() + 1 + word.size() > kColumns) {
        Line(line);
        line = "  ";
      } else if (!line.empty()) {
        line += ' ';
      }
      line += word;
    }
    Line(line);
  }
  std::string Take() { return std::move(text_); }

 private:
  static void Clean(std::string& line) {
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  }
  std::string text_;
};

// "nZCvq": a capital letter for each flag that is set (APSR, bits 31 to 27).
std::string Flags(uint32_t xpsr) {
  std::string text = "nzcvq";
  for (size_t i = 0; i < text.size(); ++i) {
    if ((xpsr >> (31 - i) & 1) != 0) text[i] = static_cast<char>(text[i] - 'a' + 'A');
  }
  return text;
}

void AddRegisters(const Scene& scene, Text& text) {
  text.Line("Registers (flags " + Flags(scene.xpsr) + "):");
  for (size_t row = 0; row < 16; row += 4) {
    std::string line;
    for (size_t i = row; i < row + 4; ++i) {
      line += "  " + Padded(kRegisterNames[i], 3) + " " + Hex(scene.registers[i]) + "     ";
    }
    text.Line(line);
  }
  for (size_t i = 0; i < 15; ++i) {  // the place of pc is in every message
    if (scene.register_places[i].empty()) continue;
    text.Line("  " + Padded(kRegisterNames[i], 3) + " -> " + scene.register_places[i]);
  }
}

void AddInstructions(const Scene& scene, Text& text) {
  if (scene.last_instructions.empty()) return;
  text.Line("Last instructions:");
  for (const SceneInstruction& instruction : scene.last_instructions) {
    std::string code = instruction.text;
    if (!instruction.comment.empty()) code += " <" + instruction.comment + ">";
    text.Line((instruction.here ? "  => " : "     ") + Hex(instruction.address) + "  " +
              Padded(code, kInstructionColumns) + "  " + instruction.place);
  }
}

void AddCallTrace(const Scene& scene, Text& text) {
  if (scene.call_trace.empty()) return;
  text.Line("Call trace, innermost first:");
  for (const CallFrame& frame : scene.call_trace) {
    text.Line("  " + frame.place + (frame.inlined ? ", inlined in" : ""));
    if (frame.repeats == 0) continue;
    text.Line(
        "    ... " +
        (frame.repeat_frames == 1 ? "the line" : "the " + std::to_string(frame.repeat_frames) + " lines") +
        " above " + Plural(frame.repeats, "more time"));
  }
}

void AddLoop(const Scene& scene, Text& text) {
  if (scene.blocks_seen == 0) return;
  const std::string seen = "the last " + Plural(scene.blocks_seen, "block");
  if (!scene.loop) return text.Wrapped("Loop: none seen among " + seen + ".");
  const Loop& loop = *scene.loop;
  const std::string blocks = Plural(loop.blocks.size(), "block");
  const std::string instructions = Plural(loop.instructions, "instruction");
  if (loop.steady) {
    text.Wrapped("Loop: " + seen + " ended with " + Plural(loop.rounds, "round") + " of one loop of " +
                 blocks + ", " + instructions + " a round, in:");
  } else {
    text.Wrapped("Loop: " + seen + " were the same " + blocks + " (" + instructions +
                 ") again and again, in changing order, in:");
  }
  for (const std::string& place : loop.places) text.Line("  " + place);
}

void AddFaultStatus(const FaultStatus& status, Text& text) {
  std::string line = "On silicon: ";
  if (status.exception != FaultException::kNone) {
    line += NameOf(status.exception);
    if (status.escalated) line += ", escalated to HardFault as its own handler is not enabled";
    if (status.readable) {
      line += "; CFSR " + Hex(status.cfsr) + ", HFSR " + Hex(status.hfsr);
      if (status.bfar) line += ", BFAR " + Hex(*status.bfar);
      line += " (" + status.bits + ")";
    } else {
      line += " (Armv6-M has no registers that tell which)";
    }
    if (!status.note.empty()) line += "; ";
  }
  text.Wrapped(line + status.note + ".");
}

}  // namespace

std::string Paragraph(std::string_view message, const Scene& scene) {
  Text text;
  text.Wrapped(message);
  if (!scene.stack.empty()) text.Wrapped(scene.stack + ".");
  AddLoop(scene, text);
  AddInstructions(scene, text);
  AddCallTrace(scene, text);
  AddRegisters(scene, text);
  if (scene.fault_status) AddFaultStatus(*scene.fault_status, text);
  return text.Take();
}

}  // namespace atome::emulation
