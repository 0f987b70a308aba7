#include "sim/litmus/language/nearest_name.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace incoherent::litmus {
namespace {

std::string Nearest(absl::string_view word,
                    std::vector<absl::string_view> names) {
  return DidYouMeanName(word, names);
}

TEST(NearestNameTest, OneSlip) {
  EXPECT_EQ(Nearest("bfu", {"gpu", "buf"}), "; did you mean 'buf'?");
  EXPECT_EQ(Nearest("bu", {"buf"}), "; did you mean 'buf'?");
  EXPECT_EQ(Nearest("buff", {"buf"}), "; did you mean 'buf'?");
  EXPECT_EQ(Nearest("bug", {"buf"}), "; did you mean 'buf'?");
}

TEST(NearestNameTest, AtMostTwoSlipsAndHalfTheWord) {
  EXPECT_EQ(Nearest("invaldiat", {"invalidate"}),
            "; did you mean 'invalidate'?");
  EXPECT_EQ(Nearest("invldit", {"invalidate"}), "");
  EXPECT_EQ(Nearest("ab", {"xy"}), "");
  EXPECT_EQ(Nearest("a", {"b"}), "");
}

TEST(NearestNameTest, TheNearestAndOfThoseTheFirst) {
  EXPECT_EQ(Nearest("r12", {"r1x", "r123", "r1"}), "; did you mean 'r1x'?");
  EXPECT_EQ(Nearest("flsh", {"flags", "flush"}), "; did you mean 'flush'?");
}

TEST(NearestNameTest, NothingIsNearNothing) {
  EXPECT_EQ(Nearest("buf", {}), "");
  EXPECT_EQ(Nearest("", {"buf"}), "");
  EXPECT_EQ(Nearest(std::string(65, 'a'), {std::string(64, 'a')}), "");
}

}  // namespace
}  // namespace incoherent::litmus
