#include "sim/icd/recording/query_results.h"

#include <gtest/gtest.h>

namespace incoherent {
namespace {

TEST(QueryResultRows, ARowIsAValueAndPerhapsItsAvailability) {
  const auto row = [](VkQueryResultFlags flags) {
    return QueryResultRows(0, 64, 1, flags).row_bytes;
  };
  EXPECT_EQ(row(0), 4u);
  EXPECT_EQ(row(VK_QUERY_RESULT_64_BIT), 8u);
  EXPECT_EQ(row(VK_QUERY_RESULT_WITH_AVAILABILITY_BIT), 8u);
  EXPECT_EQ(row(VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WITH_STATUS_BIT_KHR),
            16u);
}

TEST(QueryResultRows, RowsLieAtTheStride) {
  const BytePieces pieces =
      PiecesOf(QueryResultRows(32, 16, 2, VK_QUERY_RESULT_64_BIT), 4096);
  EXPECT_EQ(pieces.certain, (std::vector<ByteRange>{{32, 8}, {48, 8}}));
}

TEST(WritesEveryQuery, IfItWaitsOrWritesPartialOnes) {
  EXPECT_FALSE(WritesEveryQuery(VK_QUERY_RESULT_64_BIT));
  EXPECT_FALSE(WritesEveryQuery(VK_QUERY_RESULT_WITH_AVAILABILITY_BIT));
  EXPECT_TRUE(WritesEveryQuery(VK_QUERY_RESULT_WAIT_BIT));
  EXPECT_TRUE(WritesEveryQuery(VK_QUERY_RESULT_PARTIAL_BIT));
}

}  // namespace
}  // namespace incoherent
