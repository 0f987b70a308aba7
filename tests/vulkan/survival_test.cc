// Wrong programs that must end with an error, or go on; never with a crash.

#include <sys/mman.h>

#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "tests/vulkan/address_range.h"
#include "tests/vulkan/child_run.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/host_import.h"
#include "tests/vulkan/vulkan_app.h"

namespace incoherent {
namespace {

constexpr VkDeviceSize kPage = 4096;
constexpr char kRefused[] = "-1000072003";  // VK_ERROR_INVALID_EXTERNAL_HANDLE

// The answer of a process that does this; empty if it does not survive.
std::string Survive(const std::function<std::string()>& program) {
  const ChildRun run = ChildRun::Of(program);
  EXPECT_EQ(run.signal, 0) << run.errors;
  EXPECT_TRUE(run.ok()) << run.errors;
  return run.answer;
}

std::string Import(VulkanApp& app, void* pages, VkDeviceSize size,
                   MemoryKind kind) {
  HostImport import;
  VkDeviceMemory memory = VK_NULL_HANDLE;
  const VkResult result =
      TryAllocate(app, import.Of(pages, size, app.TypeOf(kind)), &memory);
  if (result == VK_SUCCESS) vkFreeMemory(app.device(), memory, nullptr);
  return std::to_string(result);
}

TEST(SurvivalTest, ImportOfInaccessiblePages) {
  EXPECT_EQ(Survive([] {
              VulkanApp app(IcdEnvironment(), HostImportDevice());
              AddressRange pages(2 * kPage, PROT_NONE);
              return Import(app, pages.at(), 2 * kPage,
                            MemoryKind::kNonCoherent);
            }),
            kRefused);
}

TEST(SurvivalTest, ImportOfPagesThatAreNotThere) {
  EXPECT_EQ(Survive([] {
              VulkanApp app(IcdEnvironment(), HostImportDevice());
              void* nowhere = reinterpret_cast<void*>(uintptr_t{1} << 40);
              return Import(app, nowhere, kPage, MemoryKind::kNonCoherent);
            }),
            kRefused);
}

TEST(SurvivalTest, ImportThatEndsBeyondThePages) {
  EXPECT_EQ(Survive([] {
              VulkanApp app(IcdEnvironment(), HostImportDevice());
              AddressRange pages(2 * kPage, PROT_READ | PROT_WRITE);
              mprotect(pages.at(kPage), kPage, PROT_NONE);
              return Import(app, pages.at(), 2 * kPage,
                            MemoryKind::kNonCoherent);
            }),
            kRefused);
}

TEST(SurvivalTest, ImportOfNull) {
  EXPECT_EQ(Survive([] {
              VulkanApp app(IcdEnvironment(), HostImportDevice());
              return Import(app, nullptr, kPage, MemoryKind::kNonCoherent);
            }),
            kRefused);
}

// Coherent memory is the downstream's matter.
TEST(SurvivalTest, CoherentImportOfInaccessiblePages) {
  Survive([] {
    VulkanApp app(IcdEnvironment(), HostImportDevice());
    AddressRange pages(kPage, PROT_NONE);
    return Import(app, pages.at(), kPage, MemoryKind::kCoherent);
  });
}

// Whether the import is refused or not, invalidating it must not store into
// pages that are read-only.
TEST(SurvivalTest, ImportOfReadOnlyPages) {
  Survive([]() -> std::string {
    VulkanApp app(IcdEnvironment(), HostImportDevice());
    AddressRange pages(kPage, PROT_READ | PROT_WRITE);
    mprotect(pages.at(), kPage, PROT_READ);
    const uint32_t type = app.TypeOf(MemoryKind::kNonCoherent);
    if (Import(app, pages.at(), kPage, MemoryKind::kNonCoherent) == kRefused) {
      return kRefused;
    }
    HostImport import;
    AppMemory m(app, import.Of(pages.at(), kPage, type));
    app.DeviceWrite(m, 0, Numbered(kPage, 1));
    m.Map();
    m.Invalidate(0, VK_WHOLE_SIZE);
    return "imported";
  });
}

TEST(SurvivalTest, DeviceDestroyedBeforeItsMemory) {
  for (MemoryKind kind : {MemoryKind::kNonCoherent, MemoryKind::kCoherent}) {
    EXPECT_EQ(
        Survive([kind] {
          VulkanApp app;
          VkDeviceMemory memory = VK_NULL_HANDLE;
          void* data = nullptr;
          TryAllocate(app, {kPage, app.TypeOf(kind), nullptr, 0}, &memory);
          vkMapMemory(app.device(), memory, 0, kPage, 0, &data);
          return "destroyed";
        }),
        "destroyed");
  }
}

TEST(SurvivalTest, ProcessEndsWithEverythingAlive) {
  for (const char* policy : {"lazy", "eager", "random:1"}) {
    EXPECT_EQ(Survive([policy] {
                auto* app = new VulkanApp(WithEviction(policy));
                auto* m = new AppMemory(*app, kPage);
                m->Map()[0] = 1;
                app->Submit([&](Commands& rec) { rec.Fill(*m, 0, 256, 7); });
                return "ended";
              }),
              "ended");
  }
}

TEST(SurvivalTest, MemoryThatWasFreed) {
  EXPECT_EQ(Survive([] {
              VulkanApp app;
              AppMemory m(app, kPage);
              m.Map();
              const VkDeviceMemory dead = m.handle();
              const VkMappedMemoryRange range = m.Range(0, VK_WHOLE_SIZE);
              m.Free();
              void* data = nullptr;
              vkFlushMappedMemoryRanges(app.device(), 1, &range);
              vkInvalidateMappedMemoryRanges(app.device(), 1, &range);
              vkUnmapMemory(app.device(), dead);
              vkMapMemory(app.device(), dead, 0, VK_WHOLE_SIZE, 0, &data);
              return "freed";
            }),
            "freed");
}

// More bytes than any address space has.
TEST(SurvivalTest, HugeAllocation) {
  EXPECT_EQ(Survive([] {
              VulkanApp app;
              VkDeviceMemory memory = VK_NULL_HANDLE;
              return std::to_string(
                  TryAllocate(app, {~VkDeviceSize{0}, 1, nullptr, 0}, &memory));
            }),
            std::to_string(VK_ERROR_OUT_OF_DEVICE_MEMORY));
}

}  // namespace
}  // namespace incoherent
