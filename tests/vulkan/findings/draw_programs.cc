// Host writes that were not flushed, and that a draw reads: vertices, indices,
// arguments.

#include "tests/vulkan/app_memory.h"
#include "tests/vulkan/commands.h"
#include "tests/vulkan/findings/finding_program.h"
#include "tests/vulkan/findings/host_access.h"
#include "tests/vulkan/findings/triangle_renderer.h"

namespace incoherent {
namespace {

constexpr char kSubmitText[] =
    "https://registry.khronos.org/vulkan/specs/latest/html/"
    "vkspec.html#synchronization-submission-host-writes";

constexpr VkDeviceSize kSize = 1024;
constexpr VkDeviceSize kTriangle = 3 * TriangleRenderer::kVertexSize;

void BindVertices(Commands& rec, const AppMemory& vertices) {
  const VkBuffer buffer = vertices.buffer();
  const VkDeviceSize offset = 0;
  vkCmdBindVertexBuffers(rec.handle(), 0, 1, &buffer, &offset);
}

Outcome Vertices(VulkanApp& app, Build build) {
  TriangleRenderer renderer(app);
  AppMemory vertices(app, kSize);
  vertices.Name("vertices");
  Write(MapCleared(app, vertices), TriangleRenderer::BigTriangle());
  if (build == Build::kRight) vertices.Flush(0, VK_WHOLE_SIZE);
  return {TriangleRenderer::AllWhite(), renderer.Draw([&](Commands& rec) {
            BindVertices(rec, vertices);
            vkCmdDraw(rec.handle(), 3, 1, 0, 0);
          })};
}

// Two triangles, an atom apart; the one that is drawn is not flushed.
Outcome SecondTriangle(VulkanApp& app, Build build) {
  TriangleRenderer renderer(app);
  AppMemory vertices(app, kSize);
  vertices.Name("vertices");
  uint8_t* p = MapCleared(app, vertices);
  Write(p, TriangleRenderer::BigTriangle());
  Write(p + 256, TriangleRenderer::BigTriangle());
  vertices.Flush(0, build == Build::kRight ? 512 : 256);
  return {TriangleRenderer::AllWhite(), renderer.Draw([&](Commands& rec) {
            BindVertices(rec, vertices);
            vkCmdDraw(rec.handle(), 3, 1, 16, 0);
          })};
}

Outcome Indices(VulkanApp& app, Build build) {
  TriangleRenderer renderer(app);
  AppMemory vertices(app, kSize, MemoryKind::kCoherent);
  AppMemory indices(app, kSize);
  indices.Name("indices");
  Write(vertices.Map(), TriangleRenderer::BigTriangle());
  uint8_t* p = MapCleared(app, indices);
  for (uint32_t i = 0; i < 3; ++i) StoreWord(p + 4 * i, i);
  if (build == Build::kRight) indices.Flush(0, VK_WHOLE_SIZE);
  return {TriangleRenderer::AllWhite(), renderer.Draw([&](Commands& rec) {
            BindVertices(rec, vertices);
            vkCmdBindIndexBuffer(rec.handle(), indices.buffer(), 0,
                                 VK_INDEX_TYPE_UINT32);
            vkCmdDrawIndexed(rec.handle(), 3, 1, 0, 0, 0);
          })};
}

Outcome DrawArguments(VulkanApp& app, Build build) {
  TriangleRenderer renderer(app);
  AppMemory vertices(app, kSize, MemoryKind::kCoherent);
  AppMemory arguments(app, kSize);
  arguments.Name("arguments");
  Write(vertices.Map(), TriangleRenderer::BigTriangle());
  uint8_t* p = MapCleared(app, arguments);
  StoreWord(p + 256, 3);  // vertices
  StoreWord(p + 260, 1);  // instances
  if (build == Build::kRight) arguments.Flush(0, VK_WHOLE_SIZE);
  return {TriangleRenderer::AllWhite(), renderer.Draw([&](Commands& rec) {
            BindVertices(rec, vertices);
            vkCmdDrawIndirect(rec.handle(), arguments.buffer(), 256, 1, 16);
          })};
}

}  // namespace

std::vector<FindingProgram> DrawPrograms() {
  std::vector<FindingProgram> programs = {
      {"Vertices",
       kSubmitText,
       Vertices,
       {Lost({0, kTriangle}).Command("vkCmdDraw").Of("vertices")}},
      {"SecondTriangle",
       kSubmitText,
       SecondTriangle,
       {Lost({256, kTriangle}).Command("vkCmdDraw").Of("vertices")}},
      {"Indices",
       kSubmitText,
       Indices,
       {Lost({0, 12}).Command("vkCmdDrawIndexed").Of("indices")}},
      {"DrawArguments",
       kSubmitText,
       DrawArguments,
       {Lost({256, 16}).Command("vkCmdDrawIndirect").Of("arguments")}},
  };
  for (FindingProgram& each : programs) {
    each.request = TriangleRenderer::Device();
  }
  return programs;
}

}  // namespace incoherent
