// Brings the RP2040 from its reset to 125 MHz in the order that its data sheet asks for (2.14 to 2.18, 4.7):
// resets, watchdog tick, crystal, PLLs, glitchless and other clocks, each waited for.
#include "semihosting.h"

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define FLIP(address) REGISTER((address) + 0x1000)
#define SET(address) REGISTER((address) + 0x2000)
#define CLEAR(address) REGISTER((address) + 0x3000)

enum {
  kClocks = 0x40008000,
  kResets = 0x4000C000,
  kCrystal = 0x40024000,
  kPllSystem = 0x40028000,
  kPllUsb = 0x4002C000,
  kWatchdogTick = 0x4005802C,
  kSpinlocks = 0xD0000100,
};

static void WaitFor(uint32_t address, uint32_t bits) {
  while ((REGISTER(address) & bits) != bits) {
  }
}

static void Unreset(uint32_t bits) {
  CLEAR(kResets) = bits;
  WaitFor(kResets + 8, bits);
}

static void StartPll(uint32_t pll, uint32_t bit, uint32_t feedback, uint32_t divider) {
  SET(kResets) = bit;
  Unreset(bit);
  REGISTER(pll) = 1;
  REGISTER(pll + 8) = feedback;
  CLEAR(pll + 4) = 1 << 0 | 1 << 5;  // power, VCO
  WaitFor(pll, 1u << 31);
  REGISTER(pll + 12) = divider;
  CLEAR(pll + 4) = 1 << 3;
}

// A clock with a glitchless multiplexer, which tells by SELECTED what it runs from.
static void Select(uint32_t clock, uint32_t source, uint32_t auxiliary) {
  CLEAR(clock) = 3;
  WaitFor(clock + 8, 1);
  FLIP(clock) = (REGISTER(clock) ^ auxiliary << 5) & 7 << 5;
  FLIP(clock) = (REGISTER(clock) ^ source) & 3;
  WaitFor(clock + 8, 1u << source);
  REGISTER(clock + 4) = 1 << 8;
}

void reset(void) {
  if (REGISTER(kResets + 8) != 0) Exit(1);
  SET(kResets) = 0x01FFFFFF & ~(1 << 6 | 1 << 9);  // all but the flash's pins
  Unreset(0x01FFFFFF & ~(1 << 0 | 1 << 15 | 1 << 16 | 1 << 17 | 1 << 22 | 1 << 23 | 1 << 24));
  REGISTER(kWatchdogTick) = 12 | 1 << 9;
  WaitFor(kWatchdogTick, 1 << 10);
  REGISTER(kClocks + 0x78) = 0;
  if ((REGISTER(kCrystal + 4) >> 31) != 0) Exit(2);
  REGISTER(kCrystal) = 0xAA0;
  REGISTER(kCrystal + 12) = 47;
  SET(kCrystal) = 0xFAB000;
  WaitFor(kCrystal + 4, 1u << 31);
  CLEAR(kClocks + 0x3C) = 1;  // the system back to its reference
  WaitFor(kClocks + 0x44, 1);
  CLEAR(kClocks + 0x30) = 3;
  WaitFor(kClocks + 0x38, 1);
  if ((REGISTER(kPllSystem) >> 31) != 0) Exit(3);
  StartPll(kPllSystem, 1 << 12, 125, 6 << 16 | 2 << 12);
  StartPll(kPllUsb, 1 << 13, 100, 5 << 16 | 5 << 12);
  Select(kClocks + 0x30, 2, 0);  // from the crystal
  Select(kClocks + 0x3C, 1, 0);  // from its PLL
  REGISTER(kClocks + 0x48) = 1 << 11;
  WaitFor(kClocks + 0x50, 1);
  Unreset(0x01FFFFFF);
  const uint32_t lock = kSpinlocks + 4 * 9;
  if (REGISTER(lock) != 1 << 9 || REGISTER(lock) != 0) Exit(4);
  REGISTER(lock) = 0;
  if (REGISTER(lock) != 1 << 9 || REGISTER(0xD0000000) != 0) Exit(5);
  Exit(0);
}
