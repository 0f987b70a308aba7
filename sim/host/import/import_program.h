#ifndef INCOHERENT_SIM_HOST_IMPORT_IMPORT_PROGRAM_H_
#define INCOHERENT_SIM_HOST_IMPORT_IMPORT_PROGRAM_H_

// ImportProgram: what a program does with pages that it imports, for laws and
// fuzzing: as plain data, and run beside memory as every program would like it
// (plain arrays).
//
// One row of 64 bytes of pages, atoms of 16; two devices of one host, each with
// one queue and 64 bytes of its own. Whoever touches the pages is a *party*:
//
//   0          the original pointer
//   1          another mapping of the same pages
//   2 + 2 * i  the mapping of import i
//   3 + 2 * i  commands of the device that has import i

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "incoherent/host_import.h"

namespace incoherent {

struct ImportProgram {
  static constexpr uint64_t kSize = 64;
  static constexpr uint64_t kAtom = 16;
  static constexpr int kDevices = 2;

  struct Import {
    int device;
    bool non_coherent;
  };
  struct Step {
    enum Kind : uint8_t {
      kWrite,     // `from` writes a fresh value
      kRead,      // `from` reads
      kClean,     // flush, CleanCache; of a device, a barrier to the host
      kRenew,     // invalidate, InvalidateCache; of a device, a submit
      kWait,      // for the device of `from`
      kCopyBack,  // of a device: from its own bytes to the pages
      kReimport,  // of a mapping: free the memory, import it again
      kSync,      // everything in step
      // kSync; then `from` writes, and `to` reads it, with all steps between
      // but those in `skip`.
      kCarry,
    } kind;
    int from, to;  // parties; taken modulo how many there are
    ByteRange range;
    unsigned skip;

    bool Does(int part) const { return (skip >> part & 1) == 0; }
  };

  std::vector<Import> imports;
  std::vector<Step> steps;

  bool IsMixed() const;
};

void showValue(const ImportProgram& program, std::ostream& out);

struct ImportOutcome {
  // What was read while nothing was found, and what it should have been.
  std::vector<Byte> seen, coherent;
  // Something else was read after a finding.
  bool shown = false;
  std::string findings;  // messages, one a line
  int reads = 0;

  bool LooksCoherent() const { return seen == coherent; }
};

// Runs it. Without `cache_operations`, whatever cleans or renews a cache of the
// host's is left out.
ImportOutcome RunImportProgram(const ImportProgram& program,
                               const EvictionPolicy& policy,
                               bool cache_operations = true);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_IMPORT_IMPORT_PROGRAM_H_
