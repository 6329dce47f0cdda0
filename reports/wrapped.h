// Lines broken at the width of a terminal.
#pragma once

#include <string>
#include <string_view>

namespace capmarket::reports {

/// `text` with every line that has more than `columns` characters broken at a space, what follows
/// indented below the last column of a table, else two deeper than the line. Lines of a file with
/// their carets (`  12 | …`) stay whole, and so does a word that is wider than the rest of a line.
/// Colours take no room. `columns` 0: nothing is broken. O(n).
std::string wrapped(std::string_view text, int columns);

}  // namespace capmarket::reports
