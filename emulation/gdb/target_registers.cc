#include "emulation/gdb/target_registers.h"

namespace atome::emulation::gdb {

std::vector<TargetRegister> TargetRegisters(bool has_fpu) {
  constexpr const char* kProfile = "org.gnu.gdb.arm.m-profile";
  constexpr const char* kFloat = "org.gnu.gdb.arm.vfp";
  constexpr const char* kSystem = "org.gnu.gdb.arm.m-system";
  std::vector<TargetRegister> registers;
  for (unsigned r = 0; r < 16; ++r) {
    const std::string name = r < 13 ? "r" + std::to_string(r) : r == 13 ? "sp" : r == 14 ? "lr" : "pc";
    registers.push_back({name, kProfile,
                         r == 13   ? "data_ptr"
                         : r == 15 ? "code_ptr"
                                   : "",
                         static_cast<DebugRegister>(r)});
  }
  registers.push_back({"xpsr", kProfile, "", DebugRegister::kXpsr});
  if (has_fpu) {
    for (unsigned d = 0; d < 16; ++d) {
      const auto low = static_cast<DebugRegister>(static_cast<unsigned>(DebugRegister::kS0) + 2 * d);
      registers.push_back({"d" + std::to_string(d), kFloat, "ieee_double", low, 64});
    }
    registers.push_back({"fpscr", kFloat, "int", DebugRegister::kFpscr});
  }
  registers.push_back({"msp", kSystem, "data_ptr", DebugRegister::kMsp});
  registers.push_back({"psp", kSystem, "data_ptr", DebugRegister::kPsp});
  registers.push_back({"primask", kSystem, "", DebugRegister::kPrimask});
  registers.push_back({"basepri", kSystem, "", DebugRegister::kBasepri});
  registers.push_back({"faultmask", kSystem, "", DebugRegister::kFaultmask});
  registers.push_back({"control", kSystem, "", DebugRegister::kControl});
  return registers;
}

std::string TargetDescription(const std::vector<TargetRegister>& registers) {
  std::string xml =
      "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target>"
      "<architecture>arm</architecture>";
  std::string feature;
  for (const TargetRegister& each : registers) {
    if (each.feature != feature) {
      if (!feature.empty()) xml += "</feature>";
      feature = each.feature;
      xml += "<feature name=\"" + feature + "\">";
    }
    xml += "<reg name=\"" + each.name + "\" bitsize=\"" + std::to_string(each.bits) + "\"";
    if (!each.type.empty()) xml += " type=\"" + each.type + "\"";
    xml += "/>";
  }
  return xml + "</feature></target>";
}

}  // namespace atome::emulation::gdb
