#ifndef INCOHERENT_SIM_DEVICE_SCHEDULE_H_
#define INCOHERENT_SIM_DEVICE_SCHEDULE_H_

// Schedule: when the simulated device does what it may, and what happens in its
// caches by chance.
//
//   policy   device commands run                 by itself
//   lazy     when somebody waits for them, and   nothing happens
//            no more than must
//   eager    as soon as they can, in order       everything moves at once: the
//                                                memory looks coherent
//   random   some at each call, in any order     any byte or atom may move, or
//            their dependencies permit           be evicted or refilled
//
// All that random does, the hardware may do; the same seed does the same.
// Chance comes from one generator, the caller's, and there is no clock.

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "sim/device/device_machine.h"
#include "sim/device/device_object_memory.h"
#include "sim/memory/eviction.h"

namespace incoherent {

class HostAllocation;

class Schedule {
 public:
  using Objects = std::vector<std::unique_ptr<DeviceObjectMemory>>;
  using Pages = std::vector<std::shared_ptr<HostAllocation>>;

  // All outlive it; null in `objects` is a freed one.
  Schedule(EvictionPolicy::Kind policy, DeviceMachine& machine,
           Objects& objects, Pages& pages, std::mt19937_64& coins)
      : policy_(policy),
        machine_(machine),
        objects_(objects),
        pages_(pages),
        coins_(coins) {}

  // Takes its chance: before and after each call of the host.
  void Pass();

  // Goes on until that operation has run; false if it cannot.
  bool RunUntil(DeviceMachine::Number number);

 private:
  uint64_t Below(uint64_t limit) { return coins_() % limit; }
  // Some byte of them, or a piece from there on, or all of a run.
  ByteRange SomeOf(const std::vector<ByteRange>& runs);

  // Brings everything in step, by moves the hardware may make.
  void Settle();
  void SettleHost();
  void SettleView(DeviceObjectMemory& view);
  void RunAll();
  // One thing of a random kind, if there is one.
  void ActAtRandom();
  void MoveAtRandom();
  void CacheAtRandom();
  bool RunAtRandom();

  EvictionPolicy::Kind policy_;
  DeviceMachine& machine_;
  Objects& objects_;
  Pages& pages_;
  std::mt19937_64& coins_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_SCHEDULE_H_
