// The tree as the house rules read it: every source with its lines, and what a line says once its
// comment and the contents of its string literals are taken out.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace capmarket::tidy {

struct Source {
  std::string path;  // from the repository's root
  std::vector<std::string> lines;
  std::vector<std::string> code;  // the same lines without comments and contents of literals
};

/// Every .h and .cc of the rooms and the tests, by path.
const std::vector<Source>& sources();

/// `model` of `model/chain/state.h`.
std::string room_of(const std::string& path);
/// `model/chain` of `model/chain/state.h`.
std::string folder_of(const std::string& path);
bool is_header(const Source& source);

/// Lines whose code matches, as `path:line: text`.
std::vector<std::string> matches(const std::string& pattern, const std::set<std::string>& rooms);

/// The lines of a file of the repository; comments (`#`) and blank lines left out.
std::vector<std::string> listed_in(const std::string& file);
std::string content_of(const std::string& file);

/// The list in `file` is what the tree holds: whatever is new in the tree is a fault, and what the
/// tree no longer holds must leave the list, so that it only shrinks.
void expect_shrinking(const std::string& file, const std::set<std::string>& now);

std::string text_of(const std::vector<std::string>& lines);
#define EXPECT_NONE(list) EXPECT_TRUE((list).empty()) << ::capmarket::tidy::text_of(list)

/// A block at namespace level: a type, a function, another namespace.
struct Block {
  std::string scope;  // `capmarket::chain`; `capmarket::chain::` plus nothing for anonymous ones
  std::string head;   // the code before its brace, on one line
  int line = 0;       // where the head begins, from 1
  int last = 0;       // where it ends
  bool anonymous = false;  // inside a namespace without a name
};
std::vector<Block> blocks_of(const Source& source);

}  // namespace capmarket::tidy
