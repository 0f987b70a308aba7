#include "sim/icd/resources/shader_access_scan.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "sim/icd/resources/shader_pointer.h"

namespace incoherent {
namespace {

constexpr ByteRange kEverything = {0, kWholeSize};

bool IsQuery(uint32_t opcode) {
  switch (opcode) {
    case spv::OpImageQueryFormat:
    case spv::OpImageQueryOrder:
    case spv::OpImageQuerySizeLod:
    case spv::OpImageQuerySize:
    case spv::OpImageQueryLod:
    case spv::OpImageQueryLevels:
    case spv::OpImageQuerySamples:
      return true;
    default:
      return false;
  }
}

bool IsImageRead(uint32_t opcode) {
  return (opcode >= spv::OpImageSampleImplicitLod &&
          opcode <= spv::OpImageRead) ||
         (opcode >= spv::OpImageSparseSampleImplicitLod &&
          opcode <= spv::OpImageSparseDrefGather) ||
         opcode == spv::OpImageSparseRead;
}

// Atomic operations that have a result, whose pointer is the third operand.
bool IsAtomicWithResult(uint32_t opcode) {
  return (opcode >= spv::OpAtomicLoad && opcode <= spv::OpAtomicXor &&
          opcode != spv::OpAtomicStore) ||
         opcode == spv::OpAtomicFlagTestAndSet ||
         opcode == spv::OpAtomicFMinEXT || opcode == spv::OpAtomicFMaxEXT ||
         opcode == spv::OpAtomicFAddEXT;
}

class Scan {
 public:
  explicit Scan(const ShaderModuleIndex& index) : index_(index) {
    for (const auto& variable : index.variables) {
      pointers_.emplace(variable.first,
                        ShaderPointer::ToVariable(index, variable.first));
    }
  }

  ShaderAccesses Run(uint32_t entry_function) {
    std::vector<uint32_t> open = {entry_function};
    absl::flat_hash_set<uint32_t> seen = {entry_function};
    while (!open.empty()) {
      const auto function = index_.functions.find(open.back());
      open.pop_back();
      if (function == index_.functions.end()) continue;
      for (const ShaderInstruction& instruction : function->second) {
        Visit(instruction);
        if (instruction.opcode() == spv::OpFunctionCall &&
            seen.insert(instruction.At(3)).second) {
          open.push_back(instruction.At(3));
        }
      }
    }
    return std::move(accesses_);
  }

 private:
  void Visit(const ShaderInstruction& instruction) {
    NotePhysicalPointer(instruction);
    if (VisitMemory(instruction) || VisitImage(instruction)) return;
    switch (instruction.opcode()) {
      case spv::OpAccessChain:
      case spv::OpInBoundsAccessChain:
        Follow(instruction, /*first_index=*/4);
        break;
      case spv::OpPtrAccessChain:
      case spv::OpInBoundsPtrAccessChain:
        Follow(instruction, /*first_index=*/5);
        break;
      case spv::OpCopyObject:
        Alias(instruction.At(2), instruction.At(3));
        break;
      case spv::OpFunctionCall:
        PassOnFrom(instruction, 4);
        break;
      case spv::OpExtInst:
        PassOnFrom(instruction, 5);
        break;
      case spv::OpSelect:
      case spv::OpPhi:
        PassOnFrom(instruction, 3);
        break;
      case spv::OpReturnValue:
        PassOnFrom(instruction, 1);
        break;
      case spv::OpCompositeConstruct:
        PassOnFrom(instruction, 3);
        break;
      default:
        break;
    }
  }

  // Loads, stores and atomic operations.
  bool VisitMemory(const ShaderInstruction& instruction) {
    const uint32_t opcode = instruction.opcode();
    switch (opcode) {
      case spv::OpLoad:
        if (!LoadImage(instruction)) Read(instruction.At(3));
        return true;
      case spv::OpCooperativeMatrixLoadNV:
        Read(instruction.At(3));
        return true;
      case spv::OpStore:
        Write(instruction.At(1));
        PassOn(instruction.At(2));
        return true;
      case spv::OpAtomicStore:
      case spv::OpAtomicFlagClear:
      case spv::OpCooperativeMatrixStoreNV:
        Write(instruction.At(1));
        return true;
      case spv::OpCopyMemory:
      case spv::OpCopyMemorySized:
        Write(instruction.At(1));
        Read(instruction.At(2));
        return true;
      default:
        break;
    }
    if (!IsAtomicWithResult(opcode)) return false;
    Read(instruction.At(3));
    if (opcode != spv::OpAtomicLoad) Write(instruction.At(3));
    return true;
  }

  bool VisitImage(const ShaderInstruction& instruction) {
    const uint32_t opcode = instruction.opcode();
    if (IsQuery(opcode)) return true;
    if (IsImageRead(opcode)) {
      const auto image = images_.find(instruction.At(3));
      if (image != images_.end())
        accesses_.variables[image->second].may_reads.Add(kEverything);
      return true;
    }
    switch (opcode) {
      case spv::OpSampledImage:
      case spv::OpImage:
        AliasImage(instruction.At(2), instruction.At(3));
        return true;
      case spv::OpImageWrite: {
        const auto image = images_.find(instruction.At(1));
        if (image != images_.end()) {
          accesses_.variables[image->second].writes.Add(kEverything);
        }
        return true;
      }
      case spv::OpImageTexelPointer:
        Alias(instruction.At(2), instruction.At(3));
        return true;
      default:
        return false;
    }
  }

  // A load of a handle (an image, a sampler) reads no memory of the resource;
  // what is done with the handle does.
  bool LoadImage(const ShaderInstruction& load) {
    const auto pointer = pointers_.find(load.At(3));
    if (pointer == pointers_.end()) return false;
    const uint32_t variable = pointer->second.variable();
    const auto declared = index_.variables.find(variable);
    if (declared == index_.variables.end() ||
        index_.types.Of(declared->second).storage_class !=
            spv::StorageClassUniformConstant) {
      return false;
    }
    images_[load.At(2)] = variable;
    return true;
  }

  void Follow(const ShaderInstruction& chain, size_t first_index) {
    const auto base = pointers_.find(chain.At(3));
    if (base == pointers_.end()) return;
    ShaderPointer pointer = base->second;
    for (size_t i = first_index; i < chain.words.size(); ++i) {
      pointer.Index(index_, chain.words[i]);
    }
    pointers_[chain.At(2)] = pointer;
  }

  void Alias(uint32_t result, uint32_t id) {
    const auto pointer = pointers_.find(id);
    if (pointer != pointers_.end()) {
      const ShaderPointer copy = pointer->second;
      pointers_[result] = copy;
    }
    AliasImage(result, id);
  }

  void AliasImage(uint32_t result, uint32_t id) {
    const auto image = images_.find(id);
    if (image == images_.end()) return;
    const uint32_t variable = image->second;
    images_[result] = variable;
  }

  void Read(uint32_t pointer_id) {
    const auto pointer = pointers_.find(pointer_id);
    if (pointer != pointers_.end()) {
      VariableAccess& access = AccessOf(pointer->second);
      (pointer->second.exact() ? access.reads : access.may_reads)
          .Add(pointer->second.range());
    } else if (physical_.contains(pointer_id)) {
      accesses_.reads_physical_addresses = true;
    }
  }

  void Write(uint32_t pointer_id) {
    const auto pointer = pointers_.find(pointer_id);
    if (pointer != pointers_.end()) {
      AccessOf(pointer->second).writes.Add(pointer->second.range());
    } else if (physical_.contains(pointer_id)) {
      accesses_.writes_physical_addresses = true;
    }
  }

  VariableAccess& AccessOf(const ShaderPointer& pointer) {
    return accesses_.variables[pointer.variable()];
  }

  void PassOnFrom(const ShaderInstruction& instruction, size_t first) {
    for (size_t i = first; i < instruction.words.size(); ++i) {
      PassOn(instruction.words[i]);
    }
  }

  void PassOn(uint32_t id) {
    const auto pointer = pointers_.find(id);
    if (pointer != pointers_.end()) {
      accesses_.variables[pointer->second.variable()].passed_on = true;
    }
    const auto image = images_.find(id);
    if (image != images_.end()) {
      accesses_.variables[image->second].passed_on = true;
    }
  }

  // Wherever a physical pointer comes from, its type says what it is.
  void NotePhysicalPointer(const ShaderInstruction& instruction) {
    const ShaderType& type = index_.types.Of(instruction.At(1));
    if (type.kind == ShaderType::Kind::kPointer &&
        type.storage_class == spv::StorageClassPhysicalStorageBuffer) {
      physical_.insert(instruction.At(2));
    }
  }

  const ShaderModuleIndex& index_;
  absl::flat_hash_map<uint32_t, ShaderPointer> pointers_;
  absl::flat_hash_map<uint32_t, uint32_t> images_;  // loaded, to the variable
  absl::flat_hash_set<uint32_t> physical_;
  ShaderAccesses accesses_;
};

}  // namespace

absl::optional<ShaderAccesses> ScanShaderAccesses(
    const ShaderModuleIndex& module, const std::string& entry_point,
    uint32_t execution_model) {
  const absl::optional<uint32_t> function =
      module.EntryPoint(execution_model, entry_point);
  if (!function.has_value()) return absl::nullopt;
  return Scan(module).Run(*function);
}

}  // namespace incoherent
