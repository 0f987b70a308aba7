// Every kind of command and of submit leads to the same findings.

#include "tests/vulkan/app_image.h"
#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/address_shader.h"
#include "tests/vulkan/findings/compute_kernel.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"
#include "tests/vulkan/findings/sub_buffer.h"

namespace incoherent {
namespace {

constexpr char kSubmitText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#synchronization-submission-host-writes";
constexpr char kInvalidateText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#vkInvalidateMappedMemoryRanges";

constexpr VkDeviceSize kSize = 4096;
const Bytes kNew = Fresh(kSize, 1);

// The second submit of the same command buffer finds the bytes unflushed.
Outcome SubmittedTwice(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  m.Name("upload");
  uint8_t* p = MapCleared(app, m);
  const uint8_t* q = seen.Map();
  const VkCommandBuffer commands = app.Recorded([&](Commands& rec) {
    rec.Copy(m, 0, seen, 0, kSize);
    rec.BarrierToHost();
  });
  VkSubmitInfo info = {VK_STRUCTURE_TYPE_SUBMIT_INFO};
  info.commandBufferCount = 1;
  info.pCommandBuffers = &commands;
  Outcome outcome;
  for (uint8_t turn = 1; turn < 3; ++turn) {
    Write(p, Fresh(kSize, turn));
    if (build == Build::kRight || turn == 1) m.Flush(0, VK_WHOLE_SIZE);
    app.Wait(app.Submit(info));
    Append(outcome.want, Fresh(kSize, turn));
    Append(outcome.got, Read(q, kSize));
  }
  return outcome;
}

// Two batches of one submit; the copy is in the second.
Outcome SecondBatch(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory other(app, kSize, MemoryKind::kNotMappable);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  m.Name("upload");
  Write(MapCleared(app, m), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  const VkCommandBuffer commands[] = {
      app.Recorded([&](Commands& rec) { rec.Fill(other, 0, kSize, 1); }),
      app.Recorded([&](Commands& rec) {
        rec.Copy(m, 0, seen, 0, kSize);
        rec.BarrierToHost();
      })};
  VkSubmitInfo batches[2] = {};
  for (int i = 0; i < 2; ++i) {
    batches[i].sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
    batches[i].commandBufferCount = 1;
    batches[i].pCommandBuffers = &commands[i];
  }
  Require(vkQueueSubmit(app.queue(), 2, batches, VK_NULL_HANDLE),
          "vkQueueSubmit");
  Require(vkQueueWaitIdle(app.queue()), "vkQueueWaitIdle");
  return {kNew, Read(seen.Map(), kSize)};
}

// The newer commands and the newer submit.
Outcome NewerCommands(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  m.Name("upload");
  Write(MapCleared(app, m), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  VkCommandBufferSubmitInfo commands = {
      VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO};
  commands.commandBuffer = app.Recorded([&](Commands& rec) {
    VkBufferCopy2 region = {VK_STRUCTURE_TYPE_BUFFER_COPY_2};
    region.size = kSize;
    const VkCopyBufferInfo2 copy = {VK_STRUCTURE_TYPE_COPY_BUFFER_INFO_2,
                                    nullptr,
                                    m.buffer(),
                                    seen.buffer(),
                                    1,
                                    &region};
    vkCmdCopyBuffer2(rec.handle(), &copy);
    rec.BarrierToHost();
  });
  VkSubmitInfo2 info = {VK_STRUCTURE_TYPE_SUBMIT_INFO_2};
  info.commandBufferInfoCount = 1;
  info.pCommandBufferInfos = &commands;
  Require(vkQueueSubmit2(app.queue(), 1, &info, VK_NULL_HANDLE),
          "vkQueueSubmit2");
  Require(vkQueueWaitIdle(app.queue()), "vkQueueWaitIdle");
  return {kNew, Read(seen.Map(), kSize)};
}

// The finding says in which region of the frame it happened.
Outcome LabelledRegion(VulkanApp& app, Build build) {
  AppMemory m(app, kSize);
  AppMemory seen(app, kSize, MemoryKind::kCoherent);
  m.Name("upload");
  Write(MapCleared(app, m), kNew);
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  const auto begin = app.DeviceCommand<PFN_vkCmdBeginDebugUtilsLabelEXT>(
      "vkCmdBeginDebugUtilsLabelEXT");
  const auto end = app.DeviceCommand<PFN_vkCmdEndDebugUtilsLabelEXT>(
      "vkCmdEndDebugUtilsLabelEXT");
  VkDebugUtilsLabelEXT label = {VK_STRUCTURE_TYPE_DEBUG_UTILS_LABEL_EXT};
  app.Run([&](Commands& rec) {
    label.pLabelName = "frame";
    begin(rec.handle(), &label);
    label.pLabelName = "upload";
    begin(rec.handle(), &label);
    rec.Copy(m, 0, seen, 0, kSize);
    end(rec.handle());
    rec.BarrierToHost();
    end(rec.handle());
  });
  return {kNew, Read(seen.Map(), kSize)};
}

// What the shader reads is named by nothing but a number in a uniform block.
Outcome BufferAddress(VulkanApp& app, Build build) {
  constexpr VkDeviceSize kBlock = 256;
  const VkMemoryAllocateFlagsInfo flags = {
      VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO, nullptr,
      VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT, 0};
  AppMemory m(app, {kSize, app.TypeOf(MemoryKind::kNonCoherent), &flags, 0});
  AppMemory seen(app, kBlock, MemoryKind::kNotMappable);
  AppMemory uniforms(app, kBlock, MemoryKind::kCoherent);
  const SubBuffer values(app, m, 0, kBlock, "values",
                         VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT |
                             VK_BUFFER_USAGE_STORAGE_BUFFER_BIT);
  m.Name("block");
  const ComputeKernel kernel(app, kCopyFromAddress,
                             {{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, &uniforms},
                              {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, &seen}});
  const VkBufferDeviceAddressInfo info = {
      VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO, nullptr, values.handle()};
  const VkDeviceAddress address = vkGetBufferDeviceAddress(app.device(), &info);
  std::memcpy(uniforms.Map(), &address, sizeof address);
  Write(MapCleared(app, m), Slice(kNew, 0, kBlock));
  if (build == Build::kRight) m.Flush(0, VK_WHOLE_SIZE);
  app.Run([&](Commands& rec) {
    kernel.Dispatch(rec);
    rec.BarrierToHost();
  });
  return {Slice(kNew, 0, kBlock), app.DeviceBytes(seen)};
}

// Fills `m` with what `record` writes, and reads a word of it.
Outcome WriteAndRead(VulkanApp& app, Build build, uint8_t value,
                     const std::function<void(Commands&, AppMemory&)>& record) {
  AppMemory m(app, kSize);
  m.Name("result");
  const uint8_t* p = MapInStep(app, m, Filled(kSize, 0x11));
  app.Run([&](Commands& rec) {
    record(rec, m);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) m.Invalidate(0, VK_WHOLE_SIZE);
  return {WordOf(value), BytesOf(LoadWord(p + 4))};
}

Outcome UpdatedBuffer(VulkanApp& app, Build build) {
  return WriteAndRead(app, build, 0x22, [](Commands& rec, AppMemory& m) {
    const Bytes data = Filled(64, 0x22);
    vkCmdUpdateBuffer(rec.handle(), m.buffer(), 0, data.size(), data.data());
  });
}

Outcome QueryResults(VulkanApp& app, Build build) {
  VkQueryPoolCreateInfo info = {VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO};
  info.queryType = VK_QUERY_TYPE_OCCLUSION;
  info.queryCount = 1;
  VkQueryPool pool = VK_NULL_HANDLE;
  Require(vkCreateQueryPool(app.device(), &info, nullptr, &pool),
          "vkCreateQueryPool");
  const Outcome outcome =
      WriteAndRead(app, build, 0, [pool](Commands& rec, AppMemory& m) {
        vkCmdResetQueryPool(rec.handle(), pool, 0, 1);
        vkCmdBeginQuery(rec.handle(), pool, 0, 0);
        vkCmdEndQuery(rec.handle(), pool, 0);
        vkCmdCopyQueryPoolResults(
            rec.handle(), pool, 0, 1, m.buffer(), 0, 8,
            VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT);
      });
  vkDestroyQueryPool(app.device(), pool, nullptr);
  return outcome;
}

// Texels of a linear image, cleared by a command.
Outcome ClearedImage(VulkanApp& app, Build build) {
  AppImage image(app, 32, 32, VK_IMAGE_TILING_LINEAR, MemoryKind::kNonCoherent);
  image.Name("texels");
  const uint8_t* p = MapCleared(app, image.memory()) + image.Layout().offset;
  app.Run([&](Commands& rec) {
    const VkClearColorValue white = {{1, 1, 1, 1}};
    const VkImageSubresourceRange all = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    vkCmdClearColorImage(rec.handle(), image.handle(), VK_IMAGE_LAYOUT_GENERAL,
                         &white, 1, &all);
    rec.BarrierToHost();
  });
  if (build == Build::kRight) image.memory().Invalidate(0, VK_WHOLE_SIZE);
  return {WordOf(0xff), BytesOf(LoadWord(p + 1200))};
}

DeviceRequest Synchronization2Device() {
  static const VkPhysicalDeviceSynchronization2Features features = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SYNCHRONIZATION_2_FEATURES, nullptr,
      VK_TRUE};
  return {{}, &features};
}

DeviceRequest BufferAddressDevice() {
  static const VkPhysicalDeviceBufferDeviceAddressFeatures features = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES, nullptr,
      VK_TRUE};
  return {{}, &features};
}

}  // namespace

std::vector<FindingProgram> CommandPrograms() {
  const ExpectedFinding lost =
      Lost({0, kSize}).Exactly().Command("vkCmdCopyBuffer").Of("upload");
  const ExpectedFinding stale = Stale({4, 4}).Exactly().Of("result").ReadIn(
      "WriteAndRead", "command_programs.cc");
  std::vector<FindingProgram> programs = {
      {"SubmittedTwice", kSubmitText, SubmittedTwice, {lost}},
      {"SecondBatch", kSubmitText, SecondBatch, {lost}},
      {"NewerCommands",
       kSubmitText,
       NewerCommands,
       {lost.Command("vkCmdCopyBuffer2")}},
      {"LabelledRegion",
       kSubmitText,
       LabelledRegion,
       {lost.Label("frame > upload")}},
      {"BufferAddress",
       kSubmitText,
       BufferAddress,
       {Lost({0, 256})
            .Exactly()
            .Command("vkCmdDispatch")
            .Of("block")
            .At("values")}},
      {"UpdatedBuffer",
       kInvalidateText,
       UpdatedBuffer,
       {stale.Command("vkCmdUpdateBuffer")}},
      {"QueryResults",
       kInvalidateText,
       QueryResults,
       {stale.Command("vkCmdCopyQueryPoolResults")}},
      {"ClearedImage",
       kInvalidateText,
       ClearedImage,
       {Stale({1200, 4})
            .Exactly()
            .Command("vkCmdClearColorImage")
            .OfImage("texels")
            .ReadIn("ClearedImage", "command_programs.cc")}},
  };
  for (FindingProgram& each : programs) {
    if (each.name == "NewerCommands") each.request = Synchronization2Device();
    if (each.name == "BufferAddress") each.request = BufferAddressDevice();
  }
  return programs;
}

}  // namespace incoherent
