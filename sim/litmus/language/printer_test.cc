#include "sim/litmus/language/printer.h"

#include <string>

#include "gtest/gtest.h"
#include "sim/litmus/language/parsing.h"
#include "sim/litmus/language/same_program.h"

namespace incoherent::litmus {
namespace {

// Everything the language has, in the printer's own form.
constexpr char kEverything[] = R"(litmus every-statement v1.0
memory buf { size 128; type noncoherent }
memory out { size 16; type cached_coherent; atom 1; write_back byte }
memory gpu { size 8; type device_local; contents undefined }
memory far { size 128; type coherent; shares buf; unmapped }
memory mali { size 64; profile arm-mali-g78 type 1 }
semaphore done binary
semaphore t timeline
event e

host {
  buf[0] = 1
  buf[4..8) = 305419896
  buf[0..128) = 255
  r0 = out[3]
  r1 = buf[8..16)
  out[0..8) = r1
  map far
  map far[64..]
  map far[0..64)
  flush buf
  flush buf[0..128)
  flush buf[64..]
  invalidate buf[0..64)
  unmap far
  free far
  submit first
  submit q2
  wait first
  wait idle
  wait idle q2
  signal t = 1
  wait t >= 2
  post ready
  await go
  set e
  reset e
}

host second {
  await ready
  post go
  submit again
}

queue q {
  submission first {
    wait t >= 1 at compute_shader|copy
    r0 = buf[0]
    r1 = buf[4..8) at fragment_shader/shader_sampled_read
    buf[8] = r0
    buf[9] = 7 at vertex_shader/shader_storage_write
    copy out[0..4) = buf[0..4)
    fill gpu[0..8) = 9
    update gpu[0..3) = 1 2 255
    barrier compute_shader/shader_storage_write -> host/host_read
    barrier copy|clear -> all_commands on buf[0..64)
    barrier none -> top_of_pipe
    set e at copy
    wait e all_commands/memory_write -> host/host_read|host_write on gpu[0..8)
    reset e
    signal done at copy
    signal t = 2
  }
  submission again {
    wait done
  }
}

queue q2 {
  wait t >= 1
}

exists ((q:r0 == 0 && true) && (q:r1 != 1 || host:r0 == undef)) expect allowed
forall (!(out[0..4) == 7 && true) || !q:r0 != 1 || q:r0 == 1 && true) expect fails
never (host:r0 != 3)
reports lost-host-write, stale-host-read
)";

TEST(PrinterTest, PrintsEveryStatement) {
  EXPECT_EQ(PrintProgram(Parsed(kEverything)), kEverything);
}

TEST(PrinterTest, WhatIsPrintedReadsTheSame) {
  const Program program = Parsed(kEverything);
  EXPECT_TRUE(SameProgram(Parsed(PrintProgram(program)), program));
}

TEST(PrinterTest, LeavesOutDefaults) {
  EXPECT_EQ(
      PrintProgram(Parsed(
          "litmus t /* a comment */\n"
          "memory buf { type noncoherent; contents zero; size 0x40; atom 64 }\n"
          "queue q { r0 = buf[0] at compute_shader/shader_storage_read;\n"
          " signal s at all_commands } semaphore s binary\n"
          "host host { submit q } ~exists (q:r0=1) reports nothing")),
      "litmus t\n"
      "memory buf { size 64; type noncoherent }\n"
      "semaphore s binary\n"
      "\n"
      "host {\n"
      "  submit q\n"
      "}\n"
      "\n"
      "queue q {\n"
      "  r0 = buf[0]\n"
      "  signal s\n"
      "}\n"
      "\n"
      "never (q:r0 == 1)\n"
      "reports nothing\n");
}

TEST(PrinterTest, NestsNoDeeperThanWhatWasRead) {
  std::string condition = "q:r0 == 1";
  for (int i = 0; i < 64; ++i) {
    condition = i % 2 == 0 ? "!" + condition : "(true && " + condition + ")";
  }
  std::string mixed = "true";
  for (int i = 0; i < 64; ++i) mixed = "true || true && (" + mixed + ")";
  const std::string head =
      "litmus t\nmemory m { size 1 }\nqueue q { r0 = m[0] }\n"
      "host { submit q }\n";
  const Program program =
      Parsed(head + "exists (" + condition + ")\nforall (" + mixed + ")");
  EXPECT_TRUE(SameProgram(Parsed(PrintProgram(program)), program));
}

TEST(PrinterTest, PrintsOneOperation) {
  const Program program = Parsed(kEverything);
  const Agent& host = program.hosts[0];
  EXPECT_EQ(PrintOperation(program, OpSite::kHost, host, host.ops[4]),
            "r1 = buf[8..16)");
  EXPECT_EQ(PrintOperation(program, OpSite::kQueue, program.queues[0],
                           program.submissions[0].ops[6]),
            "fill gpu[0..8) = 9");
  EXPECT_EQ(PrintQuestion(program, program.questions[2]),
            "never (host:r0 != 3)");
}

TEST(PrinterTest, TypesWithoutANamePrintAsTheNearest) {
  Program program = Parsed("litmus t\nmemory m { size 1 }");
  program.memories[0].type.property_flags = 0xb;
  EXPECT_EQ(PrintProgram(program),
            "litmus t\nmemory m { size 1; type noncoherent }\n\n");
  program.memories[0].type.property_flags = 0x7;
  EXPECT_EQ(PrintProgram(program),
            "litmus t\nmemory m { size 1; type coherent }\n\n");
}

}  // namespace
}  // namespace incoherent::litmus
