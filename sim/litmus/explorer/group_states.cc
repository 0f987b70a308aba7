#include "sim/litmus/explorer/group_states.h"

#include <algorithm>

namespace incoherent::litmus {
namespace {

// Where the group's bytes lie in a machine state.
std::vector<int> PlacesOf(const Machine& machine, CellMask cells) {
  const MachineProgram& program = machine.program();
  const StateLayout& layout = machine.layout();
  std::vector<int> places;
  ForEachCell(cells, [&](int cell) {
    for (const int array : {layout.host, layout.device, layout.marks}) {
      places.push_back(array + cell);
    }
  });
  for (size_t i = 0; i < program.caches.size(); ++i) {
    const int first = program.cells.payloads()[program.caches[i].payload].first;
    const int size = static_cast<int>(program.caches[i].atoms.object_size());
    for (int at = 0; at < size; ++at) {
      if (!(cells & CellBit(first + at))) continue;
      places.push_back(layout.caches[i] + at);
      places.push_back(layout.caches[i] + size + at);
    }
  }
  for (const Act& act : program.acts) {
    if (!(cells & CellBit(act.position))) continue;
    const int slot = static_cast<int>(sizeof(StoredByte)) * act.slot;
    int place = -1;
    if (act.kind == Act::Kind::kDrain) {
      place = layout.buffers[act.subject] + slot;
    } else if (act.kind == Act::Kind::kRefresh) {
      place = layout.copies[act.subject] + slot;
    }
    if (place >= 0) places.insert(places.end(), {place, place + 1});
  }
  return places;
}

int Padded(size_t bytes) { return static_cast<int>((bytes + 7) / 8 * 8); }

}  // namespace

GroupStates::GroupStates(const Machine& machine, CellMask cells)
    : machine_(machine),
      cells_(cells),
      places_(PlacesOf(machine, cells)),
      cell_acts_(machine.program().cells.size()),
      table_(Padded(places_.size())),
      packed_(Padded(places_.size()), 0),
      state_(machine.state_size()) {
  FindActs();
  machine_.Start(state_.data());
}

void GroupStates::FindActs() {
  const std::vector<Act>& acts = machine_.program().acts;
  for (size_t i = 0; i < acts.size(); ++i) {
    if (!(cells_ & CellBit(acts[i].position))) continue;
    const int index = static_cast<int>(i);
    acts_.push_back(index);
    CellActs& cell = cell_acts_[acts[i].position];
    switch (acts[i].kind) {
      case Act::Kind::kEvict:
        evictions_.push_back(index);
        break;
      case Act::Kind::kRefill:
        refills_.push_back(index);
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

uint64_t GroupStates::bytes() const {
  return table_.bytes() + acts_from_.capacity() * sizeof(acts_from_[0]);
}

uint32_t GroupStates::Number(const uint8_t* state) {
  for (size_t i = 0; i < places_.size(); ++i) packed_[i] = state[places_[i]];
  return table_.Insert(packed_.data());
}

void GroupStates::Write(uint32_t number, uint8_t* state) const {
  const uint8_t* packed = table_.At(number);
  for (size_t i = 0; i < places_.size(); ++i) state[places_[i]] = packed[i];
}

const std::vector<GroupStates::ActTo>& GroupStates::ActsFrom(uint32_t number) {
  if (number >= acts_from_.size()) {
    acts_from_.resize(number + 1);
    acts_known_.resize(number + 1, false);
  }
  if (acts_known_[number]) return acts_from_[number];
  std::vector<ActTo> acts;
  for (const int act : acts_) {
    Write(number, state_.data());
    if (!Can(act)) continue;
    machine_.Apply(machine_.ActOf(act), state_.data());
    acts.push_back({act, Number(state_.data())});
  }
  acts_known_[number] = true;
  return acts_from_[number] = std::move(acts);
}

int GroupStates::NumberStep(int event, int row) {
  const auto [found, is_new] = steps_.try_emplace(
      std::make_pair(event, row), static_cast<int>(stepped_.size()));
  if (is_new) stepped_.emplace_back();
  return found->second;
}

uint32_t GroupStates::WorkOutStep(int step, Transition transition,
                                  const uint8_t* control, uint32_t number) {
  std::vector<uint8_t> state(machine_.state_size(), 0);
  std::memcpy(state.data(), control, machine_.layout().control_size);
  Write(number, state.data());
  machine_.Apply(transition, state.data());
  const uint32_t after = Number(state.data());
  std::vector<uint32_t>& known = stepped_[step];
  if (number >= known.size()) known.resize(number + 1, 0);
  known[number] = after + 1;
  return after;
}

int GroupStates::NumberNeeds(const GroupNeeds& needs) {
  const auto known = std::find(needs_.begin(), needs_.end(), needs);
  if (known != needs_.end()) return static_cast<int>(known - needs_.begin());
  needs_.push_back(needs);
  forgotten_.emplace_back();
  return static_cast<int>(needs_.size()) - 1;
}

uint32_t GroupStates::WorkOutForgetting(int needs_number, uint32_t number) {
  const GroupNeeds& needs = needs_[needs_number];
  Write(number, state_.data());
  if (!needs.read) {
    for (const int place : places_) state_[place] = 0;
  } else {
    if (!needs.host) SettleHost();
    SettleDevice(cells_ & ~needs.device);
    ClearCopies(needs);
  }
  const uint32_t forgotten = Number(state_.data());
  std::vector<uint32_t>& known = forgotten_[needs_number];
  if (number >= known.size()) known.resize(number + 1, 0);
  known[number] = forgotten + 1;
  return forgotten;
}

bool GroupStates::Can(int act) const {
  return act >= 0 && machine_.IsPossible(state_.data(), machine_.ActOf(act));
}

bool GroupStates::CanAny(const std::vector<int>& acts) const {
  return std::any_of(acts.begin(), acts.end(),
                     [this](int act) { return Can(act); });
}

void GroupStates::DoIfPossible(int act) {
  if (Can(act)) machine_.Apply(machine_.ActOf(act), state_.data());
}

void GroupStates::ClearCopies(const GroupNeeds& needs) {
  const std::vector<ReaderClass>& readers = machine_.program().readers;
  for (size_t i = 0; i < readers.size(); ++i) {
    auto* copies = reinterpret_cast<StoredByte*>(state_.data() +
                                                 machine_.layout().copies[i]);
    ForEachCell(
        cells_ & readers[i].cells & ~needs.class_reads[i],
        [&](int cell) { copies[SlotOf(readers[i].cells, cell)].Clear(); });
  }
}

void GroupStates::SettleHost() {
  if (CanAny(evictions_)) return;
  bool host_ahead = false;
  ForEachCell(cells_,
              [&](int cell) { host_ahead |= Can(cell_acts_[cell].to_device); });
  if (host_ahead) return;
  ForEachCell(cells_,
              [&](int cell) { DoIfPossible(cell_acts_[cell].to_host); });
  for (const int refill : refills_) DoIfPossible(refill);
}

void GroupStates::SettleDevice(CellMask cells) {
  ForEachCell(cells, [&](int cell) {
    const CellActs& acts = cell_acts_[cell];
    if (Can(acts.to_host) || CanAny(acts.drains)) return;
    DoIfPossible(acts.to_device);
  });
}

}  // namespace incoherent::litmus
