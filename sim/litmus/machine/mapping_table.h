#ifndef INCOHERENT_SIM_LITMUS_MACHINE_MAPPING_TABLE_H_
#define INCOHERENT_SIM_LITMUS_MACHINE_MAPPING_TABLE_H_

// MappingTable: every host mapping that one memory of a program can have.
//
// A machine state says only which row of the table holds; what map and unmap
// lead to, and which bytes a flush then means, are DeviceMemory's rules, asked
// once for each row.
//
// Example:
//
//   MappingTable table(program, buf);
//   int row = table.initial();
//   row = table.AfterUnmap(row);
//   table.mapping(row);            // none
//   row = table.AfterMap(row, op);

#include <cstdint>
#include <vector>

#include "absl/types/optional.h"
#include "sim/litmus/program.h"
#include "sim/memory/byte_range.h"
#include "sim/memory/device_memory.h"

namespace incoherent::litmus {

class MappingTable {
 public:
  MappingTable(const Program& program, int memory);

  int initial() const { return initial_; }
  int size() const { return static_cast<int>(rows_.size()); }
  // None if unmapped, or freed.
  const absl::optional<ByteRange>& mapping(int row) const {
    return rows_[row].mapping;
  }
  bool freed(int row) const { return rows_[row].freed; }

  // `op` is a kMap of this memory. A freed memory stays freed.
  int AfterMap(int row, const Op& op) const;
  int AfterUnmap(int row) const;
  int AfterFree() const;

  // The bytes that a kFlush or kInvalidate of this memory acts on.
  ByteRange Resolve(int row, const Op& op) const;

 private:
  struct Row {
    absl::optional<ByteRange> mapping;
    bool freed = false;
  };

  DeviceMemory MemoryIn(int row) const;
  absl::optional<ByteRange> Map(int row, const Op& op) const;
  absl::optional<int> Find(const absl::optional<ByteRange>& mapping) const;

  DeviceMemoryInfo info_;
  std::vector<Row> rows_;  // row 0: freed, row 1: unmapped
  int initial_ = 0;
};

}  // namespace incoherent::litmus

#endif  // INCOHERENT_SIM_LITMUS_MACHINE_MAPPING_TABLE_H_
