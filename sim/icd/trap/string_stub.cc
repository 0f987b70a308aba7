#include "sim/icd/trap/string_stub.h"

#ifdef __x86_64__

// Rows in the order of StringOperation from kMove on, columns by element size;
// four bytes each, the breakpoint included.
asm(R"(
  .pushsection .text
  .balign 16
  .type incoherent_string_stubs, @function
incoherent_string_stubs:
  .macro incoherent_string_stub instruction:vararg
    .balign 4, 0xcc
    \instruction
    int3
  .endm
  .macro incoherent_string_stubs_of repeat, name
    incoherent_string_stub \repeat \name\()b
    incoherent_string_stub \repeat \name\()w
    incoherent_string_stub \repeat \name\()l
    incoherent_string_stub \repeat \name\()q
  .endm
  incoherent_string_stubs_of rep, movs
  incoherent_string_stubs_of rep, stos
  incoherent_string_stubs_of rep, lods
  incoherent_string_stubs_of repe, cmps
  incoherent_string_stubs_of repne, cmps
  incoherent_string_stubs_of repe, scas
  incoherent_string_stubs_of repne, scas
  .balign 4, 0xcc
  .size incoherent_string_stubs, . - incoherent_string_stubs
  .popsection
)");

extern "C" __attribute__((visibility("hidden")))
const uint8_t incoherent_string_stubs[];

namespace incoherent {
namespace {

constexpr int kStubSize = 4;

}  // namespace

StringStub StringStubOf(const InstructionAccess& access) {
  if (access.repeated == StringOperation::kNone || !access.is_plain) return {};
  const int column = __builtin_ctz(access.element_size);
  if (column > 3) return {};
  const int row = static_cast<int>(access.repeated) -
                  static_cast<int>(StringOperation::kMove);
  const auto begin = reinterpret_cast<uint64_t>(incoherent_string_stubs) +
                     kStubSize * (4 * row + column);
  // Bytes have no prefix for their size.
  const int length = column == 0 ? 2 : column == 2 ? 2 : 3;
  return {begin, begin + length + 1};
}

}  // namespace incoherent

#endif  // __x86_64__
