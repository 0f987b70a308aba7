#include "sim/findings/explanation.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

constexpr char kHostAccess[] =
    "Device Memory, \"Host Access to Device Memory Objects\"";
constexpr char kHostAccessUrl[] =
    "https://docs.vulkan.org/spec/latest/chapters/memory.html"
    "#memory-device-hostaccess";

constexpr Explanation kExplanations[] = {
    {
        HazardKind::kLostHostWrite,
        "The device touched bytes whose last host write never reached it.",
        R"(The host wrote through a mapping of memory that is not HOST_COHERENT, and
nothing made that write available to the device before its work was submitted:
no vkFlushMappedMemoryRanges at all, a range that is too small, a flush after
the submit, or an unmap that was taken for a flush. The device may see the old
bytes, all of them or some.)",
        R"(vkMapMemory(device, staging, 0, VK_WHOLE_SIZE, 0, &data);
memcpy(data, vertices, size);
// missing: vkFlushMappedMemoryRanges(device, 1, &range);
vkUnmapMemory(device, staging);                   // does not flush
vkCmdCopyBuffer(commands, staging_buffer, vertex_buffer, 1, &region);
vkQueueSubmit(queue, 1, &submit, fence);          // copies the old bytes)",
        R"(Desktop drivers offer HOST_COHERENT memory only, and code that takes the first
HOST_VISIBLE type gets it there.)",
        R"(Flush the written range after the writes and before the submit:
vkFlushMappedMemoryRanges, with offset and size rounded out to multiples of
nonCoherentAtomSize. Or ask for a memory type with HOST_COHERENT.)",
        kHostAccess,
        kHostAccessUrl,
    },
    {
        HazardKind::kStaleHostRead,
        "The host read bytes whose last device write its view may not show.",
        R"(The device wrote, the host waited, and then read through a mapping of memory
that is not HOST_COHERENT without vkInvalidateMappedMemoryRanges, or it
invalidated before the wait. The host may read what its cache held before.)",
        R"(vkCmdCopyImageToBuffer(commands, image, layout, readback, 1, &region);
vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                     VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &to_host_read, ...);
vkQueueSubmit(queue, 1, &submit, fence);
vkWaitForFences(device, 1, &fence, VK_TRUE, UINT64_MAX);
// missing: vkInvalidateMappedMemoryRanges(device, 1, &range);
memcpy(pixels, data, size);                       // the last frame's, perhaps)",
        R"(With HOST_COHERENT memory, the only kind of most desktop drivers, there is
nothing to invalidate.)",
        R"(Invalidate the range after the wait and before the first read:
vkInvalidateMappedMemoryRanges, with offset and size rounded out to multiples
of nonCoherentAtomSize.)",
        kHostAccess,
        kHostAccessUrl,
    },
    {
        HazardKind::kMissingHostBarrier,
        "A device write was never made available to the host.",
        R"(The host touched bytes that the device wrote. It had waited for a fence, but a
fence makes writes available to the device only. What carries them to the host
is a memory dependency to the stage HOST with the access HOST_READ (or
HOST_WRITE), recorded after the write. HOST_COHERENT memory needs it, too.

By default this is a warning, and the bytes arrive all the same, as on nearly
all hardware. --host-domain strict keeps them back and calls it an error;
--host-domain merged says nothing.)",
        R"(vkCmdDispatch(commands, 64, 1, 1);                // writes the result
// missing: vkCmdPipelineBarrier(commands,
//     VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 0,
//     1, &{SHADER_WRITE -> HOST_READ}, 0, NULL, 0, NULL);
vkEndCommandBuffer(commands);
vkQueueSubmit(queue, 1, &submit, fence);
vkWaitForFences(device, 1, &fence, VK_TRUE, UINT64_MAX);
printf("%u\n", result[0]);)",
        R"(Most devices write their caches back at the end of every submission, whoever
asked for it. The validation layers do not look for it either.)",
        R"(Record a barrier from the stage and access of the write to HOST / HOST_READ
behind it, in the work that the host waits for.)",
        "Synchronization, \"Access Types\" (HOST_READ and HOST_WRITE)",
        "https://docs.vulkan.org/spec/latest/chapters/synchronization.html"
        "#synchronization-host-access-types",
    },
    {
        HazardKind::kInFlightAccess,
        "The host touched bytes that pending work of the device touches.",
        R"(The host wrote what submitted commands still read or write, or read (or
flushed) what they still write: it did not wait for them, or waited for
something else. In memory that is not HOST_COHERENT the whole atom of
nonCoherentAtomSize bytes counts, not only the bytes themselves.)",
        R"(memcpy(data, &uniforms[0], size);
vkFlushMappedMemoryRanges(device, 1, &range);
vkQueueSubmit(queue, 1, &frame0, fence0);         // reads the uniforms
memcpy(data, &uniforms[1], size);                 // maybe before it does
vkFlushMappedMemoryRanges(device, 1, &range);
vkQueueSubmit(queue, 1, &frame1, fence1);)",
        R"(It is a race, and on the developer's machine the device mostly wins it.)",
        R"(Wait for the work first (a fence, a timeline semaphore, vkQueueWaitIdle), or
give each frame in flight bytes of its own, in atoms of their own.)",
        kHostAccess,
        "https://docs.vulkan.org/spec/latest/chapters/memory.html"
        "#memory-device-hostaccess-hazards",
    },
    {
        HazardKind::kDiscardedHostWrite,
        "An invalidate made host writes undefined that nobody had flushed.",
        R"(vkInvalidateMappedMemoryRanges over bytes that the host wrote and did not flush
leaves them undefined: the write may be gone.)",
        R"(vkMapMemory(device, memory, 0, VK_WHOLE_SIZE, 0, &data);
data->input = 42;                                 // host write, not flushed
vkInvalidateMappedMemoryRanges(device, 1, &whole);
// data->input is undefined now
vkFlushMappedMemoryRanges(device, 1, &whole);
vkQueueSubmit(queue, 1, &submit, fence);)",
        R"(An invalidate does nothing to HOST_COHERENT memory, and on many other devices it
writes dirty cache lines back before it drops them.)",
        R"(Flush what was written before you invalidate, or invalidate only what the
device wrote. Input and output in atoms of their own keep them apart.)",
        kHostAccess,
        kHostAccessUrl,
    },
    {
        HazardKind::kAtomClobber,
        "A write-back of one side may overwrite the other's bytes of an atom.",
        R"(Flushes and invalidates of memory that is not HOST_COHERENT work on whole atoms
of nonCoherentAtomSize bytes. Host and device wrote different bytes of the same
atom, and nothing brought the host's view up to date in between: when the host's
cache writes the atom back, its old copy of the device's bytes goes along.)",
        R"(// nonCoherentAtomSize is 64; the two share an atom
uint32_t* counter = &data[0];                     // the device writes it
uint32_t* command = &data[1];                     // the host writes it
vkQueueSubmit(queue, 1, &count, fence);
vkWaitForFences(device, 1, &fence, VK_TRUE, UINT64_MAX);
// missing: vkInvalidateMappedMemoryRanges(device, 1, &atom);
*command = 7;
vkFlushMappedMemoryRanges(device, 1, &atom);      // with the old counter)",
        R"(HOST_COHERENT memory has no atoms, and where there are some, the layout of a
developer's machine may well keep the two apart.)",
        R"(Align what the host writes and what the device writes to nonCoherentAtomSize, or
invalidate the atom before the host writes into it.)",
        "Limits, \"nonCoherentAtomSize\"; vkFlushMappedMemoryRanges",
        "https://docs.vulkan.org/spec/latest/chapters/limits.html"
        "#limits-nonCoherentAtomSize",
    },
    {
        HazardKind::kMissingDeviceBarrier,
        "Two accesses of the device have no memory dependency between them.",
        R"(Two commands touched the same bytes, at least one wrote them, and no barrier,
event, semaphore or render pass dependency covers both. `incoherent check` finds
it in litmus files. In applications it is not looked for: the synchronization
validation of VK_LAYER_KHRONOS_validation is the tool for that.)",
        R"(vkCmdFillBuffer(commands, buffer, 0, VK_WHOLE_SIZE, 0);
// missing: vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
//     VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, 0,
//     1, &{TRANSFER_WRITE -> SHADER_READ}, 0, NULL, 0, NULL);
vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
vkCmdDispatch(commands, 64, 1, 1);                // reads the buffer)",
        R"(Whether the two overlap depends on the device's queues and caches, and on how
long each takes.)",
        R"(Record a barrier between the two, whose scopes include the stage and access of
both. Between queues, let a semaphore order them.)",
        "Synchronization, \"Execution and Memory Dependencies\"",
        "https://docs.vulkan.org/spec/latest/chapters/synchronization.html"
        "#synchronization-dependencies",
    },
    {
        HazardKind::kInvalidUsage,
        "A valid-usage rule of the memory commands was broken.",
        R"(The call breaks the rule whose VUID is named in brackets. The specification
promises nothing from there on. What happens here is the least surprising safe
thing, and the finding says where it was.)",
        R"(// nonCoherentAtomSize is 64
VkMappedMemoryRange range = {VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE};
range.memory = memory;
range.offset = 4;                                 // no multiple of 64
range.size = 16;                                  // nor this
vkFlushMappedMemoryRanges(device, 1, &range);
// [VUID-VkMappedMemoryRange-offset-00687]
vkUnmapMemory(device, memory);
vkUnmapMemory(device, memory);
// [VUID-vkUnmapMemory-memory-00689])",
        R"(Drivers do not check. The validation layers find most of these as well, with the
atom size of the developer's machine.)",
        R"(Look the VUID up in the specification: the rule stands beside it.)",
        "Fundamentals, \"Valid Usage\"",
        "https://docs.vulkan.org/spec/latest/chapters/fundamentals.html"
        "#fundamentals-validusage",
    },
    {
        HazardKind::kUselessSync,
        "A flush or an invalidate had nothing to do (only with --lint).",
        R"(A flush of bytes that the host had not written since the last one, an
invalidate of bytes that no device had written, or either of them on
HOST_COHERENT memory. Nothing is wrong; it costs time, and more so on the
devices that need the others.)",
        R"(vkFlushMappedMemoryRanges(device, 1, &whole);
vkQueueSubmit(queue, 1, &submit, fence);
vkFlushMappedMemoryRanges(device, 1, &whole);     // nothing was written since)",
        R"(A flush of HOST_COHERENT memory costs next to nothing. Where it matters, the
whole range goes through the cache line by line.)",
        R"(Leave it out, or flush only what was written. Ask whether the memory type is
HOST_COHERENT before you flush or invalidate.)",
        kHostAccess,
        kHostAccessUrl,
    },
};

// Two blanks before each line that is not empty.
std::string Indented(absl::string_view text) {
  std::string lines = "  ";
  for (size_t i = 0; i < text.size(); ++i) {
    lines.push_back(text[i]);
    if (text[i] == '\n' && text[i + 1] != '\n') lines += "  ";
  }
  return lines;
}

}  // namespace

std::string Explanation::ToText() const {
  return absl::StrCat(HazardKindName(kind), "\n\n", summary, "\n\n", what,
                      "\n\nA program that has it:\n\n", Indented(program),
                      "\n\nWhy desktops hide it:\n", hidden,
                      "\n\nWhat to do:\n", fix,
                      "\n\nThe specification: ", section, "\n  ", url, "\n");
}

const Explanation& ExplanationOf(HazardKind kind) {
  const auto* found = std::find_if(
      std::begin(kExplanations), std::end(kExplanations),
      [kind](const Explanation& explained) { return explained.kind == kind; });
  INCOHERENT_CHECK(found != std::end(kExplanations), "a kind without prose");
  return *found;
}

}  // namespace incoherent
