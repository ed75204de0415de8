#include "emulation/unicorn/fault_registers.h"

#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

constexpr uint32_t kAll = 0xFFFFFFFF;

TEST(FaultRegisters, KeepFaultsUntilOnesAreWritten) {
  FaultRegisters registers;
  registers.Record({.exception = FaultException::kBusFault, .cfsr = 0x8200, .bfar = 0x90000004}, true);
  registers.Record({.exception = FaultException::kUsageFault, .cfsr = 0x02000000}, false);
  EXPECT_EQ(registers.Read(FaultRegisters::kCfsr), 0x02008200u);
  EXPECT_EQ(registers.Read(FaultRegisters::kHfsr), 0x40000000u);
  EXPECT_EQ(registers.Read(FaultRegisters::kBfar), 0x90000004u);
  registers.Write(FaultRegisters::kCfsr, 0xFFFFFFFF, 0x0000FF00);  // BFSR alone
  EXPECT_EQ(registers.Read(FaultRegisters::kCfsr), 0x02000000u);
  registers.Write(FaultRegisters::kCfsr, 0x01000000, kAll);
  EXPECT_EQ(registers.Read(FaultRegisters::kCfsr), 0x02000000u) << "that bit was not set";
  registers.Write(FaultRegisters::kHfsr, 0x40000000, kAll);
  EXPECT_EQ(registers.Read(FaultRegisters::kHfsr), 0u);
  EXPECT_EQ(registers.Read(FaultRegisters::kBfar), 0x90000004u);
}

TEST(FaultRegisters, TellAHardFaultOfItsOwnFromAnEscalatedOne) {
  FaultRegisters registers;
  registers.Record({.exception = FaultException::kHardFault, .hfsr = 2}, false);
  EXPECT_EQ(registers.Read(FaultRegisters::kHfsr), 2u);
  registers.Write(FaultRegisters::kMmfar, 0x1234, kAll);
  EXPECT_EQ(registers.Read(FaultRegisters::kMmfar), 0x1234u);
}

}  // namespace
}  // namespace atome::emulation
