#include "sim/icd/resources/byte_rows.h"

#include <algorithm>

namespace incoherent {
namespace {

// How many pieces at each end are named where there are too many.
constexpr uint64_t kPiecesAtEachEnd = 32;

constexpr uint64_t kAddressable = uint64_t{1} << 62;

// The end of the last row; 0 if there is none, or if it lies beyond any
// address.
uint64_t EndOf(const ByteRows& rows) {
  if (rows.row_bytes == 0 || rows.rows == 0 || rows.slices == 0) return 0;
  using Wide = unsigned __int128;
  // Bounded before they are multiplied, so that no sum wraps.
  for (uint64_t part : {rows.offset, rows.row_bytes, rows.row_pitch,
                        rows.slice_pitch, rows.rows, rows.slices}) {
    if (part > kAddressable) return 0;
  }
  const Wide end = Wide{rows.offset} + rows.row_bytes +
                   Wide{rows.rows - 1} * rows.row_pitch +
                   Wide{rows.slices - 1} * rows.slice_pitch;
  return end > kAddressable ? 0 : static_cast<uint64_t>(end);
}

// Joins rows, and then slices, that touch.
ByteRows Joined(ByteRows rows) {
  if (rows.rows == 1 || rows.row_bytes >= rows.row_pitch) {
    rows.row_bytes += (rows.rows - 1) * rows.row_pitch;
    rows.rows = rows.slices;
    rows.row_pitch = rows.slice_pitch;
    rows.slices = 1;
  }
  if (rows.slices == 1 && rows.rows > 1 && rows.row_bytes >= rows.row_pitch) {
    rows.row_bytes += (rows.rows - 1) * rows.row_pitch;
    rows.rows = 1;
  }
  return rows;
}

}  // namespace

ByteRange HullOf(const ByteRows& rows, uint64_t limit) {
  const uint64_t end = std::min(EndOf(rows), limit);
  return ByteRange::Between(std::min(rows.offset, end), end);
}

BytePieces PiecesOf(const ByteRows& rows, uint64_t limit, size_t max_pieces) {
  BytePieces pieces;
  if (EndOf(rows) == 0) return pieces;
  const ByteRows joined = Joined(rows);
  const uint64_t count = joined.rows * joined.slices;
  const auto add = [&](uint64_t index) {
    const uint64_t begin = joined.offset +
                           index / joined.rows * joined.slice_pitch +
                           index % joined.rows * joined.row_pitch;
    if (begin >= limit) return;
    pieces.certain.push_back(
        ByteRange::Between(begin, std::min(begin + joined.row_bytes, limit)));
  };
  if (count <= max_pieces) {
    for (uint64_t i = 0; i < count; ++i) add(i);
    return pieces;
  }
  const uint64_t ends = std::min(kPiecesAtEachEnd, count / 2);
  for (uint64_t i = 0; i < ends; ++i) add(i);
  for (uint64_t i = count - ends; i < count; ++i) add(i);
  const ByteRange hull = HullOf(rows, limit);
  if (!hull.empty()) pieces.may = hull;
  return pieces;
}

}  // namespace incoherent
