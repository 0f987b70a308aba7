#include "sim/icd/resources/descriptor_set.h"

#include <algorithm>

#include "absl/types/optional.h"

namespace incoherent {

// Elements past the limit are kept as well, as a copy may bring them to where
// they are followed; only as far as they were written.
void DescriptorSet::Write(DescriptorPlace first,
                          absl::Span<const Descriptor> descriptors) {
  absl::MutexLock lock(&mutex_);
  for (const Descriptor& descriptor : descriptors) {
    const absl::optional<DescriptorPlace> place = layout_->Normalize(first);
    if (!place.has_value()) return;
    std::vector<Descriptor>& elements = bindings_[place->binding];
    if (elements.size() <= place->element) elements.resize(place->element + 1);
    elements[place->element] = descriptor;
    first = {place->binding, place->element + 1};
  }
}

void DescriptorSet::Copy(const DescriptorSet& source, DescriptorPlace from,
                         DescriptorPlace to, uint32_t count) {
  std::vector<Descriptor> taken;
  {
    absl::MutexLock lock(&source.mutex_);
    for (uint32_t i = 0; i < count; ++i) {
      const absl::optional<DescriptorPlace> place =
          source.layout_->Normalize(from);
      if (!place.has_value()) break;
      const auto found = source.bindings_.find(place->binding);
      const bool written = found != source.bindings_.end() &&
                           place->element < found->second.size();
      taken.push_back(written ? found->second[place->element] : Descriptor());
      from = {place->binding, place->element + 1};
    }
  }
  Write(to, taken);
}

std::shared_ptr<DescriptorSet> DescriptorSet::Clone() const {
  auto clone = std::make_shared<DescriptorSet>(layout_);
  absl::MutexLock lock(&mutex_);
  absl::MutexLock clone_lock(&clone->mutex_);
  clone->bindings_ = bindings_;
  return clone;
}

std::vector<Descriptor> DescriptorSet::Read(uint32_t binding) const {
  absl::MutexLock lock(&mutex_);
  const auto found = bindings_.find(binding);
  if (found == bindings_.end()) return {};
  const std::vector<Descriptor>& elements = found->second;
  const size_t followed = std::min<size_t>(elements.size(), kMostElements);
  return {elements.begin(), elements.begin() + followed};
}

}  // namespace incoherent
