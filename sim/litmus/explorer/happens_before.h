#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_HAPPENS_BEFORE_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_HAPPENS_BEFORE_H_

// HappensBefore: which steps of a program come before which in every schedule.
//
// An *event* is a step that will be taken once: a device operation, or an
// operation of a host thread. What orders them: a thread's program order, a
// submit and its operations, what a device operation must follow, a fence and
// the wait for it; and a post, signal or set with its wait where nothing else
// can satisfy that.
//
// Example:
//
//   Events events(machine);
//   HappensBefore order(machine, events);
//   order.IsBefore(events.OfThread(0, 2), events.OfDevice(5));

#include <cstdint>
#include <vector>

#include "sim/litmus/machine/machine_program.h"

namespace incoherent::litmus {

// A set of events, as bits.
class EventSet {
 public:
  explicit EventSet(int size = 0) : words_((size + 63) / 64, 0) {}

  void Add(int event) { words_[event / 64] |= uint64_t{1} << event % 64; }
  bool Has(int event) const { return words_[event / 64] >> event % 64 & 1; }
  void AddAll(const EventSet& other) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }

 private:
  std::vector<uint64_t> words_;
};

// The numbers of events: device operations first.
class Events {
 public:
  explicit Events(const MachineProgram& machine);

  int size() const { return size_; }
  int OfDevice(int op) const { return op; }
  int OfThread(int thread, int op) const { return first_[thread] + op; }

 private:
  std::vector<int> first_;  // by thread
  int size_ = 0;
};

class HappensBefore {
 public:
  HappensBefore(const MachineProgram& machine, const Events& events);

  bool IsBefore(int a, int b) const { return before_[b].Has(a); }

 private:
  void Add(int earlier, int later) { before_[later].Add(earlier); }
  void AddThreads(const MachineProgram& machine, const Events& events);
  void AddRunsMet(const MachineProgram& machine, const Events& events,
                  int thread, int index);
  void AddDevice(const MachineProgram& machine, const Events& events);
  void AddOnlyCauses(const MachineProgram& machine, const Events& events);
  void Close();

  std::vector<EventSet> before_;  // by event: all that come before it
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_HAPPENS_BEFORE_H_
