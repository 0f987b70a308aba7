#ifndef INCOHERENT_FUZZ_REFERENCE_PAGES_H_
#define INCOHERENT_FUZZ_REFERENCE_PAGES_H_

// ReferencePages: how an import of a host pointer must end, by going through
// all pages and imports there are. Written from the specification's list of
// rules, without the model.

#include <cstdint>
#include <string>
#include <vector>

namespace incoherent {

class ReferencePages {
 public:
  struct Pages {
    std::vector<uint64_t> addresses;
    uint64_t size;
    uint32_t handle_type;
    bool importable;
    bool live = true;
  };
  struct Call {
    uint64_t address, size;
    uint32_t type_index, handle_type;
  };

  // Of the device: the first type is its own, the second coherent, the third
  // not.
  uint64_t alignment = 1;
  uint32_t types = 0;
  bool refuses_second = false;
  std::vector<Pages> pages;

  // Remembers an import that was made.
  void Import(int id, const Call& call) {
    imports_.push_back({id, call.address - At(call.address).begin,
                        call.address - At(call.address).begin + call.size,
                        At(call.address).which});
  }
  void Free(int id) {
    for (size_t i = imports_.size(); i-- > 0;) {
      if (imports_[i].id == id) imports_.erase(imports_.begin() + i);
    }
  }
  // How many imports there are of those pages.
  int ImportsOf(int which) const {
    int count = 0;
    for (const Imported& import : imports_) count += import.which == which;
    return count;
  }

  // "" if the import is made, "code" if it fails without a finding, or the end
  // of the rule that it breaks.
  std::string ImportEnds(const Call& call) const {
    const bool own = call.handle_type == 0x80,
               foreign = call.handle_type == 0x100;
    if (!own && !foreign) return "handleType-01748";
    if (types == 0) return "handleType-01747";
    if (call.address == 0) return "code";
    if (call.address % alignment != 0) return "pHostPointer-01749";
    if (call.size == 0) return "code";
    if (call.size % alignment != 0) return "allocationSize-01745";
    if ((types >> call.type_index) % 2 == 0) return "memoryTypeIndex-01744";
    const std::string not_such = own ? "handleType-01750" : "handleType-01751";
    const Found found = At(call.address);
    if (found.which < 0) return not_such;
    const Pages& those = pages[found.which];
    const uint64_t begin = call.address - found.begin;
    if (those.handle_type != call.handle_type) return not_such;
    if (begin + call.size > those.size) return not_such;
    if (!those.importable) return "code";
    for (const Imported& import : imports_) {
      const bool overlaps = import.which == found.which && begin < import.end &&
                            import.begin < begin + call.size;
      if (refuses_second && overlaps) return "code";
    }
    const bool cuts_an_atom = call.type_index == 2 && begin % 64 != 0;
    return cuts_an_atom ? "code" : "";
  }

  // The same of vkGetMemoryHostPointerPropertiesEXT.
  std::string QueryEnds(uint32_t handle_type, uint64_t address) const {
    const bool own = handle_type == 0x80, foreign = handle_type == 0x100;
    if (!own && !foreign) return "handleType-01752";
    if (address % alignment != 0) return "pHostPointer-01753";
    const Found found = At(address);
    if (found.which < 0 || pages[found.which].handle_type != handle_type) {
      return own ? "handleType-01754" : "handleType-01755";
    }
    return pages[found.which].importable ? "" : "code";
  }

 private:
  struct Found {
    int which = -1;
    uint64_t begin = 0;
  };
  struct Imported {
    int id;
    uint64_t begin, end;
    int which;
  };

  // The live pages that an address is of.
  Found At(uint64_t address) const {
    for (size_t which = 0; which < pages.size(); ++which) {
      if (!pages[which].live) continue;
      for (const uint64_t begin : pages[which].addresses) {
        if (address >= begin && address < begin + pages[which].size) {
          return {static_cast<int>(which), begin};
        }
      }
    }
    return {};
  }

  std::vector<Imported> imports_;
};

}  // namespace incoherent

#endif  // INCOHERENT_FUZZ_REFERENCE_PAGES_H_
