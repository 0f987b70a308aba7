// What may be imported at all; memory that the host cannot see; pages that are
// freed; who hears of it.

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

class HostAllocationLifetimeTest : public HostAllocationTest {};

// --- Memory that the host cannot see.

TEST_F(HostAllocationLifetimeTest, MemoryNotVisibleToTheHostIsNobodyElses) {
  Store(3, 7);
  const MemoryId memory = Import(gpu_, kLocalType);
  EXPECT_EQ(pages_->Store(3, {8}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(host_->findings().back().hazard.range, (ByteRange{3, 1}));
  EXPECT_EQ(pages_->Load(0, 4).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(host_->findings().back().hazard.range, (ByteRange{0, 4}));
  EXPECT_THAT(LastMessage(), HasSubstr("not host-visible"));
  EXPECT_EQ(Kinds(), std::vector<std::string>(2, "invalid-usage"));
  EXPECT_TRUE(gpu_.DeviceDomain(memory, 3).undefined);
}

TEST_F(HostAllocationLifetimeTest, AndUndefinedWhenItIsFreedUntilItIsWritten) {
  Store(3, 7);
  const MemoryId memory = Import(gpu_, kLocalType);
  Fill(gpu_, {memory, {0, kPage}}, 8);
  ExpectOk(gpu_.Free(memory));
  EXPECT_THAT(host_->findings(), IsEmpty());
  Store(4, 9);
  EXPECT_EQ(Load(4), Byte{9});
  EXPECT_THAT(host_->findings(), IsEmpty());
  EXPECT_TRUE(Load(3).undefined);
  ASSERT_THAT(Kinds(), ElementsAre("invalid-usage"));
  EXPECT_EQ(host_->findings()[0].hazard.range, (ByteRange{3, 1}));
  EXPECT_THAT(LastMessage(), HasSubstr("write them first"));
  ExpectOk(pages_->Load(0, kPage).status());
  EXPECT_EQ(host_->findings().size(), 3u) << "before byte 4 and behind it";
}

TEST_F(HostAllocationLifetimeTest, AWriteOfADeviceDefinesItToo) {
  ExpectOk(gpu_.Free(Import(gpu_, kLocalType)));
  const MemoryId memory = Import(gpu_, kCoherentType);
  Fill(gpu_, {memory, {0, 4}}, 8);
  EXPECT_EQ(Load(3), Byte{8});
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_F(HostAllocationLifetimeTest, UndefinedAlsoInACacheThatWasThereBefore) {
  Store(3, 7);
  Import(gpu_, kNonCoherentType);
  ExpectOk(other_.Free(Import(other_, kLocalType)));
  EXPECT_TRUE(Load(3).undefined);
  EXPECT_THAT(Kinds(), ElementsAre("invalid-usage"));
}

TEST_F(HostAllocationLifetimeTest, NorIsItTheMappingOfAnotherImports) {
  const MemoryId memory = Import(other_, kCoherentType);
  ExpectOk(other_.Map(memory));
  const MemoryId taken = Import(gpu_, kLocalType);
  EXPECT_EQ(other_.Store(memory, 0, {1}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(other_.Load(memory, 0, 1).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Kinds(), std::vector<std::string>(2, "invalid-usage"));
  ExpectOk(gpu_.Free(taken));
  other_.StoreByte(memory, 0, 1);
}

TEST_F(HostAllocationLifetimeTest, UndefinedThroughAMappingToo) {
  const MemoryId memory = Import(other_, kCoherentType);
  ExpectOk(other_.Map(memory));
  ExpectOk(gpu_.Free(Import(gpu_, kLocalType)));
  other_.StoreByte(memory, 3, 1);
  EXPECT_EQ(other_.LoadByte(memory, 3), Byte{1});
  EXPECT_THAT(host_->findings(), IsEmpty());
  EXPECT_TRUE(other_.LoadByte(memory, 4).undefined);
  ASSERT_THAT(Kinds(), ElementsAre("invalid-usage"));
  EXPECT_EQ(host_->findings()[0].hazard.range, (ByteRange{4, 1}));
}

TEST_F(HostAllocationLifetimeTest, SynchronizingFreedPagesIsFound) {
  const MemoryId memory = Import(gpu_, kNonCoherentType);
  ExpectOk(gpu_.Map(memory));
  EXPECT_FALSE(pages_->Release().ok());
  EXPECT_FALSE(gpu_.Flush(memory).ok());
  EXPECT_FALSE(gpu_.Invalidate(memory).ok());
  EXPECT_EQ(Kinds(), std::vector<std::string>(3, "invalid-usage"));
  EXPECT_THAT(LastMessage(), HasSubstr("has freed the pages"));
}

TEST_F(HostAllocationLifetimeTest, OnlyThePartThatIsImportedSoIsTaken) {
  pages_ = NewPages(2 * kPage);
  Import(gpu_, kLocalType, {kPage, kPage});
  Store(kPage - 1, 7);
  EXPECT_EQ(Load(kPage - 1), Byte{7});
  EXPECT_THAT(host_->findings(), IsEmpty());
  EXPECT_FALSE(pages_->Load(kPage - 1, 2).ok());
  EXPECT_EQ(host_->findings().back().hazard.range, (ByteRange{kPage, 1}));
}

// --- Freed pages.

TEST_F(HostAllocationLifetimeTest, FreeingTheMemoryFirstIsSilent) {
  const MemoryId memory = Import(gpu_, kCoherentType);
  ExpectOk(gpu_.Free(memory));
  EXPECT_THAT(host_->LivePages(), ElementsAre("pages"));
  ExpectOk(pages_->Release());
  EXPECT_THAT(host_->LivePages(), IsEmpty());
  EXPECT_THAT(host_->findings(), IsEmpty());
}

TEST_F(HostAllocationLifetimeTest, FreeingImportedPagesIsFoundOncePerImport) {
  Import(gpu_, kCoherentType);
  Import(other_, kCoherentType);
  EXPECT_EQ(pages_->Release().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Kinds(), std::vector<std::string>(2, "invalid-usage"));
  EXPECT_EQ(host_->findings()[0].hazard.range, (ByteRange{0, kPage}));
  EXPECT_THAT(LastMessage(), HasSubstr("free the memory object first"));
}

TEST_F(HostAllocationLifetimeTest, EveryUseOfFreedPagesIsFound) {
  const MemoryId memory = Import(gpu_, kCoherentType);
  ExpectOk(gpu_.Map(memory));
  EXPECT_FALSE(pages_->Release().ok());
  size_t found = host_->findings().size();
  const auto expect_found = [&](const absl::Status& status, const char* what) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << what;
    EXPECT_EQ(host_->findings().size(), ++found) << what;
  };
  expect_found(pages_->Store(0, {1}), "store");
  expect_found(pages_->Load(0, 1).status(), "load");
  expect_found(pages_->CleanCache(0, 1), "clean");
  expect_found(pages_->InvalidateCache(0, 1), "invalidate");
  expect_found(pages_->MapAgain().status(), "second mapping");
  expect_found(pages_->Release(), "second free");
  expect_found(gpu_.Store(memory, 0, {1}), "store to the mapping");
  expect_found(gpu_.Load(memory, 0, 1).status(), "load of the mapping");
  CommandBuffer commands = gpu_.NewCommandBuffer();
  ExpectOk(commands.Fill({memory, {0, 1}}, 1));
  gpu_.SendAndWait(commands);
  EXPECT_EQ(host_->findings().size(), ++found) << "submit";
  EXPECT_THAT(LastMessage(), HasSubstr("whose pages the host has freed"));
  ExpectOk(gpu_.Free(memory));
  EXPECT_EQ(host_->findings().size(), found);
}

TEST_F(HostAllocationLifetimeTest, FreedPagesAreNotImported) {
  ExpectOk(pages_->Release());
  const absl::Status status =
      TryImport(gpu_, pages_->address(), kPage, kCoherentType).status();
  EXPECT_EQ(VuidOf(status),
            "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01750");
  EXPECT_FALSE(
      gpu_.HostPointerTypes(kHandleTypeHostAllocation, pages_->address()).ok());
}

TEST_F(HostAllocationLifetimeTest, ADeviceThatGoesTakesItsImportsWithIt) {
  {
    DeviceUnderTest brief(ImportingOptions(host_));
    Import(brief, kNonCoherentType);
    Store(3, 7);
  }
  EXPECT_EQ(Load(3), Byte{7});
  const MemoryId memory = Import(gpu_, kCoherentType);
  EXPECT_EQ(Read(gpu_, memory, 3), Byte{7});
  ExpectOk(gpu_.Free(memory));
  ExpectOk(pages_->Release());
  EXPECT_THAT(host_->findings(), IsEmpty());
}

// --- Who hears.

TEST_F(HostAllocationLifetimeTest, EachDeviceThatHasThePagesHearsOnce) {
  Import(gpu_, kCoherentType);
  Import(gpu_, kCoherentType);
  EXPECT_FALSE(pages_->Load(kPage, 1).ok());
  EXPECT_EQ(gpu_.findings().size(), 1u);
  EXPECT_THAT(other_.findings(), IsEmpty());
  const MemoryId memory = Import(other_, kCoherentType);
  EXPECT_FALSE(pages_->Load(kPage, 1).ok());
  EXPECT_EQ(gpu_.findings().size(), 2u);
  EXPECT_EQ(other_.findings().size(), 1u);
  ExpectOk(other_.Free(memory));
  EXPECT_FALSE(pages_->Load(kPage, 1).ok());
  EXPECT_EQ(other_.findings().size(), 1u);
  EXPECT_EQ(host_->findings().size(), 3u);
}

// --- Rules of the import. Each is a row of sim/memory/host_pointer_test.cc;
// here is what needs pages.

struct Rule {
  const char* name;
  uint32_t handle_type;  // asked for
  uint64_t offset, size;
  bool importable, foreign;  // the pages
  const char* query;         // VUID, "" if only the code; null: fine
  const char* import;
};

constexpr uint32_t kOwn = kHandleTypeHostAllocation;
constexpr uint32_t kForeign = kHandleTypeHostMappedForeignMemory;
constexpr char kQueryRule[] = "VUID-vkGetMemoryHostPointerPropertiesEXT-";
constexpr char kImportRule[] = "VUID-VkImportMemoryHostPointerInfoEXT-";

constexpr Rule kRules[] = {
    {"Own", kOwn, 0, 128, true, false, nullptr, nullptr},
    {"Foreign", kForeign, 0, 128, true, true, nullptr, nullptr},
    {"APart", kOwn, 64, 64, true, false, nullptr, nullptr},
    {"NotImportable", kOwn, 0, 128, false, false, "", ""},
    {"OwnAsForeign", kForeign, 0, 128, true, false, "handleType-01755",
     "handleType-01751"},
    {"ForeignAsOwn", kOwn, 0, 128, true, true, "handleType-01754",
     "handleType-01750"},
    {"Misaligned", kOwn, 32, 64, true, false, "pHostPointer-01753",
     "pHostPointer-01749"},
    {"Behind", kOwn, 128, 64, true, false, "handleType-01754",
     "handleType-01750"},
    {"TooLong", kOwn, 64, 128, true, false, nullptr, "handleType-01750"},
    {"TooLongForeign", kForeign, 64, 128, true, true, nullptr,
     "handleType-01751"},
};

void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.name; }

class HostAllocationRuleTest : public HostAllocationTest,
                               public testing::WithParamInterface<Rule> {
 protected:
  void ExpectEnd(const absl::Status& status, const std::string& prefix,
                 const char* rule) {
    if (rule == nullptr) {
      ExpectOk(status);
      return;
    }
    EXPECT_EQ(ReturnCodeOf(status), ReturnCode::kInvalidExternalHandle);
    if (*rule == '\0') {
      EXPECT_EQ(VuidOf(status), absl::nullopt);
      EXPECT_THAT(host_->findings(), IsEmpty());
      return;
    }
    EXPECT_EQ(VuidOf(status), prefix + rule);
    ASSERT_FALSE(host_->findings().empty());
    EXPECT_EQ(host_->findings().back().vuid, prefix + rule);
  }
};

TEST_P(HostAllocationRuleTest, IsKept) {
  HostAllocationInfo info;
  info.size = 128;
  info.importable = GetParam().importable;
  info.handle_type = GetParam().foreign ? kForeign : kOwn;
  pages_ = *HostAllocation::Create(host_, info);
  AllocateRequest request;
  request.host_pointer = pages_->address() + GetParam().offset;
  request.host_pointer_handle_type = GetParam().handle_type;
  request.size = GetParam().size;
  request.type_index = kCoherentType;
  const auto types =
      gpu_.HostPointerTypes(GetParam().handle_type, request.host_pointer);
  ExpectEnd(types.status(), kQueryRule, GetParam().query);
  if (types.ok()) {
    EXPECT_EQ(*types, 7u);
  }
  ExpectEnd(gpu_.Import(request).status(), kImportRule, GetParam().import);
}

INSTANTIATE_TEST_SUITE_P(Rules, HostAllocationRuleTest,
                         testing::ValuesIn(kRules), [](const auto& info) {
                           return std::string(info.param.name);
                         });

TEST_F(HostAllocationLifetimeTest, ADeviceWithoutTypesForThemImportsNothing) {
  DeviceOptions options = ImportingOptions(host_);
  options.memory.host_pointer_types = 0;
  DeviceUnderTest device(options);
  EXPECT_EQ(
      VuidOf(
          TryImport(device, pages_->address(), kPage, kCoherentType).status()),
      "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01747");
}

}  // namespace
}  // namespace incoherent
