#include "sim/findings/hazard_prose.h"

#include "absl/strings/str_cat.h"

namespace incoherent {
namespace {

std::string Quoted(absl::string_view party) {
  return party.empty() ? "nothing known" : absl::StrCat("`", party, "`");
}

}  // namespace

std::string MissingStepAdvice(MissingStep step) {
  switch (step) {
    case MissingStep::kNone:
      return "";
    case MissingStep::kFlush:
      return "flush the range (vkFlushMappedMemoryRanges) after the write and "
             "before the submit";
    case MissingStep::kHostWriteBarrier:
      return "no submit comes between: put a barrier with source HOST / "
             "HOST_WRITE before the access";
    case MissingStep::kDeviceBarrier:
      return "put a barrier between the two whose scopes include both accesses";
    case MissingStep::kSemaphore:
      return "order the two queues with a semaphore";
    case MissingStep::kHostReadBarrier:
      return "put a barrier to HOST / HOST_READ after the device's write, in "
             "the work that the host waits for";
    case MissingStep::kWait:
      return "wait (fence, timeline semaphore, idle) for the work first";
    case MissingStep::kInvalidate:
      return "invalidate the range (vkInvalidateMappedMemoryRanges) after the "
             "wait and before the access";
    case MissingStep::kHappensBefore:
      return "order the two threads, so that the write happens before the "
             "submit";
    case MissingStep::kAtomAlignment:
      return "keep the two in different atoms";
  }
  return "";
}

std::string HazardSentence(const Hazard& hazard, const HazardParties& parties) {
  const std::string earlier = Quoted(parties.earlier);
  const std::string later = Quoted(parties.later);
  std::string what;
  switch (hazard.kind) {
    case HazardKind::kLostHostWrite:
      what = absl::StrCat(later, " touches what ", earlier,
                          " wrote, which was not made available to it");
      break;
    case HazardKind::kStaleHostRead:
      what = absl::StrCat(later, " may read what was there before ", earlier,
                          ", which is not visible to it");
      break;
    case HazardKind::kMissingHostBarrier:
      what = absl::StrCat(later, " touches what ", earlier,
                          " wrote, which was not made available to the host");
      break;
    case HazardKind::kInFlightAccess:
      what = absl::StrCat(later, " may run at the same time as ", earlier);
      break;
    case HazardKind::kDiscardedHostWrite:
      what = absl::StrCat(later, " makes undefined what ", earlier,
                          " wrote and nothing flushed");
      break;
    case HazardKind::kAtomClobber:
      what = absl::StrCat(later, " and ", earlier,
                          " share an atom: its write-back may overwrite the "
                          "other's bytes");
      break;
    case HazardKind::kMissingDeviceBarrier:
      what = absl::StrCat(later, " is not ordered after ", earlier,
                          " by a memory dependency");
      break;
    case HazardKind::kInvalidUsage:
      what = absl::StrCat(later, " breaks a valid-usage rule");
      break;
    case HazardKind::kUselessSync:
      what = absl::StrCat(later, " has nothing to do");
      break;
  }
  if (hazard.by_the_letter) {
    what += " (a race by the letter; no value shows it)";
  }
  const std::string advice = MissingStepAdvice(hazard.missing);
  return advice.empty() ? what : absl::StrCat(what, "; ", advice);
}

}  // namespace incoherent
