#include "sim/litmus/machine/mapping_table.h"

#include "sim/memory/check.h"

namespace incoherent::litmus {
namespace {

constexpr int kFreedRow = 0;
constexpr int kUnmappedRow = 1;

MapRequest RequestOf(const Op& map) {
  MapRequest request;
  if (!map.target) return request;
  request.offset = map.target->bytes.offset;
  request.size = map.whole_size ? kWholeSize : map.target->bytes.size;
  return request;
}

std::vector<const Op*> MapsOf(const Program& program, int memory) {
  std::vector<const Op*> maps;
  for (const Agent& host : program.hosts) {
    for (const Op& op : host.ops) {
      if (op.kind == OpKind::kMap && op.target->memory == memory) {
        maps.push_back(&op);
      }
    }
  }
  return maps;
}

}  // namespace

MappingTable::MappingTable(const Program& program, int memory)
    : info_(DeviceMemoryInfoOf(program.memories[memory])) {
  rows_.push_back({absl::nullopt, true});
  rows_.push_back({absl::nullopt, false});
  initial_ = kUnmappedRow;
  if (program.memories[memory].initially_mapped) {
    initial_ = static_cast<int>(rows_.size());
    rows_.push_back({ByteRange{0, info_.size}, false});
  }
  const std::vector<const Op*> maps = MapsOf(program, memory);
  for (int row = kUnmappedRow; row < size(); ++row) {
    for (const Op* map : maps) {
      const absl::optional<ByteRange> mapping = Map(row, *map);
      if (!Find(mapping)) rows_.push_back({mapping, false});
    }
  }
}

DeviceMemory MappingTable::MemoryIn(int row) const {
  DeviceMemory memory(info_);
  if (const auto& mapping = rows_[row].mapping) {
    memory.Map({CommandForm::kMapMemory, mapping->offset, mapping->size});
  }
  return memory;
}

absl::optional<ByteRange> MappingTable::Map(int row, const Op& op) const {
  DeviceMemory memory = MemoryIn(row);
  memory.Map(RequestOf(op));
  return memory.mapping();
}

absl::optional<int> MappingTable::Find(
    const absl::optional<ByteRange>& mapping) const {
  for (int row = kUnmappedRow; row < size(); ++row) {
    if (rows_[row].mapping == mapping) return row;
  }
  return absl::nullopt;
}

int MappingTable::AfterMap(int row, const Op& op) const {
  if (rows_[row].freed) return row;
  const absl::optional<int> after = Find(Map(row, op));
  INCOHERENT_CHECK(after.has_value(), "every mapping has its row");
  return *after;
}

int MappingTable::AfterUnmap(int row) const {
  return rows_[row].freed ? row : kUnmappedRow;
}

int MappingTable::AfterFree() const { return kFreedRow; }

ByteRange MappingTable::Resolve(int row, const Op& op) const {
  if (!rows_[row].mapping) return {};
  const ByteRange& bytes = op.target->bytes;
  return MemoryIn(row)
      .ResolveMappedRange(bytes.offset, op.whole_size ? kWholeSize : bytes.size)
      .effect;
}

}  // namespace incoherent::litmus
