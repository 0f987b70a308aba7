// host { ... }

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/litmus/language/parsing.h"

namespace incoherent::litmus {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// One operation, between line 3, column 8 and " }".
Op OnlyOp(const std::string& op) {
  const Program program = ParsedAfterDeclarations("host { " + op + " }");
  if (program.hosts.empty() || program.hosts[0].ops.empty()) return Op();
  return program.hosts[0].ops.back();
}

std::string ErrorsOf(const std::string& op) {
  return ErrorsAfterDeclarations("host { " + op + " }");
}

ByteRange TargetOf(const std::string& op) {
  const Op parsed = OnlyOp(op);
  return parsed.target.has_value() ? parsed.target->bytes : ByteRange();
}

TEST(ParserHostTest, Stores) {
  const Op op = OnlyOp("buf[ 4..8 )=0x01020304");
  EXPECT_EQ(op.kind, OpKind::kStore);
  EXPECT_EQ(op.text, "buf[ 4..8 )=0x01020304");
  EXPECT_EQ(op.target->memory, 0);
  EXPECT_EQ(op.target->bytes, (ByteRange{4, 4}));
  EXPECT_EQ(op.value.value, 0x01020304u);
  EXPECT_FALSE(op.value.reg.has_value());
  EXPECT_EQ(OnlyOp("buf[0] = 255").value.value, 255u);
  EXPECT_EQ(OnlyOp("buf[0..8) = 0xffffffffffffffff").value.value,
            0xffffffffffffffffu);
  EXPECT_EQ(TargetOf("buf = 7"), (ByteRange{0, 16}));
  EXPECT_EQ(TargetOf("buf[3..] = 7"), (ByteRange{3, 13}));
}

TEST(ParserHostTest, RefusesStoresThatDoNotFit) {
  EXPECT_EQ(ErrorsOf("buf[0] = 256"),
            "t.litmus:3:17: 256 does not fit into 1 byte");
  EXPECT_EQ(ErrorsOf("buf[0..3) = 0x1000000"),
            "t.litmus:3:20: 16777216 does not fit into 3 bytes");
  EXPECT_EQ(ErrorsOf("buf = 256"),
            "t.litmus:3:14: 256 is stored to each of 16 bytes; expected 0 to "
            "255");
}

TEST(ParserHostTest, Loads) {
  const Program program = ParsedAfterDeclarations(
      "host { r0 = buf[0]; r1 = buf[8..]; r0 = b1[1]; buf[1] = r1 }");
  ASSERT_THAT(program.hosts, SizeIs(1));
  const Agent& host = program.hosts[0];
  EXPECT_THAT(host.registers, ElementsAre("r0", "r1"));
  ASSERT_THAT(host.ops, SizeIs(4));
  EXPECT_EQ(host.ops[1].kind, OpKind::kLoad);
  EXPECT_EQ(host.ops[1].reg, 1);
  EXPECT_EQ(host.ops[1].source_range->bytes, (ByteRange{8, 8}));
  EXPECT_EQ(host.ops[2].reg, 0);
  EXPECT_EQ(host.ops[3].value.reg, 1);
}

TEST(ParserHostTest, RefusesLoadsAndStoresThatMeanNothing) {
  EXPECT_EQ(ErrorsOf("r0 = buf[0..9)"),
            "t.litmus:3:13: load of 9 bytes; a register has 8");
  EXPECT_EQ(ErrorsOf("buf[0] = r0"),
            "t.litmus:3:17: register 'r0' is used before it is loaded; add "
            "'r0 = MEMORY[N]'");
  EXPECT_EQ(ErrorsOf("r.0 = buf[0]"),
            "t.litmus:3:8: 'r.0' has a '.'; a name is made of letters, digits, "
            "'_' and '-'");
  EXPECT_EQ(ErrorsOf("r0 = 5"),
            "t.litmus:3:13: expected a memory to load from, found number 5");
  EXPECT_EQ(ErrorsOf("r0 = r1"),
            "t.litmus:3:13: unknown memory 'r1'; did you mean 'b1'?");
  EXPECT_EQ(ErrorsOf("buf[0] = buf[1]"),
            "t.litmus:3:17: 'buf' is a memory; store a number or a register, "
            "or write 'copy' on a queue");
  EXPECT_EQ(ErrorsOf("bfu[0] = 1"),
            "t.litmus:3:8: unknown memory 'bfu'; did you mean 'buf'?");
  EXPECT_EQ(ErrorsOf("s[0] = 1"),
            "t.litmus:3:8: 's' is a semaphore; expected a memory");
  EXPECT_EQ(ErrorsOf("gpu[0] = 1"),
            "t.litmus:3:8: 'gpu' is DEVICE_LOCAL (0x1), which the host cannot "
            "map; expected host-visible memory");
  EXPECT_EQ(ErrorsOf("r0 = gpu[0]"),
            "t.litmus:3:8: 'gpu' is DEVICE_LOCAL (0x1), which the host cannot "
            "map; expected host-visible memory");
}

TEST(ParserHostTest, RefusesRangesOutsideTheirMemory) {
  EXPECT_EQ(ErrorsOf("flush buf[16]"),
            "t.litmus:3:18: offset 16, but 'buf' has 16 bytes");
  EXPECT_EQ(ErrorsOf("flush buf[16..]"),
            "t.litmus:3:18: offset 16, but 'buf' has 16 bytes");
  EXPECT_EQ(ErrorsOf("flush buf[0..17)"),
            "t.litmus:3:21: range ends at 17, but 'buf' has 16 bytes");
  EXPECT_EQ(ErrorsOf("flush buf[4..4)"),
            "t.litmus:3:21: range is empty; its end is exclusive and must be "
            "above 4");
  EXPECT_EQ(ErrorsOf("flush buf[0..4]"),
            "t.litmus:3:22: expected ')' after the range's end, which is "
            "exclusive, found ']'");
  EXPECT_EQ(ErrorsOf("flush buf[0"),
            "t.litmus:3:20: expected ']' after the offset, found '}'");
}

TEST(ParserHostTest, FlushesInvalidatesAndMaps) {
  const Op flush = OnlyOp("flush buf");
  EXPECT_EQ(flush.kind, OpKind::kFlush);
  EXPECT_TRUE(flush.whole_size);
  EXPECT_EQ(flush.target->bytes, (ByteRange{0, 16}));
  const Op invalidate = OnlyOp("invalidate buf[4..]");
  EXPECT_EQ(invalidate.kind, OpKind::kInvalidate);
  EXPECT_TRUE(invalidate.whole_size);
  EXPECT_EQ(invalidate.target->bytes, (ByteRange{4, 12}));
  const Op map = OnlyOp("map buf[0..16)");
  EXPECT_EQ(map.kind, OpKind::kMap);
  EXPECT_FALSE(map.whole_size);
  EXPECT_EQ(map.target->bytes, (ByteRange{0, 16}));
  EXPECT_EQ(OnlyOp("unmap buf").kind, OpKind::kUnmap);
  EXPECT_EQ(OnlyOp("free gpu").kind, OpKind::kFree);
  EXPECT_EQ(ErrorsOf("unmap buf[0]"),
            "t.litmus:3:14: 'unmap' is of a whole memory; write 'unmap buf'");
  EXPECT_EQ(ErrorsOf("map gpu"),
            "t.litmus:3:12: 'gpu' is DEVICE_LOCAL (0x1), which the host cannot "
            "map; expected host-visible memory");
  EXPECT_EQ(ErrorsOf("flush"),
            "t.litmus:3:14: expected a memory after 'flush', found '}'");
}

TEST(ParserHostTest, SubmitsAndWaits) {
  const Program program = ParsedAfterDeclarations(
      "queue q { } queue p { submission a { } submission b { } }\n"
      "host { submit q; submit a; submit b; submit a\n"
      "wait b; wait idle\nwait idle p }");
  ASSERT_THAT(program.hosts, SizeIs(1));
  const std::vector<Op>& ops = program.hosts[0].ops;
  ASSERT_THAT(ops, SizeIs(7));
  EXPECT_EQ(ops[2].submission, 2);
  EXPECT_EQ(program.submissions[2].queue, 1);
  EXPECT_EQ(ops[4].kind, OpKind::kWaitSubmission);
  EXPECT_EQ(ops[4].submission, 2);
  EXPECT_EQ(ops[5].kind, OpKind::kWaitIdle);
  EXPECT_EQ(ops[5].queue, -1);
  EXPECT_EQ(ops[6].queue, 1);
  EXPECT_EQ(ErrorsOf("submit q"),
            "t.litmus:3:15: unknown submission 'q'; name a queue's block, or a "
            "submission in it");
  EXPECT_EQ(ErrorsOf("wait idle buf"),
            "t.litmus:3:18: 'buf' is a memory; expected a queue");
  EXPECT_EQ(ErrorsOf("wait e"),
            "t.litmus:3:13: 'e' is an event; expected a submission or a "
            "semaphore");
}

TEST(ParserHostTest, TimelineSemaphores) {
  const Op signal = OnlyOp("signal t = 3");
  EXPECT_EQ(signal.kind, OpKind::kSignal);
  EXPECT_EQ(signal.semaphore, 1);
  EXPECT_EQ(signal.value.value, 3u);
  EXPECT_EQ(OnlyOp("signal t = 3; wait t >= 2").value.value, 2u);
  EXPECT_EQ(ErrorsOf("signal s"),
            "t.litmus:3:15: 's' is a binary semaphore, which the host can "
            "neither signal nor wait for; declare it 'timeline'");
  EXPECT_EQ(ErrorsOf("signal t"),
            "t.litmus:3:17: expected '= N' after the timeline semaphore 't', "
            "found '}'");
  EXPECT_EQ(ErrorsOf("wait t = 1"),
            "t.litmus:3:15: expected '>= N' after the timeline semaphore 't', "
            "found '='");
  EXPECT_EQ(ErrorsOf("signal t = 0"),
            "t.litmus:3:15: signal of 0; a timeline semaphore begins at 0 and "
            "only rises, so expected 1 or more");
  EXPECT_EQ(ErrorsOf("signal tt = 1"),
            "t.litmus:3:15: unknown semaphore 'tt'; did you mean 't'?");
}

TEST(ParserHostTest, FlagsAndEvents) {
  const Program program =
      ParsedAfterDeclarations("host a { post f; await g } host b { post g }");
  EXPECT_THAT(program.flags, ElementsAre("f", "g"));
  EXPECT_EQ(program.hosts[0].ops[1].kind, OpKind::kAwait);
  EXPECT_EQ(program.hosts[0].ops[1].flag, 1);
  EXPECT_EQ(program.hosts[1].ops[0].flag, 1);
  EXPECT_EQ(OnlyOp("set e").kind, OpKind::kSetEvent);
  EXPECT_EQ(OnlyOp("reset e").kind, OpKind::kResetEvent);
  EXPECT_EQ(ErrorsOf("set x"),
            "t.litmus:3:12: unknown event 'x'; declare it: event NAME");
}

TEST(ParserHostTest, RefusesWhatIsNoOperation) {
  EXPECT_EQ(ErrorsOf("flsh buf"),
            "t.litmus:3:8: unknown operation 'flsh'; did you mean 'flush'?");
  EXPECT_EQ(ErrorsOf("sleep"),
            "t.litmus:3:8: unknown operation 'sleep'; a host thread has "
            "stores, loads, flush, invalidate, map, unmap, free, submit, wait, "
            "signal, post, await, set, reset");
  EXPECT_EQ(ErrorsOf("copy buf[0] = buf[1]"),
            "t.litmus:3:8: 'copy' is a queue's; put it into a queue's block "
            "and submit that");
  EXPECT_EQ(ErrorsOf("= 1"), "t.litmus:3:8: expected an operation, found '='");
  EXPECT_EQ(ErrorsOf("flush buf flush buf"),
            "t.litmus:3:18: expected ';', a new line or '}' after the "
            "operation, found 'flush'");
  EXPECT_EQ(ErrorsOf("buf[0] = 1 at copy/transfer_write"),
            "t.litmus:3:19: expected ';', a new line or '}' after the "
            "operation, found 'at'");
}

TEST(ParserHostTest, OneErrorDoesNotHideTheNext) {
  EXPECT_EQ(ErrorsOf("flush bfu; x y z\nwait\n{ } flush bfu"),
            "t.litmus:3:14: unknown memory 'bfu'; did you mean 'buf'?\n"
            "t.litmus:3:19: unknown operation 'x'; a host thread has stores, "
            "loads, flush, invalidate, map, unmap, free, submit, wait, signal, "
            "post, await, set, reset\n"
            "t.litmus:5:1: expected a submission, a timeline semaphore or "
            "'idle' after 'wait', found '{'\n"
            "t.litmus:5:11: unknown memory 'bfu'; did you mean 'buf'?");
}

}  // namespace
}  // namespace incoherent::litmus
