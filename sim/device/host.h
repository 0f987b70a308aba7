#ifndef INCOHERENT_SIM_DEVICE_HOST_H_
#define INCOHERENT_SIM_DEVICE_HOST_H_

// Host: the process around the simulated devices: its threads, its addresses,
// and the one record of what host and devices did to memory.
//
// A Device makes a Host of its own. Devices that shall import the same pages
// are given the same one:
//
//   auto host = std::make_shared<Host>(HostOptions());
//   DeviceOptions options = ...;
//   options.host = host;
//   Device gpu(options), copier(options);
//
// Threads: what stands before mutex() may be called at any time, but by nobody
// who holds it. The rest is for whoever does, as all calls of the devices do.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sim/device/device_finding.h"
#include "sim/device/device_ids.h"
#include "sim/memory/address_space.h"
#include "sim/memory/journey.h"

namespace incoherent {

class HostAllocation;

struct HostOptions {
  // How many bytes of addresses mappings and pages have between them: the
  // budget of vkMapMemory. As many as a 64-bit process has, unless told.
  uint64_t address_space_size = uint64_t{1} << 46;
  // Of all devices on the host.
  bool report_useless_sync = false;
};

class Host {
 public:
  // Hears of the findings that its calls make.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void Hear(const DeviceFinding& finding) = 0;
  };

  explicit Host(const HostOptions& options);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // Of all devices and pages, in order.
  std::vector<DeviceFinding> findings() const;

  // The names of the pages that are not freed.
  std::vector<std::string> LivePages() const;

  // There is one thread at first; calls are of the latest set.
  ThreadId AddThread();
  void SetThread(ThreadId thread);
  Journey::Moment Post();
  void Await(const Journey::Moment& moment);

  std::mutex& mutex() const { return mutex_; }

  // --- For whoever holds the mutex.
  Journey::ThreadId thread() const { return thread_; }
  AddressSpace& addresses() { return addresses_; }
  // The journey, for a call of the listener's.
  Journey& JourneyFor(Listener& listener) {
    listener_ = &listener;
    return journey_;
  }
  OperationId NewOperation(std::string text);
  // What findings call a payload.
  void NamePayload(Journey::PayloadId payload, std::string name) {
    names_[payload] = std::move(name);
  }
  void Tell(DeviceFinding finding, Listener& listener);

  // The pages that are mapped at or before the address and reach it, freed ones
  // as well; null if there are none.
  void AddPages(uint64_t address, HostAllocation* pages) {
    pages_[address] = pages;
  }
  void RemovePages(uint64_t address) { pages_.erase(address); }
  std::shared_ptr<HostAllocation> PagesAt(uint64_t address,
                                          uint64_t* offset) const;

 private:
  void OnHazard(const Hazard& hazard);

  mutable std::mutex mutex_;
  Listener* listener_ = nullptr;
  Journey journey_;
  AddressSpace addresses_;
  Journey::ThreadId thread_;
  std::vector<std::string> operations_;  // by OperationId, from 1
  std::map<Journey::PayloadId, std::string> names_;
  std::map<uint64_t, HostAllocation*> pages_;
  std::vector<DeviceFinding> findings_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_DEVICE_HOST_H_
