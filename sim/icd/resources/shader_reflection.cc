#include "sim/icd/resources/shader_reflection.h"

#include <algorithm>

#include "sim/icd/resources/shader_access_scan.h"
#include "sim/icd/resources/shader_module_index.h"

namespace incoherent {
namespace {

absl::optional<uint32_t> ModelOf(VkShaderStageFlagBits stage) {
  switch (stage) {
    case VK_SHADER_STAGE_VERTEX_BIT:
      return spv::ExecutionModelVertex;
    case VK_SHADER_STAGE_TESSELLATION_CONTROL_BIT:
      return spv::ExecutionModelTessellationControl;
    case VK_SHADER_STAGE_TESSELLATION_EVALUATION_BIT:
      return spv::ExecutionModelTessellationEvaluation;
    case VK_SHADER_STAGE_GEOMETRY_BIT:
      return spv::ExecutionModelGeometry;
    case VK_SHADER_STAGE_FRAGMENT_BIT:
      return spv::ExecutionModelFragment;
    case VK_SHADER_STAGE_COMPUTE_BIT:
      return spv::ExecutionModelGLCompute;
    default:
      return absl::nullopt;
  }
}

bool IsStorage(ShaderResource resource) {
  return resource == ShaderResource::kStorageBlock ||
         resource == ShaderResource::kStorageImage;
}

// What a variable is, without the arrays around it.
struct Shape {
  uint32_t storage_class = 0;
  uint32_t type = 0;
  uint32_t array_size = 1;
};

Shape ShapeOf(const ShaderTypes& types, uint32_t pointer_type) {
  const ShaderType& pointer = types.Of(pointer_type);
  Shape shape = {pointer.storage_class, pointer.element};
  uint64_t size = 1;
  // A damaged module may have arrays of themselves.
  constexpr int kMostDimensions = 16;
  for (int i = 0; i < kMostDimensions; ++i) {
    const ShaderType& type = types.Of(shape.type);
    if (type.kind != ShaderType::Kind::kArray) break;
    size = std::min<uint64_t>(size * type.count, ~uint32_t{0});
    shape.type = type.element;
  }
  shape.array_size = static_cast<uint32_t>(size);
  return shape;
}

// None for what has no bytes.
absl::optional<ShaderResource> ResourceOf(const ShaderModuleIndex& index,
                                          const Shape& shape) {
  const ShaderType& type = index.types.Of(shape.type);
  switch (shape.storage_class) {
    case spv::StorageClassUniform:
      return index.decorations.Of(shape.type).buffer_block
                 ? ShaderResource::kStorageBlock
                 : ShaderResource::kUniformBlock;
    case spv::StorageClassStorageBuffer:
      return ShaderResource::kStorageBlock;
    case spv::StorageClassUniformConstant:
      break;
    default:
      return absl::nullopt;
  }
  if (type.kind == ShaderType::Kind::kSampledImage) {
    return ShaderResource::kSampledImage;
  }
  if (type.kind != ShaderType::Kind::kImage) return absl::nullopt;
  if (type.dimension == spv::DimSubpassData) {
    return ShaderResource::kInputAttachment;
  }
  return type.storage_image ? ShaderResource::kStorageImage
                            : ShaderResource::kSampledImage;
}

// The variable, or every member of its block, is decorated with one of the two.
bool IsDecorated(const ShaderModuleIndex& index, uint32_t variable,
                 const Shape& shape, bool ShaderDecoration::*decoration) {
  if (index.decorations.Of(variable).*decoration) return true;
  const size_t members = index.types.Of(shape.type).members.size();
  for (uint32_t i = 0; i < members; ++i) {
    if (!(index.decorations.OfMember(shape.type, i).*decoration)) return false;
  }
  return members > 0;
}

void AddPassedOn(const ShaderModuleIndex& index, uint32_t variable,
                 const Shape& shape, ShaderBinding& binding) {
  if (!IsDecorated(index, variable, shape, &ShaderDecoration::non_readable)) {
    binding.may_reads = {{0, kWholeSize}};
  }
  if (IsStorage(binding.resource) &&
      !IsDecorated(index, variable, shape, &ShaderDecoration::non_writable)) {
    binding.writes = {{0, kWholeSize}};
  }
}

ShaderBinding Describe(const ShaderModuleIndex& index, uint32_t variable,
                       const Shape& shape, ShaderResource resource,
                       const VariableAccess& access) {
  const ShaderDecoration& decoration = index.decorations.Of(variable);
  ShaderBinding binding;
  binding.set = decoration.set.value_or(0);
  binding.binding = decoration.binding.value_or(0);
  binding.resource = resource;
  binding.array_size = shape.array_size;
  if (access.passed_on) {
    AddPassedOn(index, variable, shape, binding);
  } else {
    binding.reads = access.reads.ranges();
    binding.may_reads = access.may_reads.ranges();
    binding.writes = access.writes.ranges();
  }
  return binding;
}

}  // namespace

absl::optional<ShaderReflection> ReflectShader(
    absl::Span<const uint32_t> generic_words, const std::string& entry_point,
    VkShaderStageFlagBits stage,
    absl::Span<const SpecializationValue> constants) {
  const std::vector<uint32_t> words = Specialize(generic_words, constants);
  const absl::optional<ShaderModuleIndex> index =
      ShaderModuleIndex::Read(words);
  const absl::optional<uint32_t> model = ModelOf(stage);
  if (!index.has_value() || !model.has_value()) return absl::nullopt;
  const absl::optional<ShaderAccesses> accesses =
      ScanShaderAccesses(*index, entry_point, *model);
  if (!accesses.has_value()) return absl::nullopt;
  ShaderReflection reflection;
  for (const auto& entry : accesses->variables) {
    const Shape shape = ShapeOf(index->types, index->variables.at(entry.first));
    const absl::optional<ShaderResource> resource = ResourceOf(*index, shape);
    if (!resource.has_value()) continue;
    ShaderBinding binding =
        Describe(*index, entry.first, shape, *resource, entry.second);
    if (!binding.Any()) continue;
    reflection.bindings.push_back(std::move(binding));
  }
  reflection.reads_physical_addresses = accesses->reads_physical_addresses;
  reflection.writes_physical_addresses = accesses->writes_physical_addresses;
  return reflection;
}

}  // namespace incoherent
