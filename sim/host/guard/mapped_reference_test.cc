// Elements of guards: what does not compile, and what each use does to memory.

#include "incoherent/mapped_reference.h"

#include <type_traits>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/mapped_memory.h"
#include "incoherent/testing.h"
#include "sim/host/guard/particle.h"

namespace incoherent {
namespace {

using testing::ElementsAre;

// --- What compiles.

template <typename Guard, typename = void>
struct HasGet : std::false_type {};
template <typename Guard>
struct HasGet<Guard, std::void_t<decltype(std::declval<Guard>().Get())>>
    : std::true_type {};

template <typename Guard, typename = void>
struct HasSet : std::false_type {};
template <typename Guard>
struct HasSet<Guard, std::void_t<decltype(std::declval<Guard>().Set(
                         std::declval<typename Guard::Element>()))>>
    : std::true_type {};

template <typename Guard, typename = void>
struct HasBulkReads : std::false_type {};
template <typename Guard>
struct HasBulkReads<Guard,
                    std::void_t<decltype(std::declval<Guard>().CopyTo({})),
                                decltype(std::declval<Guard>().Load(0))>>
    : std::true_type {};

template <typename Guard, typename = void>
struct HasBulkWrites : std::false_type {};
template <typename Guard>
struct HasBulkWrites<Guard,
                     std::void_t<decltype(std::declval<Guard>().Fill(1)),
                                 decltype(std::declval<Guard>().Store(0, 1))>>
    : std::true_type {};

template <typename Reference, typename = void>
struct CanAdd : std::false_type {};
template <typename Reference>
struct CanAdd<Reference, std::void_t<decltype(std::declval<Reference>() += 1)>>
    : std::true_type {};

template <typename Guard>
constexpr bool kConverts = std::is_convertible<typename Guard::Reference,
                                               typename Guard::Element>::value;
template <typename Guard>
constexpr bool kAssigns = std::is_assignable<typename Guard::Reference,
                                             typename Guard::Element>::value;

TEST(GuardTypeTest, AReadGuardHasNoWrites) {
  using Guard = ReadGuard<int>;
  EXPECT_TRUE(kConverts<Guard>);
  EXPECT_TRUE(HasGet<Guard>::value);
  EXPECT_TRUE(HasBulkReads<Guard>::value);
  EXPECT_FALSE(kAssigns<Guard>);
  EXPECT_FALSE(HasSet<Guard>::value);
  EXPECT_FALSE(HasBulkWrites<Guard>::value);
  EXPECT_FALSE(CanAdd<Guard::Reference>::value);
}

TEST(GuardTypeTest, AWriteGuardHasNoReads) {
  using Guard = WriteGuard<int>;
  EXPECT_FALSE(kConverts<Guard>);
  EXPECT_FALSE(HasGet<Guard>::value);
  EXPECT_FALSE(HasBulkReads<Guard>::value);
  EXPECT_TRUE(kAssigns<Guard>);
  EXPECT_TRUE(HasSet<Guard>::value);
  EXPECT_TRUE(HasBulkWrites<Guard>::value);
  EXPECT_FALSE(CanAdd<Guard::Reference>::value);
}

TEST(GuardTypeTest, AReadWriteGuardHasBoth) {
  using Guard = ReadWriteGuard<int>;
  EXPECT_TRUE(kConverts<Guard>);
  EXPECT_TRUE(HasGet<Guard>::value);
  EXPECT_TRUE(HasBulkReads<Guard>::value);
  EXPECT_TRUE(kAssigns<Guard>);
  EXPECT_TRUE(HasSet<Guard>::value);
  EXPECT_TRUE(HasBulkWrites<Guard>::value);
  EXPECT_TRUE(CanAdd<Guard::Reference>::value);
}

TEST(GuardTypeTest, GuardsAndMemoryAreMovedNotCopied) {
  EXPECT_FALSE(std::is_copy_constructible<WriteGuard<int>>::value);
  EXPECT_TRUE(std::is_nothrow_move_constructible<WriteGuard<int>>::value);
  EXPECT_TRUE(std::is_nothrow_move_assignable<WriteGuard<int>>::value);
  EXPECT_FALSE(std::is_copy_constructible<MappedMemory>::value);
  EXPECT_TRUE(std::is_nothrow_move_constructible<MappedMemory>::value);
  EXPECT_TRUE(std::is_nothrow_move_assignable<MappedMemory>::value);
}

// --- What is accessed.

class MappedReferenceTest : public DeviceTest {
 protected:
  MappedMemory Coherent() {
    return *MappedMemory::Allocate(device(), SmallDeviceTypes::kCoherent, 256);
  }
  // The bytes that anybody has written: to load one of the others is a finding.
  std::vector<uint64_t> Written(const MappedMemory& memory) {
    std::vector<uint64_t> written;
    for (uint64_t at = 0; at < memory.size(); ++at) {
      const size_t before = device().findings().size();
      EXPECT_TRUE(device().Load(memory.memory().id(), at, 1).ok());
      if (device().findings().size() == before) written.push_back(at);
    }
    return written;
  }
};

TEST_F(MappedReferenceTest, ElementsAreReadAndWrittenLikeReferences) {
  const MappedMemory memory = Coherent();
  auto guard = *memory.ReadWrite<int32_t[]>({16, 32});
  EXPECT_EQ(guard.size(), 8u);
  EXPECT_EQ(guard.range(), (ByteRange{16, 32}));
  guard[0] = 20;
  guard[1] = guard[0] + 2;
  guard[2] = guard[1];
  const int32_t seen[] = {guard[0], guard[1], guard[2]};
  EXPECT_THAT(seen, ElementsAre(20, 22, 22));
  EXPECT_TRUE(guard.Close().ok());
  // From one guard to another.
  auto source = *memory.Read<int32_t[]>({16, 8});
  auto target = *memory.Write<int32_t[]>({64, 4});
  target[0] = source[1];
  EXPECT_EQ(source[1], 22);
  EXPECT_TRUE(target.Close().ok());
  EXPECT_EQ((*memory.Read<int32_t[]>({64, 4}))[0], 22);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(MappedReferenceTest, CompoundAssignmentsAreTheLanguages) {
  const MappedMemory memory = Coherent();
  auto guard = *memory.ReadWrite<int32_t>({0, 4});
  int32_t plain = 100;
  guard.Set(plain);
  const auto expect_same = [&] { EXPECT_EQ(guard.Get(), plain); };
  (*guard) += 7, plain += 7, expect_same();
  (*guard) -= 3, plain -= 3, expect_same();
  (*guard) *= 5, plain *= 5, expect_same();
  (*guard) /= 4, plain /= 4, expect_same();
  (*guard) %= 77, plain %= 77, expect_same();
  (*guard) |= 24, plain |= 24, expect_same();
  (*guard) &= 93, plain &= 93, expect_same();
  (*guard) ^= 11, plain ^= 11, expect_same();
  (*guard) <<= 3, plain <<= 3, expect_same();
  (*guard) >>= 1, plain >>= 1, expect_same();
  ++*guard, ++plain, expect_same();
  --*guard, --plain, expect_same();
}

TEST_F(MappedReferenceTest, SmallTypesWrapAsInTheLanguage) {
  const MappedMemory memory = Coherent();
  auto guard = *memory.ReadWrite<uint8_t[]>({0, 2});
  guard[0] = 250;
  guard[0] += 10;
  EXPECT_EQ(guard[0], 4);
}

TEST_F(MappedReferenceTest, AStoreTouchesItsElementAlone) {
  const MappedMemory memory = Coherent();
  auto guard = *memory.Write<uint32_t[]>({64, 16});
  guard[2] = 0x04030201;
  EXPECT_THAT(Written(memory), ElementsAre(72, 73, 74, 75));
}

TEST_F(MappedReferenceTest, AMemberTouchesItsBytesAlone) {
  const MappedMemory memory = Coherent();
  auto guard = *memory.ReadWrite<Particle[]>({32, 64});
  guard[1].At(&Particle::mass) = 2.f;
  guard[1].At(&Particle::color, 2) = 9;
  guard[1].At(&Particle::where).At(&Point::y) = 4.f;
  guard[1].At(&Particle::mass) += 1.f;
  EXPECT_EQ(guard[1].At(&Particle::mass), 3.f);
  EXPECT_EQ(guard[1].At(&Particle::color, 2), 9);
  EXPECT_EQ(guard[1].At(&Particle::where).At(&Point::y), 4.f);
  EXPECT_THAT(device(), HasNoFindings());
  EXPECT_THAT(Written(memory), ElementsAre(68, 69, 70, 71, 76, 77, 78, 79, 82));
}

TEST_F(MappedReferenceTest, ASingleObjectIsReadAndWrittenAsAWhole) {
  const MappedMemory memory = Coherent();
  auto guard = *memory.ReadWrite<Particle>({64, 32});
  EXPECT_EQ(guard.size(), 1u);
  Particle particle = {{1, 2, 3}, 4, {5, 6, 7, 8}, 9, 10};
  guard.Set(particle);
  EXPECT_EQ(guard.Get().color[3], 8);
  particle.id = 11;
  *guard = particle;
  EXPECT_EQ(guard.At(&Particle::id), 11u);
  EXPECT_EQ(guard.At(&Particle::color, 1), 6);
  guard.At(&Particle::born) = 12;
  EXPECT_EQ((*guard).Get().born, 12u);
  EXPECT_THAT(device(), HasNoFindings());
}

}  // namespace
}  // namespace incoherent
