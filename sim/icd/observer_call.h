#ifndef INCOHERENT_SIM_ICD_OBSERVER_CALL_H_
#define INCOHERENT_SIM_ICD_OBSERVER_CALL_H_

// Observer::Call: holds the observer's lock for one call of the API.
//
// It begins with a look at what the host did before the call, and tells what
// was found once the lock is released: an application's messenger may call the
// API.

#include <initializer_list>
#include <utility>
#include <vector>

#include "sim/icd/messenger.h"
#include "sim/icd/observer.h"
#include "sim/icd/voice.h"

namespace incoherent {

class Observer::Call {
 public:
  Call(Observer& observer, const char* command) ABSL_NO_THREAD_SAFETY_ANALYSIS
      : observer_(observer) {
    AccessTrap::KeepHandlers();
    observer_.mutex_.Lock();
    observer_.LookAtHost(command);
  }
  // Of a call that orders nothing: looks at these objects only.
  Call(Observer& observer, std::initializer_list<MemoryObject*> objects,
       const char* command) ABSL_NO_THREAD_SAFETY_ANALYSIS
      : observer_(observer) {
    AccessTrap::KeepHandlers();
    observer_.mutex_.Lock();
    for (MemoryObject* object : objects) observer_.LookAt(*object, command);
  }
  ~Call() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    observer_.JudgeEncounters();
    observer_.UpdateGuards();
    const std::vector<PlacedFinding> findings = std::move(observer_.findings_);
    observer_.findings_.clear();
    observer_.mutex_.Unlock();
    for (const PlacedFinding& found : findings) {
      ReportFinding(found.finding, found.place);
    }
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

 private:
  const MessengerHold hold_;
  Observer& observer_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_OBSERVER_CALL_H_
