// Images in linear tiling, whose texels the host writes and reads in place.

#include "tests/vulkan/app_image.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"

namespace incoherent {
namespace {

constexpr char kSubmitText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#synchronization-submission-host-writes";
constexpr char kInvalidateText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#vkInvalidateMappedMemoryRanges";
constexpr char kHostAccessText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#synchronization-host-access-types";
constexpr char kFile[] = "image_programs.cc";

// 32 x 32 texels, rows without padding.
constexpr uint32_t kWidth = 32;
constexpr VkDeviceSize kSize = 4 * kWidth * kWidth;
const Bytes kNew = Fresh(kSize, 1);

Outcome TexelsWritten(VulkanApp& app, Build build) {
  AppImage image(app, kWidth, kWidth, VK_IMAGE_TILING_LINEAR,
                 MemoryKind::kNonCoherent);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  image.Name("texels");
  Write(MapCleared(app, image.memory()) + image.Layout().offset, kNew);
  if (build == Build::kRight) image.memory().Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    rec.Copy(image, seen);
    rec.BarrierToHost();
  });
  return {kNew, Read(seen.Map(), kSize)};
}

// Copies `kNew` into a linear image, does what shall bring it to the host, and
// reads one of its texels.
Outcome TexelRead(VulkanApp& app, MemoryKind kind, bool barrier,
                  bool invalidate) {
  AppImage image(app, kWidth, kWidth, VK_IMAGE_TILING_LINEAR, kind);
  AppMemory pixels(app, kSize, MemoryKind::kCoherent);
  image.Name("texels");
  Write(pixels.Map(), kNew);
  const uint8_t* p = image.memory().Map() + image.Layout().offset;
  app.Run([&](Commands& rec) {
    rec.Copy(pixels, image);
    if (barrier) rec.BarrierToHost();
  });
  if (invalidate) image.memory().Invalidate(0, VK_WHOLE_SIZE);
  return {Slice(kNew, 2000, 4), BytesOf(LoadWord(p + 2000))};
}

Outcome StaleTexel(VulkanApp& app, Build build) {
  return TexelRead(app, MemoryKind::kNonCoherent, true, build == Build::kRight);
}

Outcome TexelWithoutBarrier(VulkanApp& app, Build build) {
  return TexelRead(app, MemoryKind::kCoherent, build == Build::kRight, false);
}

}  // namespace

std::vector<FindingProgram> ImagePrograms() {
  constexpr char kCopy[] = "vkCmdCopyBufferToImage";
  return {
      {"TexelsWritten",
       kSubmitText,
       TexelsWritten,
       {Lost({0, kSize})
            .Exactly()
            .Command("vkCmdCopyImageToBuffer")
            .OfImage("texels")}},
      {"StaleTexel",
       kInvalidateText,
       StaleTexel,
       {Stale({2000, 4}).Exactly().Command(kCopy).OfImage("texels").ReadIn(
           "TexelRead", kFile)}},
      {"TexelWithoutBarrier",
       kHostAccessText,
       TexelWithoutBarrier,
       {NoBarrier({2000, 4}).Exactly().Command(kCopy).OfImage("texels").ReadIn(
           "TexelRead", kFile)},
       Sees::kRightBytes},
  };
}

}  // namespace incoherent
