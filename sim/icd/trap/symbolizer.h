#ifndef INCOHERENT_SIM_ICD_TRAP_SYMBOLIZER_H_
#define INCOHERENT_SIM_ICD_TRAP_SYMBOLIZER_H_

// Symbolizer: names for code addresses of this process, from debug information
// and symbol tables (elfutils), else from the dynamic linker.
//
// Slow at first (it opens the files of all loaded modules), then cached. Any
// thread; not for signal handlers. Modules loaded later are found as well.

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

struct Dwfl;
struct Dwfl_Module;

namespace incoherent {

class Symbolizer {
 public:
  static Symbolizer& OfThisProcess();

  // One line for an address inside an instruction; call_stack.h shows them.
  std::string Describe(uintptr_t address) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Symbolizer() = default;
  Dwfl_Module* ModuleOf(uintptr_t address)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool LoadModules() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  Dwfl* session_ ABSL_GUARDED_BY(mutex_) = nullptr;
  absl::flat_hash_map<uintptr_t, std::string> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_SYMBOLIZER_H_
