#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_NAME_TABLE_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_NAME_TABLE_H_

// NameTable: what the names that a litmus file declares stand for.
//
// A name is declared once in a file, whatever it names, so that `wait x` says
// what it waits for; but a submission may be called like its queue. Words of
// the language are no names.

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"

namespace incoherent::litmus {

enum class NameKind : uint8_t {
  kMemory,
  kSemaphore,
  kEvent,
  kHost,
  kQueue,
  kSubmission
};

// Whether the word begins or continues a statement: "flush", "at", "host".
bool IsReservedWord(absl::string_view word);

class NameTable {
 public:
  // Empty, or why the name cannot be declared: "'buf' is a memory already;
  // ...".
  std::string Declare(NameKind kind, absl::string_view name, int index);

  // The index it was declared with.
  absl::optional<int> Find(NameKind kind, absl::string_view name) const;

  // "unknown memory 'bfu'; did you mean 'buf'?": for a name that is none of
  // `kinds`; `hint` follows if no name of these kinds is near.
  std::string Unknown(absl::Span<const NameKind> kinds, absl::string_view name,
                      absl::string_view hint) const;

 private:
  struct Entry {
    NameKind kind;
    int index;
  };

  // What a new name of that kind would be mistaken for.
  absl::optional<NameKind> Holder(NameKind kind, absl::string_view name) const;

  std::map<std::string, Entry, std::less<>> names_;
  std::map<std::string, int, std::less<>> submissions_;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_NAME_TABLE_H_
