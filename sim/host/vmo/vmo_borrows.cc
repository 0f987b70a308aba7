#include "sim/host/vmo/vmo_borrows.h"

#include "sim/memory/check.h"

namespace incoherent {

bool VmoBorrows::IsOwnOrParent(Id id, Id who) const {
  while (who != kMapping) {
    if (who == id) return true;
    who = alive_.at(who).parent;
  }
  return false;
}

template <typename Forbids>
bool VmoBorrows::IsFree(Id who, const ByteRange& range, Forbids forbids) const {
  for (const auto& [id, borrow] : alive_) {
    if (forbids(borrow.kind) && !Intersect(borrow.range, range).empty() &&
        !IsOwnOrParent(id, who)) {
      return false;
    }
  }
  return true;
}

bool VmoBorrows::MayRead(Id who, const ByteRange& range) const {
  return IsFree(who, range, [](Kind kind) { return kind == Kind::kMutable; });
}

bool VmoBorrows::MayWrite(Id who, const ByteRange& range) const {
  return IsFree(who, range, [](Kind) { return true; });
}

VmoBorrows::Id VmoBorrows::Add(Id parent, Kind kind, const ByteRange& range) {
  INCOHERENT_CHECK(parent == kMapping || alive_.count(parent) == 1,
                   "a slice of a slice that is gone");
  alive_[++last_] = {parent, kind, range};
  return last_;
}

void VmoBorrows::Remove(Id id) {
  const Id parent = alive_.at(id).parent;
  alive_.erase(id);
  for (auto& [other, borrow] : alive_) {
    if (borrow.parent == id) borrow.parent = parent;
  }
}

}  // namespace incoherent
