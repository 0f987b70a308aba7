#include "sim/icd/recording/draw_accesses.h"

namespace incoherent {
namespace {

constexpr AccessPoint kParameterRead = {kStageDrawIndirect,
                                        kAccessIndirectCommandRead};
constexpr AccessPoint kIndexRead = {kStageIndexInput, kAccessIndexRead};
constexpr AccessPoint kVertexRead = {kStageVertexAttributeInput,
                                     kAccessVertexAttributeRead};

// Vertices with bytes in between that no attribute has are told one by one up
// to here.
constexpr size_t kMaxElements = 256;

uint64_t SizeOf(const BoundBuffer& bound, const ResourceTable& resources) {
  const absl::optional<BoundBytes> bytes =
      resources.BytesOf(bound.buffer, bound.offset, bound.size);
  return bytes.has_value() ? bytes->range.size : 0;
}

// Reads all that is bound; may, at most.
void MayReadAll(CommandBufferState& state, const AccessPoint& point,
                const BoundBuffer& bound) {
  state.Read(point,
             state.resources().BytesOf(bound.buffer, bound.offset, bound.size),
             Certainty::kMay);
}

void ReadRows(CommandBufferState& state, const AccessPoint& point,
              const BoundBuffer& bound, const ByteRows& rows) {
  const ResourceTable& resources = state.resources();
  const auto read = [&](const ByteRange& piece, Certainty certainty) {
    state.Read(point,
               resources.BytesOf(bound.buffer, bound.offset + piece.offset,
                                 piece.size),
               state.MostCertain(certainty));
  };
  const BytePieces pieces =
      PiecesOf(rows, SizeOf(bound, resources), kMaxElements);
  for (const ByteRange& piece : pieces.certain) {
    read(piece, Certainty::kCertain);
  }
  if (pieces.may.has_value()) read(*pieces.may, Certainty::kMay);
}

void ReadIndices(CommandBufferState& state, const DrawShape& draw) {
  const absl::optional<BoundIndexBuffer>& bound =
      state.vertex_input().index_buffer;
  if (!draw.indexed || !bound.has_value()) return;
  const uint32_t size = IndexSize(bound->type);
  if (size == 0) return;
  if (draw.indices.has_value()) {
    ReadRows(state, kIndexRead, bound->bytes,
             ElementRows(size, size, *draw.indices));
  } else {
    MayReadAll(state, kIndexRead, bound->bytes);
  }
}

// Which elements of a binding the draw surely fetches.
absl::optional<ElementRange> FetchedElements(
    const DrawShape& draw, const PipelineInfo::VertexBinding& binding) {
  if (binding.per_instance) {
    if (!draw.instances.has_value()) return absl::nullopt;
    return InstanceElements(*draw.instances, binding.divisor);
  }
  if (draw.indexed) return absl::nullopt;
  return draw.indices;
}

void ReadVertices(CommandBufferState& state, const PipelineInfo& pipeline,
                  const DrawShape& draw) {
  const VertexInput& input = state.vertex_input();
  for (const PipelineInfo::VertexBinding& binding :
       pipeline.dynamic_vertex_input ? input.dynamic_bindings
                                     : pipeline.vertex_bindings) {
    const auto bound = input.vertex_buffers.find(binding.binding);
    if (bound == input.vertex_buffers.end() || binding.extent == 0) continue;
    const BoundVertexBuffer& buffer = bound->second;
    const absl::optional<ElementRange> elements =
        FetchedElements(draw, binding);
    const bool stride_known =
        !binding.dynamic_stride || buffer.stride.has_value();
    if (!elements.has_value() || !stride_known) {
      MayReadAll(state, kVertexRead, buffer.bytes);
      continue;
    }
    const bool dynamic =
        binding.dynamic_stride || pipeline.dynamic_vertex_input;
    const uint64_t stride =
        dynamic ? buffer.stride.value_or(binding.stride) : binding.stride;
    ReadRows(state, kVertexRead, buffer.bytes,
             ElementRows(stride, binding.extent, *elements));
  }
}

bool IsOfNothing(const DrawShape& draw) {
  return (draw.indices.has_value() && draw.indices->count == 0) ||
         (draw.instances.has_value() && draw.instances->count == 0);
}

}  // namespace

void RecordDraws(CommandBufferState& state,
                 const std::vector<DrawShape>& draws) {
  const DescriptorBindings* bindings =
      state.descriptors(VK_PIPELINE_BIND_POINT_GRAPHICS);
  Certainty certainty = Certainty::kMay;
  bool any = false;
  for (const DrawShape& draw : draws) {
    if (IsOfNothing(draw)) continue;
    any = true;
    if (draw.indices.has_value()) certainty = Certainty::kCertain;
    ReadIndices(state, draw);
    if (bindings->pipeline() != nullptr) {
      ReadVertices(state, *bindings->pipeline(), draw);
    }
  }
  if (any) state.AddShaderAccesses(VK_PIPELINE_BIND_POINT_GRAPHICS, certainty);
}

void RecordParameters(CommandBufferState& state,
                      const IndirectParameters& parameters,
                      const absl::optional<IndirectCount>& count) {
  const ResourceTable& resources = state.resources();
  if (count.has_value()) {
    state.Read(kParameterRead,
               resources.BytesOf(count->buffer, count->offset, 4),
               state.MostCertain(Certainty::kCertain));
  }
  ByteRows rows;
  rows.offset = parameters.offset;
  rows.row_bytes = parameters.size;
  rows.rows = parameters.count;
  rows.row_pitch = parameters.stride;
  ResourceBytes bytes = resources.BytesOf(parameters.buffer, rows);
  if (count.has_value() ||
      state.MostCertain(Certainty::kCertain) == Certainty::kMay) {
    bytes.MakeUncertain();
  }
  state.Read(kParameterRead, bytes);
}

void RecordIndirectDraws(CommandBufferState& state, bool indexed,
                         const IndirectParameters& parameters,
                         const absl::optional<IndirectCount>& count) {
  if (parameters.count == 0) return;
  RecordParameters(state, parameters, count);
  DrawShape draw;
  draw.indexed = indexed;
  RecordDraws(state, {draw});
}

}  // namespace incoherent
