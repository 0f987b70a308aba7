// What DeviceMemory promises for every mapping and every range, 2^64 included.

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/memory/device_memory.h"
#include "tests/reference_memory.h"

namespace incoherent {
namespace {

using Wide = ReferenceMappedRange::Wide;

constexpr uint64_t kMost = ~uint64_t{0};

struct Object {
  uint64_t atom_size, size;
};

void showValue(const Object& object, std::ostream& out) {
  out << object.size << " bytes in atoms of " << object.atom_size;
}

// A number near one of those that matter, 2^64 among them (as 0).
rc::Gen<uint64_t> NumberNear(std::vector<uint64_t> anchors, uint64_t atom) {
  return rc::gen::exec([anchors, atom] {
    const uint64_t anchor = *rc::gen::elementOf(anchors);
    const auto atoms = *rc::gen::inRange<int64_t>(-3, 4);
    const auto bytes = *rc::gen::weightedOneOf<int64_t>(
        {{3, rc::gen::just<int64_t>(0)},
         {1, rc::gen::inRange<int64_t>(-2, 3)}});
    return anchor + static_cast<uint64_t>(atoms) * atom +
           static_cast<uint64_t>(bytes);
  });
}

rc::Gen<Object> ArbitraryObject() {
  return rc::gen::exec([] {
    const uint64_t atom = uint64_t{1} << *rc::gen::inRange(0, 9);
    const uint64_t size = *rc::gen::oneOf(
        rc::gen::inRange<uint64_t>(1, 6 * atom + 2),
        NumberNear({0, uint64_t{1} << 32, uint64_t{1} << 63}, atom),
        rc::gen::arbitrary<uint64_t>());
    return Object{atom, std::max<uint64_t>(size, 1)};
  });
}

rc::Gen<uint64_t> ArbitraryNumber(const Object& object) {
  const uint64_t atom = object.atom_size;
  return rc::gen::weightedOneOf<uint64_t>(
      {{4, NumberNear({0, object.size, object.size / 2}, atom)},
       {3, rc::gen::map(rc::gen::inRange<uint64_t>(0, 7),
                        [atom](uint64_t atoms) { return atoms * atom; })},
       {2, rc::gen::inRange<uint64_t>(0, 6 * atom + 2)},
       {1, rc::gen::arbitrary<uint64_t>()},
       {2, rc::gen::just(kWholeSize)}});
}

DeviceMemory MemoryOf(const Object& object) {
  DeviceMemoryInfo info;
  info.size = object.size;
  info.type.property_flags = kHostVisible | kHostCached;
  info.non_coherent_atom_size = object.atom_size;
  return DeviceMemory(info);
}

// Memory that is mapped in one of the ways that are allowed: at any bytes, or
// at whole atoms.
DeviceMemory ArbitraryMapped(const Object& object) {
  DeviceMemory memory = MemoryOf(object);
  const bool on_grid = *rc::gen::arbitrary<bool>();
  uint64_t offset = *ArbitraryNumber(object) % object.size;
  if (on_grid) offset -= offset % object.atom_size;
  uint64_t size = *ArbitraryNumber(object);
  if (size != kWholeSize) {
    size = size % (object.size - offset) + 1;
    if (on_grid && size > object.atom_size) size -= size % object.atom_size;
  }
  RC_ASSERT(memory.Map({CommandForm::kMapMemory, offset, size}).usage.ok());
  return memory;
}

ReferenceMappedRange ReferenceOf(const DeviceMemory& memory, uint64_t offset,
                                 uint64_t size) {
  return {memory.info().size,
          memory.atoms().atom_size(),
          memory.mapping()->offset,
          memory.mapping()->end(),
          offset,
          size};
}

// A range whose numbers lie close to those that matter.
rc::Gen<ByteRange> ArbitraryRange(const DeviceMemory& memory,
                                  const Object& object) {
  const ByteRange mapping = *memory.mapping();
  return rc::gen::exec([mapping, object] {
    const uint64_t atom = object.atom_size;
    const uint64_t offset =
        *rc::gen::oneOf(ArbitraryNumber(object),
                        NumberNear({mapping.offset, mapping.end()}, atom));
    const uint64_t size = *rc::gen::oneOf(
        ArbitraryNumber(object),
        NumberNear({mapping.size, mapping.end() - offset, object.size - offset},
                   atom));
    return ByteRange{offset, size};
  });
}

// A number from `least` to `most`, both included.
rc::Gen<uint64_t> ArbitraryBetween(uint64_t least, uint64_t most) {
  return rc::gen::map(rc::gen::arbitrary<uint64_t>(), [=](uint64_t number) {
    return static_cast<uint64_t>(least + number % (Wide{most} - least + 1));
  });
}

// A range that begins at an atom of the mapping and ends at another one or at
// the mapping's end: valid, unless the mapping's end is odd or has no atom.
rc::Gen<ByteRange> LikelyValidRange(const DeviceMemory& memory) {
  const ByteRange mapping = *memory.mapping();
  const uint64_t atom = memory.atoms().atom_size();
  return rc::gen::exec([mapping, atom] {
    const uint64_t first = mapping.offset / atom + (mapping.offset % atom != 0);
    const uint64_t last = mapping.end() / atom;
    if (last < first) return ByteRange{first * atom, kWholeSize};
    const uint64_t begin = *ArbitraryBetween(first, last);
    const uint64_t end = *ArbitraryBetween(begin, last);
    const uint64_t size = *rc::gen::element(
        kWholeSize, mapping.end() - begin * atom, (end - begin) * atom);
    return ByteRange{begin * atom, size};
  });
}

ByteRange ArbitraryRequest(const DeviceMemory& memory, const Object& object) {
  return *rc::gen::oneOf(ArbitraryRange(memory, object),
                         LikelyValidRange(memory));
}

RC_GTEST_PROP(DeviceMemoryLaw, RangesAreValidIfTheReferenceSaysSo, ()) {
  const Object object = *ArbitraryObject();
  const DeviceMemory memory = ArbitraryMapped(object);
  const ByteRange range = ArbitraryRequest(memory, object);
  const auto broken =
      ReferenceOf(memory, range.offset, range.size).BrokenRules();
  const auto ruling = memory.ResolveMappedRange(range.offset, range.size);
  RC_ASSERT(ruling.usage.ok() == broken.empty());
  if (!ruling.usage.ok()) {
    RC_ASSERT(broken.count(VuidOf(ruling.usage).value_or("")) == 1u);
  }
  RC_CLASSIFY(ruling.usage.ok(), "valid");
  RC_CLASSIFY(range.size == kWholeSize, "VK_WHOLE_SIZE");
  RC_CLASSIFY(range.size != kWholeSize && range.offset > kMost - range.size,
              "the sum wraps");
}

RC_GTEST_PROP(DeviceMemoryLaw, TheEffectOfAValidRangeIsTheRange, ()) {
  const Object object = *ArbitraryObject();
  const DeviceMemory memory = ArbitraryMapped(object);
  const ByteRange range = *LikelyValidRange(memory);
  const auto ruling = memory.ResolveMappedRange(range.offset, range.size);
  RC_PRE(ruling.usage.ok());
  const uint64_t end = range.size == kWholeSize ? memory.mapping()->end()
                                                : range.offset + range.size;
  RC_ASSERT(ruling.effect.size == end - range.offset);
  RC_ASSERT(ruling.effect.empty() || ruling.effect.offset == range.offset);
}

// [begin, end) of a range as it was asked for, where no sum wraps.
Wide EndOf(const ByteRange& range) { return Wide{range.offset} + range.size; }

RC_GTEST_PROP(DeviceMemoryLaw, TheEffectLiesInTheRangeAndTheMapping, ()) {
  const Object object = *ArbitraryObject();
  const DeviceMemory memory = ArbitraryMapped(object);
  const ByteRange range = ArbitraryRequest(memory, object);
  const auto ruling = memory.ResolveMappedRange(range.offset, range.size);
  const ByteRange effect = ruling.effect;
  if (!effect.empty()) {
    RC_ASSERT(memory.mapping()->Contains(effect));
    RC_ASSERT(effect.offset >= range.offset);
    RC_ASSERT(range.size == kWholeSize || EndOf(effect) <= EndOf(range));
  }
  RC_CLASSIFY(effect.empty(), "no byte");
  RC_CLASSIFY(!effect.empty() && !ruling.usage.ok(), "salvaged atoms");
}

RC_GTEST_PROP(DeviceMemoryLaw, TheEffectIsWholeAtoms, ()) {
  const Object object = *ArbitraryObject();
  const DeviceMemory memory = ArbitraryMapped(object);
  const ByteRange range = ArbitraryRequest(memory, object);
  const ByteRange effect =
      memory.ResolveMappedRange(range.offset, range.size).effect;
  RC_PRE(!effect.empty());
  RC_ASSERT(effect.offset % object.atom_size == 0u);
  RC_ASSERT(effect.end() % object.atom_size == 0u ||
            effect.end() == object.size);
}

// Of an invalid range, exactly the atoms remain that are wholly asked for and
// wholly mapped. Byte by byte, so small objects only.
RC_GTEST_PROP(DeviceMemoryLaw, TheEffectOfAnInvalidRangeIsItsWholeAtoms, ()) {
  const uint64_t atom = uint64_t{1} << *rc::gen::inRange(0, 5);
  const Object object = {atom, *rc::gen::inRange<uint64_t>(1, 4 * atom + 1)};
  const DeviceMemory memory = ArbitraryMapped(object);
  const ByteRange range = ArbitraryRequest(memory, object);
  const auto ruling = memory.ResolveMappedRange(range.offset, range.size);
  RC_PRE(!ruling.usage.ok());
  for (uint64_t byte = 0; byte < object.size; ++byte) {
    bool whole = true;
    for (uint64_t other = 0; other < object.size; ++other) {
      if (other / atom != byte / atom) continue;
      const bool asked = other >= range.offset &&
                         (range.size == kWholeSize || other < EndOf(range));
      whole = whole && asked && memory.mapping()->Contains(other);
    }
    RC_ASSERT(ruling.effect.Contains(byte) == whole);
  }
  RC_CLASSIFY(!ruling.effect.empty(), "salvaged atoms");
}

RC_GTEST_PROP(DeviceMemoryLaw, MapsAreValidIfTheyFit, ()) {
  const Object object = *ArbitraryObject();
  const uint64_t offset = *ArbitraryNumber(object);
  const uint64_t size = *ArbitraryNumber(object);
  DeviceMemory memory = MemoryOf(object);
  const auto ruling = memory.Map({CommandForm::kMapMemory2, offset, size});
  const bool whole = size == kWholeSize;
  const Wide end = whole ? Wide{object.size} : Wide{offset} + size;
  const bool fits =
      offset < object.size && (whole || (size > 0 && end <= object.size));
  RC_ASSERT(ruling.usage.ok() == fits);
  RC_ASSERT(memory.mapping().has_value() == fits);
  if (fits) {
    RC_ASSERT(memory.mapping()->offset == offset);
    RC_ASSERT(Wide{memory.mapping()->end()} == end);
  }
  RC_CLASSIFY(fits, "valid");
}

}  // namespace
}  // namespace incoherent
