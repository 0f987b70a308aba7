#ifndef INCOHERENT_SIM_LITMUS_LANGUAGE_ERROR_LIST_H_
#define INCOHERENT_SIM_LITMUS_LANGUAGE_ERROR_LIST_H_

// ErrorList: what is wrong with a litmus file.
//
//   mp.litmus:4:12: unknown memory 'bfu'; did you mean 'buf'?
//
// At most kMostErrors are kept; a reader stops when the list is full().

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

inline constexpr size_t kMostErrors = 20;

class ErrorList {
 public:
  explicit ErrorList(absl::string_view file) : file_(file) {}

  // One line; ignored once the list is full.
  void Add(const Place& place, absl::string_view message);

  bool empty() const { return errors_.empty(); }
  bool full() const { return errors_.size() == kMostErrors; }

  // OK if empty; else InvalidArgument, one line an error, in file order.
  absl::Status ToStatus() const;

 private:
  struct Error {
    Place place;
    std::string message;
  };

  std::string file_;
  std::vector<Error> errors_;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_LANGUAGE_ERROR_LIST_H_
