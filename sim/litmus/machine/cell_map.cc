#include "sim/litmus/machine/cell_map.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace incoherent::litmus {
namespace {

using ByteSet = std::set<uint64_t>;

// More bytes than this cannot fit, and copies could multiply them without end.
constexpr size_t kTooManyBytes = 4 * kMaxCells;

int RootOf(const Program& program, int memory) {
  while (program.memories[memory].shares) {
    memory = *program.memories[memory].shares;
  }
  return memory;
}

bool ClobbersNeighbours(const Memory& memory) {
  return memory.type.IsNonCoherent() &&
         memory.write_back == WriteBack::kWholeAtom;
}

// Finds the bytes that matter, by payload root.
class MatteringBytes {
 public:
  explicit MatteringBytes(const Program& program)
      : program_(program), bytes_(program.memories.size()) {
    for (const Agent& host : program.hosts) AddLoads(host.ops);
    for (const Submission& submission : program.submissions) {
      AddLoads(submission.ops);
    }
    for (const Question& question : program.questions) {
      AddCondition(question.condition);
    }
    while (CarryThroughCopies()) {
    }
  }

  const ByteSet& Of(int root) const { return bytes_[root]; }

  // For each run of bytes that the same host stores cover and in which no byte
  // matters, beside one that does: its first byte.
  ByteSet Dirtying(int root) const {
    ByteSet dirtying;
    for (size_t i = 0; i < program_.memories.size(); ++i) {
      const int memory = static_cast<int>(i);
      if (RootOf(program_, memory) != root) continue;
      if (ClobbersNeighbours(program_.memories[i])) {
        AddDirtying(memory, dirtying);
      }
    }
    return dirtying;
  }

 private:
  void Add(const Range& range) {
    ByteSet& bytes = bytes_[RootOf(program_, range.memory)];
    for (uint64_t at = range.bytes.offset; at < range.bytes.end(); ++at) {
      if (bytes.size() > kTooManyBytes) return;
      bytes.insert(at);
    }
  }

  void AddLoads(const std::vector<Op>& ops) {
    for (const Op& op : ops) {
      if (op.kind == OpKind::kLoad) Add(*op.source_range);
    }
  }

  void AddCondition(const Condition& condition) {
    for (const Condition& operand : condition.operands) AddCondition(operand);
    if (condition.kind == Condition::Kind::kEquals &&
        condition.subject == Condition::Subject::kMemory) {
      Add(condition.range);
    }
  }

  // Whether a byte was added.
  bool CarryThroughCopies() {
    bool added = false;
    for (const Submission& submission : program_.submissions) {
      for (const Op& op : submission.ops) {
        if (op.kind == OpKind::kCopy) added |= Carry(op);
      }
    }
    return added;
  }

  bool Carry(const Op& copy) {
    const ByteSet& targets = bytes_[RootOf(program_, copy.target->memory)];
    ByteSet& sources = bytes_[RootOf(program_, copy.source_range->memory)];
    if (sources.size() > kTooManyBytes) return false;
    const ByteRange& to = copy.target->bytes;
    const ByteSet carried(targets.lower_bound(to.offset),
                          targets.lower_bound(to.end()));
    bool added = false;
    for (uint64_t at : carried) {
      const uint64_t from = at - to.offset + copy.source_range->bytes.offset;
      added |= sources.insert(from).second;
    }
    return added;
  }

  // Where the set of host stores that cover a byte may change.
  ByteSet BordersOf(int memory) const {
    ByteSet borders;
    for (const Agent& host : program_.hosts) {
      for (const Op& op : host.ops) {
        const bool cuts = op.kind == OpKind::kStore || op.kind == OpKind::kMap;
        if (!cuts || !op.target || op.target->memory != memory) continue;
        borders.insert(op.target->bytes.offset);
        borders.insert(op.target->bytes.end());
      }
    }
    return borders;
  }

  void AddDirtying(int memory, ByteSet& dirtying) const {
    const ByteSet borders = BordersOf(memory);
    const uint64_t atom = program_.memories[memory].atom_size;
    const ByteSet& mattering = bytes_[RootOf(program_, memory)];
    for (const Agent& host : program_.hosts) {
      for (const Op& op : host.ops) {
        if (op.kind != OpKind::kStore || op.target->memory != memory) continue;
        for (uint64_t byte : mattering) {
          const uint64_t begin = byte / atom * atom;
          const ByteRange store = Intersect(op.target->bytes, {begin, atom});
          if (!store.empty()) AddRuns(store, borders, mattering, dirtying);
        }
      }
    }
  }

  static void AddRuns(const ByteRange& store, const ByteSet& borders,
                      const ByteSet& mattering, ByteSet& dirtying) {
    for (uint64_t at = store.offset; at < store.end();) {
      const auto next = borders.upper_bound(at);
      const uint64_t end =
          next == borders.end() ? store.end() : std::min(*next, store.end());
      const auto first = mattering.lower_bound(at);
      if (first == mattering.end() || *first >= end) dirtying.insert(at);
      at = end;
    }
  }

  const Program& program_;
  std::vector<ByteSet> bytes_;  // by memory that is a root
};

// Groups sorted bytes by atoms of several sizes, each a multiple of the one
// before, so that every group takes the same power of two of positions.
class AtomPacking {
 public:
  AtomPacking(const std::vector<uint64_t>& bytes, std::set<uint64_t> atoms)
      : atoms_(atoms.begin(), atoms.end()), small_(atoms_.size(), 1) {
    for (size_t level = 0; level < atoms_.size(); ++level) {
      const uint64_t inner = level == 0 ? 1 : atoms_[level - 1];
      std::map<uint64_t, ByteSet> groups;
      for (uint64_t byte : bytes) {
        groups[byte / atoms_[level]].insert(byte / inner);
      }
      uint64_t most = 1;
      for (const auto& group : groups) {
        most = std::max<uint64_t>(most, group.second.size());
      }
      uint64_t room = 1;
      while (room < most) room *= 2;
      small_[level] = room * (level == 0 ? 1 : small_[level - 1]);
    }
  }

  uint64_t SmallAtom(uint64_t atom) const {
    const auto found = std::find(atoms_.begin(), atoms_.end(), atom);
    return found == atoms_.end() ? 1 : small_[found - atoms_.begin()];
  }

  // The position of each byte, in order.
  std::vector<uint64_t> Positions(const std::vector<uint64_t>& bytes) const {
    std::vector<uint64_t> positions;
    uint64_t next = 0;
    for (size_t i = 0; i < bytes.size(); ++i) {
      for (size_t level = atoms_.size(); i > 0 && level-- > 0;) {
        if (bytes[i] / atoms_[level] == bytes[i - 1] / atoms_[level]) continue;
        next = (next + small_[level] - 1) / small_[level] * small_[level];
        break;
      }
      positions.push_back(next++);
    }
    return positions;
  }

 private:
  std::vector<uint64_t> atoms_;  // ascending
  std::vector<uint64_t> small_;
};

std::set<uint64_t> AtomSizes(const Program& program, int root) {
  std::set<uint64_t> atoms;
  for (size_t i = 0; i < program.memories.size(); ++i) {
    const Memory& memory = program.memories[i];
    if (memory.type.IsNonCoherent() &&
        RootOf(program, static_cast<int>(i)) == root) {
      atoms.insert(memory.atom_size);
    }
  }
  return atoms;
}

absl::Status TooManyCells(uint64_t needed) {
  return absl::ResourceExhaustedError(absl::StrCat(
      "the program's loads, copies and conditions depend on at least ", needed,
      " bytes (counted by atom); the explorer has room for ", kMaxCells));
}

}  // namespace

absl::StatusOr<CellMap> CellMap::Of(const Program& program) {
  const MatteringBytes mattering(program);
  CellMap map;
  map.payload_of_.assign(program.memories.size(), 0);
  map.small_atom_.assign(program.memories.size(), 1);
  for (size_t i = 0; i < program.memories.size(); ++i) {
    const int root = static_cast<int>(i);
    if (RootOf(program, root) != root) continue;
    const ByteSet& named = mattering.Of(root);
    ByteSet all = mattering.Dirtying(root);
    all.insert(named.begin(), named.end());
    const std::vector<uint64_t> bytes(all.begin(), all.end());
    const AtomPacking packing(bytes, AtomSizes(program, root));
    const std::vector<uint64_t> positions = packing.Positions(bytes);

    PayloadCells payload{root, map.size(), 0};
    // Whole small atoms, so that every atom of the grid is a full one.
    uint64_t size = positions.empty() ? 0 : positions.back() + 1;
    for (size_t j = 0; j < program.memories.size(); ++j) {
      if (RootOf(program, static_cast<int>(j)) != root) continue;
      const Memory& memory = program.memories[j];
      map.payload_of_[j] = static_cast<int>(map.payloads_.size());
      if (!memory.type.IsNonCoherent()) continue;
      const uint64_t small = packing.SmallAtom(memory.atom_size);
      map.small_atom_[j] = small;
      size = (size + small - 1) / small * small;
    }
    if (size + map.cells_.size() > kMaxCells) {
      return TooManyCells(size + map.cells_.size());
    }
    payload.size = static_cast<int>(size);
    map.cells_.resize(map.cells_.size() + size, Cell{0, true, false});
    for (size_t k = 0; k < bytes.size(); ++k) {
      map.cells_[payload.first + positions[k]] =
          Cell{bytes[k], false, named.count(bytes[k]) != 0};
    }
    map.payloads_.push_back(payload);
  }
  return map;
}

absl::optional<int> CellMap::PositionOf(int memory, uint64_t byte) const {
  const PayloadCells& payload = payloads_[payload_of_[memory]];
  for (int i = payload.first; i < payload.first + payload.size; ++i) {
    if (!cells_[i].is_gap && cells_[i].byte == byte) return i;
  }
  return absl::nullopt;
}

CellMask CellMap::MaskOf(const Range& range) const {
  const PayloadCells& payload = payloads_[payload_of_[range.memory]];
  CellMask mask = 0;
  for (int i = payload.first; i < payload.first + payload.size; ++i) {
    if (!cells_[i].is_gap && range.bytes.Contains(cells_[i].byte)) {
      mask |= CellBit(i);
    }
  }
  return mask;
}

CellMask CellMap::MaskOfPayload(int payload) const {
  CellMask mask = 0;
  for (int i = 0; i < payloads_[payload].size; ++i) {
    if (!cells_[payloads_[payload].first + i].is_gap) {
      mask |= CellBit(payloads_[payload].first + i);
    }
  }
  return mask;
}

}  // namespace incoherent::litmus
