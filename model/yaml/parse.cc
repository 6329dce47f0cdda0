// Text to tree: syntax, and what this project refuses of YAML (several documents, anchors, tags).
// yaml-cpp's exceptions end here.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <sstream>

#include "model/base/read_file.h"
#include "model/codec/cbor.h"
#include "model/yaml/document.h"
#include "model/yaml/flow_calls.h"
#include "model/yaml/syntax_fault.h"
#include "model/yaml/yaml.h"

namespace capmarket::yaml {
namespace {

constexpr std::size_t kYamlBytesMax = 16 * 1024 * 1024;
constexpr int kYamlDepthMax = 64;

/// Ends a walk at what is refused before the parser's own, larger bound is met.
struct TooDeep {};

/// Walks the events of a text and records what is refused, before a tree is built: aliases could
/// make a small text a huge tree.
class Inspector : public YAML::EventHandler {
 public:
  Inspector(YamlDocument& document, int first_line)
      : document_(document), first_line_(first_line) {}

  int documents() const { return documents_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2) complain(mark, "a second document", "one document in a file");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { look(mark, "", anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    complain(mark, "an alias", "the value itself, or quotes around it");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string&) override {
    look(mark, tag, anchor);
    if (char quote = character(mark); quote == '"' || quote == '\'')
      if (auto open = open_quote(document_, mark.line, mark.column))
        document_.problems.push_back(*std::move(open));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    look(mark, tag, anchor);
    deeper(mark);
  }
  void OnSequenceEnd() override { leave(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    look(mark, tag, anchor);
    deeper(mark);
  }
  void OnMapEnd() override { leave(); }

 private:
  void complain(const YAML::Mark& mark, std::string what, std::string expected) {
    document_.problems.push_back(
        problem_at(document_, mark.line, mark.column, std::move(what), std::move(expected)));
  }
  /// A map that starts where its first key does is one with it: of what is never closed the parser
  /// makes such maps.
  void deeper(const YAML::Mark& mark) {
    open_.push_back(mark.pos);
    depth_ += open_.size() == 1 || open_[open_.size() - 2] != mark.pos ? 1 : 0;
    if (depth_ <= kYamlDepthMax) return;
    complain(mark, fmt::format("nesting deeper than {}", kYamlDepthMax),
             fmt::format("nesting at most {}", kYamlDepthMax));
    throw TooDeep();
  }
  void leave() {
    const int pos = open_.back();
    open_.pop_back();
    depth_ -= open_.empty() || open_.back() != pos ? 1 : 0;
  }
  char character(const YAML::Mark& mark) const {
    if (mark.line < 0 || static_cast<std::size_t>(mark.line) >= document_.lines.size()) return 0;
    const std::string& line = document_.lines[static_cast<std::size_t>(mark.line)];
    return static_cast<std::size_t>(mark.column) < line.size()
               ? line[static_cast<std::size_t>(mark.column)]
               : '\0';
  }
  void look(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor)
      complain(mark, "an anchor",
               character(mark) == '!' ? outer_quotes(document_, mark.line)
                                      : "the value itself, or quotes around it");
    bool plain_or_quoted = tag.empty() || tag == "?" || (tag == "!" && character(mark) != '!');
    if (plain_or_quoted) return;
    bool hint = line_needing_quotes(document_, mark.line, first_line_) >= 0;
    complain(mark, "a YAML tag",
             hint ? outer_quotes(document_, mark.line) : "a value without a tag");
  }

  YamlDocument& document_;
  int first_line_;
  int documents_ = 0;
  std::vector<int> open_;  // where what is open started
  int depth_ = 0;          // of them, at different places
};

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(std::move(line));
  }
  return lines;
}

std::optional<Problem> refused_bytes(const std::string& name, const std::string& text) {
  auto problem = [&](std::string what, std::string expected) {
    return Problem{name, 0, 0, std::move(what), std::move(expected), ""};
  };
  if (text.size() > kYamlBytesMax) return problem("larger than 16 MiB", "a smaller file");
  if (!codec::is_utf8(as_bytes(text)) || text.find('\0') != text.npos ||
      text.find(kMaskedComma) != text.npos)
    return problem("not UTF-8 text", "a YAML document in UTF-8");
  return std::nullopt;
}

}  // namespace

Result<YAML::Node> parse_into(YamlDocument& document, std::string name, const std::string& text) {
  if (auto refused = refused_bytes(name, text)) return fail(*refused);
  int first_line = static_cast<int>(document.lines.size());
  document.origins.push_back({name, first_line});
  for (std::string& line : split_lines(text)) document.lines.push_back(std::move(line));
  document.lines.emplace_back();  // where an error at the end of the text stands
  std::string padded =
      std::string(static_cast<std::size_t>(first_line), '\n') + mask_call_commas(text);
  std::size_t before = document.problems.size();
  auto refuse = [&](Problem problem) -> Result<YAML::Node> {
    document.problems.resize(before);
    return fail(std::move(problem));
  };
  auto refuse_found = [&]() -> Result<YAML::Node> {
    Problems found(document.problems.begin() + static_cast<std::ptrdiff_t>(before),
                   document.problems.end());
    document.problems.resize(before);
    return tl::unexpected(std::move(found));
  };
  try {
    std::istringstream in(padded);
    YAML::Parser parser(in);
    Inspector inspector(document, first_line);
    // One document too many is enough: at a stray `]` the parser hands out empty ones for ever.
    while (inspector.documents() < 2 && parser.HandleNextDocument(inspector)) {
    }
    if (document.problems.size() > before) return refuse_found();
    YAML::Node root = inspector.documents() == 0 ? YAML::Node() : YAML::Load(padded);
    if (root.IsNull())
      return refuse(problem_at(document, first_line, 0, "empty", "a YAML document"));
    return root;
  } catch (const TooDeep&) {
    return refuse_found();
  } catch (const YAML::Exception& e) {
    bool placed = e.mark.line >= 0;
    return refuse(syntax_problem(document, first_line, placed ? e.mark.line : first_line,
                                 placed ? e.mark.column : 0, e.msg));
  }
}

Result<YamlNode> parse_yaml(std::string file, std::string text) {
  auto document = std::make_shared<YamlDocument>();
  auto root = parse_into(*document, std::move(file), text);
  if (!root) return tl::unexpected(root.error());
  document->root = *root;
  return YamlNode(document, *root);
}

Result<std::string> read_file(const std::string& file) {
  auto text = peek_file(file, InputKind::document);
  if (!text) return fail(std::move(text.error().problem));
  return *std::move(text);
}

Result<YamlNode> load_yaml(const std::string& file) {
  auto text = capmarket::read_file(file, InputKind::document);
  if (!text) return tl::unexpected(text.error());
  return parse_yaml(file, *std::move(text));
}

}  // namespace capmarket::yaml
