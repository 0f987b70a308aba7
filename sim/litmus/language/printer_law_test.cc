// What is printed reads the same, for any program that a program could make.

#include <string>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/litmus/language/parser.h"
#include "sim/litmus/language/printable_program.h"
#include "sim/litmus/language/printer.h"
#include "sim/litmus/language/same_program.h"

namespace incoherent::litmus {
namespace {

RC_GTEST_PROP(PrinterLaw, WhatIsPrintedReadsTheSame, ()) {
  const Program program = *PrintableProgram();
  const std::string text = PrintProgram(program);
  const absl::StatusOr<Program> again = ParseProgram(text, "printed.litmus");
  if (!again.ok()) RC_FAIL(std::string(again.status().message()));
  RC_ASSERT(SameProgram(*again, program));
  RC_ASSERT(PrintProgram(*again) == text);
}

RC_GTEST_PROP(PrinterLaw, EachOperationIsALineOfTheFile, ()) {
  const Program program = *PrintableProgram();
  const absl::StatusOr<Program> again =
      ParseProgram(PrintProgram(program), "printed.litmus");
  if (!again.ok()) RC_FAIL(std::string(again.status().message()));
  for (const Agent& host : again->hosts) {
    for (const Op& op : host.ops) {
      RC_ASSERT(op.text == PrintOperation(*again, OpSite::kHost, host, op));
    }
  }
  for (const Submission& submission : again->submissions) {
    const Agent& queue = again->queues[submission.queue];
    for (const Op& op : submission.ops) {
      RC_ASSERT(op.text == PrintOperation(*again, OpSite::kQueue, queue, op));
    }
  }
}

}  // namespace
}  // namespace incoherent::litmus
