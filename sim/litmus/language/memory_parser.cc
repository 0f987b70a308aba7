#include "sim/litmus/language/memory_parser.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/litmus/language/memory_type_names.h"
#include "sim/litmus/language/nearest_name.h"
#include "sim/profiles/profile.h"

namespace incoherent::litmus {
namespace {

constexpr uint64_t kLargestAtom = 256;  // Required Limits
bool IsPowerOfTwo(uint64_t n) { return n != 0 && (n & (n - 1)) == 0; }

class MemoryParser {
 public:
  explicit MemoryParser(ParseState& state)
      : state_(state), tokens_(state.tokens) {}

  void Run() {
    const absl::optional<Token> name = state_.ExpectName("a memory's name");
    if (name.has_value()) {
      memory_.name = std::string(name->text);
      memory_.place = name->place;
    }
    const Token brace = tokens_.Peek();
    if (!state_.Expect("{", "the memory's name")) {
      if (!tokens_.At("{")) tokens_.SkipStatement(tokens_.position());
      if (name.has_value()) Declare(*name);
      return;
    }
    ParseProperties();
    if (!tokens_.Accept("}")) {
      state_.Fail(brace.place, "'{' is never closed; expected '}'");
    }
    if (!broken_) Resolve();
    if (broken_) memory_.size = kLargestMemory;  // one error is enough
    if (name.has_value()) Declare(*name);
  }

 private:
  struct Property {
    absl::string_view name;
    bool (MemoryParser::*parse)();
  };
  static const Property kProperties[];

  bool Fail(const Place& place, absl::string_view message) {
    broken_ = true;
    return state_.Fail(place, message);
  }

  void ParseProperties() {
    while (!tokens_.AtEnd() && !tokens_.At("}") && !state_.errors.full()) {
      const size_t begin = tokens_.position();
      if (tokens_.Accept(";")) continue;
      if (ParseProperty() && state_.ExpectStatementEnd("the property")) {
        continue;
      }
      broken_ = true;
      tokens_.SkipStatement(begin);
    }
  }

  bool ParseProperty() {
    const Token word = tokens_.Next();
    std::vector<absl::string_view> names;
    for (const Property* p = kProperties; p->parse != nullptr; ++p) {
      names.push_back(p->name);
      if (p->name != word.text) continue;
      if (!seen_.insert(p->name).second) {
        return Fail(word.place,
                    absl::StrCat("'", word.text, "' stands twice; keep one"));
      }
      return (this->*p->parse)();
    }
    return Fail(word.place, absl::StrCat("expected a property (",
                                         absl::StrJoin(names, ", "),
                                         "), found ", Described(word),
                                         word.kind == Token::Kind::kWord
                                             ? DidYouMeanName(word.text, names)
                                             : ""));
  }

  bool ParseSize() {
    const absl::optional<Token> size = state_.ExpectNumber("a size in bytes");
    if (!size.has_value()) return false;
    if (size->number == 0 || size->number > kLargestMemory) {
      return Fail(size->place,
                  absl::StrCat("size ", size->number, "; a memory has 1 to ",
                               kLargestMemory, " bytes"));
    }
    memory_.size = size->number;
    return true;
  }

  bool ParseType() {
    type_ = tokens_.Peek();
    if (!tokens_.AtWord() && !tokens_.AtNumber()) {
      return state_.FailExpected("a memory type's name or index");
    }
    tokens_.Next();
    return true;
  }

  bool ParseAtom() {
    const absl::optional<Token> atom =
        state_.ExpectNumber("an atom size in bytes");
    if (!atom.has_value()) return false;
    if (!IsPowerOfTwo(atom->number) || atom->number > kLargestAtom) {
      return Fail(atom->place,
                  absl::StrCat("atom ", atom->number,
                               "; expected a power of two, 1 to ", kLargestAtom,
                               " (nonCoherentAtomSize)"));
    }
    atom_place_ = atom->place;
    memory_.atom_size = atom->number;
    return true;
  }

  // `type` may follow without a separator.
  bool ParseProfile() {
    if (!tokens_.AtWord()) return state_.FailExpected("a profile's name");
    profile_ = tokens_.Next();
    return tokens_.At("type") ? ParseProperty() : true;
  }

  bool ParseWriteBack() {
    write_back_place_ = tokens_.Peek().place;
    if (tokens_.Accept("atom")) {
      memory_.write_back = WriteBack::kWholeAtom;
    } else if (tokens_.Accept("byte")) {
      memory_.write_back = WriteBack::kDirtyBytes;
    } else {
      return state_.FailExpected("'atom' or 'byte' after 'write_back'");
    }
    return true;
  }

  bool ParseContents() {
    contents_place_ = tokens_.Peek().place;
    if (tokens_.Accept("undefined")) {
      memory_.undefined_contents = true;
      return true;
    }
    if (tokens_.Accept("zero")) return true;
    return state_.FailExpected("'zero' or 'undefined' after 'contents'");
  }

  bool ParseUnmapped() {
    unmapped_ = true;
    return true;
  }

  bool ParseShares() {
    const absl::optional<Token> with =
        state_.ExpectName("the name of a memory whose payload is shared");
    if (!with.has_value()) return false;
    shares_ = *with;
    return true;
  }

  bool Resolve() {
    if (memory_.size == 0) {
      return Fail(memory_.place, absl::StrCat("memory '", memory_.name,
                                              "' has no size; add 'size N'"));
    }
    if (shares_.has_value() && contents_place_.line != 0) {
      return Fail(contents_place_,
                  absl::StrCat("the contents are those of '", shares_->text,
                               "'; state them there"));
    }
    if (!(profile_.has_value() ? ResolveProfile() : ResolveType())) {
      return false;
    }
    memory_.initially_mapped = !unmapped_ && memory_.type.IsHostVisible();
    return true;
  }

  absl::string_view TypeName() const {
    return type_.has_value() ? type_->text : kDefaultTypeName;
  }

  // Those that `type` names.
  absl::optional<uint32_t> NamedFlags() {
    const absl::optional<uint32_t> flags = FlagsOfType(TypeName());
    if (!flags.has_value()) {
      Fail(type_->place,
           absl::StrCat("unknown memory type '", type_->text, "'; expected ",
                        absl::StrJoin(MemoryTypeNames(), ", ")));
    }
    return flags;
  }

  bool ResolveType() {
    if (type_.has_value() && type_->kind == Token::Kind::kNumber) {
      return Fail(type_->place, absl::StrCat("type ", type_->number,
                                             " is of no profile; add "
                                             "'profile NAME', or name a type"));
    }
    const absl::optional<uint32_t> flags = NamedFlags();
    if (!flags.has_value()) return false;
    memory_.type.property_flags = *flags;
    return true;
  }

  bool ResolveProfile() {
    if (atom_place_.line != 0) {
      return Fail(atom_place_, "the profile says the atom size; drop 'atom'");
    }
    if (write_back_place_.line != 0) {
      return Fail(write_back_place_,
                  "the profile says what is written back; drop 'write_back'");
    }
    const absl::StatusOr<Profile> profile = LoadProfile(profile_->text);
    if (!profile.ok()) {
      return Fail(profile_->place, profile.status().message());
    }
    const std::vector<MemoryType>& types = profile->memory.types;
    const absl::optional<uint32_t> index = TypeIndex(types);
    if (!index.has_value()) return false;
    memory_.profile = std::string(profile_->text);
    memory_.type_index = *index;
    memory_.type = types[*index];
    memory_.atom_size = profile->memory.limits.non_coherent_atom_size;
    memory_.write_back = profile->write_back;
    return true;
  }

  absl::optional<uint32_t> TypeIndex(const std::vector<MemoryType>& types) {
    if (type_.has_value() && type_->kind == Token::Kind::kNumber) {
      if (type_->number < types.size()) return type_->number;
      Fail(type_->place,
           absl::StrCat("profile '", profile_->text, "' has no type ",
                        type_->number, "; its types are 0 to ",
                        types.size() - 1));
      return absl::nullopt;
    }
    const absl::optional<uint32_t> flags = NamedFlags();
    if (!flags.has_value()) return absl::nullopt;
    const absl::optional<uint32_t> index = FirstFit(types, *flags);
    if (!index.has_value()) {
      Fail(type_.has_value() ? type_->place : profile_->place,
           absl::StrCat("profile '", profile_->text, "' has no ", TypeName(),
                        " type; choose one of 0 to ", types.size() - 1));
    }
    return index;
  }

  void Declare(const Token& name) {
    std::vector<Memory>& memories = state_.program.memories;
    if (!state_.WithinLimit(memories.size(), kMostMemories, name.place,
                            "memories")) {
      return;
    }
    const std::string refusal = state_.names.Declare(
        NameKind::kMemory, name.text, static_cast<int>(memories.size()));
    if (!refusal.empty()) {
      state_.Fail(name.place, refusal);
      return;
    }
    if (shares_.has_value() && !broken_) {
      state_.shared_memories.push_back({memories.size(), *shares_});
    }
    memories.push_back(memory_);
  }

  ParseState& state_;
  TokenStream& tokens_;
  Memory memory_;
  bool broken_ = false;
  bool unmapped_ = false;
  std::set<absl::string_view> seen_;
  absl::optional<Token> type_;
  absl::optional<Token> profile_;
  absl::optional<Token> shares_;
  Place atom_place_;
  Place write_back_place_;
  Place contents_place_;
};

const MemoryParser::Property MemoryParser::kProperties[] = {
    {"size", &MemoryParser::ParseSize},
    {"type", &MemoryParser::ParseType},
    {"atom", &MemoryParser::ParseAtom},
    {"profile", &MemoryParser::ParseProfile},
    {"write_back", &MemoryParser::ParseWriteBack},
    {"contents", &MemoryParser::ParseContents},
    {"unmapped", &MemoryParser::ParseUnmapped},
    {"shares", &MemoryParser::ParseShares},
    {"", nullptr},
};

}  // namespace

void ParseMemory(ParseState& state) { MemoryParser(state).Run(); }

void ResolveSharedMemories(ParseState& state) {
  std::vector<Memory>& memories = state.program.memories;
  for (const SharedMemory& shared : state.shared_memories) {
    const absl::optional<int> index =
        state.Find(NameKind::kMemory, shared.with, "declare it with 'memory'");
    if (!index.has_value()) continue;
    Memory& memory = memories[shared.memory];
    const Memory& with = memories[*index];
    const bool with_shares = [&] {
      for (const SharedMemory& other : state.shared_memories) {
        if (other.memory == static_cast<size_t>(*index)) return true;
      }
      return false;
    }();
    if (with_shares) {
      state.Fail(shared.with.place,
                 absl::StrCat("'", with.name,
                              "' shares a payload itself; name the memory "
                              "that has it"));
    } else if (with.size != memory.size) {
      state.Fail(shared.with.place,
                 absl::StrCat("'", with.name, "' has ", with.size,
                              " bytes; a payload has one size, so give '",
                              memory.name, "' the same"));
    } else {
      memory.shares = *index;
      memory.undefined_contents = with.undefined_contents;
    }
  }
}

}  // namespace incoherent::litmus
