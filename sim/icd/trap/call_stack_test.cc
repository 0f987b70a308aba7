#include "sim/icd/trap/call_stack.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <chrono>
#include <cstdio>

#include "sim/icd/trap/access_trap.h"
#include "sim/icd/trap/trapped_region_under_test.h"

namespace incoherent {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

// An application's library, as drawing_under_test.cc has it.
class Drawing {
 public:
  explicit Drawing(const std::string& file)
      : library_(dlopen(("sim/icd/" + file).c_str(), RTLD_NOW | RTLD_LOCAL)) {}
  bool is_loaded() const { return library_ != nullptr; }

  // The stack at the innermost call of draw_scene(), and its line.
  struct Place {
    CallStack stack;
    int line = 0;
  };
  Place Draw() const {
    using Call = void (*)(void*, int);
    const auto draw =
        reinterpret_cast<void (*)(Call, void*)>(dlsym(library_, "draw_scene"));
    Place place;
    draw(NotePlace, &place);
    return place;
  }

  int ReadBack(const uint8_t* bytes, uint8_t* value) const {
    return reinterpret_cast<int (*)(const volatile uint8_t*, uint8_t*)>(
        dlsym(library_, "read_back"))(bytes, value);
  }

 private:
  static void NotePlace(void* argument, int line) {
    auto* place = static_cast<Place*>(argument);
    place->stack = CallStack::Here();
    place->line = line;
  }

  void* library_;
};

::testing::Matcher<std::string> At(const std::string& function, int line) {
  return AllOf(
      StartsWith(function + " at "),
      EndsWith("sim/icd/trap/drawing_under_test.cc:" + std::to_string(line)));
}

TEST(CallStackTest, DebugInformationGivesFunctionAndLine) {
  const Drawing drawing("drawing_with_lines.so");
  ASSERT_TRUE(drawing.is_loaded());
  const Drawing::Place place = drawing.Draw();
  const std::vector<std::string> lines = place.stack.Symbolized();
  ASSERT_EQ(lines.size(), static_cast<size_t>(place.stack.depth()));
  ASSERT_GE(lines.size(), 4u);
  // Here()'s caller is this test's own function; nothing of a test is left out.
  EXPECT_THAT(lines[0], StartsWith("incoherent::Drawing::NotePlace()"));
  EXPECT_THAT(lines[1], At("DrawFrame()", place.line));
  EXPECT_THAT(lines[2], At("draw_scene()", place.line + 7));
  for (const std::string& text : lines) {
    EXPECT_THAT(text, AllOf(Not(HasSubstr("\n")), Not(IsEmpty())));
  }
}

TEST(CallStackTest, SymbolsGiveFunctionAndOffset) {
  const Drawing drawing("drawing_with_symbols.so");
  ASSERT_TRUE(drawing.is_loaded());
  const std::vector<std::string> lines = drawing.Draw().stack.Symbolized();
  ASSERT_GE(lines.size(), 4u);
  EXPECT_THAT(lines[1], MatchesRegex("DrawFrame\\(\\)\\+0x[0-9a-f]+ in "
                                     "drawing_with_symbols\\.so"));
  EXPECT_THAT(lines[2], MatchesRegex("draw_scene\\(\\)\\+0x[0-9a-f]+ in "
                                     "drawing_with_symbols\\.so"));
}

TEST(CallStackTest, AStrippedFileGivesTheAddressInIt) {
  const Drawing drawing("drawing_stripped.so");
  ASSERT_TRUE(drawing.is_loaded());
  const std::vector<std::string> lines = drawing.Draw().stack.Symbolized();
  ASSERT_GE(lines.size(), 4u);
  EXPECT_THAT(lines[1], MatchesRegex("0x[0-9a-f]+ in drawing_stripped\\.so"));
  // What it exports has a name nevertheless.
  EXPECT_THAT(lines[2], StartsWith("draw_scene()+0x"));
}

TEST(CallStackTest, ATrappedAccessNamesItsLine) {
  const Drawing drawing("drawing_with_lines.so");
  ASSERT_TRUE(drawing.is_loaded());
  TrappedRegion region(1);
  region.trap().Guard({{0, 4096}});
  uint8_t value = 0;
  const int line = drawing.ReadBack(region.view() + 9, &value);
  EXPECT_EQ(value, TrappedRegion::Pattern(9));
  const std::vector<TrappedAccess> seen = region.trap().Take();
  ASSERT_EQ(seen.size(), 1u);
  const CallStack stack = CallStack::Of(seen[0].frames, seen[0].depth);
  ASSERT_GT(stack.depth(), 1);
  EXPECT_THAT(stack.Symbolized()[0], At("read_back()", line));
}

TEST(CallStackTest, TheFirstInstructionOfAFunctionIsInIt) {
  const void* frame = dlsym(RTLD_DEFAULT, "qsort");
  ASSERT_NE(frame, nullptr);
  EXPECT_THAT(CallStack::Of(&frame, 1).Symbolized(),
              ElementsAre(AnyOf(MatchesRegex("qsort\\(\\)\\+0x0 in libc.*"),
                                StartsWith("qsort() at "))));
}

TEST(CallStackTest, AFrameInNoFileIsItsAddress) {
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_EXEC,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  const void* frame = static_cast<uint8_t*>(page) + 0x123;
  EXPECT_THAT(CallStack::Of(&frame, 1).Symbolized(),
              ElementsAre(MatchesRegex("0x[0-9a-f]+123 in no file")));
  munmap(page, 4096);
}

TEST(CallStackTest, PlacesAreToldApart) {
  CallStack same[2];
  for (CallStack& stack : same) stack = CallStack::Here();
  const CallStack other = CallStack::Here();
  EXPECT_EQ(same[0].Place(), same[1].Place());
  EXPECT_EQ(same[0], same[1]);
  EXPECT_NE(same[0].Place(), other.Place());
  EXPECT_NE(CallStack().Place(), other.Place());
  EXPECT_EQ(CallStack().depth(), 0);
  EXPECT_THAT(CallStack().Symbolized(), IsEmpty());
}

CallStack StackBelow(int calls) {
  const CallStack stack =
      calls == 0 ? CallStack::Here() : StackBelow(calls - 1);
  asm volatile("");  // no tail call
  return stack;
}

TEST(CallStackTest, DepthIsBounded) {
  const void* frames[100] = {};
  for (const void*& frame : frames) frame = frames;
  EXPECT_EQ(CallStack::Of(frames, 100).depth(), CallStack::kMaxDepth);
  EXPECT_EQ(CallStack::Of(frames, 0).depth(), 0);
  EXPECT_EQ(CallStack::Of(frames, -1).depth(), 0);
  EXPECT_EQ(StackBelow(60).depth(), CallStack::kMaxDepth);
}

TEST(CallStackTest, CostOfAStack) {
  constexpr int kStacks = 10000;
  const auto start = std::chrono::steady_clock::now();
  uint64_t frames = 0;
  for (int i = 0; i < kStacks; ++i) frames += CallStack::Here().depth();
  const std::chrono::duration<double, std::micro> time =
      std::chrono::steady_clock::now() - start;
  std::printf("%.2f us for a stack of %d frames\n", time.count() / kStacks,
              static_cast<int>(frames / kStacks));
  EXPECT_GT(frames, 0u);
}

}  // namespace
}  // namespace incoherent
