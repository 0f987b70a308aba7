#ifndef INCOHERENT_SIM_ICD_COMMAND_ROWS_H_
#define INCOHERENT_SIM_ICD_COMMAND_ROWS_H_

// How the rows of a table of intercepted commands are written:
//
//   const InterceptedCommand kCommands[] = {
//       INCOHERENT_DEVICE_ROW(CmdDraw),
//       INCOHERENT_PROMOTED_DEVICE_ROWS(CmdDrawIndirectCount, KHR),
//   };
//
// The function of vkCmdDraw is CmdDraw, in whatever namespace the table is.

#include "sim/icd/command_table.h"

#define INCOHERENT_COMMAND_ROW(scope, when, vulkan_name, function) \
  { vulkan_name, scope, when, reinterpret_cast<PFN_vkVoidFunction>(&function) }

// A command of devices that adds to what the downstream does.
#define INCOHERENT_DEVICE_ROW(name)                                     \
  INCOHERENT_COMMAND_ROW(::incoherent::CommandScope::kDevice,           \
                         ::incoherent::InterceptWhen::kDownstreamHasIt, \
                         "vk" #name, name)

// One of which the ICD's own part is there even if the downstream lacks it.
#define INCOHERENT_OWN_DEVICE_ROW(name)                                     \
  INCOHERENT_COMMAND_ROW(::incoherent::CommandScope::kDevice,               \
                         ::incoherent::InterceptWhen::kDownstreamMayLackIt, \
                         "vk" #name, name)

// The same function under the name that an extension had before.
#define INCOHERENT_SECOND_NAME_ROW(name, suffix)                        \
  INCOHERENT_COMMAND_ROW(::incoherent::CommandScope::kDevice,           \
                         ::incoherent::InterceptWhen::kDownstreamHasIt, \
                         "vk" #name #suffix, name)

// Both.
#define INCOHERENT_PROMOTED_DEVICE_ROWS(name, suffix) \
  INCOHERENT_DEVICE_ROW(name), INCOHERENT_SECOND_NAME_ROW(name, suffix)

#endif  // INCOHERENT_SIM_ICD_COMMAND_ROWS_H_
