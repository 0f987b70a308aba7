#include <sys/mman.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "incoherent/vmo.h"
#include "sim/host/vmo/relinquished_memory.h"
#include "sim/host/vmo/vmo_mapping.h"
#include "sim/host/vmo/zx_error.h"

namespace incoherent {
namespace {

absl::Status CheckFlags(VmarFlags flags) {
  if ((flags & ~(kPermRead | kPermWrite)) != 0) {
    return ZxStatus(ZxError::kInvalidArgs,
                    absl::StrCat("flags ", uint32_t{flags},
                                 " are more than kPermRead | kPermWrite"));
  }
  if ((flags & kPermRead) == 0) {
    return ZxStatus(ZxError::kInvalidArgs,
                    "a mapping needs kPermRead, with kPermWrite as well");
  }
  return absl::OkStatus();
}

absl::Status CheckSize(const Vmo& vmo, size_t size) {
  if (vmo.resizable()) {
    return ZxStatus(ZxError::kNotSupported,
                    absl::StrCat("vmo \"", vmo.name(),
                                 "\" is resizable; map one that is not"));
  }
  if (size == 0) {
    return ZxStatus(ZxError::kInvalidArgs,
                    absl::StrCat("vmo \"", vmo.name(),
                                 "\": a mapping has at least one byte"));
  }
  if (size > vmo.size()) {
    return ZxStatus(
        ZxError::kBufferTooSmall,
        absl::StrCat("vmo \"", vmo.name(), "\" has ", vmo.size(),
                     " bytes; a mapping of ", size, " bytes does not fit"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::pair<Mapping, Vmo>> Mapping::Allocate(
    size_t size, const MappingOptions& options) {
  return AllocateWithName(size, "", options);
}

absl::StatusOr<std::pair<Mapping, Vmo>> Mapping::AllocateWithName(
    size_t size, absl::string_view name, const MappingOptions& options) {
  VmoOptions made;
  made.size = size;
  made.name = std::string(name);
  const absl::StatusOr<Vmo> vmo = Vmo::Create(made);
  if (!vmo.ok()) return vmo.status();
  auto mapping = CreateFromVmo(*vmo, size, kPermRead | kPermWrite, options);
  if (!mapping.ok()) return mapping.status();
  return std::make_pair(*std::move(mapping), *vmo);
}

absl::StatusOr<Mapping> Mapping::CreateFromVmo(const Vmo& vmo, size_t size,
                                               VmarFlags flags,
                                               const MappingOptions& options) {
  if (absl::Status status = CheckSize(vmo, size); !status.ok()) return status;
  if (absl::Status status = CheckFlags(flags); !status.ok()) return status;
  auto mapping =
      VmoMapping::Attach(vmo.state_, size, (flags & kPermWrite) != 0, options);
  if (!mapping.ok()) return mapping.status();
  return Mapping(*std::move(mapping), Form::kMapping, VmoBorrows::kMapping,
                 ByteRange{0, size});
}

const std::string& Mapping::party() const { return mapping().party(); }

std::vector<DeviceFinding> Mapping::findings() const {
  return mapping().findings();
}

absl::StatusOr<Mapping::PtrLen> Mapping::AsPtrLen() {
  const auto bytes = mapping().Relinquish(*this);
  if (!bytes.ok()) return bytes.status();
  AddRelinquishedMemory(*bytes);
  return PtrLen{bytes->data(), bytes->size()};
}

absl::Status FreeMapping(uint8_t* ptr, size_t len) {
  if (TakeRelinquishedMemory(ptr, len)) {
    munmap(ptr, len);
    return absl::OkStatus();
  }
  return ZxStatus(ZxError::kInvalidArgs,
                  absl::StrCat("FreeMapping of ", len,
                               " bytes that AsPtrLen did not give, or that "
                               "were freed already"));
}

}  // namespace incoherent
