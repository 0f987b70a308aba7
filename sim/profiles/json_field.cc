#include "sim/profiles/json_field.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "sim/profiles/closest_names.h"
#include "sim/profiles/one_line.h"

namespace incoherent {
namespace {

using Json = nlohmann::json;

constexpr size_t kHexadecimalDigits = 16;  // of a uint64_t

// What stands there, in a few words.
std::string Found(const Json& value) {
  if (const auto* text = value.get_ptr<const Json::string_t*>()) {
    return absl::StrCat("the text ", Quoted(*text));
  }
  if (const auto* whole = value.get_ptr<const uint64_t*>()) {
    return absl::StrCat("the number ", *whole);
  }
  if (const auto* whole = value.get_ptr<const int64_t*>()) {
    return absl::StrCat("the number ", *whole);
  }
  if (const auto* number = value.get_ptr<const double*>()) {
    return absl::StrCat("the number ", *number);
  }
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  if (value.is_boolean()) return value == Json(true) ? "true" : "false";
  return "null";
}

}  // namespace

bool JsonField::IsHexadecimal() const {
  if (!present()) return false;
  const auto* text = value_->get_ptr<const Json::string_t*>();
  return text != nullptr && absl::StartsWith(*text, "0x");
}

void JsonField::AllowOnly(absl::Span<const absl::string_view> members) const {
  if (!present()) return;
  if (!IsObject()) return RefuseInsteadOf("an object");
  const auto& object = value_->get_ref<const Json::object_t&>();
  for (const auto& entry : object) {
    if (std::find(members.begin(), members.end(), entry.first) !=
        members.end()) {
      continue;
    }
    return Refuse(absl::StrFormat(
        "unknown member %s%s (known here: %s)", Quoted(entry.first),
        DidYouMean(entry.first, members), absl::StrJoin(members, ", ")));
  }
}

JsonField JsonField::Optional(absl::string_view member) const {
  const Json* value = nullptr;
  if (IsObject()) {
    const auto& object = value_->get_ref<const Json::object_t&>();
    const auto found = object.find(std::string(member));
    if (found != object.end()) value = &found->second;
  }
  return JsonField(value, MemberPath(member), refusal_);
}

JsonField JsonField::Required(absl::string_view member) const {
  JsonField field = Optional(member);
  if (IsObject() && !field.present()) field.Refuse("is missing; add it");
  return field;
}

std::vector<JsonField> JsonField::Elements() const {
  std::vector<JsonField> fields;
  if (!present()) return fields;
  if (!IsArray()) {
    RefuseInsteadOf("an array");
    return fields;
  }
  const auto& array = value_->get_ref<const Json::array_t&>();
  fields.reserve(array.size());
  for (const Json& element : array) {
    fields.push_back(JsonField(
        &element, absl::StrCat(path_, "[", fields.size(), "]"), refusal_));
  }
  return fields;
}

uint64_t JsonField::Integer(uint64_t at_most) const {
  if (!present()) return 0;
  uint64_t integer = 0;
  if (const auto* whole = value_->get_ptr<const uint64_t*>()) {
    integer = *whole;
  } else if (IsHexadecimal()) {
    integer = HexadecimalInteger();
  } else if (const auto* negative = value_->get_ptr<const int64_t*>()) {
    Refuse(absl::StrCat(*negative, " is negative; write 0 or more"));
  } else if (const auto* number = value_->get_ptr<const double*>();
             number != nullptr && *number < static_cast<double>(at_most)) {
    Refuse(absl::StrCat(*number, " is not written as a whole number; use ",
                        "digits only, or a hexadecimal text (\"0x40\")"));
  } else if (number != nullptr) {
    Refuse(absl::StrCat(*number, " is too large; at most ", at_most));
  } else {
    RefuseInsteadOf("a whole number");
  }
  if (integer <= at_most) return integer;
  Refuse(absl::StrCat(integer, " is too large; at most ", at_most));
  return 0;
}

uint64_t JsonField::HexadecimalInteger() const {
  absl::string_view digits = value_->get_ref<const Json::string_t&>();
  digits.remove_prefix(2);
  uint64_t integer = 0;
  // SimpleHexAtoi alone would take blanks, and another 0x.
  if (std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit) &&
      absl::SimpleHexAtoi(digits, &integer)) {
    return integer;
  }
  Refuse(absl::StrFormat("0x must be followed by 1 to %d hexadecimal digits",
                         kHexadecimalDigits));
  return 0;
}

std::string JsonField::Text() const {
  if (!present()) return "";
  const auto* text = value_->get_ptr<const Json::string_t*>();
  if (text == nullptr) {
    RefuseInsteadOf("a text");
    return "";
  }
  if (text->size() > kMaxTextBytes) {
    Refuse(absl::StrFormat("%d bytes long; at most %d", text->size(),
                           kMaxTextBytes));
    return "";
  }
  if (std::any_of(text->begin(), text->end(), IsControlCharacter)) {
    Refuse("has a control character; write one line of plain text");
    return "";
  }
  return *text;
}

size_t JsonField::Choice(absl::Span<const absl::string_view> choices) const {
  const std::string text = Text();
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found != choices.end()) return found - choices.begin();
  if (present()) {
    Refuse(absl::StrFormat("%s is not known; use one of %s", Quoted(text),
                           absl::StrJoin(choices, ", ")));
  }
  return 0;
}

void JsonField::Refuse(absl::string_view why) const {
  if (!refusal_->ok()) return;
  *refusal_ = absl::InvalidArgumentError(
      absl::StrCat(path_, path_.empty() ? "" : ": ", why));
}

void JsonField::RefuseInsteadOf(absl::string_view expected) const {
  Refuse(absl::StrCat("expected ", expected, ", found ", Found(*value_)));
}

std::string JsonField::MemberPath(absl::string_view member) const {
  return absl::StrCat(path_, path_.empty() ? "" : ".", member);
}

}  // namespace incoherent
