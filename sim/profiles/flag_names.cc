#include "sim/profiles/flag_names.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "sim/memory/memory_properties.h"
#include "sim/profiles/closest_names.h"
#include "sim/profiles/one_line.h"

namespace incoherent {
namespace {

struct FlagName {
  absl::string_view name;
  uint32_t flag;
};

constexpr FlagName kPropertyFlags[] = {
    {"DEVICE_LOCAL", kDeviceLocal},
    {"HOST_VISIBLE", kHostVisible},
    {"HOST_COHERENT", kHostCoherent},
    {"HOST_CACHED", kHostCached},
    {"LAZILY_ALLOCATED", kLazilyAllocated},
    {"PROTECTED", kProtected},
    {"DEVICE_COHERENT_AMD", kDeviceCoherentAmd},
    {"DEVICE_UNCACHED_AMD", kDeviceUncachedAmd},
    {"RDMA_CAPABLE_NV", kRdmaCapableNv},
};

constexpr FlagName kHeapFlags[] = {
    {"DEVICE_LOCAL", kHeapDeviceLocal},
    {"MULTI_INSTANCE", kHeapMultiInstance},
};

// VK_MEMORY_PROPERTY_DEVICE_COHERENT_BIT_AMD -> DEVICE_COHERENT_AMD.
std::string ShortName(absl::string_view name) {
  absl::ConsumePrefix(&name, "VK_");
  if (!absl::ConsumePrefix(&name, "MEMORY_PROPERTY_")) {
    absl::ConsumePrefix(&name, "MEMORY_HEAP_");
  }
  absl::ConsumeSuffix(&name, "_BIT");
  return absl::StrReplaceAll(name, {{"_BIT_", "_"}});
}

uint32_t ReadFlag(const JsonField& field, absl::Span<const FlagName> flags) {
  const std::string written = field.Text();
  const std::string name = ShortName(written);
  std::vector<absl::string_view> known;
  for (const FlagName& flag : flags) {
    if (flag.name == name) return flag.flag;
    known.push_back(flag.name);
  }
  field.Refuse(absl::StrCat("unknown flag ", Quoted(written),
                            DidYouMean(name, known),
                            " (known: ", absl::StrJoin(known, ", "), ")"));
  return 0;
}

uint32_t ReadFlags(const JsonField& field, absl::Span<const FlagName> flags) {
  if (field.IsNumber() || field.IsHexadecimal()) {
    return static_cast<uint32_t>(
        field.Integer(std::numeric_limits<uint32_t>::max()));
  }
  if (field.present() && !field.IsArray()) {
    field.RefuseInsteadOf(absl::StrCat("an array of flag names ([\"",
                                       flags[0].name, "\"]) or a number"));
    return 0;
  }
  uint32_t all = 0;
  for (const JsonField& element : field.Elements()) {
    all |= ReadFlag(element, flags);
  }
  return all;
}

}  // namespace

uint32_t ReadPropertyFlags(const JsonField& field) {
  return ReadFlags(field, kPropertyFlags);
}

uint32_t ReadHeapFlags(const JsonField& field) {
  return ReadFlags(field, kHeapFlags);
}

}  // namespace incoherent
