#ifndef INCOHERENT_SIM_PROFILES_JSON_FIELD_H_
#define INCOHERENT_SIM_PROFILES_JSON_FIELD_H_

// JsonField: one value of a document, and where it stands in it.
//
// Reads a file that a stranger wrote without a check after every step: the
// first thing that is not as asked is kept as the document's refusal, as
// "memoryTypes[1].heapIndex: -1 is negative; ...", and reading goes on with
// empty values. Look at the refusal once, at the end.
//
//   absl::Status refusal;
//   JsonField document(json, &refusal);
//   document.AllowOnly({"size", "flags"});
//   heap.size = document.Required("size").Integer(kAnySize);
//   if (JsonField flags = document.Optional("flags"); flags.present()) ...
//   if (!refusal.ok()) return refusal;
//
// Nothing throws.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "nlohmann/json.hpp"

namespace incoherent {

class JsonField {
 public:
  // The document itself. Both must outlive every field of it.
  JsonField(const nlohmann::json& document, absl::Status* refusal)
      : value_(&document), refusal_(refusal) {}

  // False for a member that the document does not have. Reading such a field
  // yields empty values and refuses nothing.
  bool present() const { return value_ != nullptr; }

  bool IsArray() const { return present() && value_->is_array(); }
  bool IsNumber() const { return present() && value_->is_number(); }
  // A string that begins with "0x".
  bool IsHexadecimal() const;

  // Refuses anything but an object with members of these names.
  void AllowOnly(absl::Span<const absl::string_view> members) const;

  // A member of an object. A Required one that is absent is refused.
  JsonField Required(absl::string_view member) const;
  JsonField Optional(absl::string_view member) const;

  // The elements of an array.
  std::vector<JsonField> Elements() const;

  // A whole number, or one in a hexadecimal string ("0x13b5").
  uint64_t Integer(uint64_t at_most) const;

  // One line of at most kMaxTextBytes.
  std::string Text() const;

  // The index of the text among `choices`; 0 after a refusal.
  size_t Choice(absl::Span<const absl::string_view> choices) const;

  void Refuse(absl::string_view why) const;
  // "expected an array of flag names, found null".
  void RefuseInsteadOf(absl::string_view expected) const;

 private:
  JsonField(const nlohmann::json* value, std::string path,
            absl::Status* refusal)
      : value_(value), path_(std::move(path)), refusal_(refusal) {}

  bool IsObject() const { return present() && value_->is_object(); }
  std::string MemberPath(absl::string_view member) const;
  uint64_t HexadecimalInteger() const;

  const nlohmann::json* value_;
  std::string path_;
  absl::Status* refusal_;
};

// VK_MAX_PHYSICAL_DEVICE_NAME_SIZE and its kin, less the final NUL.
inline constexpr size_t kMaxTextBytes = 255;

}  // namespace incoherent

#endif  // INCOHERENT_SIM_PROFILES_JSON_FIELD_H_
