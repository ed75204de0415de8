// A TCG plugin for QEMU 7.2 and later (plugin interface 1): confines the guest, then counts its instructions
// and models its cycles. The interface shows no registers, so the cycles rest on blocks alone.
//
// Arguments: core=NAME (without it no cycles are modelled), mark=ADDRESS, limit=INSTRUCTIONS,
// handlers=ADDRESS:ADDRESS... which end the run, exceptions=ADDRESS:... of all handlers, trace=1, files=1
// (the guest may read those of the working folder). Results go to the PluginTally in descriptor
// kPluginTallyFd. No package has QEMU's plugin header, so the part used is declared here.
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string_view>
#include <vector>

#include "emulation/base/address_space.h"
#include "emulation/qemu/plugin/confinement.h"
#include "emulation/qemu/plugin/tally.h"
#include "emulation/thumb/decode.h"
#include "emulation/timing/cycle_model.h"

extern "C" {
using qemu_plugin_id_t = uint64_t;
struct qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
using qemu_plugin_vcpu_udata_cb_t = void (*)(unsigned vcpu, void* data);
using qemu_plugin_vcpu_simple_cb_t = void (*)(qemu_plugin_id_t id, unsigned vcpu);
using qemu_plugin_simple_cb_t = void (*)(qemu_plugin_id_t id);
using qemu_plugin_vcpu_tb_trans_cb_t = void (*)(qemu_plugin_id_t id, qemu_plugin_tb* block);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_tb_trans_cb_t callback);
void qemu_plugin_register_vcpu_tb_exec_cb(qemu_plugin_tb* block, qemu_plugin_vcpu_udata_cb_t callback,
                                          qemu_plugin_cb_flags flags, void* data);
void qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_insn* instruction,
                                            qemu_plugin_vcpu_udata_cb_t callback, qemu_plugin_cb_flags flags,
                                            void* data);
void qemu_plugin_register_vcpu_idle_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_simple_cb_t callback);
void qemu_plugin_register_vcpu_resume_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_simple_cb_t callback);
void qemu_plugin_register_flush_cb(qemu_plugin_id_t id, qemu_plugin_simple_cb_t callback);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*callback)(qemu_plugin_id_t id, void* data),
                                    void* data);
size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb* block);
uint64_t qemu_plugin_tb_vaddr(const qemu_plugin_tb* block);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb* block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const qemu_plugin_insn* instruction);
const void* qemu_plugin_insn_data(const qemu_plugin_insn* instruction);
size_t qemu_plugin_insn_size(const qemu_plugin_insn* instruction);
}

namespace atome::emulation {
namespace {

constexpr uint64_t kNoMark = ~uint64_t{0};
constexpr int kMaxHandlers = 256;

struct Addresses {
  uint64_t list[kMaxHandlers] = {};
  int count = 0;

  bool Has(uint64_t address) const { return std::find(list, list + count, address) != list + count; }
};

struct Settings {
  uint64_t mark = kNoMark;
  uint64_t limit = ~uint64_t{0};
  Addresses fault_handlers;
  Addresses all_handlers;
  bool trace = false;
  FileAccess files = FileAccess::kNone;
  const timing::TimingCore* core = nullptr;
};

// What a block's callback needs.
struct TranslatedBlock {
  uint32_t address = 0;
  uint32_t instructions = 0;
  timing::BlockId timing{};
  bool depends_on_data = false;
};

Settings settings;
// A block that QEMU translates again counts again here.
constexpr uint64_t kTranslationFactor = 4;
uint64_t translated_bytes = 0;

uint32_t entered = 0;  // the block run last, while the tally has one that is being translated

// Never destroyed: QEMU exits while its callbacks still come. Without a core there is none.
timing::CycleModel* model = nullptr;
std::deque<TranslatedBlock>& translated_blocks = *new std::deque<TranslatedBlock>;
PluginTally* tally = nullptr;
pid_t guest_thread = 0;
PluginMark* marks = nullptr;

// The run has ended behind the block run last.
void StoreCycles() {
  if (model == nullptr) return;
  tally->cycles = Count(model->CyclesAtEnd());
  tally->has_cycles = 1;
}

// Without QEMU's own cleaning up: it has nothing to save, and console output is not buffered.
[[noreturn]] void Finish(PluginState state) {
  tally->state = state;
  _exit(0);
}

void Enter(const TranslatedBlock& block) {
  tally->block = entered = block.address;
  if (tally->instructions + block.instructions > settings.limit) {
    StoreCycles();
    Finish(PluginState::kInstructionLimit);
  }
  if (model != nullptr) model->Enter(block.timing);
  if (block.depends_on_data) tally->depends_on_data = 1;
}

void OnBlock(unsigned, void* data) {
  const auto& block = *static_cast<const TranslatedBlock*>(data);
  Enter(block);
  if (!settings.trace) tally->instructions += block.instructions;
}

void OnMark(unsigned, void* data) {
  const auto& block = *static_cast<const TranslatedBlock*>(data);
  if (tally->marks == kMaxMarks) Finish(PluginState::kMarkLimit);
  Enter(block);
  marks[tally->marks++] = {tally->instructions, model != nullptr ? Count(model->cycles()) : 0};
  if (!settings.trace) tally->instructions += block.instructions;
}

void OnHandler(unsigned vcpu, void* data) {
  ++tally->exceptions;
  OnBlock(vcpu, data);
}

void OnFaultHandler(unsigned, void*) { Finish(PluginState::kFaultHandler); }

// ARMv6-M of QEMU runs what it reads there, zeros, and comes to address 0 behind the last.
void OnNeverExecutable(unsigned, void* data) {
  tally->target = static_cast<const TranslatedBlock*>(data)->address;
  tally->block = entered;
  Finish(PluginState::kNeverExecutable);
}

void OnInstruction(unsigned, void* data) {
  std::copy_backward(tally->last_pc, tally->last_pc + 3, tally->last_pc + 4);
  tally->last_pc[0] = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(data));
  ++tally->instructions;
}

// On the thread that runs the guest, before the guest's first instruction.
void Start() {
  // Until here QEMU speaks for itself; from here on both streams are the guest's console.
  dup2(kPluginOutputFd, STDOUT_FILENO);
  dup2(kPluginOutputFd, STDERR_FILENO);
  close(kPluginOutputFd);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // a lock-up makes QEMU abort: no dump of its memory
  // Paths of /proc lead to what is open.
  close(kPluginTallyFd);
  close(kFirmwareFd);
  if (const char* error = ConfineThread(settings.files)) {
    std::snprintf(tally->message, sizeof tally->message, "%s", error);
    Finish(PluginState::kConfinementFailed);
  }
  guest_thread = gettid();
  tally->state = PluginState::kRunning;
}

// Semihosting's exits call exit() on the guest's thread; a shutdown ends the main thread.
void OnExit(qemu_plugin_id_t, void*) {
  if (tally->state != PluginState::kRunning) return;
  tally->state = gettid() == guest_thread ? PluginState::kGuestExit : PluginState::kShutdown;
  if (tally->state == PluginState::kGuestExit) StoreCycles();
}

std::vector<uint16_t> CodeOf(const qemu_plugin_tb* block) {
  std::vector<uint16_t> code;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); ++i) {
    const qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    uint16_t halfwords[2] = {};
    std::memcpy(halfwords, qemu_plugin_insn_data(instruction),
                std::min(sizeof halfwords, qemu_plugin_insn_size(instruction)));
    // The size cannot be trusted: at the end of a page QEMU adds the bytes that come next.
    code.insert(code.end(), halfwords, halfwords + thumb::Bytes(halfwords[0]) / 2);
  }
  return code;
}

void OnTranslation(qemu_plugin_id_t, qemu_plugin_tb* block) {
  if (tally->state == PluginState::kNotStarted) Start();
  const uint32_t address = static_cast<uint32_t>(qemu_plugin_tb_vaddr(block));
  const size_t instructions = qemu_plugin_tb_n_insns(block);
  const bool handler = settings.fault_handlers.Has(address);
  const std::vector<uint16_t> code = CodeOf(block);
  if (code.empty()) return;  // nothing can be executed there
  tally->block = address;
  translated_bytes += 2 * code.size();
  if (translated_bytes > kTranslationFactor * kMaxCodeBytes) Finish(PluginState::kCodeLimit);
  TranslatedBlock& translated = translated_blocks.emplace_back();
  translated.address = address;
  translated.instructions = static_cast<uint32_t>(instructions);
  if (model != nullptr) {
    translated.timing = model->Prepare(address, code);
    translated.depends_on_data = !timing::Sites(*settings.core, thumb::DecodeRun(address, code)).empty();
  }
  qemu_plugin_register_vcpu_tb_exec_cb(block,
                                       handler                              ? OnFaultHandler
                                       : IsNeverExecutable(address)         ? OnNeverExecutable
                                       : address == settings.mark           ? OnMark
                                       : settings.all_handlers.Has(address) ? OnHandler
                                                                            : OnBlock,
                                       QEMU_PLUGIN_CB_NO_REGS, &translated_blocks.back());
  if (!settings.trace || handler || IsNeverExecutable(address)) return;
  for (size_t i = 0; i < instructions; ++i) {
    qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, OnInstruction, QEMU_PLUGIN_CB_NO_REGS,
                                           reinterpret_cast<void*>(qemu_plugin_insn_vaddr(instruction)));
  }
}

// QEMU has dropped all translated code, and calls no callback of it any more.
void OnFlush(qemu_plugin_id_t) {
  translated_blocks.clear();
  if (model != nullptr) model->Forget();
}

bool ParseSetting(std::string_view argument) {
  const size_t equals = argument.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view key = argument.substr(0, equals);
  const char* value = argument.data() + equals + 1;  // QEMU's arguments end with a zero byte
  char* end = nullptr;
  if (key == "core") {
    settings.core = timing::FindTimingCore(value);
    return settings.core != nullptr;
  }
  if (key == "handlers" || key == "exceptions") {
    Addresses& handlers = key == "handlers" ? settings.fault_handlers : settings.all_handlers;
    for (; handlers.count < kMaxHandlers; value = end + 1) {
      handlers.list[handlers.count++] = std::strtoull(value, &end, 0);
      if (*end != ':') break;
    }
    return *end == 0;
  }
  const uint64_t number = std::strtoull(value, &end, 0);
  if (key == "mark")
    settings.mark = number;
  else if (key == "limit")
    settings.limit = number;
  else if (key == "trace")
    settings.trace = number != 0;
  else if (key == "files")
    settings.files = number != 0 ? FileAccess::kReadWorkingFolder : FileAccess::kNone;
  else
    return false;
  return *end == 0;
}

int Install(qemu_plugin_id_t id, int argument_count, char** arguments) {
  for (int i = 0; i < argument_count; ++i) {
    if (!ParseSetting(arguments[i])) {
      std::fprintf(stderr, "count_plugin: bad argument %s\n", arguments[i]);
      return -1;
    }
  }
  if (settings.core != nullptr) model = new timing::CycleModel(*settings.core);
  void* memory = mmap(nullptr, kPluginTallyBytes, PROT_READ | PROT_WRITE, MAP_SHARED, kPluginTallyFd, 0);
  if (memory == MAP_FAILED) {
    std::fprintf(stderr, "count_plugin: no tally in descriptor %d\n", kPluginTallyFd);
    return -1;
  }
  tally = static_cast<PluginTally*>(memory);
  marks = reinterpret_cast<PluginMark*>(static_cast<char*>(memory) + kPluginMarksOffset);
  qemu_plugin_register_vcpu_tb_trans_cb(id, OnTranslation);
  qemu_plugin_register_flush_cb(id, OnFlush);
  qemu_plugin_register_atexit_cb(id, OnExit, nullptr);
  qemu_plugin_register_vcpu_idle_cb(id, [](qemu_plugin_id_t, unsigned) { tally->asleep = 1; });
  qemu_plugin_register_vcpu_resume_cb(id, [](qemu_plugin_id_t, unsigned) { tally->asleep = 0; });
  return 0;
}

}  // namespace
}  // namespace atome::emulation

extern "C" {
__attribute__((visibility("default"))) extern const int qemu_plugin_version = 1;

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t*,
                                                               int argument_count, char** arguments) {
  return atome::emulation::Install(id, argument_count, arguments);
}
}
