#include "sim/host/import/import_program.h"

#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "sim/memory/check.h"

namespace incoherent {
namespace {

using Step = ImportProgram::Step;

constexpr uint64_t kSize = ImportProgram::kSize;
constexpr ByteRange kAll = {0, kSize};
constexpr int kFirstOfImports = 2;  // parties before those of imports

void Must(const absl::Status& status) {
  INCOHERENT_CHECK(status.ok(), "a call that a program may make");
}

template <typename Value>
Value Must(absl::StatusOr<Value> value) {
  Must(value.status());
  return *std::move(value);
}

DeviceOptions OptionsOn(const std::shared_ptr<Host>& host,
                        const EvictionPolicy& policy) {
  DeviceOptions options = SmallDevice(policy);
  options.memory.limits.non_coherent_atom_size = ImportProgram::kAtom;
  options.memory.limits.min_imported_host_pointer_alignment = kSize;
  options.host = host;
  return options;
}

MemoryBarrier OnDeviceBarrier() {
  MemoryBarrier barrier;
  barrier.source = {kStageAllCommands, kAccessMemoryWrite};
  barrier.destination = {kStageAllCommands,
                         kAccessMemoryRead | kAccessMemoryWrite};
  return barrier;
}

// A device with bytes of its own, which a plain array follows.
struct Gpu {
  Gpu(const std::shared_ptr<Host>& host, const EvictionPolicy& policy)
      : device(OptionsOn(host, policy)),
        queue(device.AddQueue()),
        own(Must(
            Memory::Allocate(device, SmallDeviceTypes::kDeviceLocal, kSize))) {}

  // Between barriers of the device's own; `skip` leaves out parts of it.
  void Submit(const CommandBuffer& commands) {
    Must(device.Submit(queue, {{{}, {&commands}, {}}}));
  }
  void Wait() { Must(device.WaitIdle(queue)); }

  Device device;
  QueueId queue;
  Memory own;
  std::array<uint8_t, kSize> own_bytes = {};
};

struct Imported {
  Gpu* gpu;
  uint32_t type;
  Memory memory;
  HostPointer pointer;
};

class ImportRun {
 public:
  ImportRun(const ImportProgram& program, const EvictionPolicy& policy,
            bool cache_operations)
      : program_(program),
        cache_operations_(cache_operations),
        host_(std::make_shared<Host>(HostOptions())),
        pages_(Must(HostPages::Create(host_, {kSize}))),
        alias_(Must(pages_.MapAgain())) {
    for (int i = 0; i < ImportProgram::kDevices; ++i) {
      gpus_.push_back(std::make_unique<Gpu>(host_, policy));
      CommandBuffer commands = gpus_[i]->device.NewCommandBuffer();
      Must(commands.Fill(gpus_[i]->own.bytes(kAll), 0));
      Must(commands.PipelineBarrier2({OnDeviceBarrier()}));
      gpus_[i]->Submit(commands);
    }
    for (const ImportProgram::Import& import : program.imports) {
      Add(*gpus_[import.device], import.non_coherent
                                     ? SmallDeviceTypes::kNonCoherent
                                     : SmallDeviceTypes::kCoherent);
    }
  }

  ImportOutcome Run() {
    for (const Step& step : program_.steps) Do(step);
    for (const auto& gpu : gpus_) gpu->Wait();
    for (const auto& gpu : gpus_) {
      for (uint64_t at = 0; at < kSize; ++at) {
        Compare(gpu->device.DeviceDomain(gpu->own.id(), at),
                gpu->own_bytes[at]);
      }
    }
    for (const DeviceFinding& finding : host_->findings()) {
      absl::StrAppend(&outcome_.findings, finding.message, "\n");
    }
    return outcome_;
  }

 private:
  void Add(Gpu& gpu, uint32_t type) {
    Memory memory =
        Must(ImportHostPointer(gpu.device, {pages_.pointer(), kSize, type}));
    HostPointer pointer = Must(memory.Map());
    imports_.push_back({&gpu, type, std::move(memory), pointer});
  }

  // --- Parties.
  int PartyOf(int number) const {
    return number % (kFirstOfImports + 2 * static_cast<int>(imports_.size()));
  }
  bool IsDevice(int party) const {
    return party >= kFirstOfImports && (party - kFirstOfImports) % 2 == 1;
  }
  bool IsMapping(int party) const {
    return party >= kFirstOfImports && !IsDevice(party);
  }
  Imported& ImportOf(int party) {
    return imports_[(party - kFirstOfImports) / 2];
  }
  HostPointer PointerOf(int party) {
    if (party == 0) return pages_.pointer();
    return party == 1 ? alias_ : ImportOf(party).pointer;
  }

  // --- What parties do, and the plain array with them.
  void Compare(const Byte& seen, uint8_t coherent) {
    ++outcome_.reads;
    if (host_->findings().empty()) {
      outcome_.seen.push_back(seen);
      outcome_.coherent.push_back(Byte{coherent});
    } else if (seen != Byte{coherent}) {
      outcome_.shown = true;
    }
  }

  void Write(int party, const ByteRange& range, const Step& step) {
    ++value_;
    if (IsDevice(party)) {
      Imported& import = ImportOf(party);
      CommandBuffer commands = Begin(import, step);
      Must(commands.Fill(import.memory.bytes(range), value_));
      End(import, commands, step);
    } else {
      Must((PointerOf(party) + range.offset)
               .Write(std::vector<uint8_t>(range.size, value_)));
    }
    for (uint64_t at = range.offset; at < range.end(); ++at) {
      bytes_[at] = value_;
    }
  }

  void Read(int party, const ByteRange& range, const Step& step) {
    if (IsDevice(party)) {
      Imported& import = ImportOf(party);
      CommandBuffer commands = Begin(import, step);
      Must(commands.Copy(import.memory.bytes(range),
                         import.gpu->own.bytes(range)));
      End(import, commands, step);
      for (uint64_t at = range.offset; at < range.end(); ++at) {
        import.gpu->own_bytes[at] = bytes_[at];
      }
      return;
    }
    const std::vector<Byte> seen =
        Must((PointerOf(party) + range.offset).ReadBytes(range.size));
    for (uint64_t i = 0; i < range.size; ++i) {
      Compare(seen[i], bytes_[range.offset + i]);
    }
  }

  void CopyBack(int party, const ByteRange& range, const Step& step) {
    Imported& import = ImportOf(party);
    CommandBuffer commands = Begin(import, step);
    Must(commands.Copy(import.gpu->own.bytes(range),
                       import.memory.bytes(range)));
    End(import, commands, step);
    for (uint64_t at = range.offset; at < range.end(); ++at) {
      bytes_[at] = import.gpu->own_bytes[at];
    }
  }

  CommandBuffer Begin(Imported& import, const Step& step) {
    CommandBuffer commands = import.gpu->device.NewCommandBuffer();
    if (step.Does(0)) Must(commands.PipelineBarrier2({OnDeviceBarrier()}));
    return commands;
  }
  void End(Imported& import, CommandBuffer& commands, const Step& step) {
    if (step.Does(1)) Must(commands.PipelineBarrier2({OnDeviceBarrier()}));
    if (step.Does(2)) Must(commands.PipelineBarrier2({ToHostBarrier()}));
    import.gpu->Submit(commands);
    if (step.Does(3)) import.gpu->Wait();
  }

  void Clean(int party, const ByteRange& range) {
    if (IsDevice(party)) {
      Imported& import = ImportOf(party);
      CommandBuffer commands = import.gpu->device.NewCommandBuffer();
      Must(commands.PipelineBarrier2({ToHostBarrier()}));
      import.gpu->Submit(commands);
    } else if (!cache_operations_) {
      return;
    } else if (IsMapping(party)) {
      Memory& memory = ImportOf(party).memory;
      Must(memory.Flush(memory.AtomRange(range)));
    } else {
      Must(pages_.CleanCache(range));
    }
  }

  void Renew(int party, const ByteRange& range) {
    if (IsDevice(party)) {
      ImportOf(party).gpu->Submit(
          ImportOf(party).gpu->device.NewCommandBuffer());
    } else if (!cache_operations_) {
      return;
    } else if (IsMapping(party)) {
      Memory& memory = ImportOf(party).memory;
      Must(memory.Invalidate(memory.AtomRange(range)));
    } else {
      Must(pages_.InvalidateCache(range));
    }
  }

  void Reimport(Imported& import) {
    import.gpu->Wait();
    Must(import.memory.Free());
    import.memory = Must(ImportHostPointer(
        import.gpu->device, {pages_.pointer(), kSize, import.type}));
    import.pointer = Must(import.memory.Map());
  }

  void Sync() {
    const int parties =
        PartyOf(-1 + kFirstOfImports + 2 * static_cast<int>(imports_.size())) +
        1;
    for (int party = 0; party < parties; ++party) {
      if (IsDevice(party)) Clean(party, kAll);
    }
    for (const auto& gpu : gpus_) gpu->Wait();
    for (int party = 0; party < parties; ++party) {
      if (!IsDevice(party)) Clean(party, kAll);
    }
    for (int party = 0; party < parties; ++party) {
      if (!IsDevice(party)) Renew(party, kAll);
    }
  }

  void Carry(int from, int to, const ByteRange& range, const Step& step) {
    Sync();
    Write(from, range, step);
    if (!IsDevice(from) && step.Does(4)) Clean(from, range);
    if (!IsDevice(to) && step.Does(5)) Renew(to, range);
    Read(to, range, step);
  }

  void Do(const Step& step) {
    const int from = PartyOf(step.from);
    const int to = PartyOf(step.to);
    const ByteRange& range = step.range;
    switch (step.kind) {
      case Step::kWrite:
        return Write(from, range, step);
      case Step::kRead:
        return Read(from, range, step);
      case Step::kClean:
        return Clean(from, range);
      case Step::kRenew:
        return Renew(from, range);
      case Step::kWait:
        return gpus_[step.from % ImportProgram::kDevices]->Wait();
      case Step::kCopyBack:
        if (IsDevice(from)) CopyBack(from, range, step);
        return;
      case Step::kReimport:
        if (IsMapping(from)) Reimport(ImportOf(from));
        return;
      case Step::kSync:
        return Sync();
      case Step::kCarry:
        return Carry(from, to, range, step);
    }
  }

  const ImportProgram& program_;
  const bool cache_operations_;
  std::shared_ptr<Host> host_;
  HostPages pages_;
  HostPointer alias_;
  std::vector<std::unique_ptr<Gpu>> gpus_;
  std::vector<Imported> imports_;
  std::array<uint8_t, kSize> bytes_ = {};
  uint8_t value_ = 0;
  ImportOutcome outcome_;
};

}  // namespace

bool ImportProgram::IsMixed() const {
  bool coherent = false, non_coherent = false;
  for (const Import& import : imports) {
    (import.non_coherent ? non_coherent : coherent) = true;
  }
  return coherent && non_coherent;
}

void showValue(const ImportProgram& program, std::ostream& out) {
  constexpr const char* kNames[] = {"write",    "read", "clean",
                                    "renew",    "wait", "copy back",
                                    "reimport", "sync", "carry"};
  out << "imports:";
  for (const ImportProgram::Import& import : program.imports) {
    out << " device " << import.device
        << (import.non_coherent ? " non-coherent;" : " coherent;");
  }
  for (const Step& step : program.steps) {
    out << "\n  " << kNames[step.kind] << " party " << step.from << " to "
        << step.to << " [" << step.range.offset << ", " << step.range.end()
        << ") skip " << step.skip;
  }
}

ImportOutcome RunImportProgram(const ImportProgram& program,
                               const EvictionPolicy& policy,
                               bool cache_operations) {
  return ImportRun(program, policy, cache_operations).Run();
}

}  // namespace incoherent
