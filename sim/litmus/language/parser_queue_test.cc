// queue NAME { ... }

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/litmus/language/parsing.h"

namespace incoherent::litmus {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// One operation (the last), between line 4, column 11 and " }".
constexpr char kHost[] = "host { submit q; set e; signal t = 9 }\nqueue q { ";

Op OnlyOp(const std::string& op) {
  const Program program = ParsedAfterDeclarations(kHost + op + " }");
  if (program.submissions.empty() || program.submissions[0].ops.empty()) {
    return Op();
  }
  return program.submissions[0].ops.back();
}

std::string ErrorsOf(const std::string& op) {
  return ErrorsAfterDeclarations(kHost + op + " }");
}

TEST(ParserQueueTest, StoresAndLoadsAreComputeShaders) {
  const Op store = OnlyOp("gpu[0..4) = 7");
  EXPECT_EQ(store.kind, OpKind::kStore);
  EXPECT_EQ(store.point,
            (AccessPoint{kStageComputeShader, kAccessShaderStorageWrite}));
  const Op load = OnlyOp("r0 = gpu[0..8)");
  EXPECT_EQ(load.kind, OpKind::kLoad);
  EXPECT_EQ(load.point,
            (AccessPoint{kStageComputeShader, kAccessShaderStorageRead}));
  EXPECT_EQ(OnlyOp("r0 = gpu[0]; buf[1] = r0").value.reg, 0);
}

TEST(ParserQueueTest, PointsSayWhereMemoryIsTouched) {
  const Op load = OnlyOp(
      "r0 = buf[0] at vertex_attribute_input/"
      "vertex_attribute_read");
  EXPECT_EQ(load.point, (AccessPoint{kStageVertexAttributeInput,
                                     kAccessVertexAttributeRead}));
  EXPECT_EQ(load.text,
            "r0 = buf[0] at vertex_attribute_input/vertex_attribute_read");
  EXPECT_EQ(OnlyOp("buf[0] = 1 at copy/transfer_write").point,
            (AccessPoint{kStageCopy, kAccessTransferWrite}));
}

TEST(ParserQueueTest, RefusesPointsThatNoCommandHas) {
  EXPECT_EQ(ErrorsOf("r0 = buf[0] at host/host_read"),
            "t.litmus:4:26: no command runs in stage host; say what the host "
            "does in a host block");
  EXPECT_EQ(ErrorsOf("r0 = buf[0] at transfer/transfer_read"),
            "t.litmus:4:26: 'all_transfer' is no stage that a command runs in; "
            "name one of "
            "draw_indirect|vertex_shader|tessellation_control_shader|"
            "tessellation_evaluation_shader|geometry_shader|fragment_shader|"
            "early_fragment_tests|late_fragment_tests|color_attachment_output|"
            "compute_shader|copy|resolve|blit|clear|index_input|"
            "vertex_attribute_input");
  EXPECT_EQ(ErrorsOf("r0 = buf[0] at copy/transfer_write"),
            "t.litmus:4:31: 'transfer_write' is no read of stage copy; "
            "expected transfer_read");
  EXPECT_EQ(ErrorsOf("buf[0] = 1 at compute_shader/shader_write"),
            "t.litmus:4:40: 'shader_write' is no write of stage "
            "compute_shader; expected shader_storage_write");
  EXPECT_EQ(ErrorsOf("buf[0] = 1 at index_input/index_read"),
            "t.litmus:4:37: 'index_read' is no write of stage index_input; "
            "expected another stage: this one has none");
  EXPECT_EQ(ErrorsOf("buf[0] = 1 at compute_shader"),
            "t.litmus:4:40: expected '/' after the stage, found '}'");
  EXPECT_EQ(ErrorsOf("buf[0] = 1 at compute/shader_storage_write"),
            "t.litmus:4:25: 'compute' is no pipeline stage; near are copy, "
            "host, resolve");
  EXPECT_EQ(ErrorsOf("buf[0] = 1 at copy/transfer_writ"),
            "t.litmus:4:30: 'transfer_writ' is no access; near are "
            "transfer_write, transfer_read, shader_write");
}

TEST(ParserQueueTest, TransferCommands) {
  const Op copy = OnlyOp("copy gpu[0..4) = buf[4..8)");
  EXPECT_EQ(copy.kind, OpKind::kCopy);
  EXPECT_EQ(copy.target->memory, 1);
  EXPECT_EQ(copy.source_range->bytes, (ByteRange{4, 4}));
  EXPECT_EQ(copy.point, (AccessPoint{kStageCopy, kAccessTransferWrite}));
  EXPECT_EQ(copy.read_point, (AccessPoint{kStageCopy, kAccessTransferRead}));
  const Op fill = OnlyOp("fill buf = 0xff");
  EXPECT_EQ(fill.kind, OpKind::kFill);
  EXPECT_EQ(fill.value.value, 255u);
  EXPECT_EQ(fill.target->bytes.size, 16u);
  EXPECT_EQ(fill.point, (AccessPoint{kStageClear, kAccessTransferWrite}));
  const Op update = OnlyOp("update buf[1..4) = 1 2\n3");
  EXPECT_EQ(update.kind, OpKind::kUpdate);
  EXPECT_THAT(update.bytes, ElementsAre(1, 2, 3));
  EXPECT_EQ(update.point, (AccessPoint{kStageClear, kAccessTransferWrite}));
}

TEST(ParserQueueTest, RefusesTransfersThatDoNotFit) {
  EXPECT_EQ(ErrorsOf("copy buf[0..4) = gpu[0..8)"),
            "t.litmus:4:28: copy of 8 bytes to 4; expected the same size");
  EXPECT_EQ(ErrorsOf("copy buf[0..4) = buf[3..7)"),
            "t.litmus:4:28: copy between ranges that overlap "
            "(VUID-vkCmdCopyBuffer-pRegions-00117)");
  EXPECT_EQ(ErrorsOf("copy buf[0..4) = b1[3..7)"),
            "t.litmus:4:28: copy between ranges that overlap "
            "(VUID-vkCmdCopyBuffer-pRegions-00117)");
  EXPECT_EQ(ErrorsOf("fill buf = 256"),
            "t.litmus:4:22: 256 does not fit into 1 byte");
  EXPECT_EQ(ErrorsOf("update buf[0..4) = 1 2 3"),
            "t.litmus:4:30: update of 4 bytes with 3 numbers; expected one for "
            "each byte");
  EXPECT_EQ(ErrorsOf("update buf[0..4) = r0"),
            "t.litmus:4:30: expected a number, found 'r0'");
}

TEST(ParserQueueTest, Barriers) {
  const Op barrier = OnlyOp(
      "barrier compute_shader|copy/shader_storage_write|transfer_write ->\n"
      "host/host_read on gpu[0..8)");
  EXPECT_EQ(barrier.kind, OpKind::kBarrier);
  EXPECT_EQ(barrier.source,
            (Scope{kStageComputeShader | kStageCopy,
                   kAccessShaderStorageWrite | kAccessTransferWrite}));
  EXPECT_EQ(barrier.destination, (Scope{kStageHost, kAccessHostRead}));
  EXPECT_EQ(barrier.target->bytes, (ByteRange{0, 8}));
  const Op execution = OnlyOp("barrier transfer->bottom_of_pipe");
  EXPECT_EQ(execution.source, (Scope{kStageAllTransfer, 0}));
  EXPECT_EQ(execution.destination, (Scope{kStageBottomOfPipe, 0}));
  EXPECT_FALSE(execution.target.has_value());
}

TEST(ParserQueueTest, RefusesScopesByTheirRules) {
  EXPECT_EQ(ErrorsOf("barrier copy/host_read -> host/host_read"),
            "t.litmus:4:19: access host_read needs a stage that performs it "
            "(host), not copy (VUID-VkMemoryBarrier2-srcAccessMask-03916)");
  EXPECT_EQ(ErrorsOf("barrier copy -> copy/shader_read"),
            "t.litmus:4:27: access shader_read needs a stage that performs it "
            "(vertex_shader|tessellation_control_shader|"
            "tessellation_evaluation_shader|geometry_shader|fragment_shader|"
            "compute_shader), not copy "
            "(VUID-VkMemoryBarrier2-dstAccessMask-03908)");
  EXPECT_EQ(ErrorsOf("barrier copy"),
            "t.litmus:4:24: expected '->' after the first scope, found '}'");
  EXPECT_EQ(ErrorsOf("barrier -> copy"),
            "t.litmus:4:19: expected a pipeline stage, found '->'");
  EXPECT_EQ(ErrorsOf("barrier copy/ -> copy"),
            "t.litmus:4:25: expected an access, found '->'");
}

TEST(ParserQueueTest, Semaphores) {
  const Op signal = OnlyOp("signal s at copy|clear");
  EXPECT_EQ(signal.kind, OpKind::kSignal);
  EXPECT_EQ(signal.semaphore, 0);
  EXPECT_EQ(signal.source, (Scope{kStageCopy | kStageClear, 0}));
  EXPECT_EQ(OnlyOp("signal s").source, (Scope{kStageAllCommands, 0}));
  const Op wait = OnlyOp("wait t >= 9 at compute_shader");
  EXPECT_EQ(wait.kind, OpKind::kWait);
  EXPECT_EQ(wait.semaphore, 1);
  EXPECT_EQ(wait.value.value, 9u);
  EXPECT_EQ(wait.destination, (Scope{kStageComputeShader, 0}));
  EXPECT_EQ(OnlyOp("signal s; wait s").destination,
            (Scope{kStageAllCommands, 0}));
  EXPECT_EQ(ErrorsOf("signal s = 1"),
            "t.litmus:4:20: 's' is a binary semaphore and has no value; "
            "declare it 'timeline'");
  EXPECT_EQ(ErrorsOf("signal s at host"),
            "t.litmus:4:23: stage host is none of a queue's; leave it out");
  EXPECT_EQ(ErrorsOf("wait q"),
            "t.litmus:4:16: 'q' is a queue; expected a semaphore or an event");
  EXPECT_EQ(ErrorsOf("signal x"),
            "t.litmus:4:18: unknown semaphore 'x'; declare it: semaphore NAME "
            "binary, or timeline");
}

TEST(ParserQueueTest, Events) {
  const Op set = OnlyOp("set e at copy");
  EXPECT_EQ(set.kind, OpKind::kSetEvent);
  EXPECT_EQ(set.event, 0);
  EXPECT_EQ(set.source, (Scope{kStageCopy, 0}));
  EXPECT_EQ(OnlyOp("reset e").source, (Scope{kStageAllCommands, 0}));
  const Op wait = OnlyOp("wait e host/host_write -> copy/transfer_read on buf");
  EXPECT_EQ(wait.kind, OpKind::kWaitEvent);
  EXPECT_EQ(wait.source, (Scope{kStageHost, kAccessHostWrite}));
  EXPECT_EQ(wait.destination, (Scope{kStageCopy, kAccessTransferRead}));
  EXPECT_EQ(wait.target->bytes.size, 16u);
}

TEST(ParserQueueTest, SubmissionsOfAQueueShareItsRegisters) {
  const Program program = ParsedAfterDeclarations(
      "host { submit a; submit q }\n"
      "queue q { submission a { r0 = buf[0] };\n"
      "submission q { r1 = buf[1]; buf[2] = r0 } }");
  ASSERT_THAT(program.submissions, SizeIs(2));
  EXPECT_EQ(program.submissions[1].name, "q");
  EXPECT_THAT(program.queues[0].registers, ElementsAre("r0", "r1"));
  EXPECT_EQ(program.submissions[1].ops[1].value.reg, 0);
}

TEST(ParserQueueTest, RefusesQueuesThatAreBothOrTwice) {
  EXPECT_EQ(
      ErrorsAfterDeclarations("host { submit a }\n"
                              "queue q { submission a { } fill buf = 0 }"),
      "t.litmus:4:28: expected 'submission' or '}' after a submission; "
      "operations of this queue stand in its submissions, found 'fill'");
  EXPECT_EQ(ErrorsOf("fill buf = 0; submission a { }"),
            "t.litmus:4:25: a queue has either operations or submissions; put "
            "the operations into submissions");
  EXPECT_EQ(ErrorsAfterDeclarations("queue q { } queue q { }"),
            "t.litmus:3:19: queue 'q' stands twice; put both into one: queue q "
            "{ submission NAME { ... } submission NAME { ... } }");
  EXPECT_EQ(ErrorsOf("flush buf"),
            "t.litmus:4:11: 'flush' is the host's; put it into a host block");
  EXPECT_EQ(ErrorsOf("r0 = buf[0] r1"),
            "t.litmus:4:23: expected ';', a new line or '}' after the "
            "operation, found 'r1'");
}

}  // namespace
}  // namespace incoherent::litmus
