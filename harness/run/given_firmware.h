// Firmware that is not ours, as a user gives it: any ELF that speaks the protocol.
#ifndef ATOME_HARNESS_RUN_GIVEN_FIRMWARE_H_
#define ATOME_HARNESS_RUN_GIVEN_FIRMWARE_H_

#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/run/firmware_store.h"

namespace atome::harness {

// The file; its name is the path's last component. An error when it cannot be read or is no executable for
// Arm.
Result<Firmware> LoadGivenFirmware(const std::string& path);

// The firmware of a command's --firmware, nullptr when that is empty. An error, too, when no core or board is
// named that it is for, or builds are, which are of our own firmware.
Result<std::shared_ptr<const Firmware>> GivenFirmware(const std::string& path, bool place_named,
                                                      const std::vector<std::string>& builds);

// What the key of a cell says of it: "firmware naive.elf".
std::string GivenFirmwareDetail(const Firmware& firmware);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_GIVEN_FIRMWARE_H_
