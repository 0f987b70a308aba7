// Any use of guards, right or wrong, does what the reference says: the same
// answers, values and bytes, one finding for each misuse and for nothing else.
//
// Input: one byte (the memory type), then steps of a byte and what it takes.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "fuzz/byte_source.h"
#include "fuzz/reference_guards.h"
#include "incoherent/mapped_memory.h"
#include "sim/host/guard/any_guard.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

constexpr uint64_t kSize = 200;  // three atoms of 64, and a short one
constexpr size_t kMostGuards = 12;

DeviceOptions Options() {
  DeviceOptions options = SmallDevice();
  options.report_undefined_loads = false;  // the reference does not know
  return options;
}

class Comparison {
 public:
  explicit Comparison(bool coherent)
      : device_(Options()),
        queue_(device_.AddQueue()),
        reference_(kSize, 64, coherent) {
    const uint32_t type =
        coherent ? SmallDeviceTypes::kCoherent : SmallDeviceTypes::kNonCoherent;
    memories_.push_back(*MappedMemory::Allocate(device_, type, kSize));
    id_ = memories_[0].memory().id();
    memories_.reserve(2);
    memories_.push_back(std::move(memories_[0]));
  }

  void Step(ByteSource& source) {
    const uint8_t step = source.Below(14);
    const size_t guard = source.Byte();
    switch (step) {
      case 0:
      case 1:
        Open(source);
        break;
      case 10:
        Fill(source);
        break;
      case 11:
        MoveMemory();
        break;
      case 12:
        Unmap();
        break;
      case 13:
        // Rarely: hardly anything happens after it.
        if (source.Below(16) == 1) Destroy();
        break;
      default:
        if (!guards_.empty()) Use(step, guard % guards_.size(), source);
    }
    Compare();
  }

 private:
  static void Expect(const absl::Status& status,
                     ReferenceGuards::Answer answer) {
    constexpr absl::StatusCode kCodes[] = {
        absl::StatusCode::kOk, absl::StatusCode::kOutOfRange,
        absl::StatusCode::kInvalidArgument,
        absl::StatusCode::kFailedPrecondition};
    INCOHERENT_CHECK(status.code() == kCodes[answer],
                     "the answer is the reference's");
  }

  void Open(ByteSource& source) {
    constexpr GuardAccess kAccesses[] = {
        GuardAccess::kRead, GuardAccess::kWrite, GuardAccess::kReadWrite};
    const GuardAccess access = source.OneOf(kAccesses);
    const bool through_the_live_one = source.Below(8) != 7;
    const uint8_t far = source.Byte();
    const uint64_t begin = far == 255 ? source.Integer() : source.Byte();
    const uint64_t size = far == 254 ? source.Integer() : source.Below(80);
    if (guards_.size() == kMostGuards) Drop(0);
    const size_t through = through_the_live_one ? home_ : 1 - home_;
    auto guard = AnyGuard::Open(memories_[through], access, {begin, size});
    Expect(guard.status(),
           reference_.Open(live_ && through_the_live_one, Reads(access),
                           Writes(access), begin, size));
    if (guard.ok()) guards_.push_back(*std::move(guard));
  }

  void Use(uint8_t step, size_t guard, ByteSource& source) {
    switch (step) {
      case 2:
      case 3:
        return Load(guard, source.Byte(), /*with_status=*/step == 2);
      case 4:
      case 5: {
        const uint8_t index = source.Byte();
        return Store(guard, index, source.Byte(), /*with_status=*/step == 4);
      }
      case 6: {
        const uint8_t value = source.Byte();
        if (!reference_.Writes(guard)) return;
        return Expect(guards_[guard].Fill(value),
                      reference_.Fill(guard, value));
      }
      case 7:
        return Expect(guards_[guard].Close(), reference_.Close(guard));
      case 8:
        if (guards_.size() == kMostGuards) return;
        reference_.Move(guard);
        return guards_.push_back(AnyGuard(std::move(guards_[guard])));
      default:
        return Drop(guard);
    }
  }

  void Load(size_t guard, uint64_t index, bool with_status) {
    if (!reference_.Reads(guard)) return;
    uint8_t expected = 0;
    const ReferenceGuards::Answer answer =
        reference_.Load(guard, index, &expected);
    if (!with_status) {
      INCOHERENT_CHECK(guards_[guard].Get(index) == expected,
                       "the value is the reference's");
      return;
    }
    const absl::StatusOr<uint8_t> value = guards_[guard].Load(index);
    Expect(value.status(), answer);
    INCOHERENT_CHECK(value.value_or(0) == expected,
                     "the value is the reference's");
  }

  void Store(size_t guard, uint64_t index, uint8_t value, bool with_status) {
    if (!reference_.Writes(guard)) return;
    const ReferenceGuards::Answer answer =
        reference_.Store(guard, index, value);
    if (with_status) {
      Expect(guards_[guard].Store(index, value), answer);
    } else {
      guards_[guard].Set(index, value);
    }
  }

  void Drop(size_t guard) {
    reference_.Drop(guard);
    // The last to go is the one to drop, whatever erase would move where.
    std::vector<AnyGuard> kept;
    for (size_t i = 0; i < guards_.size(); ++i) {
      if (i != guard) kept.push_back(std::move(guards_[i]));
    }
    guards_ = std::move(kept);
  }

  void MoveMemory() {
    if (!live_) return;
    memories_[1 - home_] = std::move(memories_[home_]);
    home_ = 1 - home_;
  }

  // And maps again.
  void Unmap() {
    absl::StatusOr<Memory> plain = std::move(memories_[home_]).Unmap();
    Expect(plain.status(), reference_.Unmap(live_));
    if (!plain.ok()) return;
    INCOHERENT_CHECK(!plain->mapping(), "plain memory is not mapped");
    memories_[home_] = *MappedMemory::FromMemory(*std::move(plain));
  }

  void Destroy() {
    if (!live_) return;
    memories_[home_] = std::move(memories_[1 - home_]);
    reference_.Destroy();
    live_ = false;
  }

  void Fill(ByteSource& source) {
    const uint64_t begin = source.Below(kSize);
    const uint64_t size = source.Below(80);
    const uint8_t value = source.Byte();
    if (!live_ || size == 0 || size > kSize - begin) return;
    CommandBuffer commands = device_.NewCommandBuffer();
    absl::Status status = commands.Fill({id_, {begin, size}}, value);
    status.Update(commands.PipelineBarrier2({ToHostBarrier()}));
    status.Update(device_.Submit(queue_, {{{}, {&commands}, {}}}));
    status.Update(device_.WaitIdle());
    INCOHERENT_CHECK(status.ok(), "a fill");
    reference_.DeviceFill(begin, size, value);
    for (uint64_t at = 0; at < kSize; ++at) {
      INCOHERENT_CHECK(device_.DeviceDomain(id_, at).value == reference_.At(at),
                       "the device has what the reference has");
    }
  }

  void Compare() const {
    size_t misuses = 0;
    for (const DeviceFinding& finding : device_.findings()) {
      if (finding.hazard.kind != HazardKind::kInvalidUsage) continue;
      INCOHERENT_CHECK(finding.vuid.empty(), "guards make valid calls");
      ++misuses;
    }
    INCOHERENT_CHECK(misuses == reference_.misuses(),
                     "one finding for each misuse");
  }

  Device device_;
  QueueId queue_;
  MemoryId id_;
  ReferenceGuards reference_;
  std::vector<MappedMemory> memories_;  // one is moved from
  size_t home_ = 1;
  bool live_ = true;
  std::vector<AnyGuard> guards_;
};

}  // namespace
}  // namespace incoherent

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  incoherent::ByteSource source(data, size);
  incoherent::Comparison comparison(source.Bool());
  for (int step = 0; step < 200 && !source.empty(); ++step) {
    comparison.Step(source);
  }
  return 0;
}
