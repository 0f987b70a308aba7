#ifndef INCOHERENT_SIM_ICD_TRAP_CALL_STACK_H_
#define INCOHERENT_SIM_ICD_TRAP_CALL_STACK_H_

// CallStack: where the application was when it called, or when it was trapped.
//
// Taking one is cheap; names are looked up only when somebody wants to read
// them. Not for signal handlers.
//
// Example:
//
//   const CallStack here = CallStack::Here();
//   for (const std::string& line : here.Symbolized()) std::puts(line.c_str());
//   // DrawFrame() at src/viewer.cc:42  with debug information, as it was
//   //                                  named to the compiler
//   // main()+0x1c in viewer            with a symbol
//   // 0x11b9 in libengine.so           with neither; the address in the file

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace incoherent {

class CallStack {
 public:
  static constexpr int kMaxDepth = 24;

  // No frames.
  CallStack() = default;

  // The caller's. Frames of the ICD and of the Vulkan loader and its layers are
  // left out at the top, so that the first one is the application's.
  static CallStack Here();

  // A stack as an AccessTrap gives it, innermost first: the first frame is an
  // instruction, the others are return addresses.
  static CallStack Of(const void* const* frames, int depth);

  int depth() const { return depth_; }

  // Tells calling places apart; stable within the process, and the same for
  // the same frames.
  uint64_t Place() const;
  // The same for the function of the first frame as a whole, as long as it was
  // called from one place. What the C library does for a function is done by
  // that function.
  uint64_t CallersPlace() const;

  // One line for each frame, innermost first.
  std::vector<std::string> Symbolized() const;

  friend bool operator==(const CallStack& a, const CallStack& b) {
    return a.depth_ == b.depth_ && a.frames_ == b.frames_;
  }

 private:
  uint64_t PlaceFrom(int first) const;

  // Addresses just behind (a byte of) the instructions in question.
  std::array<uintptr_t, kMaxDepth> frames_ = {};
  int depth_ = 0;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_CALL_STACK_H_
