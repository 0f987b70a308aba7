// Any program of calls on an allocator, stale handles and dead pointers among
// its arguments, does what the reference does, after each call.
//
// Input: two bytes (the atom, the alignment to atoms), then steps: a byte that
// names the call, one that says on what, and the call's own arguments.

#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/byte_source.h"
#include "sim/host/allocator/allocator_program.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

using Kind = AllocatorStep::Kind;

constexpr int kMostSteps = 100;

// For the most part small, now and then any.
uint64_t NumberFrom(ByteSource& source) {
  switch (const uint8_t kind = source.Byte()) {
    case 255:
      return kWholeSize;
    case 254:
      return source.Integer();
    case 253:
      return AllocatorProgram::kBlockSize - 4 + source.Below(8);
    default:
      return kind;
  }
}

AllocatorStep StepFrom(ByteSource& source) {
  constexpr uint64_t kAlignments[] = {1, 1, 16, 64, 256, 1024, 3, 0};
  AllocatorStep step;
  step.kind = static_cast<Kind>(source.Below(AllocatorStep::kKinds));
  step.which = source.Byte();
  switch (step.kind) {
    case Kind::kCreate: {
      const uint8_t flags = source.Byte();
      step.type = flags & 3;
      step.mapped = (flags & 4) != 0;
      step.dedicated = (flags & 8) != 0;
      step.alignment = source.OneOf(kAlignments);
      step.size = NumberFrom(source);
      break;
    }
    case Kind::kFlush:
    case Kind::kInvalidate:
    case Kind::kUsePointer:
      step.offset = NumberFrom(source);
      step.size = NumberFrom(source);
      break;
    default:
      break;
  }
  return step;
}

void Run(ByteSource source) {
  const uint64_t atom = uint64_t{1} << source.Below(10);
  AllocatorProgram program(atom, source.Bool());
  std::string mismatch;
  for (int i = 0; i < kMostSteps && !source.empty() && mismatch.empty(); ++i) {
    mismatch = program.Run(StepFrom(source));
  }
  if (mismatch.empty()) mismatch = program.Finish();
  INCOHERENT_CHECK(mismatch.empty(), mismatch.c_str());
}

}  // namespace
}  // namespace incoherent

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  incoherent::Run(incoherent::ByteSource(data, size));
  return 0;
}
