#include "sim/host/vmo/relinquished_memory.h"

#include <map>
#include <mutex>

namespace incoherent {
namespace {

struct Ledger {
  std::mutex mutex;
  std::map<const uint8_t*, size_t> sizes;
};

// Never destroyed: destructors of globals may still free.
Ledger& TheLedger() {
  static auto* const ledger = new Ledger;
  return *ledger;
}

}  // namespace

void AddRelinquishedMemory(absl::Span<uint8_t> bytes) {
  Ledger& ledger = TheLedger();
  const std::lock_guard<std::mutex> guard(ledger.mutex);
  ledger.sizes[bytes.data()] = bytes.size();
}

bool TakeRelinquishedMemory(const uint8_t* ptr, size_t len) {
  Ledger& ledger = TheLedger();
  const std::lock_guard<std::mutex> guard(ledger.mutex);
  const auto found = ledger.sizes.find(ptr);
  if (found == ledger.sizes.end() || found->second != len) return false;
  ledger.sizes.erase(found);
  return true;
}

}  // namespace incoherent
