// Firmware that is not ours, as a user gives it: any ELF that speaks the protocol.
#ifndef ATOME_HARNESS_RUN_GIVEN_FIRMWARE_H_
#define ATOME_HARNESS_RUN_GIVEN_FIRMWARE_H_

#include <string>

#include "harness/base/result.h"
#include "harness/run/firmware_store.h"

namespace atome::harness {

// The file; its name is the path's last component. An error when it cannot be read or is no executable for
// Arm.
Result<Firmware> LoadGivenFirmware(const std::string& path);

// What the key of a cell says of it: "firmware naive.elf".
std::string GivenFirmwareDetail(const Firmware& firmware);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_GIVEN_FIRMWARE_H_
