#include "sim/icd/recording/label_stack.h"

#include "absl/strings/str_cat.h"

namespace incoherent {

void LabelStack::Begin(absl::string_view name) {
  paths_.push_back(std::make_shared<const std::string>(
      paths_.empty() ? std::string(name)
                     : absl::StrCat(*paths_.back(), " > ", name)));
}

void LabelStack::End() {
  if (!paths_.empty()) paths_.pop_back();
}

}  // namespace incoherent
