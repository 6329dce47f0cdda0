#include "verify/analyses/value_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "model/base/text.h"
#include "model/expr/lexer.h"
#include "model/yaml/yaml.h"

namespace capmarket::analyses {
namespace {

constexpr const char* kArgument =
    "PATH=A..B, like limits.skew=0s..1min or tiers.urgent.displaces.when@5min=1min..1h";
constexpr const char* kBounds =
    "two integers, amounts (0.50..9.00), ratios (0%..25%) or durations (1min..2h), the lesser "
    "first";

struct Bound {
  ValueForm form = ValueForm::integer;
  std::int64_t value = 0, step = 1;
};

/// One in the last place that a decimal of `scale` steps is written to.
std::int64_t last_place(std::string_view number, std::int64_t scale) {
  std::size_t dot = number.find('.');
  std::size_t decimals = dot == number.npos ? 0 : number.size() - dot - 1;
  for (std::size_t i = 0; i < decimals && scale % 10 == 0; ++i) scale /= 10;
  return scale;
}

std::optional<Bound> bound_of(std::string_view text) {
  // A leading zero is octal to some.
  std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
    return std::nullopt;
  if (auto n = parse_integer(text)) return Bound{ValueForm::integer, *n, 1};
  std::size_t unit = text.find_first_not_of("0123456789.-");
  if (text.ends_with('%')) {
    auto n = parse_ratio(text);
    return n ? std::optional(Bound{ValueForm::ratio, *n, last_place(text.substr(0, unit), 100)})
             : std::nullopt;
  }
  if (auto d = parse_duration(text)) {
    auto one = parse_duration("1" + std::string(text.substr(unit)));
    return Bound{ValueForm::duration, d->value, last_place(text.substr(0, unit), one->value)};
  }
  if (auto m = parse_money(text))
    return Bound{ValueForm::decimal, m->value, last_place(text, 10'000)};
  return std::nullopt;
}

}  // namespace

Result<ValueRange> ValueRange::of(const std::string& argument, const std::string& file,
                                  const std::string& text) {
  std::size_t equals = argument.find('=');
  if (equals == argument.npos || equals == 0)
    return fail(fmt::format("--over {}: no value that varies", argument), kArgument);
  ValueRange out;
  out.path_ = argument.substr(0, equals);
  auto good = out.range(argument.substr(equals + 1));
  if (good) good = out.place(file, text);
  if (!good) return tl::unexpected(good.error());
  return out;
}

Result<void> ValueRange::range(const std::string& text) {
  std::size_t dots = text.find("..");
  std::optional<Bound> a, b;
  if (dots != text.npos) {
    a = bound_of(std::string_view(text).substr(0, dots));
    b = bound_of(std::string_view(text).substr(dots + 2));
  }
  bool zero_fits =
      a && b && a->form == ValueForm::integer && a->value == 0 && b->form == ValueForm::decimal;
  if (zero_fits) a = Bound{ValueForm::decimal, 0, 10'000};
  // Wide enough for every limit, and safe for what is computed of it.
  if (!a || !b || a->form != b->form || b->value < a->value || a->value < -kWireMax / 2 ||
      b->value > kWireMax / 2)
    return fail(fmt::format("--over {}: `{}` is no range", path_, text), kBounds);
  form_ = a->form;
  from_ = a->value;
  step_ = std::gcd(a->step, b->step);
  last_ = (b->value - a->value) / step_;
  return {};
}

Result<void> ValueRange::place(const std::string& file, const std::string& text) {
  auto root = yaml::parse_yaml(file, text);
  if (!root) return tl::unexpected(root.error());
  std::size_t at = path_.find('@');
  set_path_ = path_.substr(0, at);
  bool named = at == path_.npos && (path_.ends_with(".min") || path_.ends_with(".max"));
  if (at == path_.npos && !named) return {};
  if (named) set_path_.resize(path_.size() - 4);
  auto node = yaml::node_at(*root, set_path_);
  if (!node) return tl::unexpected(node.error());
  auto current = node->is_scalar() ? node->text() : std::nullopt;
  if (!current)
    return fail(fmt::format("--over {}: no single value stands at `{}`", path_, set_path_),
                named ? "an interval like 1 .. 500" : "an expression");
  return named ? side(*current, path_.ends_with("min")) : literal(*current, path_.substr(at + 1));
}

Result<void> ValueRange::side(const std::string& current, bool least) {
  std::size_t dots = current.find("..");
  if (dots == current.npos)
    return fail(fmt::format("--over {}: `{}` is no interval", path_, current),
                "the path of an interval before `.min` or `.max`");
  before_ = least ? "" : current.substr(0, dots) + ".. ";
  after_ = least ? " " + current.substr(dots) : "";
  return {};
}

Result<void> ValueRange::literal(const std::string& current, const std::string& wanted) {
  auto make = [](std::string what, std::string expected, int) {
    Problem p;
    p.what = std::move(what);
    p.expected = std::move(expected);
    return p;
  };
  auto tokens = expr::tokens_of(current, make);
  if (!tokens) return tl::unexpected(tokens.error());
  std::string result;
  std::optional<std::size_t> begin;
  int times = 0;
  for (const expr::Token& t : *tokens) {
    if (t.kind != expr::TokenKind::integer && t.kind != expr::TokenKind::decimal &&
        t.kind != expr::TokenKind::duration)
      continue;
    std::string one = current.substr(t.begin, t.end - t.begin);
    result += (result.empty() ? "" : ", ") + one;
    if (one != wanted) continue;
    begin = t.begin;
    ++times;
  }
  if (times != 1)
    return fail(fmt::format("--over {}: the literal `{}` stands {} in `{}`", path_, wanted,
                            times == 0 ? "nowhere" : "several times", current),
                result.empty() ? "an expression with a number in it"
                               : "one that stands there once, of: " + result);
  // Quoted: what the expression begins with must not matter.
  auto quoted = [](std::string s) {
    for (std::size_t at = s.find('\''); at != s.npos; at = s.find('\'', at + 2)) s.insert(at, "'");
    return s;
  };
  before_ = "'" + quoted(current.substr(0, *begin));
  after_ = quoted(current.substr(*begin + wanted.size())) + "'";
  return {};
}

std::string ValueRange::shown(std::int64_t value) const {
  switch (form_) {
    case ValueForm::integer:
      return fmt::format("{}", value);
    case ValueForm::decimal:
      return to_text(Money(value));
    case ValueForm::duration:
      return to_text(Duration(value));
    case ValueForm::ratio: {
      std::string out = fmt::format("{}{}.{:02}", value < 0 ? "-" : "", std::abs(value) / 100,
                                    std::abs(value) % 100);
      out.erase(out.find_last_not_of('0') + 1);
      if (out.back() == '.') out.pop_back();
      return out + "%";
    }
  }
  return {};
}

}  // namespace capmarket::analyses
