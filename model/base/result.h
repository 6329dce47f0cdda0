// What can go wrong outside: a problem says what, where, and what was expected.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace capmarket {

/// Whose fault it is: the input's, as its writer made it; the system's, which did not give it, and
/// so says nothing of what stands there; bytes that are not what was signed.
enum class Fault : std::uint8_t { input, unread, damage };

/// One fault of an input. `line` and `column` count from 1; 0 means "no position".
struct Problem {
  std::string file;
  int line = 0;
  int column = 0;
  std::string what;         // "unknown key `tires`"
  std::string expected;     // "one of: name, rank, eligible"; may be empty
  std::string source_line;  // the line itself, shown with a caret; may be empty
  Fault fault = Fault::input;
};

/// The faults of one input, in the order in which they were found.
using Problems = std::vector<Problem>;

/// A value, or what was wrong; never both.
template <class T>
using Result = tl::expected<T, Problems>;

/// Whether one of them is of that fault.
bool any_of_fault(const Problems& problems, Fault fault);

/// A failed result of one problem without a position in a file.
tl::unexpected<Problems> fail(std::string what, std::string expected = {});
tl::unexpected<Problems> fail(Problem problem);

/// `file:line:column: what`, the line with a caret, `expected: …`; one block a problem.
std::string to_text(const Problem& problem);
std::string to_text(const Problems& problems);

}  // namespace capmarket
