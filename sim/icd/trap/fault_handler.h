#ifndef INCOHERENT_SIM_ICD_TRAP_FAULT_HANDLER_H_
#define INCOHERENT_SIM_ICD_TRAP_FAULT_HANDLER_H_

// HandleFault: what becomes of the process's SIGSEGV and SIGTRAP, as a
// SignalChain::Handler.

#include <signal.h>
#include <ucontext.h>

namespace incoherent {

// Whether the signal came of a watched region, and was dealt with.
bool HandleFault(int signal, siginfo_t* info, ucontext_t* context);

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_FAULT_HANDLER_H_
