#include "sim/icd/trap/saved_registers.h"

#ifdef __x86_64__

#include <cpuid.h>

#include <cstring>
#include <initializer_list>

#include "sim/memory/check.h"

namespace incoherent {
namespace {

// Layout of the frame's extended state (Intel SDM volume 1, chapter 13, and
// Linux's uapi/asm/sigcontext.h).
constexpr uint32_t kMagic = 0x46505853;  // FP_XSTATE_MAGIC1
constexpr int kMagicOffset = 464;
constexpr int kSavedSizeOffset = 464 + 16;
constexpr int kHeaderOffset = 512;
constexpr int kLegacyVectorOffset = 160;
constexpr int kUpperVectors = 2;  // component numbers
constexpr int kMasks = 5;
constexpr int kComponents = 8;

// Of each component, from the beginning of the frame's extended state; 0 if
// the processor has no such thing.
uint32_t component_offsets[kComponents] = {};
uint32_t component_sizes[kComponents] = {};

template <typename T>
T Read(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

}  // namespace

void PrepareSavedRegisters() {
  for (const int component : {kUpperVectors, kMasks}) {
    unsigned int size = 0, offset = 0, c = 0, d = 0;
    if (__get_cpuid_count(0xd, component, &size, &offset, &c, &d) == 0) return;
    component_offsets[component] = offset;
    component_sizes[component] = size;
  }
}

uint64_t SavedRegisters::InstructionPointer() const {
  return context_.uc_mcontext.gregs[REG_RIP];
}

uint64_t SavedRegisters::Flags() const {
  return context_.uc_mcontext.gregs[REG_EFL];
}

uint64_t SavedRegisters::General(int number) const {
  constexpr int kPlaces[16] = {
      REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
      REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
  INCOHERENT_CHECK(number >= 0 && number < 16, "there are 16 registers");
  return context_.uc_mcontext.gregs[kPlaces[number]];
}

uint64_t SavedRegisters::Mask(int number) const {
  bool is_initial = false;
  const uint8_t* masks = Extended(kMasks, &is_initial);
  if (masks == nullptr || number < 0 || number > 7) return ~uint64_t{0};
  return is_initial ? 0 : Read<uint64_t>(masks + 8 * number);
}

bool SavedRegisters::Vector(int number, uint8_t (&bytes)[32]) const {
  bool upper_is_initial = false;
  const uint8_t* upper = Extended(kUpperVectors, &upper_is_initial);
  if (upper == nullptr || number < 0 || number > 15) return false;
  const auto* state =
      reinterpret_cast<const uint8_t*>(context_.uc_mcontext.fpregs);
  std::memcpy(bytes, state + kLegacyVectorOffset + 16 * number, 16);
  if (upper_is_initial) {
    std::memset(bytes + 16, 0, 16);
  } else {
    std::memcpy(bytes + 16, upper + 16 * number, 16);
  }
  return true;
}

const uint8_t* SavedRegisters::Extended(int component, bool* is_initial) const {
  const auto* state =
      reinterpret_cast<const uint8_t*>(context_.uc_mcontext.fpregs);
  const uint32_t offset = component_offsets[component];
  if (state == nullptr || offset == 0) return nullptr;
  if (Read<uint32_t>(state + kMagicOffset) != kMagic) return nullptr;
  const auto saved_size = Read<uint32_t>(state + kSavedSizeOffset);
  if (offset + component_sizes[component] > saved_size) return nullptr;
  const auto saved = Read<uint64_t>(state + kHeaderOffset);
  *is_initial = (saved >> component & 1) == 0;
  return state + offset;
}

}  // namespace incoherent

#endif  // __x86_64__
