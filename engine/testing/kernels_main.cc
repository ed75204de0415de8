// Firmware that checks the kernels of its target. Exit code 0 when all are right; else it names one.
#include "engine/firmware/line.h"
#include "engine/firmware/semihosting.h"
#include "engine/testing/kernel_checks.h"
#include "engine/testing/norm_checks.h"
#include "engine/testing/plain_checks.h"
#include "engine/testing/q15_checks.h"
#include "engine/testing/tile_checks.h"

int main() {
  static atome::testing::KernelChecks checks;
  static atome::testing::PlainChecks plain_checks;
  static atome::testing::Q15Checks q15_checks;
  static atome::testing::TileChecks tile_checks;
  static atome::testing::NormChecks norm_checks;
  const char* wrong = checks.FirstWrong();
  if (wrong == nullptr) wrong = plain_checks.FirstWrong();
  if (wrong == nullptr) wrong = q15_checks.FirstWrong();
  if (wrong == nullptr) wrong = tile_checks.FirstWrong();
  if (wrong == nullptr) wrong = norm_checks.FirstWrong();
  if (wrong == nullptr) return 0;
  atome::Line line;
  line.Text("wrong: ").Text(wrong).End();
  return 1;
}
