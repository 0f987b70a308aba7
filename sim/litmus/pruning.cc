#include "sim/litmus/pruning.h"

#include <algorithm>

namespace incoherent::litmus {
namespace {

// Calls visit(position) for each cell.
template <typename Visit>
void ForEachCell(CellMask cells, Visit visit) {
  for (; cells != 0; cells &= cells - 1) visit(__builtin_ctzll(cells));
}

}  // namespace

Pruning::Pruning(const Machine& machine, const StepEffects& effects)
    : machine_(machine),
      acts_(machine.program().cells.size()),
      bytes_(machine.program().cells.size()) {
  const int cells = machine.program().cells.size();
  if (cells > 0) all_ = ~CellMask{0} >> (kMaxCells - cells);
  FindGroups(effects);
  FindActs();
  FindBytes();
}

void Pruning::FindGroups(const StepEffects& effects) {
  for (CellMask rest = all_; rest != 0;) {
    const CellMask group = effects.GroupsOf(rest & -rest);
    groups_.push_back({group, {}, {}});
    rest &= ~group;
  }
}

void Pruning::FindActs() {
  const std::vector<Act>& acts = machine_.program().acts;
  for (size_t i = 0; i < acts.size(); ++i) {
    const int index = static_cast<int>(i);
    CellActs& cell = acts_[acts[i].position];
    const auto group =
        std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
          return (group.cells & CellBit(acts[i].position)) != 0;
        });
    switch (acts[i].kind) {
      case Act::Kind::kEvict:
        group->evictions.push_back(index);
        break;
      case Act::Kind::kRefill:
        group->refills.push_back(index);
        break;
      case Act::Kind::kMoveToDevice:
        cell.to_device = index;
        break;
      case Act::Kind::kMoveToHost:
        cell.to_host = index;
        break;
      case Act::Kind::kDrain:
        cell.drains.push_back(index);
        break;
      case Act::Kind::kDiscard:  // possible only where an eviction is
      case Act::Kind::kRefresh:
        break;
    }
  }
}

void Pruning::FindBytes() {
  const MachineProgram& program = machine_.program();
  const StateLayout& layout = machine_.layout();
  for (int i = 0; i < program.cells.size(); ++i) {
    bytes_[i].at = {layout.host + i, layout.device + i, layout.marks + i};
  }
  for (size_t i = 0; i < program.caches.size(); ++i) {
    const int first = program.cells.payloads()[program.caches[i].payload].first;
    const int size = static_cast<int>(program.caches[i].atoms.object_size());
    for (int at = 0; at < size; ++at) {
      bytes_[first + at].at.push_back(layout.caches[i] + at);
      bytes_[first + at].at.push_back(layout.caches[i] + size + at);
    }
  }
  for (const Act& act : program.acts) {
    int at = static_cast<int>(sizeof(StoredByte)) * act.slot;
    if (act.kind == Act::Kind::kDrain) {
      at += layout.buffers[act.subject];
    } else if (act.kind == Act::Kind::kRefresh) {
      at += layout.copies[act.subject];
    } else {
      continue;
    }
    bytes_[act.position].at.push_back(at);
    bytes_[act.position].at.push_back(at + 1);
  }
}

void Pruning::Forget(const Plan& plan, uint8_t* state) const {
  for (const Group& group : groups_) {
    if ((group.cells & ~plan.unread) == 0) {
      Clear(group.cells, state);
    } else if ((group.cells & ~plan.no_host) == 0) {
      SettleHost(group, state);
    }
  }
  SettleDevice(all_ & plan.no_device & ~plan.unread, state);
  ClearCopies(plan, state);
}

bool Pruning::Can(int act, const uint8_t* state) const {
  return act >= 0 && machine_.IsPossible(state, machine_.ActOf(act));
}

bool Pruning::CanAny(const std::vector<int>& acts, const uint8_t* state) const {
  return std::any_of(acts.begin(), acts.end(),
                     [&](int act) { return Can(act, state); });
}

void Pruning::DoIfPossible(int act, uint8_t* state) const {
  if (Can(act, state)) machine_.Apply(machine_.ActOf(act), state);
}

void Pruning::Clear(CellMask cells, uint8_t* state) const {
  ForEachCell(cells, [&](int cell) {
    for (const int at : bytes_[cell].at) state[at] = 0;
  });
}

void Pruning::ClearCopies(const Plan& plan, uint8_t* state) const {
  const std::vector<ReaderClass>& readers = machine_.program().readers;
  for (size_t i = 0; i < readers.size(); ++i) {
    const CellMask unread = readers[i].cells & ~plan.class_reads[i];
    auto* copies =
        reinterpret_cast<StoredByte*>(state + machine_.layout().copies[i]);
    ForEachCell(unread, [&](int cell) {
      const CellMask before = readers[i].cells & (CellBit(cell) - 1);
      copies[__builtin_popcountll(before)].Clear();
    });
  }
}

void Pruning::SettleHost(const Group& group, uint8_t* state) const {
  if (CanAny(group.evictions, state)) return;
  bool host_ahead = false;
  ForEachCell(group.cells, [&](int cell) {
    host_ahead |= Can(acts_[cell].to_device, state);
  });
  if (host_ahead) return;
  ForEachCell(group.cells,
              [&](int cell) { DoIfPossible(acts_[cell].to_host, state); });
  for (const int refill : group.refills) DoIfPossible(refill, state);
}

void Pruning::SettleDevice(CellMask cells, uint8_t* state) const {
  ForEachCell(cells, [&](int cell) {
    const CellActs& acts = acts_[cell];
    if (Can(acts.to_host, state) || CanAny(acts.drains, state)) return;
    DoIfPossible(acts.to_device, state);
  });
}

}  // namespace incoherent::litmus
