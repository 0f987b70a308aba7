#include "sim/litmus/language/outline.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "sim/litmus/language/memory_parser.h"
#include "sim/litmus/language/nearest_name.h"
#include "sim/litmus/language/question_parser.h"

namespace incoherent::litmus {
namespace {

constexpr absl::string_view kStatements[] = {
    "memory", "semaphore", "event", "host",    "queue",
    "exists", "forall",    "never", "reports",
};

constexpr char kDefaultHost[] = "host";

class OutlineReader {
 public:
  explicit OutlineReader(ParseState& state)
      : state_(state), tokens_(state.tokens) {}

  std::vector<Passage> Run() {
    ReadTitle();
    while (!tokens_.AtEnd() && !state_.errors.full()) {
      if (!tokens_.Accept(";")) ReadStatement();
    }
    return std::move(passages_);
  }

 private:
  bool AtStatement() const {
    return tokens_.At("~") ||
           (tokens_.AtWord() &&
            std::find(std::begin(kStatements), std::end(kStatements),
                      tokens_.Peek().text) != std::end(kStatements));
  }

  void ReadTitle() {
    if (!tokens_.Accept("litmus")) {
      state_.FailExpected("'litmus NAME' first");
      return SkipToStatement();
    }
    if (tokens_.Peek().kind != Token::Kind::kTitle) {
      state_.FailExpected("a name after 'litmus', on the same line");
      return SkipToStatement();
    }
    const Token& title = tokens_.Next();
    if (title.text.size() > kLongestTitle) {
      state_.Fail(title.place, absl::StrCat("name of ", title.text.size(),
                                            " characters; expected at most ",
                                            kLongestTitle));
      return;
    }
    for (size_t i = 0; i < title.text.size(); ++i) {
      const char c = title.text[i];
      if (absl::ascii_isalnum(c) || absl::ascii_isspace(c) ||
          absl::StrContains("_-+.", c)) {
        continue;
      }
      Place place = title.place;
      place.column += static_cast<int>(i);
      state_.Fail(place,
                  "a program's name is made of letters, digits, '-', "
                  "'_', '+' and '.'; expected it to end with the line");
      return;
    }
    state_.program.name =
        absl::StrJoin(absl::StrSplit(title.text, absl::ByAnyChar(" \t\r\f\v"),
                                     absl::SkipEmpty()),
                      " ");
  }

  void ReadStatement() {
    if (tokens_.At("exists") || tokens_.At("forall") || tokens_.At("never") ||
        tokens_.At("~")) {
      ReadQuestion();
      return;
    }
    const Token word = tokens_.Next();
    if (word.text == "memory") {
      ParseMemory(state_);
    } else if (word.text == "semaphore") {
      ReadSemaphore();
    } else if (word.text == "event") {
      ReadEvent();
    } else if (word.text == "host") {
      ReadHost(word);
    } else if (word.text == "queue") {
      ReadQueue();
    } else if (word.text == "reports") {
      ParseReports(state_, word.place);
    } else {
      FailUnknownStatement(word);
      SkipToStatement();
    }
  }

  void FailUnknownStatement(const Token& word) {
    state_.Fail(word.place,
                absl::StrCat("expected ", absl::StrJoin(kStatements, ", "),
                             ", found ", Described(word),
                             word.kind == Token::Kind::kWord
                                 ? DidYouMeanName(word.text, kStatements)
                                 : ""));
  }

  // Over blocks, parentheses and ranges, of which `[0..4)` is one.
  void SkipToStatement() {
    int depth = 0;
    for (; !tokens_.AtEnd() && (depth > 0 || !AtStatement()); tokens_.Next()) {
      if (tokens_.At("{") || tokens_.At("(") || tokens_.At("[")) ++depth;
      if (tokens_.At("}") || tokens_.At(")") || tokens_.At("]")) {
        depth = std::max(depth - 1, 0);
      }
    }
  }

  // False, and the error told, if the name cannot be declared.
  bool Declare(NameKind kind, const Token& name, size_t index) {
    const std::string refusal =
        state_.names.Declare(kind, name.text, static_cast<int>(index));
    return refusal.empty() || state_.Fail(name.place, refusal);
  }

  void ReadSemaphore() {
    const absl::optional<Token> name = state_.ExpectName("a semaphore's name");
    if (!name.has_value()) return SkipToStatement();
    const bool timeline = tokens_.Accept("timeline");
    if (!timeline && !tokens_.Accept("binary")) {
      state_.FailExpected("'binary' or 'timeline' after the semaphore's name");
      return SkipToStatement();
    }
    std::vector<Semaphore>& semaphores = state_.program.semaphores;
    if (state_.WithinLimit(semaphores.size(), kMostSemaphores, name->place,
                           "semaphores") &&
        Declare(NameKind::kSemaphore, *name, semaphores.size())) {
      semaphores.push_back({std::string(name->text), timeline});
    }
  }

  void ReadEvent() {
    const absl::optional<Token> name = state_.ExpectName("an event's name");
    if (!name.has_value()) return SkipToStatement();
    std::vector<std::string>& events = state_.program.events;
    if (state_.WithinLimit(events.size(), kMostEvents, name->place, "events") &&
        Declare(NameKind::kEvent, *name, events.size())) {
      events.push_back(std::string(name->text));
    }
  }

  // '{', and over what is in it, and '}'. No passage if a brace is missing.
  absl::optional<Passage> ReadBlock(absl::string_view after) {
    const Place brace = tokens_.Peek().place;
    if (!state_.Expect("{", after)) {
      SkipToStatement();
      return absl::nullopt;
    }
    Passage passage;
    passage.begin = tokens_.position();
    if (!tokens_.SkipToClosingBrace()) {
      state_.Fail(brace, "'{' is never closed; expected '}'");
      return absl::nullopt;
    }
    passage.end = tokens_.position();
    tokens_.Next();
    return passage;
  }

  void ReadHost(const Token& word) {
    Token name = word;
    name.text = kDefaultHost;
    if (tokens_.AtWord() && !tokens_.Accept(kDefaultHost)) {
      const absl::optional<Token> given =
          state_.ExpectName("a host thread's name");
      if (!given.has_value()) return SkipToStatement();
      name = *given;
    }
    absl::optional<Passage> block = ReadBlock("the host thread's name");
    std::vector<Agent>& hosts = state_.program.hosts;
    if (!block.has_value() || !state_.WithinLimit(hosts.size(), kMostHosts,
                                                  name.place, "host threads")) {
      return;
    }
    if (state_.names.Find(NameKind::kHost, name.text).has_value()) {
      state_.Fail(name.place,
                  absl::StrCat("host thread '", name.text,
                               "' stands twice; give each its own name: host "
                               "NAME { ... }"));
      return;
    }
    if (!Declare(NameKind::kHost, name, hosts.size())) return;
    block->kind = Passage::Kind::kHost;
    block->index = static_cast<int>(hosts.size());
    passages_.push_back(*block);
    Agent host;
    host.name = std::string(name.text);
    host.place = word.place;
    hosts.push_back(std::move(host));
  }

  void ReadQueue() {
    const Place place = tokens_.Peek().place;
    const absl::optional<Token> name = state_.ExpectName("a queue's name");
    if (!name.has_value()) return SkipToStatement();
    const absl::optional<Passage> block = ReadBlock("the queue's name");
    std::vector<Agent>& queues = state_.program.queues;
    if (!block.has_value() || !state_.WithinLimit(queues.size(), kMostQueues,
                                                  name->place, "queues")) {
      return;
    }
    if (state_.names.Find(NameKind::kQueue, name->text).has_value()) {
      state_.Fail(
          name->place,
          absl::StrCat("queue '", name->text,
                       "' stands twice; put both into one: queue ", name->text,
                       " { submission NAME { ... } submission NAME { "
                       "... } }"));
      return;
    }
    if (!Declare(NameKind::kQueue, *name, queues.size())) return;
    Agent queue;
    queue.name = std::string(name->text);
    queue.place = place;
    queues.push_back(std::move(queue));
    ReadSubmissions(*name, *block);
  }

  void ReadSubmissions(const Token& queue, const Passage& block) {
    const size_t after = tokens_.position();
    tokens_.Seek(block.begin);
    while (tokens_.Accept(";")) {
    }
    if (!tokens_.At("submission")) {
      AddSubmission(queue, block);
    } else {
      while (tokens_.position() < block.end && ReadSubmission()) {
        while (tokens_.Accept(";")) {
        }
      }
    }
    tokens_.Seek(after);
  }

  bool ReadSubmission() {
    if (!tokens_.Accept("submission")) {
      return state_.FailExpected(
          "'submission' or '}' after a submission; operations of this queue "
          "stand in its submissions");
    }
    const absl::optional<Token> name = state_.ExpectName("a submission's name");
    if (!name.has_value()) return false;
    const absl::optional<Passage> block = ReadBlock("the submission's name");
    if (block.has_value()) AddSubmission(*name, *block);
    return block.has_value();
  }

  void AddSubmission(const Token& name, Passage block) {
    std::vector<Submission>& submissions = state_.program.submissions;
    if (!state_.WithinLimit(submissions.size(), kMostSubmissions, name.place,
                            "submissions") ||
        !Declare(NameKind::kSubmission, name, submissions.size())) {
      return;
    }
    block.kind = Passage::Kind::kSubmission;
    block.index = static_cast<int>(submissions.size());
    passages_.push_back(block);
    Submission submission;
    submission.name = std::string(name.text);
    submission.queue = static_cast<int>(state_.program.queues.size()) - 1;
    submission.place = name.place;
    submissions.push_back(std::move(submission));
  }

  // From its first word to the next statement.
  void ReadQuestion() {
    Passage passage;
    passage.kind = Passage::Kind::kQuestion;
    passage.begin = tokens_.position();
    if (tokens_.Accept("~")) tokens_.Accept("exists");
    if (tokens_.position() == passage.begin) tokens_.Next();
    SkipToStatement();
    passage.end = tokens_.position();
    passages_.push_back(passage);
  }

  ParseState& state_;
  TokenStream& tokens_;
  std::vector<Passage> passages_;
};

}  // namespace

std::vector<Passage> ReadOutline(ParseState& state) {
  return OutlineReader(state).Run();
}

}  // namespace incoherent::litmus
