#include "sim/icd/trap/symbolizer.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <elfutils/libdwfl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace incoherent {
namespace {

// Names of template instances have no natural limit; a line has.
constexpr size_t kLongestName = 160;

int FindDebugInfo(Dwfl_Module* module, void** user_data, const char* name,
                  Dwarf_Addr base, const char* file, const char* link,
                  GElf_Word checksum, char** found) {
  // The standard search ends on the network where a server is configured; an
  // application must not wait for that.
  const auto find = std::getenv("DEBUGINFOD_URLS") == nullptr
                        ? dwfl_standard_find_debuginfo
                        : dwfl_build_id_find_debuginfo;
  return find(module, user_data, name, base, file, link, checksum, found);
}

const Dwfl_Callbacks kCallbacks = {dwfl_linux_proc_find_elf, FindDebugInfo,
                                   dwfl_offline_section_address, nullptr};

std::string BaseName(absl::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash != absl::string_view::npos) path.remove_prefix(slash + 1);
  return std::string(path);
}

// Begin of the parenthesis that the last character closes, or npos.
size_t LastParenthesis(absl::string_view name) {
  int depth = 0;
  for (size_t i = name.size(); i-- > 0;) {
    if (name[i] == ')') ++depth;
    if (name[i] == '(' && --depth == 0) return i;
    if (depth == 0) break;
  }
  return absl::string_view::npos;
}

// "Scene::Draw()" of "(anonymous namespace)::Scene::Draw(Frame*) const".
std::string WithoutParameters(std::string name) {
  absl::StrReplaceAll({{"(anonymous namespace)::", ""}}, &name);
  absl::string_view rest = name;
  rest = rest.substr(0, rest.find(" [clone "));
  absl::ConsumeSuffix(&rest, " const");
  return absl::StrCat(rest.substr(0, LastParenthesis(rest)), "()");
}

// "DrawFrame()" of "DrawFrame" and of "_Z9DrawFramei".
std::string FunctionName(const char* symbol) {
  int status = 0;
  char* demangled = abi::__cxa_demangle(symbol, nullptr, nullptr, &status);
  std::string name =
      WithoutParameters(demangled != nullptr ? demangled : symbol);
  std::free(demangled);
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  if (name.size() <= kLongestName) return name;
  return absl::StrCat(name.substr(0, kLongestName), "...()");
}

std::string Hex(uint64_t value) { return absl::StrCat("0x", absl::Hex(value)); }

// "src/viewer.cc:42", or nothing. Bazel compiles in a folder that it calls
// /proc/self/cwd; what is left are paths of the source tree.
std::string SourceLine(Dwfl_Module* module, uintptr_t address) {
  Dwfl_Line* line = dwfl_module_getsrc(module, address);
  if (line == nullptr) return "";
  int number = 0;
  const char* file =
      dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr);
  if (file == nullptr || number <= 0) return "";
  return absl::StrCat(absl::StripPrefix(file, "/proc/self/cwd/"), ":", number);
}

// elfutils takes what lies between two modules for a part of the first.
Dwfl_Module* ModuleAt(Dwfl* session, uintptr_t address) {
  Dwfl_Module* module = dwfl_addrmodule(session, address);
  if (module == nullptr) return nullptr;
  Dwarf_Addr begin = 0, end = 0;
  dwfl_module_info(module, nullptr, &begin, &end, nullptr, nullptr, nullptr,
                   nullptr);
  return address >= begin && address < end ? module : nullptr;
}

std::string DescribeBySymbolFile(Dwfl_Module* module, uintptr_t address) {
  const std::string file = BaseName(dwfl_module_info(
      module, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr));
  GElf_Off offset = 0;
  GElf_Sym symbol;
  const char* name = dwfl_module_addrinfo(module, address, &offset, &symbol,
                                          nullptr, nullptr, nullptr);
  if (name == nullptr) {
    GElf_Addr bias = 0;
    dwfl_module_getelf(module, &bias);
    return absl::StrCat(Hex(address - bias), " in ", file);
  }
  const std::string line = SourceLine(module, address);
  if (!line.empty()) return absl::StrCat(FunctionName(name), " at ", line);
  return absl::StrCat(FunctionName(name), "+", Hex(offset), " in ", file);
}

std::string DescribeByDynamicLinker(uintptr_t address) {
  Dl_info info;
  if (dladdr(reinterpret_cast<void*>(address), &info) == 0) {
    return absl::StrCat(Hex(address), " in no file");
  }
  const std::string file = BaseName(info.dli_fname);
  if (info.dli_sname == nullptr) {
    const auto base = reinterpret_cast<uintptr_t>(info.dli_fbase);
    return absl::StrCat(Hex(address - base), " in ", file);
  }
  const auto start = reinterpret_cast<uintptr_t>(info.dli_saddr);
  return absl::StrCat(FunctionName(info.dli_sname), "+", Hex(address - start),
                      " in ", file);
}

}  // namespace

Symbolizer& Symbolizer::OfThisProcess() {
  static Symbolizer& symbolizer = *new Symbolizer;
  return symbolizer;
}

std::string Symbolizer::Describe(uintptr_t address) {
  absl::MutexLock lock(&mutex_);
  std::string& line = known_[address];
  if (!line.empty()) return line;
  Dwfl_Module* module = ModuleOf(address);
  line = module != nullptr ? DescribeBySymbolFile(module, address)
                           : DescribeByDynamicLinker(address);
  return line;
}

Dwfl_Module* Symbolizer::ModuleOf(uintptr_t address) {
  Dwfl_Module* known =
      session_ != nullptr ? ModuleAt(session_, address) : nullptr;
  if (known != nullptr) return known;
  return LoadModules() ? ModuleAt(session_, address) : nullptr;
}

bool Symbolizer::LoadModules() {
  if (session_ == nullptr) session_ = dwfl_begin(&kCallbacks);
  if (session_ == nullptr) return false;
  dwfl_report_begin(session_);
  const bool reported = dwfl_linux_proc_report(session_, getpid()) == 0;
  return dwfl_report_end(session_, nullptr, nullptr) == 0 && reported;
}

}  // namespace incoherent
