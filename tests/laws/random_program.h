#ifndef INCOHERENT_TESTS_LAWS_RANDOM_PROGRAM_H_
#define INCOHERENT_TESTS_LAWS_RANDOM_PROGRAM_H_

// Random litmus programs, small enough that every schedule can be explored.
//
// A Sketch is a list of choices that rapidcheck makes and shrinks; TextOf
// writes it as a litmus file. Every write has a fresh value and every read its
// own register, so that a wrong read shows; so there are no copies. One or two
// host threads; where there are two, each byte is the one's or the other's,
// since what two threads do to each other's bytes is the host language's
// affair.
//
// A program is closed by an epilogue that observes what is left in every byte,
// behind all the synchronization there is.
//
// A prefix of a sketch is a program, too: what it has not submitted yet is
// submitted before the epilogue. If its last step is the host's, what would run
// after it, and could hide what it did, is left out: what was not submitted, or
// waits for a signal that the host has yet to give.

#include <algorithm>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "rapidcheck.h"
#include "sim/litmus/program.h"

namespace incoherent::litmus {

struct SketchStep {
  enum Kind {
    kHostStore,
    kHostLoad,
    kFlush,
    kInvalidate,
    kWait,    // for the latest submit
    kSubmit,  // of the device steps since the last one
    kDeviceStore,
    kDeviceLoad,
    kBarrier,   // between device stages
    kToHost,    // a barrier to HOST
    kFromHost,  // a barrier from HOST
    kHandOver,  // go on in the other thread, by post and await
    kSwitch,    // go on in the other thread, just so
  };
  static constexpr int kKinds = 13;

  Kind kind;
  int byte;    // modulo what there is
  int choice;  // of stages, scopes, queues; modulo what there is

  bool IsOfDevice() const { return kind >= kDeviceStore && kind <= kFromHost; }
};

struct Sketch {
  enum Type { kNonCoherent, kCoherent, kDeviceCoherent };

  Type type;
  bool whole_atoms;
  int atoms;  // of two bytes each
  int queues;
  int threads;
  std::vector<SketchStep> steps;

  Sketch Prefix(size_t size) const {
    Sketch prefix = *this;
    prefix.steps.resize(size);
    if (size > 0 && !steps[size - 1].IsOfDevice()) prefix.DropWhatRunsLater();
    return prefix;
  }

 private:
  // Where what is submitted by the latest kSubmit before `end` begins.
  size_t BehindSubmit(size_t end) const {
    while (end > 0 && steps[end - 1].kind != SketchStep::kSubmit) --end;
    return end;
  }
  // Whether that submission has to wait for the host (see Writer::Submit).
  bool IsHeldBack(size_t behind) const {
    return behind > 0 && threads == 1 && (steps[behind - 1].choice & 4) != 0 &&
           std::none_of(steps.begin() + behind, steps.end(),
                        [](const SketchStep& step) {
                          return step.kind == SketchStep::kWait;
                        });
  }
  void DropWhatRunsLater() {
    size_t from = BehindSubmit(steps.size());
    const bool held_back = IsHeldBack(from);
    const size_t submit = from - 1;
    if (held_back) from = BehindSubmit(submit);
    std::vector<SketchStep> kept;
    for (size_t i = 0; i < steps.size(); ++i) {
      const bool later =
          i >= from && (steps[i].IsOfDevice() || (held_back && i == submit));
      if (!later) kept.push_back(steps[i]);
    }
    steps = std::move(kept);
  }
};

struct SketchLimits {
  int steps = 8;
  int threads = 1;
  int queues = 2;
  // Only programs that deliver writes to reads and forget nothing.
  bool careful = false;
};

rc::Gen<Sketch> ArbitrarySketch(const SketchLimits& limits);

std::string TextOf(const Sketch& sketch);
// TextOf, parsed.
Program ProgramOf(const Sketch& sketch);

void showValue(const Sketch& sketch, std::ostream& out);

}  // namespace incoherent::litmus

#endif  // INCOHERENT_TESTS_LAWS_RANDOM_PROGRAM_H_
