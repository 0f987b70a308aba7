#ifndef INCOHERENT_SIM_LITMUS_EXPLORER_RANDOM_PROGRAM_H_
#define INCOHERENT_SIM_LITMUS_EXPLORER_RANDOM_PROGRAM_H_

// Random litmus programs for law tests: small, and crowded on few bytes, so
// that everything meets everything. Drawn inside a RapidCheck property.

#include <rapidcheck.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace incoherent::litmus {

class RandomProgram {
 public:
  std::string Draw() {
    DrawMemories();
    std::vector<std::string> agents;
    const int queues = Number(1, 2);
    for (int i = 0; i < queues; ++i) agents.push_back(DrawQueue(i));
    const int hosts = Number(1, 2);
    for (int i = 0; i < hosts; ++i) agents.push_back(DrawHost(i, hosts));
    const std::string question =
        Chance(3) ? absl::StrCat("exists (", Place(memories_), " == 1)\n") : "";
    return absl::StrCat("litmus random\n", text_,
                        "semaphore t timeline\nevent e\n",
                        absl::StrJoin(agents, "\n"), "\n", question);
  }

 private:
  using Words = std::vector<std::string>;

  static int Number(int low, int high) {
    // Not smaller at first: an operation's number says nothing of its size.
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, high + 1));
  }
  // One in so many.
  static bool Chance(int many) { return Number(1, many) == many; }
  static std::string OneOf(const Words& words) {
    return words[Number(0, static_cast<int>(words.size()) - 1)];
  }
  static std::string Place(const Words& memories) {
    return absl::StrCat(OneOf(memories), "[", OneOf({"0", "0", "1", "32"}),
                        "]");
  }

  void AddMemory(const std::string& name, const std::string& rest,
                 bool is_host_visible) {
    absl::StrAppend(&text_, "memory ", name, " { size 64; ", rest, " }\n");
    memories_.push_back(name);
    if (is_host_visible) visible_.push_back(name);
  }

  void DrawMemories() {
    const std::string a =
        OneOf({"type noncoherent; atom 32", "type noncoherent; atom 32",
               "type noncoherent; atom 32; write_back byte",
               "type noncoherent; atom 32; contents undefined", "type coherent",
               "type device_coherent"});
    AddMemory("a", a, true);
    const int more = Number(0, 4);
    if (more == 1) AddMemory("b", "type device_local", false);
    if (more == 2) AddMemory("b", "type coherent", true);
    if (more == 3 && a == "type noncoherent; atom 32") {
      AddMemory("b", a + "; shares a", true);
    }
  }

  // A register of the agent that was loaded before, or a number.
  std::string Value(const std::set<std::string>& loaded) {
    if (!loaded.empty() && Chance(3)) return *loaded.begin();
    return absl::StrCat(Number(1, 6));
  }

  std::string Load(const Words& memories, std::set<std::string>& loaded) {
    const std::string reg = OneOf({"r0", "r1"});
    loaded.insert(reg);
    return absl::StrCat(reg, " = ", Place(memories));
  }

  std::string Barrier() {
    return absl::StrCat(
        "barrier ",
        OneOf({"compute_shader/shader_write -> compute_shader/shader_read",
               "compute_shader/shader_write -> host/host_read",
               "all_commands/memory_write -> "
               "all_commands|host/memory_read|host_read",
               "host/host_write -> compute_shader/shader_read",
               "copy|clear/transfer_write -> all_commands/memory_read",
               "all_commands -> all_commands"}),
        Chance(3) ? absl::StrCat(" on ", Place(memories_)) : "");
  }

  std::string DeviceOp(std::set<std::string>& loaded) {
    switch (Number(0, 11)) {
      case 0:
      case 1:
        return absl::StrCat(Load(memories_, loaded),
                            OneOf({"", "", " at copy/transfer_read"}));
      case 2:
      case 3:
      case 4:
        return absl::StrCat(Place(memories_), " = ", Value(loaded));
      case 5:
        return absl::StrCat("copy ", OneOf(memories_),
                            "[1] = ", OneOf(memories_), "[", OneOf({"0", "32"}),
                            "]");
      case 6:
        return absl::StrCat("fill ", OneOf(memories_), "[0..32) = 9");
      case 7:
        return OneOf({"set e", "wait e all_commands -> all_commands"});
      default:
        return Barrier();
    }
  }

  std::string DrawQueue(int queue) {
    const std::string name = queue == 0 ? "q" : "p";
    std::set<std::string> loaded;
    Words submissions;
    const int count = Chance(3) ? 2 : 1;
    for (int i = 0; i < count; ++i) {
      Words ops;
      if (Chance(5)) ops.push_back("wait t >= 1 at compute_shader");
      const int length = Number(1, 3);
      for (int j = 0; j < length; ++j) ops.push_back(DeviceOp(loaded));
      if (Chance(5)) ops.push_back("signal t = 1");
      submissions_.push_back(absl::StrCat(name, i));
      submissions.push_back(absl::StrCat("submission ", name, i, " { ",
                                         absl::StrJoin(ops, "; "), " }"));
    }
    return absl::StrCat("queue ", name, " { ", absl::StrJoin(submissions, " "),
                        " }");
  }

  std::string HostOp(std::set<std::string>& loaded) {
    switch (Number(0, 11)) {
      case 0:
      case 1:
      case 2:
        return absl::StrCat(Place(visible_), " = ", Value(loaded));
      case 3:
      case 4:
        return Load(visible_, loaded);
      case 5:
        return absl::StrCat("flush ", OneOf(visible_));
      case 6:
        return absl::StrCat("invalidate ", OneOf(visible_), "[0..32)");
      case 7:
      case 8:
        return absl::StrCat("submit ", OneOf(submissions_));
      case 9:
        return OneOf({"wait idle", "wait idle q", "signal t = 2"});
      case 10:
        return Chance(4) ? "set e" : "wait idle";
      default:
        return absl::StrCat(OneOf({"unmap ", "map ", "unmap ", "free "}),
                            OneOf(visible_));
    }
  }

  static void InsertAnywhere(const std::string& op, Words& ops) {
    ops.insert(ops.begin() + Number(0, static_cast<int>(ops.size())), op);
  }

  // The first host does what no program may leave out.
  std::string DrawHost(int host, int hosts) {
    std::set<std::string> loaded;
    Words ops;
    const int length = Number(1, 5);
    for (int i = 0; i < length; ++i) ops.push_back(HostOp(loaded));
    if (host == 0) {
      if (hosts == 2 && Chance(2)) {
        ops.push_back("post f");
        posted_ = true;
      }
      for (const std::string& name : submissions_) {
        InsertAnywhere(absl::StrCat("submit ", name), ops);
      }
      InsertAnywhere("signal t = 1", ops);
      InsertAnywhere("set e", ops);
      if (Chance(2)) ops.push_back("wait idle");
      ops.push_back(Load(visible_, loaded));
    } else if (posted_) {
      ops.insert(ops.begin(), "await f");
    }
    return absl::StrCat("host ", host == 0 ? "h" : "g", " { ",
                        absl::StrJoin(ops, "; "), " }");
  }

  std::string text_;
  Words memories_;
  Words visible_;
  Words submissions_;
  bool posted_ = false;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_EXPLORER_RANDOM_PROGRAM_H_
