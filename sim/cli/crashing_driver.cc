// A Vulkan driver that aborts as soon as it is talked to.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t*) {
  std::fputs("crashing_driver: these are my last words\n", stderr);
  std::abort();
}

extern "C" void* vk_icdGetInstanceProcAddr(void*, const char*) {
  return nullptr;
}
