// The expression language of rules: one tree, read by one evaluator over a domain.
// Source: docs/spec/rules.md#expressions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "model/expr/zone.h"
#include "model/location/path.h"

namespace capmarket::codec {
class CborReader;
class CborWriter;
}  // namespace capmarket::codec

namespace capmarket::expr {

/// What an expression, or a part of one, is a value of.
enum class ExprType : std::uint8_t {
  boolean,
  integer,
  money,
  duration,
  time,
  name,  // an element of a finite set of names; the world is open
  name_set,
  path,
  ratio,  // only as an operand of `*`
};
/// With its article: "a boolean".
std::string_view to_text(ExprType type);

/// What a node of a tree does with its children.
enum class Op : std::uint8_t {
  literal,   // value: boolean 0/1, integer, ten-thousandths, nanoseconds, or the index in
             // names/paths
  variable,  // value: the row of kVariables
  logical_not,
  logical_and,
  logical_or,
  implies,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  add,
  subtract,
  negate,
  multiply,     // of two integers, or an integer and a money or duration
  scale,        // child 0 times the ratio `value` / 10 000, floor toward minus infinity
  in_set,       // child 0: a name literal; child 1: a variable of type name_set
  in_path,      // `location in "eu/de"`; no children; value: index in paths
  conditional,  // c ? a : b
  minimum,
  maximum,
  absolute,
  hour,  // child 0: a variable that is a time; the hour of the local day, in the zone of the tree
  weekday,  // likewise: 1 (Monday) to 7
};

/// Where an expression stands decides which variables it may use.
enum class ExprPlace : std::uint8_t { eligibility, displacement, goal };
/// The key of the rule that holds such expressions, quoted: "`eligible`".
std::string_view to_text(ExprPlace place);

/// One step of an expression.
struct ExprNode {
  Op op = Op::literal;
  ExprType type = ExprType::boolean;
  std::int64_t value = 0;
  std::vector<std::int32_t> children;  // indices into Expr::nodes, all smaller than this node's own
  int line = 0;                        // in the file it came from; 0 when read from the chain
  int column = 0;
};

/// A parsed and type-checked expression, its nodes in postorder: the root is the last. `canonical`
/// is its fully determined text: parse(canonical) gives the same tree and the same canonical text.
/// Until parse_expr has read it an expression is its text alone, without a tree: it is `empty`.
struct Expr {
  std::vector<ExprNode> nodes;
  std::string canonical;
  std::optional<Zone> zone;  // of the rule that it belongs to, where `hour` or `weekday` reads it

  /// No tree: a text that was not read, or nothing.
  bool empty() const { return nodes.empty(); }
  /// The last node. Precondition: not empty.
  const ExprNode& root() const { return nodes.back(); }
  bool operator==(const Expr& other) const {
    return canonical == other.canonical && zone == other.zone;
  }
};

/// The names and paths that a rule's expressions mention, in order of first mention, shared by all
/// expressions of one rule; name literals are indices into `names`. Tier names of the rule stand
/// first. `zone` is the rule's: what `start.hour` reads.
struct ExprWorld {
  std::vector<std::string> names;
  std::vector<location::Location> paths;
  std::optional<Zone> zone;
  /// Its index in `names`; -1 when not mentioned.
  std::int64_t name_index(std::string_view name) const;
};

/// One row a variable: drives parser, type checker, evaluator bindings and the reference page.
struct Variable {
  std::string_view name;  // "victim.rank"
  ExprType type;
  ExprPlace place;  // the narrowest place that has it; wider places include it
  std::string_view about;
};
/// What `start.hour` and `start.weekday` read: the operator, and the row of the time before the
/// point. They are no values of their own: a tree applies the operator to the time, in the zone of
/// the rule.
struct ClockReading {
  Op op;
  std::int64_t of;
};
/// Of a variable that reads a clock; else empty.
std::optional<ClockReading> clock_reading(std::string_view name);

/// All variables; the row number is the variable's id in trees and bindings.
const std::vector<Variable>& variables();
/// Markdown: name, type, narrowest place and meaning of each variable, in order of their ids.
std::string variables_table();
/// Row of a variable by name. CHECKs that it exists: for our own code.
std::int64_t variable_row(std::string_view name);

/// Bytes of an expression's text and of its canonical text, at most.
inline constexpr std::size_t kExprBytesMax = 8192;
/// Nodes of a tree, at most.
inline constexpr std::size_t kExprNodesMax = 512;
/// Nodes from the root of a tree to its deepest leaf, at most.
inline constexpr int kExprDepthMax = 64;
/// Bytes of a name, at most.
inline constexpr std::size_t kNameBytesMax = 64;

/// True for a name as rules and their expressions write them: 1 to 64 bytes of UTF-8 without
/// control characters, quotes, backslash, comma, brackets, and without a space at either end.
bool is_name(std::string_view text);

/// Makes the problem for a fault `offset` bytes into an expression's text.
using ProblemMaker = std::function<Problem(std::string what, std::string expected, int offset)>;

/// The expression of `text`, of type `type`, for use in `place`; names and paths that it mentions
/// are added to `world` when it is right. All unknown names and type mismatches up to the first
/// syntax error are reported. Bounded by kExprBytesMax, kExprNodesMax and kExprDepthMax.
Result<Expr> parse_expr(std::string_view text, ExprPlace place, ExprType type, ExprWorld& world,
                        const ProblemMaker& make);

/// The canonical text of a tree (Expr::canonical): the fewest parentheses, `not && || implies`,
/// double quotes, the ratio before what it scales, money with at least two decimals.
std::string canonical_text(const std::vector<ExprNode>& nodes, const ExprWorld& world);

/// In canonical bytes an expression is its canonical text. What decode gives is that text unread,
/// perhaps of no expression at all: parse_expr makes the tree, once the rule's world is there.
void encode(codec::CborWriter& writer, const Expr& expr);
bool decode(codec::CborReader& reader, Expr& expr);

/// Values of the variables in a domain: every int, money, duration, time and name (as an index into
/// ExprWorld::names; other names are numbered from names.size() on) is an Int.
template <class D>
struct Bindings {
  std::vector<typename D::Int> ints;                // by variable row
  std::vector<typename D::Bool> bools;              // by variable row
  std::vector<std::vector<typename D::Bool>> sets;  // by variable row, then by index in names
  std::vector<typename D::Bool> location_in;        // by index in paths
};

}  // namespace capmarket::expr
