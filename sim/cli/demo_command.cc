// Runs demo/incoherent_demo three times and says what it shows.

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "sim/cli/child_process.h"
#include "sim/cli/commands.h"
#include "sim/cli/simulation.h"
#include "sim/cli/text_table.h"

namespace incoherent {
namespace {

constexpr char kDetails[] =
    R"(A small Vulkan program writes sixteen bytes through a mapping, has the device
copy them, and reads the copy. It runs on the simulated device without and with
vkFlushMappedMemoryRanges, and on the plain downstream driver without.

Exits with 0 if the write is lost where the flush is missing, arrives where it
is not, and the plain driver hides the difference; else with 1.
)";

// What the program printed, by name: "device", "wrote", "read", ...
using Account = std::map<std::string, std::string>;

enum class Place { kSimulated, kPlain };

int ExecuteDemo(const std::string& program, bool flush) {
  execl(program.c_str(), program.c_str(), flush ? "--flush" : nullptr, nullptr);
  absl::FPrintF(stderr, "%s: %s\n", program, std::strerror(errno));
  return kExitFailed;
}

absl::StatusOr<Account> Perform(const Simulation& simulation,
                                const std::string& program, Place place,
                                bool flush) {
  const absl::StatusOr<ChildOutcome> child = RunInChild([&] {
    if (place == Place::kSimulated) {
      simulation.EnterEnvironment();
    } else {
      UseOnlyDriver(simulation.downstream.file);
    }
    return ExecuteDemo(program, flush);
  });
  if (!child.ok()) return child.status();
  if (!child->Succeeded()) {
    return absl::UnavailableError(
        absl::StrCat(program, " ", child->Ending(),
                     "; `incoherent doctor` may know why\n", child->err));
  }
  Account account;
  for (absl::string_view line : absl::StrSplit(child->out, '\n')) {
    const std::pair<std::string, std::string> field =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    account.insert(field);
  }
  return account;
}

struct Story {
  Account unflushed;  // on the simulated device
  Account flushed;
  Account plain;  // unflushed, on the downstream driver
};

absl::StatusOr<Story> PlayStory(const Simulation& simulation,
                                const std::string& program) {
  absl::StatusOr<Account> unflushed =
      Perform(simulation, program, Place::kSimulated, false);
  if (!unflushed.ok()) return unflushed.status();
  absl::StatusOr<Account> flushed =
      Perform(simulation, program, Place::kSimulated, true);
  if (!flushed.ok()) return flushed.status();
  absl::StatusOr<Account> plain =
      Perform(simulation, program, Place::kPlain, false);
  if (!plain.ok()) return plain.status();
  return Story{*std::move(unflushed), *std::move(flushed), *std::move(plain)};
}

std::string Field(const Account& account, const std::string& name) {
  const auto found = account.find(name);
  return found == account.end() ? "" : found->second;
}

bool Arrived(const Account& account) {
  const std::string wrote = Field(account, "wrote");
  return !wrote.empty() && Field(account, "read") == wrote;
}

uint32_t PropertyFlags(const Account& account) {
  uint32_t flags = 0;
  if (!absl::SimpleHexAtoi(Field(account, "property flags"), &flags)) return 0;
  return flags;
}

std::string MemoryTypeName(const Account& account) {
  return absl::StrCat(Field(account, "memory type"), ", ",
                      PropertyFlagsName(PropertyFlags(account)),
                      ": the first HOST_VISIBLE one");
}

void PrintStory(const Simulation& simulation, const Story& story) {
  constexpr char kLost[] =
      "LOST: the device never saw the write: no vkFlushMappedMemoryRanges "
      "before vkQueueSubmit";
  TextTable scene;
  scene.AddRow({"profile", simulation.options.profile});
  scene.AddRow({"driver", Field(story.plain, "device")});
  scene.AddRow({"memory type", MemoryTypeName(story.unflushed)});
  TextTable runs;
  runs.AddRow({"host wrote", Field(story.unflushed, "wrote")});
  runs.AddRow({"device read, without flush", Field(story.unflushed, "read"),
               Arrived(story.unflushed) ? "OK" : kLost});
  runs.AddRow({"device read, with flush", Field(story.flushed, "read"),
               Arrived(story.flushed) ? "OK" : "LOST, and it was flushed"});
  runs.AddRow({"plain driver, without flush", Field(story.plain, "read"),
               Arrived(story.plain) ? "OK: the bug is invisible here" : kLost});
  absl::PrintF(
      "%s\nA program writes to mapped memory, lets the device copy it, and "
      "reads the copy:\n\n%s\n",
      scene.ToString(), runs.ToString());
}

// What the story shows; the exit status.
int Conclude(const Simulation& simulation, const Story& story) {
  const MemoryType type = {PropertyFlags(story.unflushed), 0};
  const bool lost = !Arrived(story.unflushed);
  if (lost && Arrived(story.flushed) && Arrived(story.plain)) {
    absl::PrintF(
        "The plain driver hides the missing flush; the simulated device "
        "shows it.\n");
    return kExitOk;
  }
  if (!lost && !type.IsNonCoherent()) {
    absl::PrintF(
        "Nothing to lose: this memory type is HOST_COHERENT and needs no "
        "flush. Try\n--profile strict.\n");
  } else if (!lost) {
    absl::PrintF(
        "The write reached the device by luck: the host cache wrote it back "
        "on its own\n(eviction %s). Try --eviction lazy.\n",
        simulation.options.eviction.ToString());
  } else if (!Arrived(story.plain)) {
    absl::PrintF(
        "The plain driver loses the write as well: the memory of that device "
        "is not\ncoherent either. Try another --downstream.\n");
  } else {
    absl::PrintF("This is not as it should be: please report it.\n");
  }
  return kExitFailed;
}

int Run(const Arguments& arguments) {
  absl::StatusOr<Plan> plan = ReadPlan(arguments);
  if (!plan.ok()) return RefuseUsage(kDemoCommand, plan.status().message());
  // The program is wrong on purpose.
  plan->options.error_exitcode.reset();
  const absl::StatusOr<std::string> program = plan->installation.FindDemo();
  if (!program.ok()) {
    return RefuseUsage(kDemoCommand, program.status().message());
  }
  const absl::StatusOr<Simulation> simulation = Simulation::Prepare(*plan);
  if (!simulation.ok()) {
    return RefuseUsage(kDemoCommand, simulation.status().message());
  }
  const absl::StatusOr<Story> story = PlayStory(*simulation, *program);
  if (!story.ok()) {
    absl::FPrintF(stderr, "incoherent demo: %s\n", story.status().message());
    return kExitFailed;
  }
  PrintStory(*simulation, *story);
  return Conclude(*simulation, *story);
}

}  // namespace

const Command kDemoCommand = {
    "incoherent demo",
    "[OPTION]...",
    "Shows a lost write, on a small Vulkan program of its own.",
    kDetails,
    kSimulationOptions,
    Operands::kNone,
    Run,
};

}  // namespace incoherent
