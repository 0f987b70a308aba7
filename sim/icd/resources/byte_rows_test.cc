#include "sim/icd/resources/byte_rows.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace incoherent {
namespace {

using Ranges = std::vector<ByteRange>;

constexpr uint64_t kNoLimit = uint64_t{1} << 40;

ByteRows Padded() { return {/*offset=*/8, 16,           4,
                            64,           /*slices=*/1, 0}; }

TEST(ByteRows, PaddedRowsArePiecesOfTheirOwn) {
  const BytePieces pieces = PiecesOf(Padded(), kNoLimit);
  EXPECT_EQ(pieces.certain, (Ranges{{8, 16}, {72, 16}, {136, 16}, {200, 16}}));
  EXPECT_FALSE(pieces.may.has_value());
}

TEST(ByteRows, TightRowsAreOnePiece) {
  EXPECT_EQ(PiecesOf({8, 64, 4, 64, 1, 0}, kNoLimit).certain,
            (Ranges{{8, 256}}));
}

TEST(ByteRows, TightSlicesAreOnePiece) {
  EXPECT_EQ(PiecesOf({0, 64, 4, 64, 3, 256}, kNoLimit).certain,
            (Ranges{{0, 768}}));
}

TEST(ByteRows, SlicesOfTightRowsAreOnePieceEach) {
  EXPECT_EQ(PiecesOf({0, 64, 4, 64, 2, 1024}, kNoLimit).certain,
            (Ranges{{0, 256}, {1024, 256}}));
}

TEST(ByteRows, SlicesOfOneRowJoin) {
  EXPECT_EQ(PiecesOf({0, 64, 1, 4096, 3, 64}, kNoLimit).certain,
            (Ranges{{0, 192}}));
}

TEST(ByteRows, OverlappingElementsAreOnePiece) {
  EXPECT_EQ(PiecesOf({0, 16, 3, 4, 1, 0}, kNoLimit).certain, (Ranges{{0, 24}}));
}

TEST(ByteRows, WhatLiesBeyondTheLimitIsCutOff) {
  EXPECT_EQ(PiecesOf(Padded(), 80).certain, (Ranges{{8, 16}, {72, 8}}));
  EXPECT_EQ(HullOf(Padded(), 80), (ByteRange{8, 72}));
  EXPECT_TRUE(PiecesOf(Padded(), 8).certain.empty());
}

TEST(ByteRows, NoRowsAreNoPieces) {
  EXPECT_TRUE(PiecesOf({8, 16, 0, 64, 1, 0}, kNoLimit).certain.empty());
  EXPECT_TRUE(PiecesOf({8, 16, 4, 64, 0, 0}, kNoLimit).certain.empty());
  EXPECT_TRUE(PiecesOf({8, 0, 4, 64, 1, 0}, kNoLimit).certain.empty());
}

TEST(ByteRows, OfTooManyTheEndsAreNamedAndTheWholeMayBe) {
  const BytePieces pieces =
      PiecesOf({0, 16, 1000, 64, 1, 0}, kNoLimit, /*max_pieces=*/256);
  ASSERT_EQ(pieces.certain.size(), 64u);
  EXPECT_EQ(pieces.certain.front(), (ByteRange{0, 16}));
  EXPECT_EQ(pieces.certain.back(), (ByteRange{999 * 64, 16}));
  ASSERT_TRUE(pieces.may.has_value());
  EXPECT_EQ(*pieces.may, (ByteRange{0, 999 * 64 + 16}));
}

TEST(ByteRows, NumbersThatNoAddressSpaceHoldsAreNothing) {
  const uint64_t huge = ~uint64_t{0};
  EXPECT_TRUE(PiecesOf({huge, 16, 1, 64, 1, 0}, huge).certain.empty());
  EXPECT_TRUE(PiecesOf({0, 16, huge, huge, 1, 0}, huge).certain.empty());
  EXPECT_TRUE(PiecesOf({0, 16, 1u << 31, uint64_t{1} << 60, 2, 0}, huge)
                  .certain.empty());
  EXPECT_TRUE(HullOf({huge, huge, huge, huge, huge, huge}, huge).empty());
}

// Against every byte, one by one.
RC_GTEST_PROP(ByteRowsLaw, PiecesAreTheBytesOfTheRows, ()) {
  const auto below = [](uint64_t end) {
    return *rc::gen::inRange<uint64_t>(0, end);
  };
  const ByteRows rows = {below(9),  below(9), below(5),
                         below(12), below(4), below(40)};
  const uint64_t limit = below(120);
  std::set<uint64_t> bytes;
  for (uint64_t slice = 0; slice < rows.slices; ++slice) {
    for (uint64_t row = 0; row < rows.rows; ++row) {
      for (uint64_t i = 0; i < rows.row_bytes; ++i) {
        const uint64_t at =
            rows.offset + slice * rows.slice_pitch + row * rows.row_pitch + i;
        if (at < limit) bytes.insert(at);
      }
    }
  }
  const BytePieces pieces = PiecesOf(rows, limit);
  RC_ASSERT(!pieces.may.has_value());
  std::set<uint64_t> named;
  for (const ByteRange& piece : pieces.certain) {
    RC_ASSERT(!piece.empty());
    for (uint64_t at = piece.offset; at < piece.end(); ++at) named.insert(at);
  }
  RC_ASSERT(named == bytes);
  const ByteRange hull = HullOf(rows, limit);
  RC_ASSERT(hull.empty() == bytes.empty());
  if (bytes.empty()) return;
  RC_ASSERT(hull.offset == *bytes.begin());
  RC_ASSERT(hull.end() > *bytes.rbegin());
  RC_ASSERT(hull.end() <= limit);
}

// Whatever the cap, certain pieces are bytes of the rows, and nothing is lost.
RC_GTEST_PROP(ByteRowsLaw, CappedPiecesAreSound, ()) {
  const ByteRows rows = {*rc::gen::inRange<uint64_t>(0, 9),
                         *rc::gen::inRange<uint64_t>(1, 5),
                         *rc::gen::inRange<uint64_t>(1, 300),
                         *rc::gen::inRange<uint64_t>(5, 9),
                         1,
                         0};
  const BytePieces all = PiecesOf(rows, kNoLimit);
  const BytePieces few = PiecesOf(rows, kNoLimit, /*max_pieces=*/100);
  for (const ByteRange& piece : few.certain) {
    RC_ASSERT(std::find(all.certain.begin(), all.certain.end(), piece) !=
              all.certain.end());
  }
  for (const ByteRange& piece : all.certain) {
    const bool named = std::find(few.certain.begin(), few.certain.end(),
                                 piece) != few.certain.end();
    RC_ASSERT(named || (few.may && few.may->Contains(piece)));
  }
}

}  // namespace
}  // namespace incoherent
