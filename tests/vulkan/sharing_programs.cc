#include <sys/mman.h>

#include <cstring>

#include "tests/vulkan/address_range.h"
#include "tests/vulkan/app_image.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/corpus_program.h"
#include "tests/vulkan/host_import.h"

namespace incoherent {
namespace {

constexpr char kNotMapped[] = "VUID-VkMappedMemoryRange-memory-00684";
constexpr char kMappingEnd[] = "VUID-VkMappedMemoryRange-size-01389";

constexpr VkDeviceSize kPage = 4096;
const Bytes kOld = Numbered(kPage, 1);
const Bytes kNew = Numbered(kPage, 2);

// The device writes the first word of an atom, the host the second; the host's
// cache then puts the whole atom back.
Outcome TwoWordsOfOneAtom(VulkanApp& app, Build build) {
  const VkDeviceSize host_word = build == Build::kRight ? app.atom() : 4;
  AppMemory m(app, kPage);
  uint8_t* p = MapInStep(app, m, kOld);
  const VkFence done = app.Submit([&](Commands& rec) {
    rec.Fill(m, 0, 4, 0x77);
    rec.BarrierToHost();
  });
  std::memset(p + host_word, 0x11, 4);
  app.Wait(done);
  m.Flush(0, VK_WHOLE_SIZE);
  return {Filled(4, 0x77), app.DeviceBytes(m, 0, 4)};
}

// The invalidate that fetches the device's word discards the host's.
Outcome InvalidateOfASharedAtom(VulkanApp& app, Build build) {
  const VkDeviceSize host_word = build == Build::kRight ? app.atom() : 4;
  AppMemory m(app, kPage);
  uint8_t* p = MapInStep(app, m, kOld);
  std::memset(p + host_word, 0x11, 4);
  app.Run([&](Commands& rec) {
    rec.Fill(m, 0, 4, 0x77);
    rec.BarrierToHost();
  });
  m.Invalidate(0, app.atom());
  m.Flush(0, VK_WHOLE_SIZE);
  return {Filled(4, 0x11), app.DeviceBytes(m, host_word, 4)};
}

// The wrong build's own memory is not padded to atoms: a neighbour that the
// device owns shares its last atom.
Outcome NeighboursInOneAtom(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kHostBytes = 96;
  const VkDeviceSize at =
      build == Build::kRight
          ? (kHostBytes + app.atom() - 1) / app.atom() * app.atom()
          : kHostBytes;
  AppMemory m(app, kPage);
  uint8_t* p = MapInStep(app, m, kOld);
  Write(p, Slice(kNew, 0, kHostBytes));
  app.DeviceWrite(m, at, Filled(64, 0x77));
  m.Flush(0, app.atom() * 2);
  return {Filled(64, 0x77), app.DeviceBytes(m, at, 64)};
}

// hwdownload into imported pages: read through the original pointer, and
// flushed though never mapped.
Outcome DownloadIntoImport(VulkanApp& app, Build build) {
  AddressRange pages(kPage, PROT_READ | PROT_WRITE);
  HostImport import;
  AppMemory m(
      app, import.Of(pages.at(), kPage, app.TypeOf(MemoryKind::kNonCoherent)));
  app.DeviceWrite(m, 0, kNew);
  if (build == Build::kRight) {
    m.Map();
    m.Invalidate(0, VK_WHOLE_SIZE);
  } else {
    m.Flush(0, VK_WHOLE_SIZE);
  }
  return {kNew, Read(pages.at(), kPage)};
}

// A buffer import takes "imported" for "mapped".
Outcome InvalidateOfUnmappedImport(VulkanApp& app, Build build) {
  AddressRange pages(kPage, PROT_READ | PROT_WRITE);
  HostImport import;
  AppMemory m(
      app, import.Of(pages.at(), kPage, app.TypeOf(MemoryKind::kNonCoherent)));
  uint8_t* p = pages.at();
  if (build == Build::kRight) p = m.Map();
  app.DeviceWrite(m, 0, kNew);
  m.Invalidate(0, VK_WHOLE_SIZE);
  return {kNew, Read(p, kPage)};
}

// The data's size is mapped, and all of the mapping invalidated.
Outcome MappingOfTheDataSize(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kData = 10000;
  constexpr VkDeviceSize kPages = 3 * kPage;
  AddressRange pages(kPages, PROT_READ | PROT_WRITE);
  HostImport import;
  AppMemory m(
      app, import.Of(pages.at(), kPages, app.TypeOf(MemoryKind::kNonCoherent)));
  app.DeviceWrite(m, 0, Numbered(kPages, 3));
  const uint8_t* p = m.Map(0, build == Build::kRight ? kPages : kData);
  m.Invalidate(0, VK_WHOLE_SIZE);
  return {Slice(Numbered(kPages, 3), 0, kData), Read(p, kData)};
}

}  // namespace

std::vector<CorpusProgram> SharingPrograms() {
  return {
      {"TwoWordsOfOneAtom",
       "https://github.com/KhronosGroup/Vulkan-Docs/issues/127",
       TwoWordsOfOneAtom},
      {"InvalidateOfASharedAtom",
       "https://github.com/KhronosGroup/Vulkan-Docs/issues/127",
       InvalidateOfASharedAtom},
      {"NeighboursInOneAtom", "https://github.com/gfx-rs/gfx/issues/2177",
       NeighboursInOneAtom},
      {"DownloadIntoImport",
       "https://github.com/FFmpeg/FFmpeg/blob/n5.1/libavutil/"
       "hwcontext_vulkan.c",
       DownloadIntoImport,
       Damage::kWrongBytes,
       {kNotMapped},
       true},
      {"InvalidateOfUnmappedImport",
       "https://github.com/haasn/libplacebo/issues/146",
       InvalidateOfUnmappedImport,
       Damage::kWrongBytes,
       {kNotMapped},
       true},
      {"MappingOfTheDataSize",
       "https://github.com/KhronosGroup/VK-GL-CTS/commit/a4be94e63",
       MappingOfTheDataSize,
       Damage::kWrongBytes,
       {kMappingEnd},
       true},
  };
}

}  // namespace incoherent
