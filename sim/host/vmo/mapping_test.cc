// What the document says of Mapping: how one is made, what its size is, how it
// goes.

#include <sys/mman.h>
#include <unistd.h>

#include <sstream>
#include <thread>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "sim/host/vmo/vmo_under_test.h"

namespace incoherent {
namespace {

using absl::StatusCode;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(MappingTest, AllocateGivesAMappingAndItsVmo) {
  auto made = Mapping::Allocate(64);
  ASSERT_TRUE(made.ok()) << made.status();
  auto& [mapping, vmo] = *made;
  EXPECT_EQ(mapping.len(), 64u);
  EXPECT_EQ(mapping.size(), 64u);
  EXPECT_EQ(vmo.size(), 64u);
  EXPECT_EQ(vmo.name(), "");
  EXPECT_EQ(mapping.Write(TestBytes(64, 7)), 64u);
  EXPECT_THAT(ReadBytes(mapping, 0, 64), Each(7));
}

TEST(MappingTest, TheAllocatedVmoIsNotResizableAndMapsAgain) {
  const auto made = Mapping::Allocate(64);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_FALSE(made->second.resizable());
  EXPECT_TRUE(Mapping::CreateFromVmo(made->second, 64, kPermRead).ok());
}

TEST(MappingTest, AllocateWithNameNamesTheVmo) {
  const auto made = Mapping::AllocateWithName(64, "frames");
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->second.name(), "frames");
}

TEST(MappingTest, FreshMemoryIsZeroAndMayBeRead) {
  const auto made = Mapping::Allocate(5000);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(ReadBytes(made->first, 0, 5000), Each(0));
  EXPECT_THAT(made->second.findings(), IsEmpty());
}

TEST(MappingTest, AMappingOfAPartHasItsSize) {
  const Vmo vmo = MakeVmo(100);
  const auto mapping = Mapping::CreateFromVmo(vmo, 40, kPermRead);
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  EXPECT_EQ(mapping->len(), 40u);
  EXPECT_THAT(ReadBytes(*mapping, 0, 100), SizeIs(40));
}

TEST(MappingTest, AResizableVmoIsNotSupported) {
  VmoOptions options;
  options.size = 64;
  options.resizable = true;
  const Vmo vmo = *Vmo::Create(options);
  const auto mapping = Mapping::CreateFromVmo(vmo, 64, kPermRead);
  EXPECT_THAT(mapping.status(),
              IsRefusal(StatusCode::kUnimplemented, "ZX_ERR_NOT_SUPPORTED: "));
}

struct Refused {
  const char* name;
  size_t size;
  uint32_t flags;
  StatusCode code;
  const char* zx;
};

class RefusedMapping : public testing::TestWithParam<Refused> {};

TEST_P(RefusedMapping, IsRefused) {
  const Vmo vmo = MakeVmo(64);
  const auto mapping = Mapping::CreateFromVmo(
      vmo, GetParam().size, static_cast<VmarFlags>(GetParam().flags));
  EXPECT_THAT(mapping.status(), IsRefusal(GetParam().code, GetParam().zx));
  EXPECT_THAT(vmo.findings(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Vmo, RefusedMapping,
    testing::Values(
        Refused{"NoBytes", 0, kPermRead, StatusCode::kInvalidArgument,
                "ZX_ERR_INVALID_ARGS: "},
        Refused{"LargerThanTheVmo", 65, kPermRead, StatusCode::kOutOfRange,
                "ZX_ERR_BUFFER_TOO_SMALL: "},
        Refused{"TheLargestSize", SIZE_MAX, kPermRead, StatusCode::kOutOfRange,
                "ZX_ERR_BUFFER_TOO_SMALL: "},
        Refused{"NoFlags", 64, 0, StatusCode::kInvalidArgument,
                "ZX_ERR_INVALID_ARGS: "},
        Refused{"WriteWithoutRead", 64, kPermWrite,
                StatusCode::kInvalidArgument, "ZX_ERR_INVALID_ARGS: "},
        Refused{"UnknownFlags", 64, kPermRead | 8u,
                StatusCode::kInvalidArgument, "ZX_ERR_INVALID_ARGS: "}),
    [](const auto& info) { return info.param.name; });

TEST(MappingTest, AllocateRefusesWhatNoVmoCanHave) {
  EXPECT_THAT(Mapping::Allocate(0).status(),
              IsRefusal(StatusCode::kInvalidArgument, "ZX_ERR_INVALID_ARGS: "));
  EXPECT_THAT(Mapping::Allocate(SIZE_MAX).status(),
              IsRefusal(StatusCode::kOutOfRange, "ZX_ERR_OUT_OF_RANGE: "));
}

TEST(MappingTest, WritingWithoutPermissionIsRefusedAndFound) {
  const Vmo vmo = MakeVmo(64);
  auto mapping = *Mapping::CreateFromVmo(vmo, 64, kPermRead, {"viewer"});
  EXPECT_THAT(
      mapping.WriteAt(8, TestBytes(4, 1)).status(),
      IsRefusal(StatusCode::kPermissionDenied, "ZX_ERR_ACCESS_DENIED: "));
  EXPECT_EQ(mapping.Write(TestBytes(4, 1)), 0u);
  EXPECT_THAT(
      MessagesOf(vmo.findings()),
      ElementsAre(HasSubstr("[8, 12): 'viewer: write [8, 12)' refused: the "
                            "mapping has no kPermWrite"),
                  HasSubstr("[0, 4): 'viewer: write [0, 4)' refused: ")));
  EXPECT_THAT(ReadBytes(mapping, 0, 64), Each(0));
}

TEST(MappingTest, APartyIsNamedAfterItsProcessByDefault) {
  const auto made = Mapping::Allocate(4);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(made->first.party(),
              testing::EndsWith(absl::StrCat(" ", getpid())));
}

TEST(MappingTest, NamesAreCutAndCleanedAsOneLineNeeds) {
  const auto made = Mapping::AllocateWithName(
      4, "a\nb\x80" + std::string(40, 'c'), {std::string(40, 'p')});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->second.name(), "a?b?" + std::string(27, 'c'));
  EXPECT_EQ(made->first.party(), std::string(31, 'p'));
}

TEST(MappingTest, DebugOutputSaysWhatItIs) {
  const Vmo vmo = MakeVmo(64);
  Mapping mapping = MapAs(vmo, "producer");
  std::ostringstream text;
  text << mapping << " " << vmo;
  EXPECT_EQ(text.str(),
            "Mapping{vmo \"frames\", party \"producer\", [0, 64), read | "
            "write} Vmo{\"frames\", 64 bytes}");
  EXPECT_EQ(mapping.Slice({4, 8})->DebugString(),
            "SharedBufferSlice{vmo \"frames\", party \"producer\", [4, 8), "
            "read}");
  EXPECT_EQ(mapping.SliceMut({4, 8})->DebugString(),
            "SharedBufferSliceMut{vmo \"frames\", party \"producer\", [4, 8), "
            "read | write}");
}

TEST(MappingTest, IsMovedAndNeverCopied) {
  EXPECT_FALSE(std::is_copy_constructible<Mapping>::value);
  EXPECT_FALSE(std::is_copy_assignable<Mapping>::value);
  EXPECT_TRUE(std::is_nothrow_move_constructible<Mapping>::value);
  EXPECT_TRUE(std::is_nothrow_move_assignable<Mapping>::value);
  EXPECT_TRUE((std::is_convertible<Mapping*, SharedBuffer*>::value));
  EXPECT_TRUE((std::is_convertible<const Mapping*, const SharedBytes*>::value));
  // A slice is no mapping's rest.
  EXPECT_FALSE((std::is_constructible<SharedBufferSlice, Mapping>::value));
}

TEST(MappingTest, KeepsItsViewWhereverItIsMoved) {
  const Vmo vmo = MakeVmo(8);
  Mapping first = MapAs(vmo, "first");
  first.Write(TestBytes(8, 3));
  Mapping second = std::move(first);
  EXPECT_THAT(ReadBytes(second, 0, 8), Each(3));
  EXPECT_EQ(second.party(), "first");
  std::thread elsewhere([mapping = std::move(second)]() mutable {
    EXPECT_THAT(ReadBytes(mapping, 0, 8), Each(3));
  });
  elsewhere.join();
  EXPECT_THAT(vmo.findings(), IsEmpty());
}

TEST(MappingTest, UseAfterMoveIsRefusedAndFound) {
  const Vmo vmo = MakeVmo(8);
  Mapping first = MapAs(vmo, "first");
  Mapping second = std::move(first);
  EXPECT_THAT(first.WriteAt(0, TestBytes(4, 1)).status(),  // NOLINT
              IsRefusal(StatusCode::kFailedPrecondition, "ZX_ERR_BAD_STATE: "));
  EXPECT_THAT(first.AcquireWrites(),
              IsRefusal(StatusCode::kFailedPrecondition, "ZX_ERR_BAD_STATE: "));
  EXPECT_THAT(MessagesOf(vmo.findings()),
              testing::AllOf(SizeIs(2), Each(HasSubstr("was moved from"))));
  EXPECT_EQ(second.Write(TestBytes(4, 1)), 4u);
}

TEST(MappingTest, AssignmentUnmapsWhatWasThere) {
  const Vmo vmo = MakeVmo(8);
  Mapping one = MapAs(vmo, "one");
  const auto slice = *one.Slice({});
  Mapping two = MapAs(vmo, "two");
  one = std::move(two);
  EXPECT_EQ(one.party(), "two");
  EXPECT_FALSE(slice.ReadAt(0, {}).ok());
  EXPECT_EQ(one.Write(TestBytes(8, 1)), 8u);
}

TEST(MappingTest, TheDestructorUnmaps) {
  const Vmo vmo = MakeVmo(8);
  absl::optional<SharedBufferSlice> slice;
  {
    Mapping mapping = MapAs(vmo, "gone");
    slice = *mapping.Slice({2, 6});
  }
  EXPECT_THAT(slice->ReadAt(0, {}).status(),
              IsRefusal(StatusCode::kFailedPrecondition, "ZX_ERR_BAD_STATE: "));
  EXPECT_THAT(MessagesOf(vmo.findings()),
              ElementsAre(HasSubstr("'gone: read [2, 2)' refused: the mapping "
                                    "is gone")));
}

TEST(MappingTest, UnreleasedWritesGoWithTheMapping) {
  const Vmo vmo = MakeVmo(8);
  { MapAs(vmo, "writer").Write(TestBytes(8, 9)); }
  const Mapping reader = MapAs(vmo, "reader");
  ASSERT_TRUE(reader.AcquireWrites().ok());
  EXPECT_THAT(ReadBytes(reader, 0, 8), Each(0));
  EXPECT_THAT(MessagesOf(vmo.findings()),
              ElementsAre(HasSubstr("missing: ReleaseWrites by writer")));
}

TEST(MappingTest, AMappingOutlivesEveryHandleToItsVmo) {
  auto made = Mapping::Allocate(8);
  ASSERT_TRUE(made.ok()) << made.status();
  Mapping mapping = std::move(made->first);
  made = absl::CancelledError();
  EXPECT_EQ(mapping.Write(TestBytes(8, 1)), 8u);
  EXPECT_THAT(ReadBytes(mapping, 0, 8), Each(1));
}

// --- AsPtrLen

bool IsMapped(const void* at) {
  unsigned char resident;
  return mincore(const_cast<void*>(at), 1, &resident) == 0;
}

TEST(AsPtrLenTest, GivesTheMemoryToBeFreed) {
  const Vmo vmo = MakeVmo(5000);
  Mapping::PtrLen memory;
  {
    Mapping mapping = MapAs(vmo, "owner");
    const auto given = mapping.AsPtrLen();
    ASSERT_TRUE(given.ok()) << given.status();
    memory = *given;
  }
  EXPECT_EQ(memory.len, 5000u);
  EXPECT_TRUE(IsMapped(memory.ptr)) << "the destructor does not unmap";
  EXPECT_TRUE(FreeMapping(memory.ptr, memory.len).ok());
  EXPECT_FALSE(IsMapped(memory.ptr));
  EXPECT_THAT(vmo.findings(), IsEmpty());
}

TEST(AsPtrLenTest, IsTheVmosOwnMemory) {
  const Vmo vmo = MakeVmo(8);
  Mapping writer = MapAs(vmo, "writer");
  Mapping owner = MapAs(vmo, "owner");
  const Mapping::PtrLen memory = *owner.AsPtrLen();
  writer.Write(TestBytes(8, 5));
  EXPECT_EQ(memory.ptr[7], 0);
  ASSERT_TRUE(writer.ReleaseWrites().ok());
  EXPECT_EQ(memory.ptr[7], 5);
  EXPECT_TRUE(FreeMapping(memory.ptr, memory.len).ok());
}

TEST(AsPtrLenTest, AnyOtherUseAfterItIsRefusedAndFound) {
  const Vmo vmo = MakeVmo(8);
  Mapping mapping = MapAs(vmo, "owner");
  const Mapping::PtrLen memory = *mapping.AsPtrLen();
  TestBytes bytes(8);
  EXPECT_EQ(mapping.Read(absl::MakeSpan(bytes)), 0u);
  EXPECT_EQ(mapping.Write(bytes), 0u);
  EXPECT_FALSE(mapping.ReadAt(8, {}).ok());
  EXPECT_FALSE(mapping.AcquireWrites().ok());
  EXPECT_FALSE(mapping.ReleaseWrites().ok());
  EXPECT_FALSE(mapping.Slice({}).ok());
  EXPECT_FALSE(mapping.SliceMut({}).ok());
  EXPECT_FALSE(mapping.AsPtrLen().ok());
  EXPECT_THAT(MessagesOf(vmo.findings()),
              testing::AllOf(SizeIs(8), Each(HasSubstr("AsPtrLen gave the "
                                                       "memory away"))));
  EXPECT_TRUE(FreeMapping(memory.ptr, memory.len).ok());
}

TEST(AsPtrLenTest, IsRefusedWhileASliceLives) {
  const Vmo vmo = MakeVmo(8);
  Mapping mapping = MapAs(vmo, "owner");
  {
    const auto slice = *mapping.Slice({2, 3});
    EXPECT_FALSE(mapping.AsPtrLen().ok());
  }
  EXPECT_THAT(vmo.findings(), SizeIs(1));
  const auto memory = mapping.AsPtrLen();
  ASSERT_TRUE(memory.ok()) << memory.status();
  EXPECT_TRUE(FreeMapping(memory->ptr, memory->len).ok());
}

TEST(AsPtrLenTest, FreeMappingFreesNothingElse) {
  const Vmo vmo = MakeVmo(8);
  const Mapping::PtrLen memory = *MapAs(vmo, "owner").AsPtrLen();
  const auto refused =
      IsRefusal(StatusCode::kInvalidArgument, "ZX_ERR_INVALID_ARGS: ");
  EXPECT_THAT(FreeMapping(nullptr, 8), refused);
  EXPECT_THAT(FreeMapping(memory.ptr, 7), refused);
  EXPECT_TRUE(FreeMapping(memory.ptr, 8).ok());
  EXPECT_THAT(FreeMapping(memory.ptr, 8), refused);
}

}  // namespace
}  // namespace incoherent
