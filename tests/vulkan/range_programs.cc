#include <cstring>

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/corpus_program.h"

namespace incoherent {
namespace {

constexpr char kOutside[] = "VUID-VkMappedMemoryRange-size-00685";
constexpr char kOffset[] = "VUID-VkMappedMemoryRange-offset-00687";
constexpr char kSizeRule[] = "VUID-VkMappedMemoryRange-size-01390";

constexpr VkDeviceSize kSize = 8192;
const Bytes kOld = Numbered(kSize, 1);
const Bytes kNew = Numbered(kSize, 2);

VkDeviceSize RoundUp(VkDeviceSize n, VkDeviceSize multiple) {
  return (n + multiple - 1) / multiple * multiple;
}
VkDeviceSize RoundDown(VkDeviceSize n, VkDeviceSize multiple) {
  return n / multiple * multiple;
}
// (n + n - 1) / m * m, as it was written.
VkDeviceSize MistypedRoundUp(VkDeviceSize n, VkDeviceSize multiple) {
  return (n + n - 1) / multiple * multiple;
}

// A small size, rounded "up" to nothing.
Outcome RoundedToNothing(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  Write(m.Map(), Slice(kNew, 0, 32));
  m.Flush(0, build == Build::kRight ? RoundUp(32, app.atom())
                                    : MistypedRoundUp(32, app.atom()));
  return {Slice(kNew, 0, 32), app.DeviceBytes(m, 0, 32)};
}

// A large size, rounded up to twice itself: the invalidate takes what the host
// stored behind it.
Outcome RoundedOverTheNeighbour(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kFirst = 2816;
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p + kFirst, Slice(kNew, kFirst, 512));
  app.DeviceWrite(m, 0, Slice(kNew, 0, kFirst));
  m.Invalidate(0, build == Build::kRight ? RoundUp(kFirst, app.atom())
                                         : MistypedRoundUp(kFirst, app.atom()));
  return {Slice(kNew, 0, kFirst + 512), Read(p, kFirst + 512)};
}

// Two suballocations, neither aligned; the second is flushed from its start.
Outcome OffsetOfTheSuballocation(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p + 100, Slice(kNew, 100, 100));
  if (build == Build::kWrong) {
    m.Flush(100, VK_WHOLE_SIZE);
  } else {
    m.Flush(RoundDown(100, app.atom()), RoundUp(200, app.atom()));
  }
  return {Slice(kNew, 100, 100), app.DeviceBytes(m, 100, 100)};
}

// The buffer's size is no multiple of the atom.
Outcome SizeOfTheBuffer(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kBuffer = 1000;
  const VkDeviceSize at = 2048;
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p + at, Slice(kNew, at, kBuffer));
  m.Flush(at, build == Build::kRight ? RoundUp(kBuffer, app.atom()) : kBuffer);
  return {Slice(kNew, at, kBuffer), app.DeviceBytes(m, at, kBuffer)};
}

// The bytes that were asked for are mapped and flushed, not the memory's.
Outcome BytesInsteadOfMemory(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kMemory = 960;
  constexpr VkDeviceSize kAsked = 924;
  const VkDeviceSize size = build == Build::kRight ? VK_WHOLE_SIZE : kAsked;
  AppMemory m(app, kMemory);
  app.DeviceWrite(m, 0, Slice(kOld, 0, kAsked));
  Write(m.Map(0, size), Slice(kNew, 0, kAsked));
  m.Flush(0, size);
  return {Slice(kNew, 0, kAsked), app.DeviceBytes(m, 0, kAsked)};
}

// A write mapping of a part, flushed from where the part begins.
Outcome OffsetOfTheWrite(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kAt = 0x203;
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p + kAt, Slice(kNew, kAt, 512));
  const VkDeviceSize from = RoundDown(kAt, app.atom());
  const VkDeviceSize to = RoundUp(kAt + 512, app.atom());
  if (build == Build::kRight) m.Flush(from, to - from);
  if (build == Build::kWrong) m.Flush(kAt, 512);
  return {Slice(kNew, kAt, 512), app.DeviceBytes(m, kAt, 512)};
}

// An offset counted from the mapping; it counts from the memory.
Outcome OffsetFromTheMapping(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  app.DeviceWrite(m, 0, kOld);
  Write(m.Map(1024, 256), Slice(kNew, 1024, 256));
  m.Flush(build == Build::kRight ? 1024 : 0, 256);
  return {Slice(kNew, 1024, 256), app.DeviceBytes(m, 1024, 256)};
}

// The size of the struct that points to the data.
Outcome SizeOfThePointer(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kMatrices = 32000;
  const Bytes matrices = Numbered(kMatrices, 5);
  AppMemory m(app, kMatrices);
  Write(m.Map(), matrices);
  m.Flush(0, build == Build::kRight ? kMatrices : sizeof(void*));
  return {matrices, app.DeviceBytes(m)};
}

// Test results of four bytes, flushed as four bytes.
Outcome FourBytes(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p, Slice(kNew, 0, 4));
  m.Flush(0, build == Build::kRight ? VK_WHOLE_SIZE : 4);
  return {Slice(kNew, 0, 4), app.DeviceBytes(m, 0, 4)};
}

// Ring elements of 16 bytes, each flushed on its own.
Outcome ElementsOfSixteenBytes(VulkanApp& app, Build build) {
  const VkDeviceSize stride = build == Build::kRight ? app.atom() : 16;
  AppMemory m(app, kSize);
  uint8_t* p = MapInStep(app, m, kOld);
  Outcome outcome;
  for (uint8_t k = 0; k < 3; ++k) {
    Write(p + k * stride, Numbered(16, 10 + k));
    m.Flush(k * stride, stride);
    const Bytes got = app.DeviceBytes(m, k * stride, 16);
    const Bytes want = Numbered(16, 10 + k);
    outcome.got.insert(outcome.got.end(), got.begin(), got.end());
    outcome.want.insert(outcome.want.end(), want.begin(), want.end());
  }
  return outcome;
}

// A memory of 96 bytes, flushed up to the next multiple.
Outcome BeyondTheMemory(VulkanApp& app, Build build) {
  const VkDeviceSize size = RoundUp(96, app.atom());
  AppMemory m(app, build == Build::kRight ? size : 96);
  Write(m.Map(), Slice(kNew, 0, 96));
  m.Flush(0, size);
  return {Slice(kNew, 0, 96), app.DeviceBytes(m, 0, 96)};
}

}  // namespace

std::vector<CorpusProgram> RangePrograms() {
  return {
      {"RoundedToNothing", "https://github.com/Tencent/ncnn/commit/1e95d3fcc",
       RoundedToNothing},
      {"RoundedOverTheNeighbour",
       "https://github.com/Tencent/ncnn/commit/1e95d3fcc",
       RoundedOverTheNeighbour},
      {"OffsetOfTheSuballocation",
       "https://github.com/matiaszanolli/ByroRedux/issues/89",
       OffsetOfTheSuballocation,
       Damage::kWrongBytes,
       {kOffset}},
      {"SizeOfTheBuffer",
       "https://github.com/DiligentGraphics/DiligentCore/issues/313",
       SizeOfTheBuffer,
       Damage::kWrongBytes,
       {kSizeRule}},
      {"BytesInsteadOfMemory",
       "https://github.com/itoral/vkdf/pull/14",
       BytesInsteadOfMemory,
       Damage::kWrongBytes,
       {kSizeRule}},
      {"OffsetOfTheWrite",
       "https://github.com/amethyst/rendy/issues/201",
       OffsetOfTheWrite,
       Damage::kWrongBytes,
       {kOffset}},
      {"OffsetFromTheMapping",
       "https://github.com/nicebyte/nicegraf/issues/54",
       OffsetFromTheMapping,
       Damage::kWrongBytes,
       {kOutside}},
      {"SizeOfThePointer",
       "https://github.com/SaschaWillems/Vulkan/commit/127ed7b4",
       SizeOfThePointer,
       Damage::kWrongBytes,
       {kSizeRule}},
      {"FourBytes",
       "https://github.com/KhronosGroup/VK-GL-CTS/commit/e97c61afb",
       FourBytes,
       Damage::kWrongBytes,
       {kSizeRule}},
      {"ElementsOfSixteenBytes",
       "https://github.com/baldurk/renderdoc/pull/1130",
       ElementsOfSixteenBytes,
       Damage::kWrongBytes,
       {kSizeRule, kOffset}},
      {"BeyondTheMemory",
       "https://github.com/gfx-rs/gfx/pull/3048",
       BeyondTheMemory,
       Damage::kNone,
       {kOutside}},
  };
}

}  // namespace incoherent
