#ifndef INCOHERENT_SIM_ICD_RESOURCES_BYTE_ROWS_H_
#define INCOHERENT_SIM_ICD_RESOURCES_BYTE_ROWS_H_

// ByteRows: runs of bytes at regular distances: what a box of texels is in a
// buffer or in a linear image, and what an attribute of many vertices is.
//
// As pieces, runs that touch are one. Where there are too many to name, some at
// both ends are named as certain, and the whole as what may be touched.
//
// Example: 4 rows of 16 bytes, each row padded to 64.
//
//   PiecesOf({/*offset=*/0, /*row_bytes=*/16, /*rows=*/4, /*row_pitch=*/64},
//            /*limit=*/4096).certain;   // [0,16) [64,80) [128,144) [192,208)

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/optional.h"
#include "sim/memory/byte_range.h"

namespace incoherent {

struct ByteRows {
  uint64_t offset = 0;
  uint64_t row_bytes = 0;
  uint64_t rows = 1;
  uint64_t row_pitch = 0;
  // Groups of rows: depth slices or array layers.
  uint64_t slices = 1;
  uint64_t slice_pitch = 0;
};

struct BytePieces {
  std::vector<ByteRange> certain;
  absl::optional<ByteRange> may;
};

// Enough for each row of a video frame.
inline constexpr size_t kMaxPieces = 4096;

// The pieces that lie below `limit`; none of rows that no address space holds.
BytePieces PiecesOf(const ByteRows& rows, uint64_t limit,
                    size_t max_pieces = kMaxPieces);

// From the first byte to the last; cut to `limit`.
ByteRange HullOf(const ByteRows& rows, uint64_t limit);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_RESOURCES_BYTE_ROWS_H_
