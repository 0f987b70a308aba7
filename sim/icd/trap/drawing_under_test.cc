// Code of an application, for call_stack_test: it is compiled with debug
// information, with symbols only, and stripped.

#include <cstdint>

namespace {

using Call = void (*)(void* argument, int line);

__attribute__((noinline)) void DrawFrame(Call call, void* argument) {
  call(argument, __LINE__);
  asm volatile("");  // no tail call
}

}  // namespace

extern "C" void draw_scene(Call call, void* argument) {
  DrawFrame(call, argument);
  asm volatile("");
}

// Returns the line that reads.
extern "C" int read_back(const volatile uint8_t* bytes, uint8_t* value) {
  *value = *bytes;
  return __LINE__ - 1;
}
