#include "tests/tidy/sources.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace capmarket::tidy {
namespace {

namespace fs = std::filesystem;
const fs::path kRoot = CAPMARKET_SOURCE_DIR;

/// Takes comments and the contents of literals out, over all lines: raw strings and block comments
/// run over several.
class Stripper {
 public:
  std::string operator()(const std::string& line) {
    std::string out;
    for (std::size_t i = 0; i < line.size();) i = step(line, i, out);
    if (state_ == State::line_comment) state_ = State::code;
    return out;
  }

 private:
  enum class State { code, text, character, raw, line_comment, comment };
  std::size_t step(const std::string& s, std::size_t i, std::string& out) {
    auto at = [&](const char* what) { return s.compare(i, std::string(what).size(), what) == 0; };
    switch (state_) {
      case State::code:
        if (at("//")) return state_ = State::line_comment, s.size();
        if (at("/*")) return state_ = State::comment, i + 2;
        if (at("R\"")) {
          std::size_t open = s.find('(', i);
          end_ = ")" + s.substr(i + 2, open - i - 2) + "\"";
          state_ = State::raw;
          out += "\"";
          return open + 1;
        }
        if (s[i] == '"') state_ = State::text;
        // An apostrophe inside a number separates digits.
        if (s[i] == '\'' && (i == 0 || !std::isalnum(static_cast<unsigned char>(s[i - 1]))))
          state_ = State::character;
        out += s[i];
        return i + 1;
      case State::text:
      case State::character:
        if (s[i] == '\\') return i + 2;
        if (s[i] == (state_ == State::text ? '"' : '\'')) {
          out += s[i];
          state_ = State::code;
        }
        return i + 1;
      case State::raw:
        if (at(end_.c_str())) {
          out += "\"";
          state_ = State::code;
          return i + end_.size();
        }
        return i + 1;
      case State::line_comment:
        return s.size();
      case State::comment:
        if (at("*/")) return state_ = State::code, i + 2;
        return i + 1;
    }
    return i + 1;
  }
  State state_ = State::code;
  std::string end_;
};

}  // namespace

const std::vector<Source>& sources() {
  static const std::vector<Source> kAll = [] {
    std::vector<Source> out;
    for (const char* room : {"model", "scenarios", "sim", "verify", "reports", "cli", "tests"})
      for (const auto& entry : fs::recursive_directory_iterator(kRoot / room)) {
        std::string ext = entry.path().extension().string();
        if (ext != ".h" && ext != ".cc") continue;
        Source s{fs::relative(entry.path(), kRoot).string(), {}, {}};
        std::ifstream in(entry.path());
        Stripper strip;
        for (std::string line; std::getline(in, line);) {
          s.lines.push_back(line);
          s.code.push_back(strip(line));
        }
        out.push_back(std::move(s));
      }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return out;
  }();
  return kAll;
}

std::string room_of(const std::string& path) { return path.substr(0, path.find('/')); }
std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }
bool is_header(const Source& source) { return source.path.ends_with(".h"); }

std::vector<std::string> matches(const std::string& pattern, const std::set<std::string>& rooms) {
  std::regex regex(pattern);
  std::vector<std::string> out;
  for (const Source& s : sources()) {
    if (!rooms.contains(room_of(s.path))) continue;
    for (std::size_t i = 0; i < s.code.size(); ++i)
      if (std::regex_search(s.code[i], regex))
        out.push_back(s.path + ":" + std::to_string(i + 1) + ": " + s.lines[i]);
  }
  return out;
}

std::string content_of(const std::string& file) {
  std::ifstream in(kRoot / file);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> listed_in(const std::string& file) {
  std::vector<std::string> out;
  std::stringstream in(content_of(file));
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#') out.push_back(line);
  return out;
}

void expect_shrinking(const std::string& file, const std::set<std::string>& now) {
  std::vector<std::string> lines = listed_in(file);
  std::set<std::string> listed(lines.begin(), lines.end());
  for (const std::string& one : now)
    EXPECT_TRUE(listed.contains(one)) << "new, and not to be added to " << file << ":\n  " << one;
  for (const std::string& one : listed)
    EXPECT_TRUE(now.contains(one)) << "no longer so; take it out of " << file << ":\n  " << one;
}

std::string text_of(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += "\n  " + line;
  return out;
}

std::vector<Block> blocks_of(const Source& source) {
  struct Open {
    std::string name;
    bool anonymous;
    int depth;
  };
  std::regex named("^(?:inline )?namespace ([\\w:]+)$"), plain("^namespace$");
  std::vector<Block> out;
  std::vector<Open> scopes;
  std::string head;
  int depth = 0, head_line = 0;
  bool inside = false;  // of a block that is no namespace
  bool continued = false;
  auto trimmed = [](std::string s) {
    auto space = [](unsigned char c) { return std::isspace(c); };
    s.erase(s.begin(), std::find_if_not(s.begin(), s.end(), space));
    s.erase(std::find_if_not(s.rbegin(), s.rend(), space).base(), s.end());
    return s;
  };
  for (std::size_t n = 0; n < source.code.size(); ++n) {
    const std::string& line = source.code[n];
    // A directive, with the lines that continue it.
    bool directive = continued || (!line.empty() && line[0] == '#');
    continued = directive && line.ends_with('\\');
    if (directive) continue;
    for (char c : line) {
      if (c == '{') {
        std::string text = trimmed(head);
        std::smatch m;
        if (!inside && (std::regex_match(text, m, named) || std::regex_match(text, plain))) {
          scopes.push_back({m.size() > 1 ? m[1].str() : "", m.size() < 2, depth});
        } else if (!inside) {
          inside = true;
          Block b;
          for (const Open& s : scopes) {
            if (!b.scope.empty() && !s.name.empty()) b.scope += "::";
            b.scope += s.name;
            b.anonymous = b.anonymous || s.anonymous;
          }
          b.head = text;
          b.line = head_line;
          out.push_back(b);
        }
        ++depth;
        head.clear();
        head_line = 0;
        continue;
      }
      if (c == '}') {
        --depth;
        if (!scopes.empty() && depth == scopes.back().depth) {
          scopes.pop_back();
          inside = false;
        } else if (depth == (scopes.empty() ? 0 : scopes.back().depth + 1)) {
          inside = false;
          if (!out.empty()) out.back().last = static_cast<int>(n) + 1;
        }
        head.clear();
        head_line = 0;
        continue;
      }
      if (inside) continue;
      if (c == ';') {
        head.clear();
        head_line = 0;
        continue;
      }
      if (head_line == 0 && !std::isspace(static_cast<unsigned char>(c)))
        head_line = static_cast<int>(n) + 1;
      head += c;
    }
    if (!inside && !head.empty()) head += ' ';
  }
  return out;
}

}  // namespace capmarket::tidy
