#include "model/rules/canonical.h"

#include <fmt/format.h>

#include "model/base/check.h"
#include "model/rules/faults.h"

namespace capmarket::rules {
namespace {

// The wire form: a rule as it is, but for the parts that hold expressions, which go as their text.
struct DisplacesBody {
  std::string when, compensation;
  Duration pay_within;
  VictimOrder victims = VictimOrder::latest_first;
  std::optional<std::string> bound, exempt;
  std::optional<Duration> stop_within;

  static constexpr auto fields() {
    return std::tuple(codec::field(1, "when", &DisplacesBody::when),
                      codec::field(2, "compensation", &DisplacesBody::compensation),
                      codec::field(3, "pay_within", &DisplacesBody::pay_within),
                      codec::field(4, "victims", &DisplacesBody::victims),
                      codec::field(5, "bound", &DisplacesBody::bound),
                      codec::field(6, "exempt", &DisplacesBody::exempt),
                      codec::field(7, "stop_within", &DisplacesBody::stop_within));
  }
};

struct TierBody {
  std::string name;
  std::int64_t rank = 0;
  std::string eligible;
  std::optional<DisplacesBody> displaces;
  std::optional<Duration> min_run;
  std::optional<std::int64_t> quota;
  std::int64_t set_aside = 0;
  std::optional<std::vector<std::string>> monotone;

  static constexpr auto fields() {
    return std::tuple(
        codec::field(1, "name", &TierBody::name), codec::field(2, "rank", &TierBody::rank),
        codec::field(3, "eligible", &TierBody::eligible), codec::field(4, "displaces", &TierBody::displaces),
        codec::field(5, "min_run", &TierBody::min_run), codec::field(6, "quota", &TierBody::quota),
        codec::field(7, "set_aside", &TierBody::set_aside), codec::field(8, "monotone", &TierBody::monotone));
  }
};

struct ValueBody {
  std::string name, value;

  static constexpr auto fields() {
    return std::tuple(codec::field(1, "name", &ValueBody::name), codec::field(2, "value", &ValueBody::value));
  }
};

struct ExampleBody {
  std::vector<ValueBody> given, expect;

  static constexpr auto fields() {
    return std::tuple(codec::field(1, "given", &ExampleBody::given),
                      codec::field(2, "expect", &ExampleBody::expect));
  }
};

struct GoalBody {
  std::string name;
  bool always = true;
  std::string claim;

  static constexpr auto fields() {
    return std::tuple(codec::field(1, "name", &GoalBody::name), codec::field(2, "always", &GoalBody::always),
                      codec::field(3, "claim", &GoalBody::claim));
  }
};

struct RuleBody : Rule {
  Salt salt;  // zero: the id depends on the content alone (docs/spec/chain.md#ids)
  std::vector<TierBody> tier_bodies;
  std::vector<ExampleBody> example_bodies;
  std::vector<GoalBody> goal_bodies;
  // Present where true: a key with its default value is as one left out.
  std::optional<bool> default_deny_body, price_monotone_body;
  std::optional<std::string> load_body;

  static constexpr auto fields() {
    return std::tuple(
        codec::field(1, "salt", &RuleBody::salt), codec::field(2, "rule", &Rule::name),
        codec::field(3, "version", &Rule::version), codec::field(4, "supersedes", &Rule::supersedes),
        codec::field(5, "authority", &Rule::authority), codec::field(6, "class", &Rule::class_name),
        codec::field(7, "scope", &Rule::scope), codec::field(8, "effective", &Rule::effective),
        codec::field(9, "granularity", &Rule::granularity), codec::field(10, "unit", &Rule::unit),
        codec::field(11, "retention", &Rule::retention),
        codec::field(12, "dispute_within", &Rule::dispute_within), codec::field(13, "currency", &Rule::currency),
        codec::field(14, "limits", &Rule::limits), codec::field(15, "coordination", &Rule::coordination),
        codec::field(16, "pricing", &Rule::pricing), codec::field(17, "tiers", &RuleBody::tier_bodies),
        codec::field(18, "fallback", &Rule::fallback_ids), codec::field(19, "revocation", &Rule::revocation),
        codec::field(20, "examples", &RuleBody::example_bodies),
        codec::field(21, "goals", &RuleBody::goal_bodies), codec::field(22, "origin", &Rule::origin),
        codec::field(23, "peer_penalty", &Rule::peer_penalty),
        codec::field(24, "surrender_fee", &Rule::surrender_fee),
        codec::field(25, "evidence_min", &Rule::evidence_min), codec::field(26, "lease", &Rule::lease),
        codec::field(27, "vocabulary", &Rule::vocabulary),
        codec::field(28, "default_deny", &RuleBody::default_deny_body),
        codec::field(29, "price_monotone", &RuleBody::price_monotone_body),
        codec::field(30, "load", &RuleBody::load_body));
  }
};

std::optional<std::string> text_of(const std::optional<expr::Expr>& expr) {
  return expr ? std::optional(expr->canonical) : std::nullopt;
}

std::optional<bool> if_set(bool flag) { return flag ? std::optional(true) : std::nullopt; }

TierBody body_of(const Tier& tier) {
  TierBody out{tier.name,    tier.rank,  tier.eligible.canonical, std::nullopt,
               tier.min_run, tier.quota, tier.set_aside,          std::nullopt};
  if (!tier.monotone.empty()) out.monotone = tier.monotone;
  if (const auto& d = tier.displaces)
    out.displaces =
        DisplacesBody{d->when.canonical, d->compensation.canonical, d->pay_within, d->victims,
                      text_of(d->bound), text_of(d->exempt),        d->stop_within};
  return out;
}

std::vector<ValueBody> bodies_of(const std::vector<NamedValue>& values) {
  std::vector<ValueBody> out;
  for (const auto& [name, value] : values) out.push_back({name, value});
  return out;
}

std::vector<NamedValue> values_of(std::vector<ValueBody>& bodies) {
  std::vector<NamedValue> out;
  for (ValueBody& b : bodies) out.emplace_back(std::move(b.name), std::move(b.value));
  return out;
}

/// Reads the expressions of a body in the order in which parse_rule reads them: it numbers names.
class ExpressionReader {
 public:
  ExpressionReader(Rule& rule, Problems& problems) : rule_(rule), problems_(problems) {}

  void run(const RuleBody& body) {
    for (const TierBody& t : body.tier_bodies)
      if (expr::is_name(t.name) && rule_.world.name_index(t.name) < 0)
        rule_.world.names.push_back(t.name);
    for (const TierBody& t : body.tier_bodies) tier(t);
    rule_.default_deny = body.default_deny_body.value_or(false);
    rule_.price_monotone = body.price_monotone_body.value_or(false);
    if (body.load_body)
      rule_.load = read("load", *body.load_body, expr::ExprPlace::eligibility, expr::ExprType::boolean);
    for (const GoalBody& g : body.goal_bodies)
      rule_.goals.push_back(
          {g.name, g.always, read("goals." + g.name, g.claim, expr::ExprPlace::goal, expr::ExprType::boolean)});
  }

 private:
  void tier(const TierBody& t) {
    Tier out;
    out.name = t.name;
    out.rank = t.rank;
    std::string at = "tiers." + t.name + ".";
    out.eligible = read(at + "eligible", t.eligible, expr::ExprPlace::eligibility, expr::ExprType::boolean);
    if (t.displaces) {
      Displaces d;
      d.when = read(at + "when", t.displaces->when, expr::ExprPlace::displacement, expr::ExprType::boolean);
      d.compensation = read(at + "compensation", t.displaces->compensation, expr::ExprPlace::displacement,
                            expr::ExprType::money);
      d.pay_within = t.displaces->pay_within;
      d.victims = t.displaces->victims;
      if (const auto& text = t.displaces->bound)
        d.bound = read(at + "bound", *text, expr::ExprPlace::displacement, expr::ExprType::money);
      if (const auto& text = t.displaces->exempt)
        d.exempt = read(at + "exempt", *text, expr::ExprPlace::displacement, expr::ExprType::boolean);
      d.stop_within = t.displaces->stop_within;
      out.displaces = std::move(d);
    }
    out.min_run = t.min_run;
    out.quota = t.quota;
    out.set_aside = t.set_aside;
    if (t.monotone) out.monotone = *t.monotone;
    rule_.tiers.push_back(std::move(out));
  }

  expr::Expr read(const std::string& at, const std::string& text, expr::ExprPlace place, expr::ExprType type) {
    auto make = [&](std::string what, std::string expected, int) {
      Problem p;
      p.what = at + ": " + std::move(what);
      p.expected = std::move(expected);
      return p;
    };
    auto expr = expr::parse_expr(text, place, type, rule_.world, make);
    if (!expr) {
      problems_.insert(problems_.end(), expr.error().begin(), expr.error().end());
      return {};
    }
    if (expr->canonical != text)
      problems_.push_back(make(fmt::format("`{}` is not canonical", text),
                               fmt::format("`{}`", expr->canonical), 0));
    return *std::move(expr);
  }

  Rule& rule_;
  Problems& problems_;
};

}  // namespace

Bytes encode_rule(const Rule& rule) {
  CHECK(rule.fallback.empty() || rule.fallback.size() == rule.fallback_ids.size(), rule.name);
  RuleBody body;
  static_cast<Rule&>(body) = rule;
  for (const Tier& t : rule.tiers) body.tier_bodies.push_back(body_of(t));
  for (const Example& e : rule.examples)
    body.example_bodies.push_back({bodies_of(e.given), bodies_of(e.expect)});
  for (const Goal& g : rule.goals)
    body.goal_bodies.push_back({g.name, g.always, g.claim.canonical});
  body.default_deny_body = if_set(rule.default_deny);
  body.price_monotone_body = if_set(rule.price_monotone);
  body.load_body = text_of(rule.load);
  codec::CborWriter writer;
  codec::encode(writer, body);
  return writer.take();
}

Result<Rule> decode_rule(ByteView bytes) {
  if (bytes.size() > codec::kObjectBytesMax)
    return fail(fmt::format("a rule of {} bytes", bytes.size()), "at most 65536 bytes");
  codec::CborReader reader(bytes);
  RuleBody body;
  if (!codec::decode(reader, body) || !reader.finish()) return fail("not a rule: " + *reader.error());
  if (!body.salt.is_zero()) return fail("a rule with a salt", "sixteen zero bytes");
  Rule rule = static_cast<Rule&>(body);
  Problems problems;
  ExpressionReader(rule, problems).run(body);
  for (ExampleBody& e : body.example_bodies)
    rule.examples.push_back({values_of(e.given), values_of(e.expect)});
  for (Fault& f : faults_of(rule)) {
    Problem p;
    p.what = f.place + ": " + f.what;
    p.expected = std::move(f.expected);
    problems.push_back(std::move(p));
  }
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  Bytes again = encode_rule(rule);
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()))
    return fail("not the canonical bytes of this rule");
  return rule;
}

}  // namespace capmarket::rules
