#include "sim/icd/trap/signal_chain.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

namespace incoherent {
namespace {

constexpr int kLevels = 8;

using Entry = void (*)(int, siginfo_t*, void*);
using Action = struct sigaction;

// The state of one signal. Handlers only read it.
struct Chain {
  int signal = 0;
  int top = -1;  // guarded by `changing`
  std::array<std::atomic<const Action*>, kLevels> beneath = {};
};

std::atomic<SignalChain::Handler> our_handler{nullptr};
// Somebody passed a signal on to SIG_DFL: nothing may come back on top.
std::atomic<bool> is_dying{false};
std::mutex changing;
Chain chains[] = {{SIGSEGV, -1, {}}, {SIGTRAP, -1, {}}};

Chain& ChainOf(int signal) { return signal == SIGSEGV ? chains[0] : chains[1]; }

const Action& DefaultAction() {
  static constexpr Action action = {};  // SIG_DFL
  return action;
}

// Dies of the signal: as it happened again if the processor raised it and will
// do so at the same place, else by sending it once more.
void PassToDefault(int signal, siginfo_t* info) {
  is_dying.store(true);
  const Action action = DefaultAction();
  sigaction(signal, &action, nullptr);
  const bool happens_again = signal == SIGSEGV && info->si_code > 0;
  if (happens_again) return;
  const int error = errno;
  if (syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), signal, info) != 0) {
    syscall(SYS_tgkill, getpid(), gettid(), signal);
  }
  errno = error;
}

// Blocks what would be blocked if the kernel had called the handler itself.
void BlockFor(int signal, const Action& action, const ucontext_t& context) {
  // The kernel's mask is the first word of what the C library reserves.
  uint64_t before = 0, added = 0;
  std::memcpy(&before, &context.uc_sigmask, sizeof(before));
  std::memcpy(&added, &action.sa_mask, sizeof(added));
  if ((action.sa_flags & SA_NODEFER) == 0) added |= uint64_t{1} << (signal - 1);
  const uint64_t mask = before | added;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, nullptr, sizeof(mask));
}

void PassOn(int signal, siginfo_t* info, ucontext_t* context,
            std::atomic<const Action*>& beneath) {
  const Action* action = beneath.load();
  if (action == nullptr || action->sa_handler == SIG_DFL) {
    PassToDefault(signal, info);
    return;
  }
  if (action->sa_handler == SIG_IGN) {
    // A fault cannot be ignored; the kernel kills for it.
    if (info->si_code > 0) PassToDefault(signal, info);
    return;
  }
  if ((action->sa_flags & SA_RESETHAND) != 0) beneath.store(&DefaultAction());
  BlockFor(signal, *action, *context);
  if ((action->sa_flags & SA_SIGINFO) != 0) {
    action->sa_sigaction(signal, info, context);
  } else {
    action->sa_handler(signal);
  }
}

template <int kLevel>
void EntryAt(int signal, siginfo_t* info, void* raw_context) {
  const int error = errno;
  auto* context = static_cast<ucontext_t*>(raw_context);
  const SignalChain::Handler handler = our_handler.load();
  if (!handler(signal, info, context)) {
    PassOn(signal, info, context, ChainOf(signal).beneath[kLevel]);
  }
  errno = error;
}

template <size_t... kIndexes>
constexpr std::array<Entry, kLevels> AllEntries(
    std::index_sequence<kIndexes...>) {
  return {&EntryAt<kIndexes>...};
}
constexpr std::array<Entry, kLevels> kEntries =
    AllEntries(std::make_index_sequence<kLevels>());

// The level whose entry point an action calls, or -1.
int LevelOf(const Action& action) {
  if ((action.sa_flags & SA_SIGINFO) == 0) return -1;
  for (int level = 0; level < kLevels; ++level) {
    if (action.sa_sigaction == kEntries[level]) return level;
  }
  return -1;
}

bool IsSame(const Action& a, const Action& b) {
  return a.sa_handler == b.sa_handler && a.sa_flags == b.sa_flags &&
         std::memcmp(&a.sa_mask, &b.sa_mask, sizeof(uint64_t)) == 0;
}

// A handler may still hold any action that was ever beneath, so they are kept;
// an application has few.
const Action* Keepable(const Action& action) {
  static std::vector<const Action*>& kept = *new std::vector<const Action*>;
  for (const Action* known : kept) {
    if (IsSame(*known, action)) return known;
  }
  kept.push_back(new Action(action));
  return kept.back();
}

Action OurAction(int level) {
  Action action = {};
  action.sa_sigaction = kEntries[level];
  // SIGSEGV is not deferred: unwinding a stack may fault, which the handler
  // survives.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
  sigfillset(&action.sa_mask);
  for (const int raised : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP}) {
    sigdelset(&action.sa_mask, raised);
  }
  return action;
}

void GoOnTop(Chain& chain, const Action& found) {
  const Action* beneath =
      chain.top < 0 ? nullptr : chain.beneath[chain.top].load();
  const bool was_reinstalled = beneath != nullptr && IsSame(*beneath, found);
  if (!was_reinstalled && chain.top + 1 < kLevels) ++chain.top;
  chain.beneath[chain.top].store(Keepable(found));
  const Action ours = OurAction(chain.top);
  Action replaced;
  sigaction(chain.signal, &ours, &replaced);
  // Somebody may have come between the look and the change.
  if (LevelOf(replaced) < 0 && !IsSame(replaced, found)) {
    chain.beneath[chain.top].store(Keepable(replaced));
  }
}

void KeepOne(Chain& chain) {
  Action current;
  if (sigaction(chain.signal, nullptr, &current) != 0) return;
  const int level = LevelOf(current);
  if (level >= 0) {
    chain.top = level;  // beneath the old top: the application restored it
  } else {
    GoOnTop(chain, current);
  }
}

}  // namespace

void SignalChain::Install(Handler handler) {
  our_handler.store(handler);
  Keep();
}

void SignalChain::Keep() {
  if (our_handler.load() == nullptr || is_dying.load()) return;
  const std::unique_lock<std::mutex> lock(changing, std::try_to_lock);
  if (!lock.owns_lock()) return;  // somebody is at it
  for (Chain& chain : chains) KeepOne(chain);
}

}  // namespace incoherent
