#ifndef INCOHERENT_SIM_ICD_RESOURCES_RESOURCE_DISPATCH_H_
#define INCOHERENT_SIM_ICD_RESOURCES_RESOURCE_DISPATCH_H_

// The downstream's commands behind resource_commands.cc (dispatch.h). Those of
// images that others need too, CreateImage and DestroyImage, stand there.

#define INCOHERENT_RESOURCE_COMMANDS(X) \
  X(BindBufferMemory)                   \
  X(BindBufferMemory2)                  \
  X(BindImageMemory)                    \
  X(BindImageMemory2)                   \
  X(CreateBuffer)                       \
  X(CreateBufferView)                   \
  X(CreateFramebuffer)                  \
  X(CreateImageView)                    \
  X(CreateRenderPass)                   \
  X(CreateRenderPass2)                  \
  X(DebugMarkerSetObjectNameEXT)        \
  X(DestroyBuffer)                      \
  X(DestroyBufferView)                  \
  X(DestroyFramebuffer)                 \
  X(DestroyImageView)                   \
  X(DestroyRenderPass)                  \
  X(GetBufferDeviceAddress)             \
  X(GetImageSubresourceLayout)          \
  X(SetDebugUtilsObjectNameEXT)

#endif  // INCOHERENT_SIM_ICD_RESOURCES_RESOURCE_DISPATCH_H_
