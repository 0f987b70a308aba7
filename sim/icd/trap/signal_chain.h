#ifndef INCOHERENT_SIM_ICD_TRAP_SIGNAL_CHAIN_H_
#define INCOHERENT_SIM_ICD_TRAP_SIGNAL_CHAIN_H_

// SignalChain: our place on top of the actions for SIGSEGV and SIGTRAP.
//
// What our handler declines is passed to the action beneath, as the kernel
// would have delivered it: with its arguments, its mask, SA_RESETHAND, and for
// SIG_DFL a process that dies of the signal where it happened. (Handlers run on
// the alternate stack if the thread has one, whether they asked for it or not.)
//
// An application may install a handler after us and keep ours as "the old one"
// to call. So each time that we return to the top we do so with another entry
// point, which has its own action beneath: level 0 above what was there first,
// level 1 above what the application put over level 0, and so on. A handler
// that calls the old one then never meets itself, and an application that puts
// the old one back takes its own handler out of the chain.
//
// Levels are few. When they are used up, the topmost gets a new action beneath.

#include <signal.h>
#include <ucontext.h>

namespace incoherent {

class SignalChain {
 public:
  // Returns whether the signal was ours, and dealt with. Runs with all signals
  // blocked but those that the processor raises.
  using Handler = bool (*)(int signal, siginfo_t* info, ucontext_t* context);

  // Installs the handler for both signals; once.
  static void Install(Handler handler);

  // Puts it back on top where somebody replaced it. Any thread.
  static void Keep();
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_ICD_TRAP_SIGNAL_CHAIN_H_
