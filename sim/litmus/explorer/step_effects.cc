#include "sim/litmus/explorer/step_effects.h"

#include <map>

namespace incoherent::litmus {
namespace {

CellMask MaskOf(const std::vector<int>& positions) {
  CellMask mask = 0;
  for (const int position : positions) mask |= CellBit(position);
  return mask;
}

CellMask MaskOf(const std::vector<ByteWrite>& writes) {
  CellMask mask = 0;
  for (const ByteWrite& write : writes) mask |= CellBit(write.position);
  return mask;
}

// Positions [offset, end) of a payload that begins at `first`.
CellMask MaskOf(int first, const ByteRange& positions) {
  CellMask mask = 0;
  for (uint64_t at = positions.offset; at < positions.end(); ++at) {
    mask |= CellBit(first + static_cast<int>(at));
  }
  return mask;
}

bool ChangesMapping(OpKind kind) {
  return kind == OpKind::kMap || kind == OpKind::kUnmap ||
         kind == OpKind::kFree;
}

}  // namespace

StepEffects::StepEffects(const MachineProgram& machine, const Events& events)
    : effects_(events.size()), tied_(events.size(), EventSet(events.size())) {
  FindGroups(machine);
  for (size_t i = 0; i < machine.device_ops.size(); ++i) {
    effects_[events.OfDevice(static_cast<int>(i))] =
        EffectOf(machine, machine.device_ops[i]);
  }
  for (size_t thread = 0; thread < machine.threads.size(); ++thread) {
    for (size_t i = 0; i < machine.threads[thread].size(); ++i) {
      effects_[events.OfThread(static_cast<int>(thread), static_cast<int>(i))] =
          EffectOf(machine, machine.threads[thread][i]);
    }
  }
  FindTies(machine, events);
  TieSubmits(machine, events);
}

void StepEffects::FindGroups(const MachineProgram& machine) {
  for (int i = 0; i < machine.cells.size(); ++i) groups_.push_back(CellBit(i));
  for (const HostCache& cache : machine.caches) {
    const int first = machine.cells.payloads()[cache.payload].first;
    cache.atoms.ForEachAtom(
        {0, cache.atoms.object_size()}, [&](const ByteRange& atom) {
          const CellMask mask = MaskOf(first, atom);
          for (uint64_t at = atom.offset; at < atom.end(); ++at) {
            groups_[first + at] |= mask;
          }
        });
  }
}

CellMask StepEffects::GroupsOf(CellMask cells) const {
  CellMask whole = 0;
  for (; cells != 0; cells &= cells - 1) {
    whole |= groups_[__builtin_ctzll(cells)];
  }
  return whole;
}

std::vector<CellMask> StepEffects::Groups() const {
  std::vector<CellMask> groups;
  for (size_t i = 0; i < groups_.size(); ++i) {
    const bool is_first =
        (groups_[i] & (CellBit(static_cast<int>(i)) - 1)) == 0;
    if (is_first) groups.push_back(groups_[i]);
  }
  return groups;
}

StepEffect StepEffects::EffectOf(const MachineProgram& machine,
                                 const HostOp& op) const {
  StepEffect effect;
  effect.host_reads = MaskOf(op.reads);
  effect.host_accesses = effect.host_reads | MaskOf(op.writes);
  effect.touched = effect.host_accesses;
  if (op.kind == OpKind::kSubmit) effect.touched = machine.cells.All();
  if (op.cache >= 0) {
    const PayloadCells& payload = machine.cells.payloads()[op.payload];
    for (const MappedEffect& row : op.rows) {
      effect.touched |= MaskOf(payload.first, row.atoms);
    }
    if (op.kind == OpKind::kUnmap || op.kind == OpKind::kFree) {
      effect.touched |= machine.cells.MaskOfPayload(op.payload);
    }
  }
  effect.touched = GroupsOf(effect.touched);
  effect.stirred = effect.touched;
  effect.is_local = op.reg < 0 && op.value_reg < 0;
  if (op.kind != OpKind::kLoad) effect.changed = effect.touched;
  return effect;
}

StepEffect StepEffects::EffectOf(const MachineProgram& machine,
                                 const DeviceOp& op) const {
  StepEffect effect;
  effect.device_reads = MaskOf(op.reads);
  effect.device_writes = op.written;
  effect.reader_class = op.reader_class;
  effect.is_local = op.reads.empty() && op.value_reg < 0;
  CellMask changed = op.to_device | op.to_host;
  for (OpMask rest = op.drained; rest != 0; rest &= rest - 1) {
    changed |= machine.device_ops[__builtin_ctzll(rest)].written & op.range;
  }
  for (uint64_t rest = op.refreshed; rest != 0; rest &= rest - 1) {
    changed |= machine.readers[__builtin_ctzll(rest)].cells & op.range;
  }
  // What goes to a store buffer disturbs nobody until it drains.
  const CellMask stored = op.writes_domain ? op.written : 0;
  const CellMask all = machine.cells.All();
  effect.touched = GroupsOf((changed | stored | effect.device_reads) & all);
  effect.stirred = effect.touched | GroupsOf(op.written);
  effect.changed = GroupsOf((changed & all) | op.written);
  return effect;
}

void StepEffects::TieAll(const std::vector<int>& events) {
  for (const int a : events) {
    for (const int b : events) tied_[a].Add(b);
  }
}

void StepEffects::FindTies(const MachineProgram& machine,
                           const Events& events) {
  std::map<int, std::vector<int>> semaphores;
  std::map<int, std::vector<int>> device_events;
  std::map<int, std::vector<int>> memories;
  std::map<int, bool> remapped;
  for (size_t i = 0; i < machine.device_ops.size(); ++i) {
    const DeviceOp& op = machine.device_ops[i];
    const int event = events.OfDevice(static_cast<int>(i));
    if (op.semaphore >= 0 && op.binary) {
      semaphores[op.semaphore].push_back(event);
    }
    if (op.event >= 0) device_events[op.event].push_back(event);
  }
  for (size_t thread = 0; thread < machine.threads.size(); ++thread) {
    for (size_t i = 0; i < machine.threads[thread].size(); ++i) {
      const HostOp& op = machine.threads[thread][i];
      const int event =
          events.OfThread(static_cast<int>(thread), static_cast<int>(i));
      if (op.event >= 0) device_events[op.event].push_back(event);
      if (op.memory < 0) continue;
      memories[op.memory].push_back(event);
      remapped[op.memory] |= ChangesMapping(op.kind);
    }
  }
  for (const auto& entry : semaphores) TieAll(entry.second);
  for (const auto& entry : device_events) TieAll(entry.second);
  for (const auto& entry : memories) {
    if (remapped[entry.first]) TieAll(entry.second);
  }
}

void StepEffects::TieSubmits(const MachineProgram& machine,
                             const Events& events) {
  for (size_t thread = 0; thread < machine.threads.size(); ++thread) {
    for (size_t i = 0; i < machine.threads[thread].size(); ++i) {
      const int wait =
          events.OfThread(static_cast<int>(thread), static_cast<int>(i));
      for (const int run : machine.threads[thread][i].runs) {
        const Run& submit = machine.runs[run];
        TieAll({wait, events.OfThread(submit.thread, submit.op)});
      }
    }
  }
}

}  // namespace incoherent::litmus
