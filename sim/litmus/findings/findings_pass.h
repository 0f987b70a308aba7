#ifndef INCOHERENT_SIM_LITMUS_FINDINGS_FINDINGS_PASS_H_
#define INCOHERENT_SIM_LITMUS_FINDINGS_FINDINGS_PASS_H_

// What a program does wrong, in any order that its API calls may come in.
//
// The axiomatic half of an answer. Each order of the host threads' calls is one
// run of the journey (sim/memory/journey.h), device work entering it as soon as
// it can run; when the device really runs it, and what the caches do, is of no
// account here. Orders that differ only in independent calls are tried once
// (sleep sets).

#include <cstdint>
#include <string>
#include <vector>

#include "sim/litmus/program.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/hazard.h"

namespace incoherent::litmus {

// One hazard, told in the words of the file.
struct LitmusFinding {
  HazardKind kind;
  std::string memory;
  ByteRange range;
  Place earlier;  // line 0: nobody
  Place later;
  std::string earlier_text;  // "host: buf[0] = 1"
  std::string later_text;
  std::string missing;  // MissingStepName
  bool by_the_letter = false;
  std::string message;
};

struct FindingsOptions {
  uint64_t max_calls = 2'000'000;  // host calls made, over all orders
  bool report_useless_sync = false;
};

struct FindingsPass {
  std::vector<LitmusFinding> findings;  // by place; each once
  uint64_t orders = 0;   // orders of the calls that were run to their end
  uint64_t blocked = 0;  // of these, in which somebody still waits
  bool bounded = false;  // max_calls was not enough
};

FindingsPass FindHazards(const Program& program,
                         const FindingsOptions& options);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_FINDINGS_FINDINGS_PASS_H_
