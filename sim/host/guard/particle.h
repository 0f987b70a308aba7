#ifndef INCOHERENT_SIM_HOST_GUARD_PARTICLE_H_
#define INCOHERENT_SIM_HOST_GUARD_PARTICLE_H_

// What the tests of guards keep in memory: 32 bytes, with no gaps.

#include <cstdint>

namespace incoherent {

struct Point {
  float x, y, z;
};

struct Particle {
  Point where;       // bytes [0, 12)
  float mass;        // [12, 16)
  uint8_t color[4];  // [16, 20)
  uint32_t id;       // [20, 24)
  uint64_t born;     // [24, 32)
};
static_assert(sizeof(Particle) == 32, "no gaps");

}  // namespace incoherent

#endif  // INCOHERENT_SIM_HOST_GUARD_PARTICLE_H_
