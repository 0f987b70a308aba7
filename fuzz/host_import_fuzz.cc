// Two claims about imported pages, by the first byte of the input:
//
//   even  whatever host and two devices do to pages that they share, all reads
//         give what plain arrays give until something is found, under each
//         policy, and what is found does not depend on the policy
//   odd   whatever is imported, freed and used, each call ends as the reference
//         says, and tells a finding if and only if a rule is broken
//
// A program's step is six bytes: kind, from, to, offset, size, skip.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/types/optional.h"
#include "fuzz/byte_source.h"
#include "fuzz/reference_pages.h"
#include "incoherent/host_import.h"
#include "sim/host/import/import_program.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

constexpr int kMostSteps = 40;

// --- Programs.

ImportProgram ReadProgram(ByteSource& source) {
  ImportProgram program;
  const int imports = 1 + source.Below(3);
  for (int i = 0; i < imports; ++i) {
    const uint8_t kind = source.Below(4);
    program.imports.push_back({kind & 1, (kind & 2) != 0});
  }
  while (!source.empty() && program.steps.size() < kMostSteps) {
    ImportProgram::Step step;
    step.kind = static_cast<ImportProgram::Step::Kind>(source.Below(9));
    step.from = source.Byte();
    step.to = source.Byte();
    step.range.offset = source.Below(ImportProgram::kSize);
    step.range.size =
        1 + source.Below(ImportProgram::kSize - step.range.offset);
    step.skip = source.Byte();
    program.steps.push_back(step);
  }
  return program;
}

void CheckProgram(ByteSource& source) {
  const uint64_t seed = source.Byte();
  const ImportProgram program = ReadProgram(source);
  const auto run = [&program](EvictionPolicy::Kind kind, uint64_t seed) {
    const ImportOutcome outcome = RunImportProgram(program, {kind, seed});
    INCOHERENT_CHECK(outcome.LooksCoherent(),
                     "what is wrong to be seen was found before");
    return outcome.findings;
  };
  const std::string lazy = run(EvictionPolicy::Kind::kLazy, 0);
  INCOHERENT_CHECK(run(EvictionPolicy::Kind::kEager, 0) == lazy,
                   "findings do not depend on luck");
  INCOHERENT_CHECK(run(EvictionPolicy::Kind::kRandom, seed) == lazy,
                   "findings do not depend on chance");
}

// --- Calls.

class Calls {
 public:
  explicit Calls(ByteSource& source) : source_(source) {
    reference_.alignment = source.Bool() ? 4096 : 64;
    reference_.types = source.Below(8);
    reference_.refuses_second = source.Bool();
    DeviceOptions options = SmallDevice();
    options.memory.limits.min_imported_host_pointer_alignment =
        reference_.alignment;
    options.memory.host_pointer_types = reference_.types;
    options.refuse_second_import = reference_.refuses_second;
    device_ = std::make_unique<Device>(options);
  }

  void Run() {
    for (int i = 0; i < kMostSteps && !source_.empty(); ++i) {
      switch (source_.Below(7)) {
        case 0:
          Create();
          break;
        case 1:
          MapAgain();
          break;
        case 2:
          FreePages();
          break;
        case 3:
          FreeMemory();
          break;
        case 4:
          Query();
          break;
        default:
          Import();
      }
    }
    memories_.clear();
  }

 private:
  struct Imported {
    int id;
    Memory memory;
  };

  size_t Findings() const { return device_->host()->findings().size(); }

  void Create() {
    HostAllocationInfo info;
    info.size = source_.OneOf<uint64_t>({64, 4096, 8192, 12288, 100});
    info.alignment = source_.OneOf<uint64_t>({4096, 64, 1});
    info.handle_type = source_.Bool() ? kHandleTypeHostMappedForeignMemory
                                      : kHandleTypeHostAllocation;
    info.importable = source_.Below(8) != 7;
    pages_.push_back(*HostPages::Create(device_->host(), info));
    reference_.pages.push_back({{pages_.back().pointer().address()},
                                info.size,
                                info.handle_type,
                                info.importable});
    pointers_.push_back(pages_.back().pointer());
  }

  void MapAgain() {
    if (pages_.empty()) return;
    const size_t which = source_.Below(pages_.size());
    const absl::StatusOr<HostPointer> pointer = pages_[which].MapAgain();
    INCOHERENT_CHECK(pointer.ok() == reference_.pages[which].live,
                     "live pages are mapped again, others are not");
    if (!pointer.ok()) return;
    reference_.pages[which].addresses.push_back(pointer->address());
    pointers_.push_back(*pointer);
  }

  void FreePages() {
    if (pages_.empty()) return;
    const size_t which = source_.Below(pages_.size());
    const bool live = std::exchange(reference_.pages[which].live, false);
    const int wrong = live ? reference_.ImportsOf(static_cast<int>(which)) : 1;
    const size_t before = Findings();
    const absl::Status status = pages_[which].Free();
    INCOHERENT_CHECK(status.ok() == (wrong == 0), "imported pages stay");
    INCOHERENT_CHECK(Findings() == before + wrong, "each import is told");
    CheckUse(which);
  }

  // A use of pages tells whether they are live.
  void CheckUse(size_t which) {
    const size_t before = Findings();
    const bool live = reference_.pages[which].live;
    INCOHERENT_CHECK(live || !pages_[which].pointer().Read(1).ok(),
                     "freed pages are not read");
    INCOHERENT_CHECK(Findings() == before + (live ? 0 : 1), "and that is told");
  }

  void FreeMemory() {
    if (memories_.empty()) return;
    const size_t which = source_.Below(memories_.size());
    reference_.Free(memories_[which].id);
    const size_t before = Findings();
    INCOHERENT_CHECK(memories_[which].memory.Free().ok(), "nothing is pending");
    INCOHERENT_CHECK(Findings() == before, "to free memory is right");
    memories_.erase(memories_.begin() + which);
  }

  HostPointer SomePointer() {
    if (pointers_.empty() || source_.Below(16) == 15) return HostPointer();
    const HostPointer pointer = pointers_[source_.Below(pointers_.size())];
    return pointer + source_.OneOf<uint64_t>({0, 0, 64, 4096, 8192, 1});
  }
  uint32_t SomeHandleType() {
    return source_.OneOf<uint32_t>({0x80, 0x100, 0x80, 0x100, 0x200, 0x180});
  }

  void Query() {
    const HostPointer pointer = SomePointer();
    const uint32_t handle_type = SomeHandleType();
    const std::string wanted =
        reference_.QueryEnds(handle_type, pointer.address());
    const size_t before = Findings();
    const auto types = HostPointerTypes(*device_, handle_type, pointer);
    CheckEnd(types.status(), wanted, before);
    INCOHERENT_CHECK(!types.ok() || *types == reference_.types, "all types");
  }

  void Import() {
    const HostPointer pointer = SomePointer();
    ReferencePages::Call call;
    call.address = pointer.address();
    call.size = source_.OneOf<uint64_t>({4096, 64, 8192, 12288, 0, 100});
    call.type_index = source_.Below(3);
    call.handle_type = SomeHandleType();
    const std::string wanted = reference_.ImportEnds(call);
    const size_t before = Findings();
    absl::StatusOr<Memory> memory = ImportHostPointer(
        *device_, {pointer, call.size, call.type_index, call.handle_type});
    CheckEnd(memory.status(), wanted, before);
    if (!memory.ok()) return;
    reference_.Import(next_id_, call);
    memories_.push_back({next_id_++, *std::move(memory)});
  }

  void CheckEnd(const absl::Status& status, const std::string& wanted,
                size_t findings_before) {
    const absl::optional<std::string> vuid = VuidOf(status);
    const size_t told = Findings() - findings_before;
    if (wanted.empty()) {
      INCOHERENT_CHECK(status.ok() && told == 0, "a call that is right");
      return;
    }
    INCOHERENT_CHECK(ReturnCodeOf(status) == ReturnCode::kInvalidExternalHandle,
                     "all else is an invalid handle");
    if (wanted == "code") {
      INCOHERENT_CHECK(!vuid && told == 0, "a refusal breaks no rule");
    } else {
      INCOHERENT_CHECK(vuid && absl::EndsWith(*vuid, wanted) && told == 1,
                       "that rule, and it is told");
    }
  }

  ByteSource& source_;
  ReferencePages reference_;
  std::unique_ptr<Device> device_;
  std::vector<HostPages> pages_;
  std::vector<HostPointer> pointers_;
  std::vector<Imported> memories_;
  int next_id_ = 0;
};

}  // namespace
}  // namespace incoherent

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  incoherent::ByteSource source(data, size);
  if (source.Bool()) {
    incoherent::Calls(source).Run();
  } else {
    incoherent::CheckProgram(source);
  }
  return 0;
}
