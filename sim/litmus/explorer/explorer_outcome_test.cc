// The textbook programs, each with all that may come of it, worked out by hand.

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/litmus/explorer/every_state.h"
#include "sim/litmus/explorer/explorer.h"
#include "sim/litmus/explorer/outcome_text.h"
#include "sim/litmus/language/parser.h"

namespace incoherent::litmus {
namespace {

constexpr char kNonCoherent[] =
    "memory buf { size 128; type noncoherent; atom 64 }\n";
constexpr char kCoherent[] = "memory buf { size 128; type coherent }\n";

std::string NonCoherent(const char* rest) {
  return std::string("litmus row\n") + kNonCoherent + rest;
}
std::string Coherent(const char* rest) {
  return std::string("litmus row\n") + kCoherent + rest;
}

std::set<std::string> Outcomes(const std::string& text, bool prune) {
  const absl::StatusOr<Program> program = ParseProgram(text, "row.litmus");
  if (!program.ok()) return {std::string(program.status().message())};
  ExploreOptions options;
  options.prune = prune;
  const absl::StatusOr<Exploration> exploration = Explore(*program, options);
  if (!exploration.ok()) return {exploration.status().ToString()};
  EXPECT_FALSE(exploration->bounded);
  return OutcomesOf(*program, *exploration);
}

void Expect(const std::string& text, const std::set<std::string>& outcomes) {
  EXPECT_EQ(Outcomes(text, /*prune=*/true), outcomes) << text;
  EXPECT_EQ(Outcomes(text, /*prune=*/false), outcomes) << text;
}

// Host to device.

TEST(Upload, FlushedIsSeen) {
  Expect(NonCoherent("host { buf[0] = 1; flush buf[0..64); submit q; wait q }"
                     "queue q { r0 = buf[0] }"),
         {"q:r0=1"});
}

// The cache may write it back in time, or not.
TEST(Upload, UnflushedMayBeLost) {
  Expect(NonCoherent("host { buf[0] = 1; submit q; wait q }"
                     "queue q { r0 = buf[0] }"),
         {"q:r0=0", "q:r0=1"});
}

TEST(Upload, FlushAfterSubmitComesTooLate) {
  Expect(NonCoherent("host { buf[0] = 1; submit q; flush buf; wait q }"
                     "queue q { r0 = buf[0] }"),
         {"q:r0=0", "q:r0=1"});
}

TEST(Upload, FlushOfAnotherAtomDoesNothing) {
  Expect(NonCoherent("host { buf[0] = 1; flush buf[64..128); submit q; wait q }"
                     "queue q { r0 = buf[0] }"),
         {"q:r0=0", "q:r0=1"});
}

TEST(Upload, CoherentNeedsNoFlush) {
  Expect(Coherent("host { buf[0] = 1; submit q; wait q }"
                  "queue q { r0 = buf[0] }"),
         {"q:r0=1"});
}

TEST(Upload, CoherentWriteAfterSubmitIsOpen) {
  Expect(Coherent("host { submit q; buf[0] = 1; wait q }"
                  "queue q { r0 = buf[0] }"),
         {"q:r0=0", "q:r0=1"});
}

TEST(Upload, UnmapIsNoFlush) {
  Expect(NonCoherent("host { buf[0] = 1; unmap buf; submit q; wait q }"
                     "queue q { r0 = buf[0] }"),
         {"q:r0=0", "q:r0=1"});
}

// What was dirty may be discarded after the unmap: the host finds the old byte.
TEST(Upload, UnmappedBytesMayBeDiscarded) {
  Expect(NonCoherent("host { buf[0] = 1; unmap buf; map buf; r0 = buf[0] }"
                     "queue q { r0 = buf[64] } host b { submit q }"),
         {"host:r0=0 q:r0=0", "host:r0=1 q:r0=0"});
}

// An atom is evicted at once, but its bytes reach the device one by one.
TEST(Upload, UnflushedWordMayTear) {
  Expect(NonCoherent("host { submit q; buf[0..2) = 0x0201; wait q }"
                     "queue q { r0 = buf[0..2) }"),
         {"q:r0=0", "q:r0=1", "q:r0=0x200", "q:r0=0x201"});
}

// A queue does not order two loads: neither byte tells of the other.
TEST(Upload, LoadsAreNotOrdered) {
  Expect(Coherent("host { submit q; buf[0] = 1; buf[1] = 1; wait q }"
                  "queue q { r1 = buf[1]; r0 = buf[0] }"),
         {"q:r1=0 q:r0=0", "q:r1=0 q:r0=1", "q:r1=1 q:r0=0", "q:r1=1 q:r0=1"});
}

// Device to host.

TEST(Readback, AllStepsTaken) {
  Expect(
      NonCoherent("host { submit q; wait q; invalidate buf; r0 = buf[0] }"
                  "queue q { buf[0] = 7;"
                  " barrier compute_shader/shader_write -> host/host_read }"),
      {"host:r0=7"});
}

TEST(Readback, WithoutBarrier) {
  Expect(NonCoherent("host { submit q; wait q; invalidate buf; r0 = buf[0] }"
                     "queue q { buf[0] = 7 }"),
         {"host:r0=0", "host:r0=7"});
}

TEST(Readback, BarrierFromAnotherStage) {
  Expect(NonCoherent("host { submit q; wait q; invalidate buf; r0 = buf[0] }"
                     "queue q { buf[0] = 7;"
                     " barrier copy/transfer_write -> host/host_read }"),
         {"host:r0=0", "host:r0=7"});
}

TEST(Readback, WithoutInvalidate) {
  Expect(
      NonCoherent("host { submit q; wait q; r0 = buf[0] }"
                  "queue q { buf[0] = 7;"
                  " barrier compute_shader/shader_write -> host/host_read }"),
      {"host:r0=0", "host:r0=7"});
}

TEST(Readback, WithoutWait) {
  Expect(
      NonCoherent("host { submit q; invalidate buf; r0 = buf[0] }"
                  "queue q { buf[0] = 7;"
                  " barrier compute_shader/shader_write -> host/host_read }"),
      {"host:r0=0", "host:r0=7"});
}

TEST(Readback, CoherentNeedsTheBarrierToo) {
  Expect(Coherent("host { submit q; wait q; r0 = buf[0] }"
                  "queue q { buf[0] = 7 }"),
         {"host:r0=0", "host:r0=7"});
  Expect(Coherent("host { submit q; wait q; r0 = buf[0] }"
                  "queue q { buf[0] = 7;"
                  " barrier compute_shader/shader_write -> host/host_read }"),
         {"host:r0=7"});
}

TEST(Readback, HostWithoutAccessMovesNothing) {
  Expect(Coherent("host { submit q; wait q; r0 = buf[0] }"
                  "queue q { buf[0] = 7;"
                  " barrier compute_shader/shader_write -> host }"),
         {"host:r0=0", "host:r0=7"});
}

TEST(Readback, DeviceCoherentNeedsOnlyTheWait) {
  Expect(
      "litmus row\nmemory buf { size 64; type device_coherent }\n"
      "host { buf[1] = 5; submit q; wait q; r0 = buf[0] }"
      "queue q { buf[0] = 7; r0 = buf[1] }",
      {"host:r0=7 q:r0=5"});
}

// One atom, two sides.

TEST(Atom, LateFlushClobbersTheNeighbour) {
  const char program[] =
      "host { buf[1] = 2; submit q; wait q; flush buf[0..64) }"
      "queue q { buf[0] = 1;"
      " barrier compute_shader/shader_write -> host/host_read }"
      "exists (buf[0] == 0)";
  Expect(NonCoherent(program), {"buf[0]=0", "buf[0]=1"});
  Expect(std::string("litmus row\nmemory buf { size 128; type noncoherent; "
                     "atom 64; write_back byte }\n") +
             program,
         {"buf[0]=1"});
}

// A view refilled in time holds the device's byte; nothing makes it be so.
TEST(Atom, InvalidateFirstSavesTheNeighbour) {
  Expect(NonCoherent("host { submit q; wait q; invalidate buf; buf[1] = 2;"
                     " flush buf[0..64) }"
                     "queue q { buf[0] = 1;"
                     " barrier compute_shader/shader_write -> host/host_read }"
                     "exists (buf[0] == 0)"),
         {"buf[0]=1"});
}

// Evicted in time, the byte is clean, and stays.
TEST(Atom, InvalidateOverDirtyIsUndefined) {
  Expect(NonCoherent("host { buf[0] = 1; invalidate buf; r0 = buf[0];"
                     " submit q; wait q } queue q { r0 = buf[0] }"),
         {"host:r0=undef q:r0=undef", "host:r0=1 q:r0=1"});
}

TEST(Atom, FreshMemoryIsUndefined) {
  Expect(
      "litmus row\nmemory buf { size 64; type noncoherent; atom 64;"
      " contents undefined }\n"
      "host { r0 = buf[0]; submit q; wait q } queue q { r0 = buf[0] }",
      {"host:r0=undef q:r0=undef"});
}

// Mappings.

TEST(Mapping, OutsideItNothingIsReadOrWritten) {
  Expect(
      "litmus row\nmemory buf { size 128; type coherent; unmapped }\n"
      "host { map buf[0..64); buf[0] = 1; buf[64] = 2; r0 = buf[64];"
      " r1 = buf[0]; submit q; wait q } queue q { r0 = buf[64] }",
      {"host:r0=undef host:r1=1 q:r0=0"});
}

TEST(Mapping, FreeWritesNothingBackAfterwards) {
  Expect(NonCoherent("host { buf[0] = 1; free buf; r0 = buf[0]; submit q;"
                     " wait q } queue q { r0 = buf[0] }"),
         {"host:r0=undef q:r0=0", "host:r0=undef q:r0=1"});
}

TEST(Mapping, TwoMemoriesOfOnePayload) {
  const std::string program =
      "litmus row\nmemory a { size 64; type noncoherent; atom 64 }\n"
      "memory b { size 64; type noncoherent; atom 64; shares a }\n"
      "host { a[0] = 1; flush a; %r0 = b[0]; submit q } queue q { r0 = b[1] }";
  const size_t gap = program.find('%');
  std::string without = program;
  Expect(without.erase(gap, 1), {"host:r0=0 q:r0=0", "host:r0=1 q:r0=0"});
  std::string with = program;
  Expect(with.replace(gap, 1, "invalidate b; "), {"host:r0=1 q:r0=0"});
}

// Between submissions and queues.

TEST(Device, CopyThenShader) {
  const std::string head =
      "litmus row\nmemory a { size 64; type coherent }\n"
      "memory b { size 64; type device_local }\n"
      "host { a[0] = 5; submit q; wait q } queue q { copy b[0] = a[0]; ";
  Expect(head +
             "barrier copy/transfer_write -> "
             "compute_shader/shader_storage_read; r0 = b[0] }",
         {"q:r0=5"});
  Expect(head + "r0 = b[0] }", {"q:r0=0", "q:r0=5"});
  // Order is not visibility.
  Expect(head + "barrier copy -> compute_shader; r0 = b[0] }",
         {"q:r0=0", "q:r0=5"});
  Expect(head +
             "barrier copy/transfer_write -> "
             "vertex_shader/shader_storage_read; r0 = b[0] }",
         {"q:r0=0", "q:r0=5"});
}

// The barrier chains to the second one through compute_shader.
TEST(Device, BarriersChain) {
  const std::string head =
      "litmus row\nmemory a { size 64; type coherent }\n"
      "memory b { size 64; type device_local }\n"
      "host { a[0] = 5; submit q; wait q } queue q { copy b[0] = a[0]; "
      "barrier copy/transfer_write -> compute_shader; ";
  Expect(head +
             "barrier compute_shader -> fragment_shader/shader_storage_read;"
             " r0 = b[0] at fragment_shader/shader_storage_read }",
         {"q:r0=5"});
  Expect(head +
             "barrier vertex_input -> fragment_shader/shader_storage_read;"
             " r0 = b[0] at fragment_shader/shader_storage_read }",
         {"q:r0=0", "q:r0=5"});
}

TEST(Device, WriteAfterWriteNeedsABarrier) {
  const std::string head =
      "litmus row\nmemory b { size 64; type device_local }\n"
      "host { submit q; wait q } queue q { b[0] = 1; ";
  const std::string tail = "b[0] = 2 } exists (b[0] == 1)";
  Expect(head + tail, {"b[0]=1", "b[0]=2"});
  Expect(head +
             "barrier compute_shader/shader_write -> "
             "compute_shader/shader_write; " +
             tail,
         {"b[0]=2"});
}

TEST(Device, ReadBeforeWriteNeedsOnlyOrder) {
  const std::string head =
      "litmus row\nmemory b { size 64; type device_local }\n"
      "host { submit q; wait q } queue q { r0 = b[0]; ";
  Expect(head + "b[0] = 2 }", {"q:r0=0", "q:r0=2"});
  Expect(head + "barrier compute_shader -> compute_shader; b[0] = 2 }",
         {"q:r0=0"});
}

// The copy may run first and its write drain before the load, which must not
// go alone ahead of it.
TEST(Device, LoadWithoutBarrierMeetsTheCopy) {
  Expect(Coherent("host { submit q; buf[32] = 5; wait q }"
                  "queue q { copy buf[1] = buf[32]; r0 = buf[1] }"),
         {"q:r0=0", "q:r0=5"});
}

TEST(Device, SemaphoreBetweenQueues) {
  const std::string head =
      "litmus row\nmemory b { size 64; type device_local }\n"
      "semaphore s binary\nhost { submit q; submit p; wait idle } ";
  Expect(head + "queue q { b[0] = 1; signal s } queue p { wait s; r0 = b[0] }",
         {"p:r0=1"});
  Expect(head +
             "queue q { b[0] = 1; signal s at copy } "
             "queue p { wait s; r0 = b[0] }",
         {"p:r0=0", "p:r0=1"});
  Expect(head +
             "queue q { b[0] = 1; signal s } "
             "queue p { wait s at copy; r0 = b[0] }",
         {"p:r0=0", "p:r0=1"});
  Expect(
      "litmus row\nmemory b { size 64; type device_local }\n"
      "host { submit q; submit p; wait idle } "
      "queue q { b[0] = 1 } queue p { r0 = b[0] }",
      {"p:r0=0", "p:r0=1"});
}

TEST(Device, EventOrdersWhatPrecedesItsSet) {
  const std::string head =
      "litmus row\nmemory b { size 64; type device_local }\nevent e\n"
      "host { submit q; wait q } queue q { ";
  const std::string tail =
      "wait e compute_shader/shader_write -> "
      "compute_shader/shader_storage_read; r0 = b[0] }";
  Expect(head + "b[0] = 1; set e at compute_shader; " + tail, {"q:r0=1"});
  Expect(head + "set e at compute_shader; b[0] = 1; " + tail,
         {"q:r0=0", "q:r0=1"});
}

// The host writes after the submit, and says so by a timeline semaphore.
TEST(Device, WaitBeforeSignalNeedsABarrierFromHost) {
  const std::string head =
      "litmus row\nmemory b { size 64; type coherent }\n"
      "semaphore t timeline\n"
      "host { submit q; b[0] = 1; signal t = 1; wait q } "
      "queue q { wait t >= 1; ";
  Expect(head +
             "barrier host/host_write -> "
             "compute_shader/shader_storage_read; r0 = b[0] }",
         {"q:r0=1"});
  Expect(head + "r0 = b[0] }", {"q:r0=0", "q:r0=1"});
}

// Threads.

TEST(Threads, PostOrdersTheFlushBeforeTheSubmit) {
  Expect(NonCoherent("host a { buf[0] = 1; flush buf; post f }"
                     "host b { await f; submit q; wait q }"
                     "queue q { r0 = buf[0] }"),
         {"q:r0=1"});
  Expect(NonCoherent("host a { buf[0] = 1; flush buf }"
                     "host b { submit q; wait q }"
                     "queue q { r0 = buf[0] }"),
         {"q:r0=0", "q:r0=1"});
}

TEST(Threads, SubmissionOrderIsThatOfTheCalls) {
  const std::string queue =
      "queue q { submission w { b[0] = 1; barrier "
      "all_commands/memory_write -> all_commands/memory_read }"
      " submission r { barrier all_commands -> all_commands; r0 = b[0];"
      " barrier all_commands -> all_commands } }";
  const std::string head =
      "litmus row\nmemory b { size 64; type device_local }\n";
  Expect(head + "host { submit w; submit r; wait idle } " + queue, {"q:r0=1"});
  Expect(head + "host { submit r; submit w; wait idle } " + queue, {"q:r0=0"});
  Expect(head + "host s { submit w } host t { submit r } " + queue,
         {"q:r0=0", "q:r0=1"});
  Expect(head + "host s { submit w; post f } host t { await f; submit r } " +
             queue,
         {"q:r0=1"});
}

TEST(Threads, WhoWaitsForEachOtherIsBlocked) {
  const absl::StatusOr<Program> program =
      ParseProgram(NonCoherent("host a { await f; post g; submit q }"
                               "host b { await g; post f }"
                               "queue q { r0 = buf[0] } exists (q:r0 == 0)"),
                   "row.litmus");
  ASSERT_TRUE(program.ok()) << program.status();
  for (const bool prune : {false, true}) {
    ExploreOptions options;
    options.prune = prune;
    const absl::StatusOr<Exploration> exploration = Explore(*program, options);
    ASSERT_TRUE(exploration.ok()) << exploration.status();
    EXPECT_TRUE(exploration->finals.empty());
    EXPECT_GE(exploration->blocked, 1u);
    EXPECT_EQ(exploration->answers[0].verdict, Verdict::kForbidden);
  }
}

}  // namespace
}  // namespace incoherent::litmus
