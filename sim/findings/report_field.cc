#include "sim/findings/report_field.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace incoherent {
namespace {

using Json = nlohmann::json;

constexpr size_t kQuotedBytes = 60;
constexpr size_t kHandleDigits = 16;  // of a uint64_t

bool IsHexadecimal(absl::string_view digits) {
  return std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit);
}

}  // namespace

std::string QuotedForRefusal(absl::string_view text) {
  const absl::string_view shown = text.substr(0, kQuotedBytes);
  return absl::StrCat("'", absl::CHexEscape(shown),
                      shown.size() < text.size() ? "...'" : "'");
}

bool ReportField::Has(absl::string_view name) const {
  if (value_ == nullptr) return false;
  const auto* object = value_->get_ptr<const Json::object_t*>();
  return object != nullptr && object->count(std::string(name)) > 0;
}

ReportField ReportField::Member(absl::string_view name) const {
  const std::string path = absl::StrCat(path_, path_.empty() ? "" : ".", name);
  ReportField member(nullptr, path, refusal_);
  if (value_ == nullptr) return member;
  const auto* object = value_->get_ptr<const Json::object_t*>();
  if (object == nullptr) {
    RefuseInsteadOf("an object");
    return member;
  }
  const auto found = object->find(std::string(name));
  if (found == object->end()) {
    member.Refuse("is missing");
  } else {
    member.value_ = &found->second;
  }
  return member;
}

std::vector<std::string> ReportField::MemberNames() const {
  std::vector<std::string> names;
  if (value_ == nullptr) return names;
  const auto* object = value_->get_ptr<const Json::object_t*>();
  if (object == nullptr) {
    RefuseInsteadOf("an object");
    return names;
  }
  for (const auto& entry : *object) names.push_back(entry.first);
  return names;
}

std::vector<ReportField> ReportField::Elements() const {
  std::vector<ReportField> fields;
  if (value_ == nullptr) return fields;
  const auto* array = value_->get_ptr<const Json::array_t*>();
  if (array == nullptr) {
    RefuseInsteadOf("an array");
    return fields;
  }
  fields.reserve(array->size());
  for (const Json& element : *array) {
    fields.push_back(ReportField(
        &element, absl::StrCat(path_, "[", fields.size(), "]"), refusal_));
  }
  return fields;
}

uint64_t ReportField::Integer(uint64_t at_most) const {
  if (value_ == nullptr) return 0;
  const auto* whole = value_->get_ptr<const uint64_t*>();
  if (whole == nullptr) {
    RefuseInsteadOf("a whole number of at most 64 bits");
    return 0;
  }
  if (*whole <= at_most) return *whole;
  Refuse(absl::StrCat(*whole, " is too large; at most ", at_most));
  return 0;
}

std::string ReportField::Text() const {
  if (value_ == nullptr) return "";
  const auto* text = value_->get_ptr<const Json::string_t*>();
  if (text != nullptr) return *text;
  RefuseInsteadOf("a text");
  return "";
}

bool ReportField::Boolean() const {
  if (value_ == nullptr) return false;
  const auto* truth = value_->get_ptr<const bool*>();
  if (truth != nullptr) return *truth;
  RefuseInsteadOf("true or false");
  return false;
}

std::vector<std::string> ReportField::Texts() const {
  std::vector<std::string> texts;
  for (const ReportField& element : Elements()) {
    texts.push_back(element.Text());
  }
  return texts;
}

uint64_t ReportField::Handle() const {
  const std::string text = Text();
  absl::string_view digits = text;
  uint64_t handle = 0;
  // SimpleHexAtoi alone would take blanks, and another 0x.
  if (absl::ConsumePrefix(&digits, "0x") && digits.size() <= kHandleDigits &&
      IsHexadecimal(digits) && absl::SimpleHexAtoi(digits, &handle)) {
    return handle;
  }
  Refuse(absl::StrCat(QuotedForRefusal(text),
                      " is no handle; write it as '0x55d0'"));
  return 0;
}

std::vector<uint8_t> ReportField::Bytes() const {
  const std::string text = Text();
  std::vector<uint8_t> bytes;
  if (text.empty()) return bytes;
  for (absl::string_view digits : absl::StrSplit(text, ' ')) {
    uint32_t byte = 0;
    if (digits.size() != 2 || !IsHexadecimal(digits) ||
        !absl::SimpleHexAtoi(digits, &byte)) {
      Refuse(absl::StrCat(QuotedForRefusal(text),
                          " are no bytes; write them as '0d f0'"));
      return {};
    }
    bytes.push_back(static_cast<uint8_t>(byte));
  }
  return bytes;
}

void ReportField::Refuse(absl::string_view why) const {
  if (!refusal_->ok()) return;
  *refusal_ = absl::InvalidArgumentError(
      absl::StrCat(path_, path_.empty() ? "" : ": ", why));
}

void ReportField::RefuseInsteadOf(absl::string_view expected) const {
  std::string found = value_->type_name();
  if (value_->is_number()) absl::StrAppend(&found, " ", value_->dump());
  Refuse(absl::StrCat("expected ", expected, ", found ", found));
}

}  // namespace incoherent
