// What ends an import, and a query: the rules, each broken and just kept, and
// what is not possible without a rule.

#include <memory>
#include <ostream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "incoherent/host_import.h"
#include "incoherent/testing.h"
#include "sim/host/import/host_import_under_test.h"
#include "tests/rule_row.h"

namespace incoherent {
namespace {

using Types = SmallDeviceTypes;

class HostImportEndTest : public HostImportTest {};

struct Row {
  Verdict verdict;
  const char* vuid;
  const char* what;
  uint64_t offset = 0, size = kPage;  // of two pages
  uint32_t type = Types::kCoherent;
  uint32_t handle_type = kOwn;
  uint32_t pages = kOwn;  // their kind
  uint32_t importable_types = ~0u;
};

constexpr Verdict kBreaks = Verdict::kBreaks;
constexpr Verdict kKeeps = Verdict::kKeeps;
constexpr char k01747[] =
    "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01747";
constexpr char k01748[] =
    "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01748";
constexpr char k01749[] =
    "VUID-VkImportMemoryHostPointerInfoEXT-pHostPointer-01749";
constexpr char k01750[] =
    "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01750";
constexpr char k01751[] =
    "VUID-VkImportMemoryHostPointerInfoEXT-handleType-01751";
constexpr char k01744[] = "VUID-VkMemoryAllocateInfo-memoryTypeIndex-01744";
constexpr char k01745[] = "VUID-VkMemoryAllocateInfo-allocationSize-01745";

constexpr uint32_t kCoherentOnly = 1 << Types::kCoherent;

const Row kRows[] = {
    {kBreaks, k01747, "no_type_for_it", 0, kPage, Types::kCoherent, kOwn, kOwn,
     0},
    {kKeeps, k01747, "one_type", 0, kPage, Types::kCoherent, kOwn, kOwn,
     kCoherentOnly},
    {kBreaks, k01748, "dma_buf", 0, kPage, Types::kCoherent, 0x200},
    {kKeeps, k01748, "foreign", 0, kPage, Types::kCoherent, kForeign, kForeign},
    {kBreaks, k01749, "atom", 64},
    {kKeeps, k01749, "second_page", kPage},
    {kBreaks, k01745, "half_a_page", 0, kPage / 2},
    {kKeeps, k01745, "two_pages", 0, 2 * kPage},
    {kBreaks, k01744, "not_offered", 0, 2 * kPage, Types::kNonCoherent, kOwn,
     kOwn, kCoherentOnly},
    {kKeeps, k01744, "offered", 0, 2 * kPage, Types::kNonCoherent},
    {kBreaks, k01750, "reaches_beyond", kPage, 2 * kPage},
    {kBreaks, k01750, "begins_beyond", 2 * kPage},
    {kBreaks, k01750, "foreign_pages", 0, kPage, Types::kCoherent, kOwn,
     kForeign},
    {kKeeps, k01750, "to_the_end", kPage, kPage},
    {kBreaks, k01751, "own_pages", 0, kPage, Types::kCoherent, kForeign, kOwn},
    {kBreaks, k01751, "reaches_beyond", kPage, 2 * kPage, Types::kCoherent,
     kForeign, kForeign},
    {kKeeps, k01751, "to_the_end", kPage, kPage, Types::kCoherent, kForeign,
     kForeign},
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.what; }

class HostImportRuleTest : public testing::TestWithParam<Row> {};

TEST_P(HostImportRuleTest, IsObeyed) {
  const Row& row = GetParam();
  DeviceOptions options = SmallDevice();
  options.memory.host_pointer_types &= row.importable_types;
  Device device(options);
  const HostPages pages =
      *HostPages::Create(device.host(), {2 * kPage, kPage, "pages", row.pages});
  const absl::Status status =
      ImportHostPointer(device, {pages.pointer() + row.offset, row.size,
                                 row.type, row.handle_type})
          .status();
  EXPECT_TRUE(Shows(row.verdict, row.vuid, status));
  if (row.verdict == kKeeps) {
    EXPECT_THAT(device, HasNoFindings());
    return;
  }
  EXPECT_EQ(ReturnCodeOf(status), ReturnCode::kInvalidExternalHandle);
  EXPECT_THAT(device, HasFindingOfRule(row.vuid));
  EXPECT_EQ(device.findings().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Rules, HostImportRuleTest, testing::ValuesIn(kRows),
                         [](const auto& info) {
                           return RowName(info.param.vuid, info.param.verdict,
                                          info.param.what);
                         });

TEST_F(HostImportEndTest, PointersThatAreToNoPagesAreNotImported) {
  Memory other = *Memory::Allocate(device(), Types::kCoherent, kPage);
  HostPages freed = NewPages();
  ExpectOk(freed.Free());
  for (const HostPointer& pointer : {*other.Map(), freed.pointer()}) {
    HostPointer aligned = pointer;
    aligned = aligned + (kPage - aligned.address() % kPage) % kPage;
    const absl::Status status =
        ImportHostPointer(device(), {aligned, kPage, Types::kCoherent})
            .status();
    EXPECT_EQ(VuidOf(status), k01750);
    EXPECT_EQ(VuidOf(HostPointerTypes(device(), kOwn, aligned).status()),
              "VUID-vkGetMemoryHostPointerPropertiesEXT-handleType-01754");
  }
  HostPages elsewhere =
      *HostPages::Create(std::make_shared<Host>(HostOptions()), {kPage});
  EXPECT_EQ(VuidOf(ImportHostPointer(
                       device(), {elsewhere.pointer(), kPage, Types::kCoherent})
                       .status()),
            k01750);
  EXPECT_THAT(device(), HasFindingThat("share a DeviceOptions::host"));
}

TEST_F(HostImportEndTest, WhatIsNotPossibleIsNoFinding) {
  HostAllocationInfo info;
  info.size = 2 * kPage;
  info.importable = false;
  HostPages fixed = *HostPages::Create(device().host(), info);
  HostPages pages = NewPages(2 * kPage);
  const auto code = [this](const HostPointer& pointer, uint64_t size,
                           uint32_t type = Types::kCoherent) {
    return ReturnCodeOf(
        ImportHostPointer(device(), {pointer, size, type}).status());
  };
  const auto kInvalid = ReturnCode::kInvalidExternalHandle;
  EXPECT_EQ(code(fixed.pointer(), kPage), kInvalid);
  EXPECT_EQ(code(HostPointer(), kPage), kInvalid);
  EXPECT_EQ(code(pages.pointer(), 0), kInvalid);
  EXPECT_EQ(
      ReturnCodeOf(HostPointerTypes(device(), kOwn, fixed.pointer()).status()),
      kInvalid);
  EXPECT_THAT(device(), HasNoFindings());
}

TEST_F(HostImportEndTest, NonCoherentMemoryBeginsWithAnAtomOfThePages) {
  DeviceOptions options = HostImportOptions();
  options.memory.limits.min_imported_host_pointer_alignment = 16;
  options.host = device().host();
  Device fine(options);
  HostPages pages = NewPages();
  const auto import = [&](uint64_t offset, uint32_t type) {
    return ImportHostPointer(fine, {pages.pointer() + offset, 64, type})
        .status();
  };
  EXPECT_EQ(ReturnCodeOf(import(16, Types::kNonCoherent)),
            ReturnCode::kInvalidExternalHandle);
  ExpectOk(import(16, Types::kCoherent));
  ExpectOk(import(64, Types::kNonCoherent));
  EXPECT_THAT(fine, HasNoFindings());
}

TEST_F(HostImportEndTest, ADeviceMayRefuseASecondImport) {
  DeviceOptions options = HostImportOptions();
  options.refuse_second_import = true;
  options.host = device().host();
  Device strict(options);
  HostPages pages = NewPages(2 * kPage);
  const auto import = [&](uint64_t offset, uint64_t size) {
    return ImportHostPointer(
        strict, {pages.pointer() + offset, size, Types::kCoherent});
  };
  Memory first = *import(0, kPage);
  EXPECT_EQ(ReturnCodeOf(import(0, 2 * kPage).status()),
            ReturnCode::kInvalidExternalHandle);
  ExpectOk(import(kPage, kPage).status());
  ExpectOk(first.Free());
  ExpectOk(import(0, 2 * kPage).status());
  EXPECT_THAT(strict, HasNoFindings());
}

// --- vkGetMemoryHostPointerPropertiesEXT.

TEST_F(HostImportEndTest, TheTypesOfAPointer) {
  HostPages own = NewPages();
  HostPages foreign =
      *HostPages::Create(device().host(), {kPage, kPage, "vram", kForeign});
  EXPECT_EQ(*HostPointerTypes(device(), kOwn, own.pointer()), 7u);
  EXPECT_EQ(*HostPointerTypes(device(), kForeign, foreign.pointer()), 7u);
  const auto rule = [this](uint32_t handle_type, const HostPointer& pointer) {
    return VuidOf(HostPointerTypes(device(), handle_type, pointer).status());
  };
  const std::string prefix = "VUID-vkGetMemoryHostPointerPropertiesEXT-";
  DeviceOptions options = SmallDevice();
  options.host = device().host();
  Device plain(options);
  EXPECT_EQ(*HostPointerTypes(plain, kOwn, own.pointer()),
            1u << Types::kCoherent | 1u << Types::kNonCoherent)
      << "host-visible ones";
  EXPECT_EQ(rule(0, own.pointer()), prefix + "handleType-01752");
  EXPECT_EQ(rule(kOwn, own.pointer() + 64), prefix + "pHostPointer-01753");
  EXPECT_EQ(rule(kOwn, foreign.pointer()), prefix + "handleType-01754");
  EXPECT_EQ(rule(kForeign, own.pointer()), prefix + "handleType-01755");
  EXPECT_EQ(device().findings().size(), 4u);
}

}  // namespace
}  // namespace incoherent
