#include "sim/icd/trap/instruction_access.h"

#ifdef __x86_64__

// Zydis decodes x86-64 without allocating, with the operands' sizes and
// directions.
#include <Zydis/Zydis.h>

#include <algorithm>

#include "sim/icd/trap/saved_registers.h"

namespace incoherent {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kDirectionFlag = 1 << 10;
constexpr int kRcx = 1;

ZydisDecoder decoder;

struct Decoded {
  ZydisDecodedInstruction instruction;
  ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
};

bool Decode(uint64_t at, Decoded* decoded) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(at);
  // The page behind is there only if the instruction extends into it.
  const uint64_t on_page = kPage - at % kPage;
  for (const uint64_t length :
       {std::min<uint64_t>(on_page, ZYDIS_MAX_INSTRUCTION_LENGTH),
        uint64_t{ZYDIS_MAX_INSTRUCTION_LENGTH}}) {
    const ZyanStatus status = ZydisDecoderDecodeFull(
        &decoder, bytes, length, &decoded->instruction, decoded->operands);
    if (ZYAN_SUCCESS(status)) return true;
    if (status != ZYDIS_STATUS_NO_MORE_DATA) return false;
  }
  return false;
}

// False for registers that take no part in plain addresses.
bool AddressPart(ZydisRegister reg, const SavedRegisters& registers,
                 uint64_t next_instruction, uint64_t* value) {
  *value = 0;
  if (reg == ZYDIS_REGISTER_NONE) return true;
  if (reg == ZYDIS_REGISTER_RIP || reg == ZYDIS_REGISTER_EIP) {
    *value = next_instruction;
    return true;
  }
  const ZydisRegisterClass kind = ZydisRegisterGetClass(reg);
  if (kind != ZYDIS_REGCLASS_GPR64 && kind != ZYDIS_REGCLASS_GPR32) {
    return false;
  }
  *value = registers.General(ZydisRegisterGetId(reg));
  return true;
}

bool AddressOf(const ZydisDecodedInstruction& instruction,
               const ZydisDecodedOperandMem& memory,
               const SavedRegisters& registers, uint64_t* address) {
  if (memory.type != ZYDIS_MEMOP_TYPE_MEM ||
      memory.segment == ZYDIS_REGISTER_FS ||
      memory.segment == ZYDIS_REGISTER_GS) {
    return false;
  }
  const uint64_t next = registers.InstructionPointer() + instruction.length;
  uint64_t base = 0, index = 0;
  if (!AddressPart(memory.base, registers, next, &base) ||
      !AddressPart(memory.index, registers, next, &index)) {
    return false;
  }
  *address =
      base + index * memory.scale + static_cast<uint64_t>(memory.disp.value);
  if (instruction.address_width == 32) *address &= 0xffffffff;
  return true;
}

bool IsAvxMaskedMove(ZydisMnemonic mnemonic) {
  return mnemonic == ZYDIS_MNEMONIC_VMASKMOVPS ||
         mnemonic == ZYDIS_MNEMONIC_VMASKMOVPD ||
         mnemonic == ZYDIS_MNEMONIC_VPMASKMOVD ||
         mnemonic == ZYDIS_MNEMONIC_VPMASKMOVQ;
}

// One bit for each lane that the instruction touches.
uint64_t Lanes(const Decoded& decoded, int lane_size,
               const SavedRegisters& registers) {
  const auto& instruction = decoded.instruction;
  if (IsAvxMaskedMove(instruction.mnemonic)) {
    uint8_t bytes[32];
    if (!registers.Vector(ZydisRegisterGetId(decoded.operands[1].reg.value),
                          bytes)) {
      return ~uint64_t{0};
    }
    uint64_t lanes = 0;
    for (int i = 0; i < 32 / lane_size; ++i) {
      lanes |= uint64_t{bytes[(i + 1) * lane_size - 1]} >> 7 << i;
    }
    return lanes;
  }
  const ZydisRegister mask = instruction.avx.mask.reg;
  if (mask < ZYDIS_REGISTER_K1 || mask > ZYDIS_REGISTER_K7) {
    return ~uint64_t{0};
  }
  return registers.Mask(mask - ZYDIS_REGISTER_K0);
}

// Cuts what the mask of a vector instruction leaves out at either end.
void Narrow(const Decoded& decoded, const ZydisDecodedOperand& operand,
            const SavedRegisters& registers, MemoryOperand* access) {
  const int lane_size = operand.element_size / 8;
  if (lane_size == 0 || access->size <= static_cast<uint64_t>(lane_size)) {
    return;
  }
  const uint64_t count = std::min<uint64_t>(access->size / lane_size, 64);
  const uint64_t all = count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
  const uint64_t lanes = Lanes(decoded, lane_size, registers) & all;
  if (lanes == 0 || lanes == all) return;
  const int first = __builtin_ctzll(lanes);
  const int last = 63 - __builtin_clzll(lanes);
  access->address += static_cast<uint64_t>(first) * lane_size;
  access->size = static_cast<uint64_t>(last - first + 1) * lane_size;
}

bool TouchesMemory(const ZydisDecodedOperand& operand) {
  if (operand.type != ZYDIS_OPERAND_TYPE_MEMORY || operand.actions == 0) {
    return false;
  }
  // A stack that is guarded has no room for a signal's frame either.
  return operand.visibility != ZYDIS_OPERAND_VISIBILITY_HIDDEN ||
         operand.mem.base != ZYDIS_REGISTER_RSP;
}

// The bit number in a register reaches beyond the operand.
bool IsBitString(const Decoded& decoded) {
  const ZydisMnemonic mnemonic = decoded.instruction.mnemonic;
  return (mnemonic == ZYDIS_MNEMONIC_BT || mnemonic == ZYDIS_MNEMONIC_BTS ||
          mnemonic == ZYDIS_MNEMONIC_BTR || mnemonic == ZYDIS_MNEMONIC_BTC) &&
         decoded.operands[1].type == ZYDIS_OPERAND_TYPE_REGISTER;
}

void ReadOperands(const Decoded& decoded, const SavedRegisters& registers,
                  InstructionAccess* access) {
  if (IsBitString(decoded)) return;
  const auto& instruction = decoded.instruction;
  for (int i = 0; i < instruction.operand_count; ++i) {
    const ZydisDecodedOperand& operand = decoded.operands[i];
    if (access->operand_count == InstructionAccess::kMaxOperands) return;
    MemoryOperand memory;
    if (!TouchesMemory(operand) ||
        !AddressOf(instruction, operand.mem, registers, &memory.address)) {
      continue;
    }
    const bool is_broadcast =
        instruction.avx.broadcast.mode != ZYDIS_BROADCAST_MODE_INVALID;
    const int bits = is_broadcast ? operand.element_size : operand.size;
    memory.size = std::max(bits / 8, 1);
    memory.is_read = (operand.actions & ZYDIS_OPERAND_ACTION_MASK_READ) != 0;
    memory.is_write = (operand.actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;
    Narrow(decoded, operand, registers, &memory);
    access->operands[access->operand_count++] = memory;
  }
}

StringOperation StringOperationOf(const ZydisDecodedInstruction& instruction) {
  const bool unequal = (instruction.attributes & ZYDIS_ATTRIB_HAS_REPNE) != 0;
  const bool repeated =
      unequal || (instruction.attributes &
                  (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE)) != 0;
  if (!repeated || instruction.meta.category != ZYDIS_CATEGORY_STRINGOP) {
    return StringOperation::kNone;
  }
  switch (instruction.opcode & ~1) {
    case 0xa4:
      return StringOperation::kMove;
    case 0xa6:
      return unequal ? StringOperation::kCompareWhileUnequal
                     : StringOperation::kCompareWhileEqual;
    case 0xaa:
      return StringOperation::kStore;
    case 0xac:
      return StringOperation::kLoad;
    case 0xae:
      return unequal ? StringOperation::kScanWhileUnequal
                     : StringOperation::kScanWhileEqual;
    default:
      return StringOperation::kNone;
  }
}

// Extends the operands from one element to all that are left.
void ReadRepetition(const ZydisDecodedInstruction& instruction,
                    const SavedRegisters& registers,
                    InstructionAccess* access) {
  access->repeated = StringOperationOf(instruction);
  if (access->repeated == StringOperation::kNone) return;
  if (access->operand_count == 0) return;
  const bool narrow = instruction.address_width == 32;
  access->is_plain =
      !narrow && (instruction.attributes & (ZYDIS_ATTRIB_HAS_SEGMENT_FS |
                                            ZYDIS_ATTRIB_HAS_SEGMENT_GS)) == 0;
  access->is_backward = (registers.Flags() & kDirectionFlag) != 0;
  access->element_size = static_cast<int>(access->operands[0].size);
  access->count = registers.General(kRcx) & (narrow ? 0xffffffff : ~0ull);
  // No object is larger; this keeps the products below from wrapping.
  const uint64_t count = std::clamp<uint64_t>(access->count, 1, 1ull << 48);
  const uint64_t element_size = access->operands[0].size;
  for (int i = 0; i < access->operand_count; ++i) {
    access->operands[i].size = count * element_size;
    if (access->is_backward) {
      access->operands[i].address -= (count - 1) * element_size;
    }
  }
}

}  // namespace

void PrepareToDecode() {
  PrepareSavedRegisters();
  ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
}

InstructionAccess DecodeAccess(const ucontext_t& context) {
  InstructionAccess access;
  const SavedRegisters registers(context);
  Decoded decoded;
  if (!Decode(registers.InstructionPointer(), &decoded)) return access;
  access.is_decoded = true;
  access.length = decoded.instruction.length;
  ReadOperands(decoded, registers, &access);
  ReadRepetition(decoded.instruction, registers, &access);
  return access;
}

}  // namespace incoherent

#endif  // __x86_64__
