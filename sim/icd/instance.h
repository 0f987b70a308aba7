#ifndef INCOHERENT_SIM_ICD_INSTANCE_H_
#define INCOHERENT_SIM_ICD_INSTANCE_H_

// Instance: one VkInstance, the options it was created under, and the profile
// that its physical devices wear.

#include <memory>

#include "absl/status/statusor.h"
#include "sim/findings/suppressions.h"
#include "sim/icd/dispatch.h"
#include "sim/icd/downstream_driver.h"
#include "sim/icd/handle_table.h"
#include "sim/icd/options.h"
#include "sim/icd/physical_device.h"
#include "sim/profiles/profile.h"

namespace incoherent {

// What is needed before there is an instance: options and their files,
// downstream. Read anew from the environment each time.
struct Setup {
  Options options;
  Profile profile;
  Suppressions suppressions;
  const DownstreamDriver* driver = nullptr;

  static absl::StatusOr<Setup> FromEnvironment();
};

class Instance {
 public:
  Instance(Setup setup, VkInstance handle);

  VkInstance handle() const { return handle_; }
  const Options& options() const { return setup_.options; }
  const Profile& profile() const { return setup_.profile; }
  const DownstreamDriver& driver() const { return *setup_.driver; }
  const InstanceDispatch& dispatch() const { return dispatch_; }

  // What is known of one of its physical devices; made when first asked for.
  // The error says why the profile cannot be simulated on it.
  absl::StatusOr<PhysicalDevice*> GetPhysicalDevice(VkPhysicalDevice handle);

 private:
  Setup setup_;
  VkInstance handle_;
  InstanceDispatch dispatch_;
  HandleTable<VkPhysicalDevice, PhysicalDevice> physical_devices_;
};

// All live instances, and the owner of each physical device.
HandleTable<VkInstance, Instance>& Instances();

// The physical device, through whichever instance listed it; null if none did.
PhysicalDevice* FindPhysicalDevice(VkPhysicalDevice handle);
void RememberOwner(VkPhysicalDevice handle, Instance* instance);
void ForgetOwner(const Instance* instance);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_INSTANCE_H_
