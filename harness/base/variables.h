// The variables of the environment that the program reads, as data: help and manual pages list them.
#ifndef ATOME_HARNESS_BASE_VARIABLES_H_
#define ATOME_HARNESS_BASE_VARIABLES_H_

namespace atome::harness {

struct EnvironmentVariable {
  const char* name;
  const char* what;
};

inline constexpr EnvironmentVariable kEnvironmentVariables[] = {
    {"ATOME_GOLDEN_DIR", "Folder of models and golden traces, instead of golden"},
    {"ATOME_FIRMWARE_DIR", "Folder of firmware, instead of what was built; nothing is compiled then"},
    {"ATOME_FIRMWARE_CACHE", "Folder that keeps compiled firmware"},
    {"ATOME_BENCHMARK_DIR", "Folder of the benchmarks' programs"},
    {"ATOME_DATA", "Folder of the program's data, such as golden and ci/baselines"},
    {"ATOME_COMMIT", "The commit that reports keep"},
    {"ATOME_QEMU", "QEMU to run, instead of qemu-system-arm"},
    {"ATOME_QEMU_PLUGIN", "Plugin that counts in QEMU, instead of the one built"},
    {"ATOME_PYTHON", "Python to run, instead of /usr/bin/python3"},
    {"ATOME_PROTO_PYTHON", "Folder of the generated Python modules of protobuf"},
    {"ATOME_COMMAND", "The atome that Python's part calls"},
    {"PYTHONPATH", "Folders of Python's part that go before the program's own"},
    {"COLUMNS", "Columns that a line may have, instead of the terminal's width"},
    {"NO_COLOR", "Not empty: no colours"}};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_VARIABLES_H_
