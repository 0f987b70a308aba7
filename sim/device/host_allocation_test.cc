// Pages of the host's own: by their own pointer, and as memory of one device or
// several.

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/device/host_allocation_under_test.h"

namespace incoherent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// --- Pages, without a device.

TEST_F(HostAllocationTest, PagesAreZerosAtAnAlignedAddress) {
  EXPECT_EQ(Load(kPage - 1), Byte{0});
  EXPECT_EQ(pages_->address() % 4096, 0u);
  Store(3, 7);
  EXPECT_EQ(Load(3), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_F(HostAllocationTest, WhatCannotBeIsRefusedWithoutAFinding) {
  HostAllocationInfo info;
  const auto code = [&] {
    return HostAllocation::Create(host_, info).status().code();
  };
  EXPECT_EQ(code(), absl::StatusCode::kInvalidArgument) << "size 0";
  info.size = 64;
  info.alignment = 48;
  EXPECT_EQ(code(), absl::StatusCode::kInvalidArgument);
  info.alignment = 64;
  info.handle_type = 1;
  EXPECT_EQ(code(), absl::StatusCode::kInvalidArgument);
  info.handle_type = kHandleTypeHostMappedForeignMemory;
  EXPECT_EQ(HostAllocation::Create(nullptr, info).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(HostAllocation::Create(host_, info).ok());
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_F(HostAllocationTest, AHostThatIsFullHasNoPages) {
  HostOptions options;
  options.address_space_size = 4096;
  const auto host = std::make_shared<Host>(options);
  HostAllocationInfo info;
  info.size = 4096;
  auto pages = HostAllocation::Create(host, info);
  ASSERT_TRUE(pages.ok());
  EXPECT_EQ(ReturnCodeOf(HostAllocation::Create(host, info).status()),
            ReturnCode::kOutOfHostMemory);
  EXPECT_EQ(ReturnCodeOf((*pages)->MapAgain().status()),
            ReturnCode::kOutOfHostMemory);
  pages->reset();
  EXPECT_TRUE(HostAllocation::Create(host, info).ok())
      << "the address is free again";
}

TEST_F(HostAllocationTest, BytesBesideThePagesAreOutOfRangeAndFound) {
  EXPECT_EQ(pages_->Load(kPage, 1).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(pages_->Store(kPage - 1, {1, 2}).code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(pages_->CleanCache(1, kPage).code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(pages_->InvalidateCache(~uint64_t{0}, 2).code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Kinds(), std::vector<std::string>(4, "invalid-usage"));
  EXPECT_EQ(Load(kPage - 1), Byte{0}) << "nothing was stored";
}

TEST_F(HostAllocationTest, NothingIsNoAccess) {
  ExpectOk(pages_->Store(kPage, {}));
  EXPECT_THAT(*pages_->Load(kPage, 0), IsEmpty());
  ExpectOk(pages_->CleanCache(0, 0));
  EXPECT_THAT(host_->findings(), IsEmpty());
}

// --- Imports: what is preserved.

struct Kind {
  const char* name;
  uint32_t type;
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class HostAllocationTypeTest : public HostAllocationTest,
                               public testing::WithParamInterface<Kind> {
 protected:
  bool IsNonCoherent() const { return GetParam().type == kNonCoherentType; }
  void Clean() {
    if (IsNonCoherent()) ExpectOk(pages_->CleanCache(0, kPage));
  }
  void Renew() {
    if (IsNonCoherent()) ExpectOk(pages_->InvalidateCache(0, kPage));
  }
};

TEST_P(HostAllocationTypeTest, ContentsArePreservedByTheImport) {
  Store(3, 7);
  const MemoryId memory = Import(gpu_, GetParam().type);
  EXPECT_EQ(gpu_.DeviceDomain(memory, 3), Byte{7});
  EXPECT_EQ(Load(3), Byte{7});
  EXPECT_EQ(Read(gpu_, memory, 3), Byte{7});
  ExpectOk(gpu_.Map(memory));
  EXPECT_EQ(gpu_.LoadByte(memory, 3), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_P(HostAllocationTypeTest, ContentsArePreservedByALaterImport) {
  Import(gpu_, GetParam().type);
  Store(3, 7);
  Clean();
  const MemoryId memory = Import(other_, GetParam().type);
  ExpectOk(other_.Map(memory));
  EXPECT_EQ(other_.LoadByte(memory, 3), Byte{7});
  EXPECT_EQ(Read(other_, memory, 3), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_P(HostAllocationTypeTest, ContentsArePreservedByTheFree) {
  const MemoryId memory = Import(gpu_, GetParam().type);
  Fill(gpu_, {memory, {0, 4}}, 7);
  Store(16, 8);  // another atom; not cleaned
  ExpectOk(gpu_.Free(memory));
  EXPECT_EQ(Load(3), Byte{7});
  EXPECT_EQ(Load(16), Byte{8});
  const MemoryId again = Import(gpu_, GetParam().type);
  EXPECT_EQ(Read(gpu_, again, 3), Byte{7});
  EXPECT_EQ(Read(gpu_, again, 16), Byte{8});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_P(HostAllocationTypeTest, AWriteThatTheHostNeverGotStaysTheDevices) {
  const MemoryId memory = Import(gpu_, GetParam().type);
  Fill(gpu_, {memory, {0, 4}}, 7, /*barrier=*/false);
  ExpectOk(gpu_.Free(memory));
  const MemoryId again = Import(gpu_, GetParam().type);
  EXPECT_EQ(Read(gpu_, again, 0), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
  EXPECT_EQ(Read(other_, Import(other_, GetParam().type), 0), Byte{0});
  EXPECT_THAT(Kinds(), ElementsAre("missing-host-barrier"));
}

TEST_P(HostAllocationTypeTest, PointerToDeviceAndBack) {
  const MemoryId memory = Import(gpu_, GetParam().type);
  Store(3, 7);
  Clean();
  EXPECT_EQ(Read(gpu_, memory, 3), Byte{7});
  Fill(gpu_, {memory, {3, 1}}, 8);
  Renew();
  EXPECT_EQ(Load(3), Byte{8});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_P(HostAllocationTypeTest, AllAddressesOfThePagesAreTheSameBytes) {
  const uint64_t alias = *pages_->MapAgain();
  EXPECT_NE(alias, pages_->address());
  const auto memory = TryImport(gpu_, alias, kPage, GetParam().type);
  ASSERT_TRUE(memory.ok()) << memory.status();
  Store(3, 7);
  Clean();
  EXPECT_EQ(Read(gpu_, *memory, 3), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_P(HostAllocationTypeTest, OneDeviceToTheOther) {
  const MemoryId mine = Import(gpu_, GetParam().type);
  const MemoryId yours = Import(other_, GetParam().type);
  Fill(gpu_, {mine, {3, 1}}, 7);
  EXPECT_EQ(Read(other_, yours, 3), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
  Fill(gpu_, {mine, {3, 1}}, 8, /*barrier=*/false);
  EXPECT_EQ(Read(other_, yours, 3), Byte{7});
  EXPECT_THAT(Kinds(), ElementsAre("missing-host-barrier"));
}

TEST_P(HostAllocationTypeTest, TwoImportsIntoOneDeviceAreOnePayload) {
  const MemoryId first = Import(gpu_, GetParam().type);
  const MemoryId second = Import(gpu_, GetParam().type);
  Fill(gpu_, {first, {3, 1}}, 7, /*barrier=*/false);
  EXPECT_EQ(Read(gpu_, second, 3), Byte{7}) << "one device domain";
  ExpectOk(gpu_.Map(first));
  EXPECT_FALSE(gpu_.MappingOf(second).has_value());
  ExpectOk(gpu_.Free(first));
  EXPECT_EQ(Read(gpu_, second, 3), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Types, HostAllocationTypeTest,
                         testing::Values(Kind{"Coherent", kCoherentType},
                                         Kind{"NonCoherent", kNonCoherentType}),
                         [](const auto& info) {
                           return std::string(info.param.name);
                         });

// --- The cache of the original pointer.

TEST_F(HostAllocationTest, ANonCoherentImportPutsACacheBeforeThePointer) {
  const MemoryId memory = Import(gpu_, kNonCoherentType);
  Store(3, 7);
  EXPECT_EQ(Read(gpu_, memory, 3), Byte{0});
  EXPECT_THAT(Kinds(), ElementsAre("lost-host-write"));
  Fill(gpu_, {memory, {32, 1}}, 8);
  EXPECT_EQ(Load(32), Byte{0});
  EXPECT_THAT(Kinds(), ElementsAre("lost-host-write", "stale-host-read"));
}

TEST_F(HostAllocationTest, ItIsThereAsLongAsSomeImportIsNonCoherent) {
  const MemoryId coherent = Import(gpu_, kCoherentType);
  const MemoryId cached = Import(other_, kNonCoherentType);
  ExpectOk(gpu_.Free(coherent));
  Store(3, 7);
  EXPECT_EQ(Read(other_, cached, 3), Byte{0});
  EXPECT_THAT(Kinds(), ElementsAre("lost-host-write"));
  const MemoryId again = Import(gpu_, kCoherentType);
  ExpectOk(other_.Free(cached));
  EXPECT_EQ(Read(gpu_, again, 3), Byte{7}) << "nothing stays back in it";
  Store(4, 8);
  EXPECT_EQ(Read(gpu_, again, 4), Byte{8});
  EXPECT_THAT(Kinds(), ElementsAre("lost-host-write"));
}

TEST_F(HostAllocationTest, ASecondNonCoherentImportWritesNothingBack) {
  Import(gpu_, kNonCoherentType);
  Store(3, 7);
  const MemoryId memory = Import(other_, kNonCoherentType);
  EXPECT_EQ(Read(other_, memory, 3), Byte{0});
  EXPECT_THAT(Kinds(), ElementsAre("lost-host-write"));
}

TEST_F(HostAllocationTest, ACacheThatIsNewHoldsNothingStale) {
  const MemoryId memory = Import(gpu_, kCoherentType);
  Fill(gpu_, {memory, {3, 1}}, 7);
  const MemoryId cached = Import(other_, kNonCoherentType);
  EXPECT_EQ(Load(3), Byte{7});
  ExpectOk(other_.Map(cached));
  EXPECT_EQ(other_.LoadByte(cached, 3), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_F(HostAllocationTest, TheLargestAtomOfAllImportsIsTheCaches) {
  DeviceOptions options = ImportingOptions(host_);
  options.memory.limits.non_coherent_atom_size = 32;
  DeviceUnderTest coarse(options);
  Import(gpu_, kNonCoherentType);
  const MemoryId memory = Import(coarse, kNonCoherentType);
  Store(0, 7);
  ExpectOk(pages_->CleanCache(31, 1));
  EXPECT_EQ(Read(coarse, memory, 0), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_F(HostAllocationTest, OnlyDirtyBytesLeaveIfNoImportWritesBackAtoms) {
  DeviceOptions options = ImportingOptions(host_);
  options.write_back = WriteBack::kDirtyBytes;
  DeviceUnderTest fine(options);
  const MemoryId memory = Import(fine, kNonCoherentType);
  Fill(fine, {memory, {1, 1}}, 7);
  Store(0, 8);
  ExpectOk(pages_->CleanCache(0, 16));
  EXPECT_EQ(Read(fine, memory, 1), Byte{7}) << "not clobbered";
}

TEST_F(HostAllocationTest, AWholeAtomLeavesIfSomeImportWritesBackAtoms) {
  const MemoryId memory = Import(gpu_, kNonCoherentType);
  Fill(gpu_, {memory, {1, 1}}, 7);
  Store(0, 8);
  ExpectOk(pages_->CleanCache(0, 16));
  EXPECT_EQ(Read(gpu_, memory, 1), Byte{0}) << "clobbered";
  EXPECT_THAT(Kinds(), ElementsAre("atom-clobber"));
}

TEST_F(HostAllocationTest, AnInvalidateOverAnUncleanStoreDiscardsIt) {
  Import(gpu_, kNonCoherentType);
  Store(3, 7);
  ExpectOk(pages_->InvalidateCache(0, 16));
  EXPECT_THAT(Kinds(), ElementsAre("discarded-host-write"));
  EXPECT_TRUE(Load(3).undefined);
}

TEST_F(HostAllocationTest, MappingAndPointerHaveACacheEach) {
  const MemoryId memory = Import(gpu_, kNonCoherentType);
  ExpectOk(gpu_.Map(memory));
  Store(3, 7);
  ExpectOk(gpu_.Flush(memory));
  EXPECT_EQ(Read(gpu_, memory, 3), Byte{0}) << "a flush of the mapping only";
  EXPECT_THAT(Kinds(), ElementsAre("lost-host-write"));
  ExpectOk(pages_->CleanCache(0, kPage));
  EXPECT_EQ(gpu_.LoadByte(memory, 3), Byte{0});
  EXPECT_THAT(Kinds(), ElementsAre("lost-host-write", "stale-host-read"));
  ExpectOk(gpu_.Invalidate(memory));
  EXPECT_EQ(gpu_.LoadByte(memory, 3), Byte{7});
  EXPECT_THAT(Kinds(), ElementsAre("lost-host-write", "stale-host-read"));
}

TEST_F(HostAllocationTest, TheEagerCacheHidesWhatIsMissing) {
  DeviceUnderTest eager(ImportingOptions(host_, kEager));
  const MemoryId memory = Import(eager, kNonCoherentType);
  Store(3, 7);
  EXPECT_EQ(Read(eager, memory, 3), Byte{7});
  Fill(eager, {memory, {32, 1}}, 8);
  EXPECT_EQ(Load(32), Byte{8});
  EXPECT_THAT(Kinds(), ElementsAre("lost-host-write", "stale-host-read"));
}

// --- A part of the pages.

TEST_F(HostAllocationTest, PartsAreCountedFromThePointer) {
  pages_ = NewPages(3 * kPage);
  const MemoryId second = Import(gpu_, kCoherentType, {kPage, kPage});
  const MemoryId last = Import(other_, kCoherentType, {2 * kPage, kPage});
  Store(kPage + 3, 7);
  Store(2 * kPage + 3, 8);
  EXPECT_EQ(Read(gpu_, second, 3), Byte{7});
  EXPECT_EQ(Read(other_, last, 3), Byte{8});
  Fill(gpu_, {second, {0, 1}}, 9);
  EXPECT_EQ(Load(kPage), Byte{9});
  EXPECT_THAT(host_->findings(), IsEmpty());
  Fill(gpu_, {second, {0, 1}}, 9, /*barrier=*/false);
  Load(kPage);
  ASSERT_THAT(Kinds(), ElementsAre("missing-host-barrier"));
  EXPECT_EQ(host_->findings()[0].hazard.range, (ByteRange{kPage, 1}));
  EXPECT_THAT(LastMessage(), HasSubstr("pages[64, 65)"));
}

TEST_F(HostAllocationTest, PartsThatOverlapAreOnePayload) {
  pages_ = NewPages(3 * kPage);
  const MemoryId first = Import(gpu_, kCoherentType, {0, 2 * kPage});
  const MemoryId second = Import(gpu_, kCoherentType, {kPage, 2 * kPage});
  Fill(gpu_, {first, {kPage, 1}}, 7, /*barrier=*/false);
  EXPECT_EQ(Read(gpu_, second, 0), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_F(HostAllocationTest, APartAsNonCoherentMemoryHasItsOwnCache) {
  pages_ = NewPages(3 * kPage);
  const MemoryId part = Import(gpu_, kNonCoherentType, {kPage, kPage});
  ExpectOk(gpu_.Map(part));
  gpu_.StoreByte(part, 60, 7);
  EXPECT_EQ(Read(gpu_, part, 60), Byte{0});
  EXPECT_THAT(Kinds(), ElementsAre("lost-host-write"));
  EXPECT_EQ(host_->findings()[0].hazard.range, (ByteRange{kPage + 60, 1}));
  ExpectOk(gpu_.Flush(part, 48, 16));
  EXPECT_EQ(Read(gpu_, part, 60), Byte{7});
  ExpectOk(pages_->InvalidateCache(kPage, kPage));
  EXPECT_EQ(Load(kPage + 60), Byte{7});
  EXPECT_EQ(Kinds().size(), 1u);
}

TEST_F(HostAllocationTest, ADeviceMayRefuseTheSameBytesTwice) {
  pages_ = NewPages(2 * kPage);
  DeviceOptions options = ImportingOptions(host_);
  options.refuse_second_import = true;
  DeviceUnderTest device(options);
  const MemoryId first = Import(device, kCoherentType, {0, kPage});
  Import(device, kCoherentType, {kPage, kPage});
  const auto again = [&] {
    return TryImport(device, pages_->address(), kPage, kCoherentType).status();
  };
  EXPECT_EQ(ReturnCodeOf(again()), ReturnCode::kInvalidExternalHandle);
  EXPECT_THAT(host_->findings(), IsEmpty());
  Import(gpu_, kCoherentType);  // another device is asked for itself
  ExpectOk(device.Free(first));
  ExpectOk(again());
}

}  // namespace
}  // namespace incoherent
