#ifndef INCOHERENT_TESTS_HOST_VIEW_PROGRAM_H_
#define INCOHERENT_TESTS_HOST_VIEW_PROGRAM_H_

// Random programs over random memory objects, and HostView to run them on.
//
//   RC_GTEST_PROP(HostViewLaw, SomeLaw, ()) {
//     const ObjectShape object = *ArbitraryObject();
//     GuardedHostView model(object, StoreThrough::kStore);
//     for (const HostViewStep& step : *ArbitraryProgram(object))
//     model.Do(step); RC_ASSERT(model.GuardsHold());
//   }

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "rapidcheck.h"
#include "sim/memory/host_view.h"

namespace incoherent {

using Bytes = std::vector<uint8_t>;

struct ObjectShape {
  uint64_t atom_size, size;
  WriteBack write_back;

  ByteRange all() const { return {0, size}; }
  uint64_t atom_count() const { return (size + atom_size - 1) / atom_size; }
};

inline void showValue(const ObjectShape& object, std::ostream& out) {
  out << object.size << " bytes in atoms of " << object.atom_size
      << (object.write_back == WriteBack::kWholeAtom ? "" : ", by byte");
}

// Up to three atoms of 1 to 256 bytes; the last one may be cut off.
inline rc::Gen<ObjectShape> ArbitraryObject(uint64_t least_atoms = 1) {
  return rc::gen::exec([least_atoms] {
    const uint64_t atom_size = uint64_t{1} << *rc::gen::inRange(0, 9);
    const uint64_t least_size = (least_atoms - 1) * atom_size + 1;
    return ObjectShape{
        atom_size, *rc::gen::inRange<uint64_t>(least_size, 3 * atom_size + 1),
        *rc::gen::element(WriteBack::kWholeAtom, WriteBack::kDirtyBytes)};
  });
}

inline rc::Gen<ByteRange> ArbitraryRange(uint64_t size) {
  const auto place = rc::gen::inRange<uint64_t>(0, size + 1);
  return rc::gen::map(rc::gen::pair(place, place),
                      [](const std::pair<uint64_t, uint64_t>& ends) {
                        return ByteRange::Between(
                            std::min(ends.first, ends.second),
                            std::max(ends.first, ends.second));
                      });
}

struct HostViewStep {
  enum Kind {
    kHostStore,
    kDeviceStore,
    kFlush,
    kInvalidate,
    kWriteBack,  // the hardware's own, of every dirty atom
    kRefill,     // the hardware's own, of every atom
  };

  Kind kind;
  ByteRange range;
  Bytes values;  // of a store
};

inline void showValue(const HostViewStep& step, std::ostream& out) {
  constexpr const char* kNames[] = {"host store", "device store", "flush",
                                    "invalidate", "write back",   "refill"};
  out << kNames[step.kind] << " [" << step.range.offset << ", "
      << step.range.end() << ")";
}

// Few values, so that many stores change nothing.
inline rc::Gen<HostViewStep> ArbitraryStep(const ObjectShape& object) {
  return rc::gen::exec([object] {
    const auto kind =
        *rc::gen::element(HostViewStep::kHostStore, HostViewStep::kHostStore,
                          HostViewStep::kDeviceStore, HostViewStep::kFlush,
                          HostViewStep::kInvalidate, HostViewStep::kWriteBack,
                          HostViewStep::kRefill);
    const ByteRange range = *ArbitraryRange(object.size);
    const bool store =
        kind == HostViewStep::kHostStore || kind == HostViewStep::kDeviceStore;
    const uint8_t first = *rc::gen::inRange<uint8_t>(0, 3);
    Bytes values(store ? range.size : 0);
    for (size_t i = 0; i < values.size(); ++i) values[i] = (first + i / 2) % 3;
    return HostViewStep{kind, range, values};
  });
}

using HostViewProgram = std::vector<HostViewStep>;

inline rc::Gen<HostViewProgram> ArbitraryProgram(const ObjectShape& object) {
  return rc::gen::container<HostViewProgram>(ArbitraryStep(object));
}

// The same program, in which no byte is ever given a value that it had before.
inline HostViewProgram WithFreshValues(HostViewProgram program,
                                       const ObjectShape& object) {
  Bytes last(object.size, 0);
  for (HostViewStep& step : program) {
    for (size_t i = 0; i < step.values.size(); ++i) {
      step.values[i] = ++last[step.range.offset + i];
      RC_PRE(step.values[i] != 0);
    }
  }
  return program;
}

// An array between guards that nobody may touch.
class GuardedBytes {
 public:
  explicit GuardedBytes(uint64_t size) : bytes_(kGuard + size + kGuard, 0xee) {
    std::fill_n(bytes_.begin() + kGuard, size, 0);
  }
  absl::Span<uint8_t> span() {
    return absl::MakeSpan(bytes_).subspan(kGuard, bytes_.size() - 2 * kGuard);
  }
  bool GuardsHold() const {
    const auto is_guard = [](uint8_t byte) { return byte == 0xee; };
    return std::all_of(bytes_.begin(), bytes_.begin() + kGuard, is_guard) &&
           std::all_of(bytes_.end() - kGuard, bytes_.end(), is_guard);
  }

 private:
  static constexpr size_t kGuard = 256;
  Bytes bytes_;
};

enum class StoreThrough { kStore, kPointer };

class GuardedHostView {
 public:
  GuardedHostView(const ObjectShape& object, StoreThrough through)
      : through_(through),
        view_(object.size),
        synced_(object.size),
        device_(object.size),
        host_({view_.span(), synced_.span(), device_.span()},
              AtomGrid(object.atom_size, object.size), object.write_back) {}
  GuardedHostView(const GuardedHostView&) = delete;

  HostView& host() { return host_; }
  absl::Span<uint8_t> view() { return view_.span(); }
  absl::Span<uint8_t> synced() { return synced_.span(); }
  absl::Span<uint8_t> device() { return device_.span(); }

  bool GuardsHold() const {
    return view_.GuardsHold() && synced_.GuardsHold() && device_.GuardsHold();
  }

  void HostStore(uint64_t offset, const Bytes& values) {
    if (through_ == StoreThrough::kStore) {
      host_.Store(offset, values);
    } else {
      std::copy(values.begin(), values.end(), view().begin() + offset);
    }
  }
  void DeviceStore(uint64_t offset, const Bytes& values) {
    std::copy(values.begin(), values.end(), device().begin() + offset);
  }

  // What Flush and Invalidate return; 0 for any other step.
  uint64_t Do(const HostViewStep& step) {
    switch (step.kind) {
      case HostViewStep::kHostStore:
        HostStore(step.range.offset, step.values);
        return 0;
      case HostViewStep::kDeviceStore:
        DeviceStore(step.range.offset, step.values);
        return 0;
      case HostViewStep::kFlush:
        return host_.Flush(step.range);
      case HostViewStep::kInvalidate:
        return host_.Invalidate(step.range);
      case HostViewStep::kWriteBack:
        WriteBack(step.range);
        return 0;
      case HostViewStep::kRefill:
        host_.atoms().ForEachAtom(step.range, [this](const ByteRange& atom) {
          host_.RefillAtom(atom);
        });
        return 0;
    }
    return 0;
  }

  void DoAll(const HostViewProgram& program) {
    for (const HostViewStep& step : program) Do(step);
  }

 private:
  void WriteBack(const ByteRange& range) {
    host_.atoms().ForEachAtom(range, [this](const ByteRange& atom) {
      if (host_.HasDirtyByte(atom)) host_.WriteBackAtom(atom);
    });
  }

  StoreThrough through_;
  GuardedBytes view_, synced_, device_;
  HostView host_;
};

}  // namespace incoherent

#endif  // INCOHERENT_TESTS_HOST_VIEW_PROGRAM_H_
