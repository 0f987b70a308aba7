#include "sim/host/vmo/vmo_sentence.h"

#include "absl/strings/str_cat.h"
#include "sim/host/vmo/zx_error.h"

namespace incoherent {
namespace {

struct RefusalRow {
  ZxError error;
  const char* why;
};

RefusalRow RowOf(VmoRefusal refusal) {
  switch (refusal) {
    case VmoRefusal::kBorrowed:
      return {ZxError::kBadState,
              "a live slice has some of these bytes; let it go first"};
    case VmoRefusal::kReadOnly:
      return {ZxError::kAccessDenied,
              "the mapping has no kPermWrite; map it with kPermRead | "
              "kPermWrite"};
    case VmoRefusal::kMovedFrom:
      return {ZxError::kBadState,
              "the object was moved from; use the one that it was moved to"};
    case VmoRefusal::kUnmapped:
      return {ZxError::kBadState,
              "the mapping is gone; keep it as long as its slices"};
    case VmoRefusal::kRelinquished:
      return {ZxError::kBadState,
              "AsPtrLen gave the memory away; call nothing after it"};
    case VmoRefusal::kOtherProcess:
      return {ZxError::kBadState,
              "the mapping came over fork; map the Vmo again in this process"};
  }
  return {ZxError::kBadState, "unknown reason"};
}

std::string Bytes(absl::string_view vmo, const ByteRange& range) {
  return absl::StrCat("vmo \"", vmo, "\"", VmoRangeText(range));
}

std::string Refused(absl::string_view vmo, const VmoCall& call,
                    VmoRefusal refusal) {
  return absl::StrCat(Bytes(vmo, call.range), ": '", call.ToString(),
                      "' refused: ", RowOf(refusal).why);
}

std::string MissingCall(MissingStep step, const VmoCall& earlier,
                        const VmoCall& later) {
  switch (step) {
    case MissingStep::kFlush:
      return absl::StrCat("ReleaseWrites by ", earlier.party);
    case MissingStep::kInvalidate:
      return absl::StrCat("AcquireWrites by ", later.party);
    default:
      return MissingStepName(step);
  }
}

}  // namespace

std::string VmoCall::ToString() const {
  return absl::StrCat(party, ": ", VmoOperationName(operation), " ",
                      VmoRangeText(range));
}

std::string VmoRangeText(const ByteRange& range) {
  return absl::StrCat("[", range.offset, ", ", range.end(), ")");
}

std::string VmoHazardSentence(absl::string_view vmo, const Hazard& hazard,
                              const VmoCall& earlier, const VmoCall& later) {
  return absl::StrCat(
      HazardKindName(hazard.kind), ": ", Bytes(vmo, hazard.range), ": '",
      earlier.ToString(), "', then '", later.ToString(),
      "'; missing: ", MissingCall(hazard.missing, earlier, later));
}

std::string VmoRefusalSentence(absl::string_view vmo, const VmoCall& call,
                               VmoRefusal refusal) {
  return absl::StrCat(HazardKindName(HazardKind::kInvalidUsage), ": ",
                      Refused(vmo, call, refusal));
}

absl::Status VmoRefusalStatus(absl::string_view vmo, const VmoCall& call,
                              VmoRefusal refusal) {
  return ZxStatus(RowOf(refusal).error, Refused(vmo, call, refusal));
}

absl::Status VmoOutOfRange(absl::string_view vmo, absl::string_view party,
                           absl::string_view what, uint64_t size) {
  return ZxStatus(ZxError::kOutOfRange,
                  absl::StrCat("vmo \"", vmo, "\": '", party, ": ", what,
                               "': the buffer has ", size,
                               " bytes; stay between 0 and ", size));
}

}  // namespace incoherent
