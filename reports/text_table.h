// Aligned text for terminals.
#pragma once

#include <string>
#include <vector>

namespace capmarket::reports {

/// The first column is left-aligned, the others right-aligned.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
  /// Adds a row; as many cells as the head has.
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// Head and rows, a line each, columns two spaces apart.
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// Bold where `colour`.
std::string heading(const std::string& text, bool colour);
/// Green for what holds, red for what does not, yellow for what is undecided; plain without
/// `colour`.
enum class Tone { good, bad, open };
std::string toned(const std::string& text, Tone tone, bool colour);

}  // namespace capmarket::reports
