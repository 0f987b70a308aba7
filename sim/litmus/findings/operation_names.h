#ifndef INCOHERENT_SIM_LITMUS_FINDINGS_OPERATION_NAMES_H_
#define INCOHERENT_SIM_LITMUS_FINDINGS_OPERATION_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/litmus/program.h"
#include "sim/memory/hazard.h"

namespace incoherent::litmus {

// Numbers for the program's operations, as the journey is given them, and back.
class OperationNames {
 public:
  explicit OperationNames(const Program& program);

  struct Named {
    const Op* op;
    const std::string* agent;  // the thread's or queue's name
  };

  OperationId OfHost(int thread, size_t op) const;
  // `instance` tells apart the submits of one submission.
  OperationId OfDevice(int submission, size_t op, uint32_t instance) const;
  // Null for 0, which is nobody.
  const Named* Find(OperationId operation) const;

 private:
  std::vector<Named> named_;
  std::vector<size_t> first_of_host_;
  std::vector<size_t> first_of_submission_;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_FINDINGS_OPERATION_NAMES_H_
