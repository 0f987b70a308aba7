// Two claims about Vmo, by the first byte of the input:
//
//   even  any program of two parties reads the bytes and finds the problems
//         that the byte-by-byte reference does, and refuses what live slices
//         forbid
//   odd   Open of a Vmo with spoiled bytes gives a Vmo or refuses it in one
//         line; what it gives can be used without harm
//
// A program's step is six bytes: party, operation, begin, size, value, slice.
// A spoiled Vmo is a list of (where, value): whole words of the header and of
// the log.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/types/optional.h"
#include "fuzz/byte_source.h"
#include "fuzz/reference_vmo.h"
#include "incoherent/vmo.h"
#include "sim/host/vmo/vmo_header.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

constexpr size_t kSize = 12;
constexpr int kParties = 2;
constexpr int kSlices = 3;

Vmo MakeVmo() {
  VmoOptions options;
  options.size = kSize;
  options.name = "fuzz";
  options.lock_timeout = std::chrono::milliseconds(1);
  return *Vmo::Create(options);
}

Mapping MapAs(const Vmo& vmo, const char* party) {
  MappingOptions options;
  options.party = party;
  return *Mapping::CreateFromVmo(vmo, kSize, kPermRead | kPermWrite, options);
}

bool IsOneLine(const absl::Status& status) {
  return absl::StartsWith(status.message(), "ZX_ERR_") &&
         !absl::StrContains(status.message(), "\n");
}

// A live slice of a party, and which bytes it has.
struct Slices {
  std::array<absl::optional<SharedBufferSlice>, kSlices> shared;
  std::array<absl::optional<SharedBufferSliceMut>, kSlices> exclusive;
  std::array<SliceBounds, kSlices> bounds;

  bool Forbids(size_t at, bool writes) const {
    for (int i = 0; i < kSlices; ++i) {
      if (at < bounds[i].begin || at >= bounds[i].end) continue;
      if (exclusive[i].has_value()) return true;
      if (writes && shared[i].has_value()) return true;
    }
    return false;
  }
};

class Comparison {
 public:
  Comparison()
      : vmo_(MakeVmo()), parties_{MapAs(vmo_, "a"), MapAs(vmo_, "b")} {}

  void Step(ByteSource& source) {
    const int party = source.Below(kParties);
    const uint8_t operation = source.Below(6);
    const size_t begin = source.Below(kSize + 2);
    const size_t size = source.Below(kSize + 2);
    const uint8_t value = source.Byte();
    const int slice = source.Below(kSlices);
    problems_.assign(kSize, {});
    switch (operation) {
      case 0:
        Write(party, begin, size, value);
        break;
      case 1:
        Read(party, begin, size);
        break;
      case 2:
        Release(party);
        break;
      case 3:
        Acquire(party);
        break;
      case 4:
        Take(party, slice, {begin, begin + size}, value % 2 == 0);
        break;
      case 5:
        slices_[party].shared[slice].reset();
        slices_[party].exclusive[slice].reset();
        break;
    }
    CompareFindings();
  }

 private:
  // Whether the call is to be refused for a live slice.
  bool IsForbidden(int party, size_t begin, size_t end, bool writes) {
    for (size_t at = begin; at < end; ++at) {
      if (slices_[party].Forbids(at, writes)) return refused_ = true;
    }
    return false;
  }

  static size_t EndOf(size_t begin, size_t size) {
    return std::min(begin + size, kSize);
  }

  void Write(int party, size_t begin, size_t size, uint8_t value) {
    const std::vector<uint8_t> bytes(size, value);
    const auto count = parties_[party].WriteAt(begin, bytes);
    const size_t end = EndOf(begin, size);
    const bool fits = begin <= kSize;
    const bool allowed =
        fits && !IsForbidden(party, begin, end, /*writes=*/true);
    INCOHERENT_CHECK(count.ok() == allowed, "a write is allowed or refused");
    if (!allowed) return;
    INCOHERENT_CHECK(*count == end - begin, "the written count");
    for (size_t at = begin; at < end; ++at) {
      problems_[at] = reference_.Write(party, at, value);
    }
  }

  void Read(int party, size_t begin, size_t size) {
    std::vector<uint8_t> bytes(size, 0);
    const auto count = parties_[party].ReadAt(begin, absl::MakeSpan(bytes));
    const size_t end = EndOf(begin, size);
    const bool fits = begin <= kSize;
    const bool allowed =
        fits && !IsForbidden(party, begin, end, /*writes=*/false);
    INCOHERENT_CHECK(count.ok() == allowed, "a read is allowed or refused");
    if (!allowed) return;
    INCOHERENT_CHECK(*count == end - begin, "the read count");
    for (size_t at = begin; at < end; ++at) {
      uint8_t expected = 0;
      problems_[at] = reference_.Read(party, at, expected);
      INCOHERENT_CHECK(bytes[at - begin] == expected, "the reference's bytes");
    }
  }

  void Release(int party) {
    const bool allowed = !IsForbidden(party, 0, kSize, /*writes=*/true);
    INCOHERENT_CHECK(parties_[party].ReleaseWrites().ok() == allowed,
                     "a release is allowed or refused");
    for (size_t at = 0; allowed && at < kSize; ++at) {
      reference_.Release(party, at);
    }
  }

  void Acquire(int party) {
    const bool allowed = !IsForbidden(party, 0, kSize, /*writes=*/false);
    INCOHERENT_CHECK(parties_[party].AcquireWrites().ok() == allowed,
                     "an acquire is allowed or refused");
    for (size_t at = 0; allowed && at < kSize; ++at) {
      reference_.Acquire(party, at);
    }
  }

  void Take(int party, int slot, const SliceBounds& bounds, bool writes) {
    Slices& slices = slices_[party];
    slices.shared[slot].reset();
    slices.exclusive[slot].reset();
    const bool fits = bounds.end <= kSize;
    const bool allowed =
        fits && !IsForbidden(party, bounds.begin, bounds.end, writes);
    slices.bounds[slot] = bounds;
    if (writes) {
      auto slice = parties_[party].SliceMut(bounds);
      INCOHERENT_CHECK(slice.ok() == allowed, "a mutable slice");
      if (allowed) slices.exclusive[slot] = *std::move(slice);
    } else {
      auto slice = parties_[party].Slice(bounds);
      INCOHERENT_CHECK(slice.ok() == allowed, "a shared slice");
      if (allowed) slices.shared[slot] = *std::move(slice);
    }
  }

  // What is new since the last step, byte by byte.
  void CompareFindings() {
    const std::vector<DeviceFinding> findings = vmo_.findings();
    std::vector<ReferenceVmo::Problem> found(kSize, ReferenceVmo::kNone);
    bool refused = false;
    for (; known_ < findings.size(); ++known_) {
      const Hazard& hazard = findings[known_].hazard;
      if (hazard.kind == HazardKind::kInvalidUsage) {
        refused = true;
        continue;
      }
      for (uint64_t at = hazard.range.offset; at < hazard.range.end(); ++at) {
        found[at] = ProblemOf(hazard.kind);
      }
    }
    INCOHERENT_CHECK(found == problems_, "the reference's problems");
    INCOHERENT_CHECK(refused == std::exchange(refused_, false),
                     "a call refused for a slice is a finding");
  }

  static ReferenceVmo::Problem ProblemOf(HazardKind kind) {
    switch (kind) {
      case HazardKind::kLostHostWrite:
        return ReferenceVmo::kLost;
      case HazardKind::kStaleHostRead:
        return ReferenceVmo::kStale;
      default:
        INCOHERENT_CHECK(kind == HazardKind::kAtomClobber, "no other kind");
        return ReferenceVmo::kClobber;
    }
  }

  Vmo vmo_;
  std::array<Mapping, kParties> parties_;
  std::array<Slices, kParties> slices_;
  ReferenceVmo reference_{kSize, kParties};
  std::vector<ReferenceVmo::Problem> problems_;
  bool refused_ = false;
  size_t known_ = 0;
};

// --- Spoiled Vmos

// A few operations, a finding among them, and then what the input has to say
// about the bytes.
std::string SpoiledVmo(ByteSource& source) {
  const Vmo vmo = MakeVmo();
  {
    Mapping a = MapAs(vmo, "a");
    Mapping b = MapAs(vmo, "b");
    std::vector<uint8_t> bytes(6);
    a.Write(std::vector<uint8_t>(4, 1));
    b.Read(absl::MakeSpan(bytes));
    a.ReleaseWrites().IgnoreError();
    b.AcquireWrites().IgnoreError();
    b.Read(absl::MakeSpan(bytes));
  }
  std::string bytes(VmoLogOffset(kSize) + 16 * sizeof(VmoLogEntry), 0);
  INCOHERENT_CHECK(pread(vmo.fd(), &bytes[0], bytes.size(), 0) ==
                       static_cast<ssize_t>(bytes.size()),
                   "the Vmo's own bytes");
  while (!source.empty()) {
    const bool in_log = source.Bool();
    const size_t word = source.Byte();
    const size_t at = (in_log ? VmoLogOffset(kSize) : 0) + word * 4;
    const uint32_t value = static_cast<uint32_t>(source.Integer());
    if (at + sizeof(value) > bytes.size()) {
      bytes.resize(value % (bytes.size() + 1));
      continue;
    }
    bytes.replace(at, sizeof(value), reinterpret_cast<const char*>(&value),
                  sizeof(value));
  }
  return bytes;
}

// Whatever it is, nothing of this may do harm.
void Use(const Vmo& vmo) {
  const size_t size =
      static_cast<size_t>(std::min<uint64_t>(vmo.size(), kSize));
  auto mapping = Mapping::CreateFromVmo(vmo, size, kPermRead | kPermWrite);
  if (mapping.ok()) {
    std::vector<uint8_t> bytes(size, 1);
    mapping->Write(bytes);
    mapping->ReleaseWrites().IgnoreError();
    mapping->AcquireWrites().IgnoreError();
    mapping->Read(absl::MakeSpan(bytes));
  } else {
    INCOHERENT_CHECK(IsOneLine(mapping.status()), "one line");
  }
  for (const DeviceFinding& finding : vmo.findings()) {
    INCOHERENT_CHECK(!absl::StrContains(finding.message, "\n"), "one line");
  }
}

void OpenSpoiled(ByteSource& source) {
  const std::string bytes = SpoiledVmo(source);
  const int fd = memfd_create("spoiled", MFD_ALLOW_SEALING);
  INCOHERENT_CHECK(write(fd, bytes.data(), bytes.size()) ==
                       static_cast<ssize_t>(bytes.size()),
                   "a memory file");
  INCOHERENT_CHECK(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) == 0, "a seal");
  const auto vmo = Vmo::Open(fd, std::chrono::milliseconds(1));
  if (vmo.ok()) {
    Use(*vmo);
  } else {
    INCOHERENT_CHECK(IsOneLine(vmo.status()), "one line");
  }
  close(fd);
}

}  // namespace
}  // namespace incoherent

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  incoherent::ByteSource source(data, size);
  if (source.Bool()) {
    incoherent::OpenSpoiled(source);
    return 0;
  }
  incoherent::Comparison comparison;
  for (int step = 0; step < 200 && !source.empty(); ++step) {
    comparison.Step(source);
  }
  return 0;
}
