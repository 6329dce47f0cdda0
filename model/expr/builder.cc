#include "model/expr/builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/corrected.h"
#include "model/base/nearest.h"
#include "model/base/text.h"

namespace capmarket::expr {
namespace {

constexpr std::size_t kShownMax = 48;

bool is_number(ExprType t) {
  return t == ExprType::integer || t == ExprType::money || t == ExprType::duration;
}
bool is_ordered(ExprType t) { return is_number(t) || t == ExprType::time; }

}  // namespace

void ExprBuilder::complain(std::string what, std::string expected, std::size_t begin) {
  problems_.push_back(make_(std::move(what), std::move(expected), static_cast<int>(begin)));
}

Operand ExprBuilder::bad(std::size_t begin, std::size_t end) const {
  Operand out;
  out.bad = true;
  out.begin = begin;
  out.end = end;
  return out;
}

std::string ExprBuilder::quote(const Operand& a) const {
  std::string shown(text_.substr(a.begin, a.end - a.begin));
  if (shown.size() > kShownMax) shown = shown.substr(0, kShownMax) + "…";
  return "`" + shown + "`";
}

std::string ExprBuilder::phrase(const Operand& a) const {
  return fmt::format("{} is {}", quote(a), to_text(a.type));
}

Operand ExprBuilder::add(Op op, ExprType type, std::int64_t value,
                         std::vector<std::int32_t> children, std::size_t begin, std::size_t end) {
  int depth = 1;
  for (std::int32_t c : children) depth = std::max(depth, depths_[static_cast<std::size_t>(c)] + 1);
  if (nodes_.size() >= kExprNodesMax || depth > kExprDepthMax) {
    if (!full_)
      complain("the expression is too large",
               fmt::format("at most {} parts, nested {} deep", kExprNodesMax, kExprDepthMax),
               begin);
    full_ = true;
    return bad(begin, end);
  }
  Problem place = make_("", "", static_cast<int>(begin));
  nodes_.push_back({op, type, value, std::move(children), place.line, place.column});
  depths_.push_back(depth);
  Operand out;
  out.node = static_cast<std::int32_t>(nodes_.size()) - 1;
  out.type = type;
  out.begin = begin;
  out.end = end;
  return out;
}

void ExprBuilder::erase(std::int32_t node) {
  nodes_.erase(nodes_.begin() + node);
  depths_.erase(depths_.begin() + node);
  for (ExprNode& n : nodes_)
    for (std::int32_t& c : n.children)
      if (c > node) --c;
}

bool ExprBuilder::is_variable(const Operand& a, ExprType type) const {
  return !a.bad && a.type == type && nodes_[static_cast<std::size_t>(a.node)].op == Op::variable;
}

Operand ExprBuilder::literal(const Token& t) {
  switch (t.kind) {
    case TokenKind::integer:
      return add(Op::literal, ExprType::integer, t.value, {}, t.begin, t.end);
    case TokenKind::decimal: {
      Operand out = add(Op::literal, ExprType::money, t.value, {}, t.begin, t.end);
      out.decimal = !out.bad;
      return out;
    }
    case TokenKind::duration:
      return add(Op::literal, ExprType::duration, t.value, {}, t.begin, t.end);
    case TokenKind::identifier:  // true, false
      return add(Op::literal, ExprType::boolean, t.text == "true" ? 1 : 0, {}, t.begin, t.end);
    case TokenKind::text:
      return name_literal(t);
    case TokenKind::end:
    case TokenKind::symbol:
      break;
  }
  return bad(t.begin, t.end);
}

Operand ExprBuilder::name_literal(const Token& t) {
  if (!is_name(t.text)) {
    complain(fmt::format("`{}` is too long for a name", t.text), "at most 64 bytes", t.begin);
    return bad(t.begin, t.end);
  }
  std::int64_t index = world_.name_index(t.text);
  if (index < 0) {
    index = static_cast<std::int64_t>(world_.names.size());
    world_.names.push_back(t.text);
  }
  return add(Op::literal, ExprType::name, index, {}, t.begin, t.end);
}

namespace {

constexpr std::size_t kNamesTold = 8;
constexpr std::size_t kWordTold = 64;  // letters in a row that are compared

/// The nearest of the language's names, of equals the first: a message with all is read by
/// nobody. What shares more letters in a row with `name` is nearer.
std::vector<std::string_view> nearest_names(std::string_view name,
                                            const std::vector<std::string_view>& known) {
  auto shared = [&](std::string_view one) {
    std::size_t same = 0;
    for (std::size_t n = 3; n <= std::min(name.size(), kWordTold); ++n)
      for (std::size_t at = 0; at + n <= name.size(); ++at)
        if (one.find(name.substr(at, n)) != one.npos) same = n;
    return same;
  };
  std::vector<std::string_view> out = known;
  const std::string closest = nearest(name, known);
  std::stable_sort(out.begin(), out.end(), [&](std::string_view a, std::string_view b) {
    return std::pair(a == closest, shared(a)) > std::pair(b == closest, shared(b));
  });
  out.resize(std::min(out.size(), kNamesTold));
  return out;
}

/// A name of the language that is near, or else that text in quotes: a kind, a group, a tier.
std::string known_or_quoted(const std::string& name, const std::vector<std::string_view>& known) {
  const std::string quoted =
      fmt::format("a name of a kind, group or tier stands in quotes: \"{}\"", name);
  const std::vector<std::string_view> near = nearest_names(name, known);
  const std::string others =
      known.size() == near.size() ? "" : fmt::format(", and {} others", known.size() - near.size());
  const std::string names = expected_one_of(name, near) + others;
  // `hour`, `groups`: the last part of a name.
  for (std::string_view one : known)
    if (one.ends_with("." + name))
      return fmt::format("did you mean `{}`? {}; {}", one, names, quoted);
  return nearest(name, known).empty() ? fmt::format("{}; else {}", quoted, names)
                                      : fmt::format("{}; {}", names, quoted);
}

}  // namespace

Operand ExprBuilder::variable(const Token& t) {
  std::vector<std::string_view> known;
  for (std::size_t row = 0; row < variables().size(); ++row) {
    const Variable& v = variables()[row];
    if (v.place <= place_) known.push_back(v.name);
    if (v.name != t.text) continue;
    if (v.place <= place_ && clock_reading(v.name)) return clock(t, *clock_reading(v.name));
    if (v.place <= place_)
      return add(Op::variable, v.type, static_cast<std::int64_t>(row), {}, t.begin, t.end);
    complain(fmt::format("`{}` has no value in {}", t.text, to_text(place_)),
             fmt::format("a name that {} knows; `{}` belongs to {}", to_text(place_), t.text,
                         to_text(v.place)),
             t.begin);
    return bad(t.begin, t.end);
  }
  auto meant = corrected_boolean(t.text);
  if (t.text == "if" || t.text == "IF")
    complain("there is no `if`", "`CONDITION ? VALUE : OTHER`, in quotes for YAML", t.begin);
  else if (meant)
    complain(fmt::format("unknown name `{}`", t.text), fmt::format("`{}`", *meant), t.begin);
  else
    complain(fmt::format("unknown name `{}`", t.text), known_or_quoted(t.text, known), t.begin);
  return bad(t.begin, t.end);
}

Operand ExprBuilder::clock(const Token& t, const ClockReading& reading) {
  if (!world_.zone) {
    complain(fmt::format("`{}` without a `zone` to read it in", t.text),
             "a rule with `zone: { name: UTC, offset: +00:00 }`, or another", t.begin);
    return bad(t.begin, t.end);
  }
  Operand time = add(Op::variable, ExprType::time, reading.of, {}, t.begin, t.end);
  if (time.bad) return time;
  return add(reading.op, ExprType::integer, 0, {time.node}, t.begin, t.end);
}

bool ExprBuilder::want_boolean(Operand a, std::string_view what) {
  if (a.bad || a.type == ExprType::boolean) return !a.bad;
  complain(fmt::format("{}, where {} needs a boolean", phrase(a), what),
           "a comparison, or parentheses around the whole of one", a.begin);
  return false;
}

Operand ExprBuilder::unary(Op op, Operand a, std::size_t begin) {
  if (a.bad) return bad(begin, a.end);
  if (op == Op::logical_not) {
    if (!want_boolean(a, "`not`")) return bad(begin, a.end);
    return add(op, ExprType::boolean, 0, {a.node}, begin, a.end);
  }
  if (!is_number(a.type)) {
    complain(fmt::format("{}, where `-` needs a number", phrase(a)),
             "an integer, money or a duration", a.begin);
    return bad(begin, a.end);
  }
  ExprNode& node = nodes_[static_cast<std::size_t>(a.node)];
  if (node.op == Op::literal) {  // -5 is one literal; both signs fit, as it came below kWireMax
    node.value = -node.value;
    a.begin = begin;
    return a;
  }
  return add(op, a.type, 0, {a.node}, begin, a.end);
}

Operand ExprBuilder::binary(Op op, Operand a, Operand b, const Token& sign) {
  // `user.groups == hospital`: what is unknown is a group.
  if ((op == Op::equal || op == Op::not_equal) && a.bad != b.bad && !problems_.empty()) {
    const Operand &set = a.bad ? b : a, &other = a.bad ? a : b;
    if (set.type == ExprType::name_set && problems_.back().what.starts_with("unknown name"))
      problems_.back().expected =
          fmt::format("`{}\"{}\" in {}{}`", op == Op::equal ? "" : "not (",
                      text_.substr(other.begin, other.end - other.begin),
                      text_.substr(set.begin, set.end - set.begin), op == Op::equal ? "" : ")");
  }
  if (a.bad || b.bad) return bad(a.begin, b.end);
  switch (op) {
    case Op::logical_and:
    case Op::logical_or:
    case Op::implies:
      return logical(op, a, b, sign);
    case Op::equal:
    case Op::not_equal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
      return compare(op, a, b, sign);
    case Op::add:
    case Op::subtract:
      return sum(op, a, b, sign);
    case Op::multiply:
      return product(a, b, sign);
    case Op::literal:
    case Op::variable:
    case Op::logical_not:
    case Op::negate:
    case Op::scale:
    case Op::in_set:
    case Op::in_path:
    case Op::conditional:
    case Op::minimum:
    case Op::maximum:
    case Op::absolute:
    case Op::hour:
    case Op::weekday:
      break;
  }
  return bad(a.begin, b.end);
}

Operand ExprBuilder::logical(Op op, Operand a, Operand b, const Token& sign) {
  std::string what = "`" + sign.text + "`";
  bool left = want_boolean(a, what);
  bool right = want_boolean(b, what);
  if (!left || !right) return bad(a.begin, b.end);
  return add(op, ExprType::boolean, 0, {a.node, b.node}, a.begin, b.end);
}

namespace {

constexpr std::string_view kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// What to compare a clock with in place of `"22:00"`, `22h` or `"Sunday"`; empty: not known.
std::string clock_number(Op clock, const ExprNode& n, const ExprWorld& world) {
  if (clock == Op::hour && n.type == ExprType::duration && n.value % kNanosPerHour == 0)
    return fmt::format("a whole hour without a unit: `{}`", n.value / kNanosPerHour);
  if (n.type != ExprType::name) return {};
  std::string text = world.names[static_cast<std::size_t>(n.value)];
  if (clock == Op::hour) {
    auto hour = parse_integer(text.substr(0, text.find(':')));
    return hour ? fmt::format("a whole hour without quotes: `{}`", *hour) : std::string();
  }
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (std::size_t day = 0; day < std::size(kWeekdays); ++day)
    if (text.starts_with(kWeekdays[day]))
      return fmt::format("`{}`: a day of the week is a number, 1 (Monday) to 7 (Sunday)", day + 1);
  return {};
}

}  // namespace

std::string ExprBuilder::instead(const Operand& literal, const Operand& other) const {
  const ExprNode& n = nodes_[static_cast<std::size_t>(literal.node)];
  if (n.op != Op::literal) return {};
  std::string digits(text_.substr(literal.begin, literal.end - literal.begin));
  // What is wanted in place of the whole text is no node.
  const Op clock = other.node < 0 ? Op::literal : nodes_[static_cast<std::size_t>(other.node)].op;
  if (clock == Op::hour || clock == Op::weekday)
    if (std::string number = clock_number(clock, n, world_); !number.empty()) return number;
  if (n.type == ExprType::integer && other.type == ExprType::duration)
    return fmt::format("a duration with its unit: {0}s, {0}ms, …", digits);
  if (n.type == ExprType::integer && other.type == ExprType::money)
    return fmt::format("money with its decimals: {}.00", digits);
  if (literal.decimal && other.type == ExprType::integer) return "an integer, without decimals";
  if (literal.decimal && other.type == ExprType::duration)
    return fmt::format("a duration with its unit: {0}s, {0}ms, …", digits);
  if (n.type == ExprType::name && other.type == ExprType::path)
    return fmt::format("containment: `location in {}`", digits);
  return {};
}

Operand ExprBuilder::mismatch(Operand a, Operand b, const Token& sign, std::string expected) {
  std::string better = instead(b, a);
  if (better.empty()) better = instead(a, b);
  const bool set_first = a.type == ExprType::name_set;
  const Operand &set = set_first ? a : b, &name = set_first ? b : a;
  if (set.type == ExprType::name_set && name.type == ExprType::name &&
      (sign.text == "==" || sign.text == "!=")) {
    better = fmt::format("{} in {}", text_.substr(name.begin, name.end - name.begin),
                         text_.substr(set.begin, set.end - set.begin));
    better = sign.text == "==" ? "`" + better + "`" : "`not (" + better + ")`";
  }
  complain(fmt::format("{}, {}: `{}` does not take them together", phrase(a), phrase(b), sign.text),
           better.empty() ? std::move(expected) : better, sign.begin);
  return bad(a.begin, b.end);
}

Operand ExprBuilder::compare(Op op, Operand a, Operand b, const Token& sign) {
  bool equality = op == Op::equal || op == Op::not_equal;
  bool comparable =
      is_ordered(a.type) || (equality && (a.type == ExprType::boolean || a.type == ExprType::name));
  if (a.type != b.type || !comparable)
    return mismatch(a, b, sign,
                    equality ? "two of one type: boolean, integer, money, duration, time or name"
                             : "two of one type: integer, money, duration or time");
  return add(op, ExprType::boolean, 0, {a.node, b.node}, a.begin, b.end);
}

Operand ExprBuilder::sum(Op op, Operand a, Operand b, const Token& sign) {
  using enum ExprType;
  ExprType type = a.type;
  bool fits = a.type == b.type && is_number(a.type);
  if (a.type == time && b.type == duration) fits = true;
  if (op == Op::add && a.type == duration && b.type == time) {
    fits = true;
    type = time;
  }
  if (op == Op::subtract && a.type == time && b.type == time) {
    fits = true;
    type = duration;
  }
  if (!fits)
    return mismatch(a, b, sign,
                    "two integers, two moneys, two durations, or a time and a duration");
  return add(op, type, 0, {a.node, b.node}, a.begin, b.end);
}

Operand ExprBuilder::product(Operand a, Operand b, const Token& sign) {
  auto scalable = [](const Operand& x) {
    return !x.decimal && (x.type == ExprType::money || x.type == ExprType::duration);
  };
  if (a.decimal && scalable(b)) return scaled(b, a);
  if (b.decimal && scalable(a)) return scaled(a, b);
  bool fits = (a.type == ExprType::integer && is_number(b.type)) ||
              (b.type == ExprType::integer && is_number(a.type));
  if (!fits) {
    complain(fmt::format("{}, {}: `*` does not take them together", phrase(a), phrase(b)),
             "an integer with an integer, money or a duration; or a decimal ratio with money or a "
             "duration",
             sign.begin);
    return bad(a.begin, b.end);
  }
  ExprType type = a.type == ExprType::integer ? b.type : a.type;
  return add(Op::multiply, type, 0, {a.node, b.node}, a.begin, b.end);
}

Operand ExprBuilder::scaled(Operand a, Operand ratio) {
  std::int64_t value = nodes_[static_cast<std::size_t>(ratio.node)].value;
  erase(ratio.node);
  if (a.node > ratio.node) --a.node;
  return add(Op::scale, a.type, value, {a.node}, std::min(a.begin, ratio.begin),
             std::max(a.end, ratio.end));
}

Operand ExprBuilder::conditional(Operand condition, Operand a, Operand b) {
  if (a.bad || b.bad || !want_boolean(condition, "`?`")) return bad(condition.begin, b.end);
  bool choosable = is_ordered(a.type) || a.type == ExprType::boolean || a.type == ExprType::name;
  if (a.type != b.type || !choosable) {
    Token sign{TokenKind::symbol, "? :", 0, a.begin, b.end};
    return mismatch(a, b, sign, "two of one type");
  }
  return add(Op::conditional, a.type, 0, {condition.node, a.node, b.node}, condition.begin, b.end);
}

Operand ExprBuilder::call(const Token& function, const std::vector<Operand>& arguments,
                          std::size_t end) {
  bool is_abs = function.text == "abs";
  if (!is_abs && function.text != "min" && function.text != "max") {
    complain(fmt::format("unknown function `{}`", function.text), "one of: min, max, abs",
             function.begin);
    return bad(function.begin, end);
  }
  for (const Operand& a : arguments)
    if (a.bad) return bad(function.begin, end);
  if (is_abs ? arguments.size() != 1 : arguments.size() < 2) {
    complain(fmt::format("`{}` with {} arguments", function.text, arguments.size()),
             is_abs ? "one" : "two or more", function.begin);
    return bad(function.begin, end);
  }
  Operand out = arguments[0];
  bool takes = is_number(out.type) || (!is_abs && out.type == ExprType::time);
  if (!takes) {
    complain(fmt::format("{}, where `{}` needs a number", phrase(out), function.text),
             "an integer, money or a duration", out.begin);
    return bad(function.begin, end);
  }
  if (is_abs) return add(Op::absolute, out.type, 0, {out.node}, function.begin, end);
  for (std::size_t i = 1; i < arguments.size() && !out.bad; ++i) {
    if (arguments[i].type != out.type)
      return mismatch(arguments[0], arguments[i], function, "arguments of one type");
    out = add(function.text == "min" ? Op::minimum : Op::maximum, out.type, 0,
              {out.node, arguments[i].node}, function.begin, end);
  }
  return out;
}

Operand ExprBuilder::in(Operand a, const Token& b) {
  if (b.kind == TokenKind::text) return in_path(a, b);
  return in_set(a, variable(b));
}

Operand ExprBuilder::in_path(Operand a, const Token& path) {
  if (a.bad) return bad(a.begin, path.end);
  if (!is_variable(a, ExprType::path)) {
    complain(fmt::format("{}: only a location lies in a path", phrase(a)),
             fmt::format("`location in \"{0}\"`, or a list of names: `in [\"{0}\"]`", path.text),
             path.begin);
    return bad(a.begin, path.end);
  }
  auto location = location::parse_location(path.text);
  if (!location) {
    complain(location.error().front().what, location.error().front().expected, path.begin);
    return bad(a.begin, path.end);
  }
  auto it = std::find(world_.paths.begin(), world_.paths.end(), *location);
  std::int64_t index = it - world_.paths.begin();
  if (it == world_.paths.end()) world_.paths.push_back(*location);
  erase(a.node);  // in_path says it all
  return add(Op::in_path, ExprType::boolean, index, {}, a.begin, path.end);
}

Operand ExprBuilder::in_set(Operand a, Operand set) {
  if (a.bad || set.bad) return bad(a.begin, set.end);
  if (set.type != ExprType::name_set) {
    complain(fmt::format("{}, where `in` needs a set of names", phrase(set)),
             "user.groups, holder.groups or a list of names: [\"a\", \"b\"]", set.begin);
    return bad(a.begin, set.end);
  }
  if (a.type != ExprType::name || nodes_[static_cast<std::size_t>(a.node)].op != Op::literal) {
    complain(fmt::format("{}, where a name in quotes is looked for in a set", phrase(a)),
             "a name in quotes, like \"hospital\"", a.begin);
    return bad(a.begin, set.end);
  }
  return add(Op::in_set, ExprType::boolean, 0, {a.node, set.node}, a.begin, set.end);
}

Operand ExprBuilder::in_list(Operand a, const std::vector<Token>& names, std::size_t end) {
  if (a.bad) return bad(a.begin, end);
  if (!is_variable(a, ExprType::name)) {
    std::string each;  // of a set: one question for each name
    for (const Token& name : names)
      if (a.type == ExprType::name_set)
        each += fmt::format("{}\"{}\" in {}", each.empty() ? "" : " || ", name.text,
                            text_.substr(a.begin, a.end - a.begin));
    complain(fmt::format("{}, where a list of names needs a variable of names", phrase(a)),
             each.empty() ? "user.kind, holder.kind, tier or victim.tier" : "`" + each + "`",
             a.begin);
    return bad(a.begin, end);
  }
  std::int64_t row = nodes_[static_cast<std::size_t>(a.node)].value;
  Operand all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Operand left = i == 0 ? a : add(Op::variable, ExprType::name, row, {}, a.begin, a.end);
    Operand right = left.bad ? left : name_literal(names[i]);
    if (right.bad) return bad(a.begin, end);
    Operand one = add(Op::equal, ExprType::boolean, 0, {left.node, right.node}, a.begin, end);
    if (one.bad) return one;
    all = i == 0 ? one
                 : add(Op::logical_or, ExprType::boolean, 0, {all.node, one.node}, a.begin, end);
    if (all.bad) return all;
  }
  return all;
}

void ExprBuilder::finish(Operand root, ExprType type) {
  if (root.bad || root.type == type) return;
  std::string expected;
  Operand wanted;
  wanted.type = type;
  expected = instead(root, wanted);
  complain(fmt::format("{}, where {} was expected", phrase(root), to_text(type)), expected,
           root.begin);
}

}  // namespace capmarket::expr
