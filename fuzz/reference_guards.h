#ifndef INCOHERENT_FUZZ_REFERENCE_GUARDS_H_
#define INCOHERENT_FUZZ_REFERENCE_GUARDS_H_

// ReferenceGuards: what guards of one mapped memory object do, as loops over
// bytes, and what of their use is refused.
//
// Of the device there is one command: it fills bytes, and the host waits for
// it behind a barrier. So there are two arrays: what the host sees, and what
// everybody else does. Undefined bytes are 0.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace incoherent {

class ReferenceGuards {
 public:
  enum Answer { kOk, kOutside, kBadSize, kRefused };
  enum State { kOpen, kClosed, kMovedFrom, kLost };

  ReferenceGuards(size_t size, size_t atom_size, bool coherent)
      : atom_size_(atom_size),
        coherent_(coherent),
        view_(size, 0),
        memory_(size, 0),
        dirty_(size, false) {}

  // How many uses were misuses so far.
  size_t misuses() const { return misuses_; }
  uint8_t At(size_t byte) const { return memory_[byte]; }
  size_t guards() const { return guards_.size(); }
  bool HasOpenGuard() const {
    for (const Guard& guard : guards_) {
      if (guard.state == kOpen) return true;
    }
    return false;
  }
  bool Reads(size_t guard) const { return guards_[guard].reads; }
  bool Writes(size_t guard) const { return guards_[guard].writes; }
  uint64_t SizeOf(size_t guard) const { return guards_[guard].size; }

  // `live`: through a MappedMemory that is good. A guard that is open
  // afterwards is the next one by number.
  Answer Open(bool live, bool reads, bool writes, uint64_t begin,
              uint64_t size) {
    if (!live) return Misuse();
    if (begin > view_.size() || size > view_.size() - begin) return kOutside;
    if (size == 0) return kBadSize;
    for (const Guard& other : guards_) {
      if (other.state != kOpen || !(writes || other.writes)) continue;
      for (uint64_t byte = begin; byte < begin + size; ++byte) {
        if (byte >= other.begin && byte < other.begin + other.size) {
          return Misuse();
        }
      }
    }
    guards_.push_back({begin, size, reads, writes, kOpen});
    if (reads) Invalidate(begin, size);
    return kOk;
  }

  Answer Load(size_t guard, uint64_t index, uint8_t* value) {
    const Guard& open = guards_[guard];
    *value = 0;
    if (open.state == kMovedFrom) return Misuse();
    if (index >= open.size) return Misuse(kOutside);
    if (open.state != kOpen) return Misuse();
    *value =
        coherent_ ? memory_[open.begin + index] : view_[open.begin + index];
    return kOk;
  }

  Answer Store(size_t guard, uint64_t index, uint8_t value) {
    const Guard& open = guards_[guard];
    if (open.state == kMovedFrom) return Misuse();
    if (index >= open.size) return Misuse(kOutside);
    if (open.state != kOpen) return Misuse();
    Put(open.begin + index, value);
    return kOk;
  }

  Answer Fill(size_t guard, uint8_t value) {
    const Guard& open = guards_[guard];
    if (open.state != kOpen) return Misuse();
    for (uint64_t i = 0; i < open.size; ++i) Put(open.begin + i, value);
    return kOk;
  }

  Answer Close(size_t guard) {
    if (guards_[guard].state != kOpen) return Misuse();
    Leave(guard);
    return kOk;
  }

  // The next guard by number is what this one was.
  void Move(size_t guard) {
    const Guard moved = guards_[guard];
    guards_.push_back(moved);
    guards_[guard].state = kMovedFrom;
  }

  // The guard's destructor, where it stands; it is not used again.
  void Drop(size_t guard) {
    if (guards_[guard].state == kOpen) Leave(guard);
    guards_.erase(guards_.begin() + guard);
  }

  void Destroy() {
    for (Guard& guard : guards_) {
      if (guard.state != kOpen) continue;
      guard.state = kLost;
      ++misuses_;
    }
  }

  Answer Unmap(bool live) { return live && !HasOpenGuard() ? kOk : Misuse(); }

  void DeviceFill(uint64_t begin, uint64_t size, uint8_t value) {
    for (uint64_t i = 0; i < size; ++i) memory_[begin + i] = value;
  }

 private:
  struct Guard {
    uint64_t begin, size;
    bool reads, writes;
    State state;
  };

  Answer Misuse(Answer answer = kRefused) {
    ++misuses_;
    return answer;
  }

  void Put(uint64_t byte, uint8_t value) {
    if (coherent_) {
      memory_[byte] = value;
    } else {
      view_[byte] = value;
      dirty_[byte] = true;
    }
  }

  void Leave(size_t guard) {
    guards_[guard].state = kClosed;
    if (guards_[guard].writes) Flush(guards_[guard].begin, guards_[guard].size);
  }

  bool IsInAtomsOf(size_t byte, uint64_t begin, uint64_t size) const {
    return byte / atom_size_ >= begin / atom_size_ &&
           byte / atom_size_ <= (begin + size - 1) / atom_size_;
  }

  void Invalidate(uint64_t begin, uint64_t size) {
    for (size_t byte = 0; byte < view_.size(); ++byte) {
      if (coherent_ || !IsInAtomsOf(byte, begin, size)) continue;
      if (dirty_[byte]) memory_[byte] = 0;  // nobody knows
      view_[byte] = memory_[byte];
      dirty_[byte] = false;
    }
  }

  void Flush(uint64_t begin, uint64_t size) {
    const std::vector<bool> was_dirty = dirty_;
    for (size_t byte = 0; byte < view_.size(); ++byte) {
      if (coherent_ || !IsInAtomsOf(byte, begin, size)) continue;
      bool atom_is_dirty = false;
      for (size_t other = 0; other < view_.size(); ++other) {
        if (other / atom_size_ == byte / atom_size_ && was_dirty[other]) {
          atom_is_dirty = true;
        }
      }
      if (!atom_is_dirty) continue;
      memory_[byte] = view_[byte];
      dirty_[byte] = false;
    }
  }

  size_t atom_size_;
  bool coherent_;
  std::vector<uint8_t> view_;
  std::vector<uint8_t> memory_;
  std::vector<bool> dirty_;
  std::vector<Guard> guards_;
  size_t misuses_ = 0;
};

}  // namespace incoherent

#endif  // INCOHERENT_FUZZ_REFERENCE_GUARDS_H_
