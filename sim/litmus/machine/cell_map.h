#ifndef INCOHERENT_SIM_LITMUS_MACHINE_CELL_MAP_H_
#define INCOHERENT_SIM_LITMUS_MACHINE_CELL_MAP_H_

// CellMap: the few bytes of a program that its outcome can depend on.
//
// A byte matters if a load or a condition names it, or if a copy carries it to
// a byte that matters. In memory whose host cache writes whole atoms back, a
// host store beside such a byte matters as well: it makes the atom dirty. One
// byte then stands for every run of bytes that the same stores cover.
//
// Each byte that matters is a *cell*. Cells are laid out as a small memory
// object, payload after payload, in which the rules of sim/memory run
// unchanged: the cells of one atom share one small atom, whose size is the
// smallest power of two that fits every atom of the payload. The gaps are never
// touched.
//
//   payload of 128 bytes, atom 64; bytes 0, 1 and 100 matter
//   positions  | 0   1 | 2   3 |       small atom: 2
//   bytes      | 0   1 | 100 - |
//
// Positions count over all payloads and fit a 64-bit mask.
//
// Example:
//
//   absl::StatusOr<CellMap> cells = CellMap::Of(program);
//   cells->PositionOf(buf, 100);          // 2
//   cells->MaskOf({buf, {0, 64}});        // 0b011

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "sim/litmus/program.h"
#include "sim/memory/byte_range.h"

namespace incoherent::litmus {

using CellMask = uint64_t;
inline constexpr int kMaxCells = 64;

constexpr CellMask CellBit(int position) { return CellMask{1} << position; }

// The place of `position` among `cells`, from 0.
inline int SlotOf(CellMask cells, int position) {
  return __builtin_popcountll(cells & (CellBit(position) - 1));
}

// Calls visit(position) for each cell.
template <typename Visit>
void ForEachCell(CellMask cells, Visit visit) {
  for (; cells != 0; cells &= cells - 1) visit(__builtin_ctzll(cells));
}

struct Cell {
  uint64_t byte = 0;  // its offset in the payload; meaningless for a gap
  bool is_gap = false;
  bool matters = false;  // else it only stands for a store that dirties an atom
};

struct PayloadCells {
  int root = 0;   // the memory that others may share; its type is the payload's
  int first = 0;  // position
  int size = 0;   // positions, gaps included
};

class CellMap {
 public:
  // ResourceExhausted if more than kMaxCells positions are needed.
  static absl::StatusOr<CellMap> Of(const Program& program);

  const std::vector<PayloadCells>& payloads() const { return payloads_; }
  int PayloadOf(int memory) const { return payload_of_[memory]; }
  const std::vector<Cell>& cells() const { return cells_; }  // by position
  int size() const { return static_cast<int>(cells_.size()); }

  absl::optional<int> PositionOf(int memory, uint64_t byte) const;
  // Every position.
  CellMask All() const {
    return cells_.empty() ? 0 : ~CellMask{0} >> (kMaxCells - cells_.size());
  }
  // The cells whose bytes the range has.
  CellMask MaskOf(const Range& range) const;
  CellMask MaskOfPayload(int payload) const;

  // For a non-coherent memory: the size of its small atoms.
  uint64_t SmallAtomOf(int memory) const { return small_atom_[memory]; }

 private:
  std::vector<PayloadCells> payloads_;
  std::vector<int> payload_of_;       // by memory
  std::vector<uint64_t> small_atom_;  // by memory; 1 if coherent
  std::vector<Cell> cells_;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_MACHINE_CELL_MAP_H_
