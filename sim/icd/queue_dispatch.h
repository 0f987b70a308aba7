#ifndef INCOHERENT_SIM_ICD_QUEUE_DISPATCH_H_
#define INCOHERENT_SIM_ICD_QUEUE_DISPATCH_H_

// The downstream's commands of queues, fences, semaphores and events, for
// DeviceDispatch.

#define INCOHERENT_QUEUE_COMMANDS(X) \
  X(AcquireNextImage2KHR)            \
  X(AcquireNextImageKHR)             \
  X(CreateEvent)                     \
  X(CreateSemaphore)                 \
  X(DestroyEvent)                    \
  X(DestroyFence)                    \
  X(DestroySemaphore)                \
  X(DeviceWaitIdle)                  \
  X(GetDeviceQueue)                  \
  X(GetDeviceQueue2)                 \
  X(GetFenceStatus)                  \
  X(GetSemaphoreCounterValue)        \
  X(QueueBindSparse)                 \
  X(QueuePresentKHR)                 \
  X(QueueSubmit)                     \
  X(QueueSubmit2)                    \
  X(QueueWaitIdle)                   \
  X(ResetEvent)                      \
  X(ResetFences)                     \
  X(SetEvent)                        \
  X(SignalSemaphore)                 \
  X(WaitForFences)                   \
  X(WaitSemaphores)

#endif  // INCOHERENT_SIM_ICD_QUEUE_DISPATCH_H_
