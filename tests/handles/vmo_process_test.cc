// A Vmo between processes: how it gets there, and what a death leaves.

#include "tests/handles/vmo_process.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/host/vmo/vmo_under_test.h"

namespace incoherent {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::chrono::milliseconds kEnough{60000};

void SendDescriptor(int socket, int fd) {
  char byte = 0;
  iovec data = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(fd))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(fd));
  std::memcpy(CMSG_DATA(header), &fd, sizeof(fd));
  ASSERT_EQ(sendmsg(socket, &message, 0), 1);
}

int ReceiveDescriptor(int socket) {
  char byte = 0;
  iovec data = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  if (recvmsg(socket, &message, 0) != 1) return -1;
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
  return fd;
}

TEST(VmoProcessTest, AVmoComesOverASocket) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const auto child = VmoProcess::Running([&ends] {
    const auto vmo = Vmo::Open(ReceiveDescriptor(ends[1]));
    if (!vmo.ok()) _exit(1);
    Mapping mapping = MapAs(*vmo, "child");
    mapping.Write(TestBytes(8, 7));
    const auto signal = vmo->Signal(0, SignalOrdering::kReleaseAcquire);
    _exit(signal.ok() && signal->Raise(mapping).ok() ? 0 : 2);
  });
  const Vmo vmo = MakeVmo(8);
  Mapping mapping = MapAs(vmo, "parent");
  SendDescriptor(ends[0], vmo.fd());
  EXPECT_EQ(child->Join(), 0);
  ASSERT_TRUE(vmo.Signal(0, SignalOrdering::kReleaseAcquire)
                  ->Wait(mapping, kEnough)
                  .ok());
  EXPECT_THAT(ReadBytes(mapping, 0, 8), Each(7));
  EXPECT_THAT(vmo.findings(), IsEmpty());
  close(ends[0]);
  close(ends[1]);
}

TEST(VmoProcessTest, AMappingThatCameOverForkIsRefusedAndFound) {
  const Vmo vmo = MakeVmo(8);
  Mapping mapping = MapAs(vmo, "parent");
  const auto child = VmoProcess::Running([&mapping] {
    const auto status = mapping.WriteAt(0, TestBytes(4, 1)).status();
    _exit(status.code() == absl::StatusCode::kFailedPrecondition ? 0 : 1);
  });
  EXPECT_EQ(child->Join(), 0);
  EXPECT_THAT(MessagesOf(vmo.findings()),
              ElementsAre(HasSubstr("'parent: write [0, 4)' refused: the "
                                    "mapping came over fork")));
  EXPECT_EQ(mapping.Write(TestBytes(4, 1)), 4u);
}

TEST(VmoProcessTest, AChildThatDropsTheParentsMappingUnmapsNothingOfIts) {
  const Vmo vmo = MakeVmo(8);
  absl::optional<Mapping> mapping = MapAs(vmo, "parent");
  const auto child = VmoProcess::Running([&mapping] { mapping.reset(); });
  EXPECT_EQ(child->Join(), 0);
  EXPECT_EQ(mapping->Write(TestBytes(8, 1)), 8u);
  EXPECT_THAT(ReadBytes(*mapping, 0, 8), Each(1));
  EXPECT_THAT(vmo.findings(), IsEmpty());
}

// --- Deaths

TEST(VmoDeathTest, WhatADeadPartyDidNotReleaseIsLostAndHasItsName) {
  const Vmo vmo = MakeVmo(8);
  const auto child = VmoProcess::Fork(vmo, "victim");
  ASSERT_EQ(child->party().Do({VmoStep::Call::kWrite, 0, 4, 1}), "");
  ASSERT_EQ(child->party().Do({VmoStep::Call::kRelease, 0, 2}), "");
  child->Kill();
  EXPECT_EQ(child->Join(), -SIGKILL);
  const Mapping mapping = MapAs(vmo, "survivor");
  ASSERT_TRUE(mapping.AcquireWrites().ok());
  EXPECT_THAT(ReadBytes(mapping, 0, 4), ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(
      MessagesOf(vmo.findings()),
      ElementsAre("lost-host-write: vmo \"frames\"[2, 4): 'victim: write [0, "
                  "4)', then 'survivor: read [0, 4)'; missing: ReleaseWrites "
                  "by victim"));
}

TEST(VmoDeathTest, APeerThatDiesDoesNotLetWaitHang) {
  const Vmo vmo = MakeVmo(8);
  Mapping mapping = MapAs(vmo, "survivor");
  const auto child = VmoProcess::Fork(vmo, "victim");
  child->Kill();
  child->Join();
  const auto signal = vmo.Signal(0, SignalOrdering::kNone);
  EXPECT_EQ(signal->Wait(mapping, std::chrono::milliseconds(1)).code(),
            absl::StatusCode::kDeadlineExceeded);
}

// A child that writes and releases without end, killed wherever it is.
TEST(VmoDeathTest, APartyKilledInMidOperationLeavesTheVmoToOthers) {
  const Vmo vmo = MakeVmo(64);
  Mapping survivor = MapAs(vmo, "survivor");
  const VmoSignal running = *vmo.Signal(0, SignalOrdering::kNone);
  for (int round = 0; round < 30; ++round) {
    const auto child = VmoProcess::Running([&] {
      Mapping victim = MapAs(vmo, "victim");
      running.Raise(victim).IgnoreError();
      for (uint8_t value = 0;; ++value) {
        victim.Write(TestBytes(64, value));
        victim.ReleaseWrites().IgnoreError();
      }
    });
    ASSERT_TRUE(running.Wait(survivor, kEnough).ok());
    child->Kill();
    ASSERT_EQ(child->Join(), -SIGKILL);
    const TestBytes bytes(64, static_cast<uint8_t>(round));
    ASSERT_EQ(survivor.Write(bytes), 64u);
    ASSERT_TRUE(survivor.ReleaseWrites().ok());
    const Mapping reader = MapAs(*Vmo::Open(vmo.fd()), "reader");
    ASSERT_TRUE(reader.AcquireWrites().ok());
    ASSERT_EQ(ReadBytes(reader, 0, 64), bytes);
  }
}

}  // namespace
}  // namespace incoherent
