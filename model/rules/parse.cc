#include "model/rules/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "model/base/nearest.h"
#include "model/base/text.h"
#include "model/rules/canonical.h"
#include "model/rules/faults.h"
#include "model/yaml/yaml.h"

namespace capmarket {
namespace {

constexpr Duration kDisputeWithin{30 * 24 * kNanosPerHour};  // rule-format.md, main example

// The second table of rule-format.md: known, but not in this version.
constexpr std::array<std::string_view, 3> kLaterKeys = {"bands", "use_or_lose", "preempts"};

/// A list item of `tiers` until the names of all tiers are known.
struct RawTier {
  Tier tier;
  std::optional<YamlNode> name, rank, eligible, displaces, when, compensation, pay_within, victims,
      min_run, quota, at_most, set_aside, monotone, bound, exempt, stop_within;
};

/// A list item of `pricing.tariff` until the list is sorted; the nodes of what could be read.
struct RawTariff {
  TariffEntry entry;
  std::optional<YamlNode> tier, from, until, price;
};

class RuleReader {
 public:
  RuleReader(std::string file, YamlNode root, const SupersedesResolver& resolver)
      : file_(std::move(file)), root_(std::move(root)), resolver_(resolver) {}

  Result<Rule> run(RulePlaces* places) {
    head();
    limits();
    coordination();
    pricing();
    tiers();
    fallback();
    revocation();
    examples();
    intent();
    goals();
    for (Fault& f : faults_of(rule_)) place(std::move(f));
    collect();
    if (!problems_.empty()) return tl::unexpected(std::move(problems_));
    // The bounds of the wire (64 KiB, 4096 items) are those of the file as well.
    auto again = decode_rule(encode_rule(rule_));
    if (!again) return tl::unexpected(again.error());
    if (places != nullptr)
      for (const auto& [at, node] : places_)
        places->emplace(at, RulePlace{node.line(), node.column()});
    return std::move(rule_);
  }

 private:
  /// Reads `node` with `read` into `out` and remembers where that part of the rule stands.
  template <class T, class Read>
  void value(const std::optional<YamlNode>& node, const std::string& at, T& out, Read read) {
    if (!node) return;
    auto got = std::invoke(read, *node);
    if (!got) return;
    out = T(*std::move(got));
    places_.emplace(at, *node);
  }

  template <class E>
  static std::optional<E> chosen(const YamlNode& n, std::span<const std::string_view> names) {
    auto index = n.choice(names);
    return index ? std::optional(static_cast<E>(*index)) : std::nullopt;
  }

  static std::optional<std::int64_t> integer(const YamlNode& n) { return n.integer(); }

  void head() {
    map_ =
        root_.map({"rule",           "version",      "supersedes",     "authority",    "class",
                   "scope",          "effective",    "granularity",    "unit",         "retention",
                   "dispute_within", "currency",     "limits",         "coordination", "pricing",
                   "tiers",          "fallback",     "revocation",     "examples",     "goals",
                   "origin",         "peer_penalty", "surrender_fee",  "evidence_min", "lease",
                   "vocabulary",     "default",      "price_monotone", "load"});
    value(map_.require("rule"), "rule", rule_.name, &YamlNode::text);
    value(map_.require("version"), "version", rule_.version, integer);
    supersedes();
    value(map_.require("authority"), "authority", rule_.authority, &YamlNode::text);
    value(map_.require("class"), "class", rule_.class_name, &YamlNode::text);
    value(map_.require("scope"), "scope", rule_.scope, &YamlNode::location);
    effective();
    value(map_.require("granularity"), "granularity", rule_.granularity, &YamlNode::duration);
    value(map_.require("unit"), "unit", rule_.unit, &YamlNode::text);
    value(map_.require("retention"), "retention", rule_.retention, &YamlNode::duration);
    rule_.dispute_within = kDisputeWithin;
    value(map_.find("dispute_within"), "dispute_within", rule_.dispute_within, &YamlNode::duration);
    value(map_.require("currency"), "currency", rule_.currency, &YamlNode::text);
    value(map_.find("origin"), "origin", rule_.origin, &YamlNode::instant);
    value(map_.find("peer_penalty"), "peer_penalty", rule_.peer_penalty, &YamlNode::ratio);
    value(map_.find("surrender_fee"), "surrender_fee", rule_.surrender_fee, &YamlNode::ratio);
    value(map_.find("evidence_min"), "evidence_min", rule_.evidence_min, integer);
    value(map_.find("lease"), "lease", rule_.lease, &YamlNode::duration);
  }

  void supersedes() {
    auto node = map_.find("supersedes");
    auto text = node ? node->text() : std::nullopt;
    if (!text) return;
    auto bytes = from_hex(*text);
    if (bytes && bytes->size() == ContentId::kSize) {
      ContentId id;
      std::copy(bytes->begin(), bytes->end(), id.bytes.begin());
      rule_.supersedes = id;
      return;
    }
    auto id = resolver_(file_, *text);
    if (id) {
      rule_.supersedes = *id;
      return;
    }
    node->complain(fmt::format("`{}` gives no content id", *text),
                   "64 hex digits, or the path of a rule file seen from this one");
    problems_.insert(problems_.end(), id.error().begin(), id.error().end());
  }

  void effective() {
    auto node = map_.require("effective");
    if (!node) return;
    places_.emplace("effective", *node);
    YamlMap window = node->map({"from", "until"});
    value(window.require("from"), "effective.from", rule_.effective.from, &YamlNode::instant);
    value(window.require("until"), "effective.until", rule_.effective.until, &YamlNode::instant);
  }

  /// `A .. B`, each side through `parse`.
  template <class T, class Parse>
  void interval(const YamlMap& map, const std::string& key, T& least, T& most, Parse parse,
                const char* expected) {
    auto node = map.require(key);
    auto text = node ? node->text() : std::nullopt;
    if (!text) return;
    std::size_t dots = text->find("..");
    if (dots == text->npos)
      return node->complain(fmt::format("`{}` is no interval", *text), expected);
    auto side = [&](std::size_t begin, std::size_t end, T& out) {
      while (begin < end && (*text)[begin] == ' ') ++begin;
      while (end > begin && (*text)[end - 1] == ' ') --end;
      auto got = parse(std::string_view(*text).substr(begin, end - begin));
      if (got)
        out = T(*got);
      else
        node->complain(
            fmt::format("`{}` is no bound of this interval", text->substr(begin, end - begin)),
            expected, static_cast<int>(begin));
      return got.has_value();
    };
    bool left = side(0, dots, least);
    bool right = side(dots + 2, text->size(), most);
    if (left && right) places_.emplace("limits." + key, *node);
  }

  void limits() {
    auto node = map_.require("limits");
    if (!node) return;
    places_.emplace("limits", *node);
    YamlMap map = node->map({"quantity", "price", "length", "lead", "skew"});
    Limits& l = rule_.limits;
    auto bounded = [](std::string_view s) {
      auto v = parse_integer(s);
      return v && *v <= kWireMax && *v >= -kWireMax ? v : std::nullopt;
    };
    constexpr const char* kDurations = "two durations like 100ms .. 4h";
    interval(map, "quantity", l.quantity_min, l.quantity_max, bounded,
             "two integers like 1 .. 500");
    interval(map, "price", l.price_min, l.price_max, parse_money, "two prices like 0.00 .. 400.00");
    interval(map, "length", l.length_min, l.length_max, parse_duration, kDurations);
    interval(map, "lead", l.lead_min, l.lead_max, parse_duration, kDurations);
    value(map.require("skew"), "limits.skew", l.skew, &YamlNode::duration);
  }

  /// The enumerator that `map`'s key names; then complains about each of `keys` that it has no use
  /// for. `uses` gives the keys that a mode uses.
  template <class E, class Uses>
  std::optional<E> mode(const YamlMap& map, const char* key,
                        std::span<const std::string_view> names,
                        std::initializer_list<std::string_view> keys, Uses uses) {
    auto node = map.require(key);
    auto index = node ? node->choice(names) : std::nullopt;
    if (!index) return std::nullopt;
    E chosen = static_cast<E>(*index);
    for (std::string_view other : keys)
      if (auto found = map.find(other); found && !uses(chosen, other))
        found->complain(fmt::format("`{}` has no meaning under `{}`", other, names[*index]),
                        "nothing");
    return chosen;
  }

  void coordination() {
    auto node = map_.require("coordination");
    if (!node) return;
    YamlMap map = node->map({"mode", "by"});
    auto chosen = mode<CoordinationMode>(
        map, "mode", kCoordinationModes, {"by"},
        [](CoordinationMode m, std::string_view) { return m == CoordinationMode::sharded; });
    if (!chosen) return;
    rule_.coordination.mode = *chosen;
    if (*chosen == CoordinationMode::sharded)
      value(map.require("by"), "coordination.by", rule_.coordination.by, integer);
  }

  void pricing() {
    auto node = map_.require("pricing");
    if (!node) return;
    places_.emplace("pricing", *node);
    YamlMap map = node->map({"mode", "tariff", "floor", "cap", "over", "band", "max_age"});
    auto uses = [](PricingMode m, std::string_view key) {
      if (key == "tariff") return m == PricingMode::fixed;
      if (key == "floor" || key == "cap") return m != PricingMode::fixed;
      return m == PricingMode::discovered;
    };
    auto chosen = mode<PricingMode>(map, "mode", kPricingModes,
                                    {"tariff", "floor", "cap", "over", "band", "max_age"}, uses);
    if (!chosen) return;
    Pricing& p = rule_.pricing;
    p.mode = *chosen;
    auto wanted = [&](std::string_view key) {
      return uses(*chosen, key) ? map.require(key) : std::nullopt;
    };
    auto tariff = wanted("tariff");
    if (tariff && tariff->is_list())
      schedule(*tariff);
    else
      value(tariff, "pricing.tariff", p.tariff, &YamlNode::money);
    value(wanted("floor"), "pricing.floor", p.floor, &YamlNode::money);
    value(wanted("cap"), "pricing.cap", p.cap, &YamlNode::money);
    value(wanted("over"), "pricing.over", p.over, &YamlNode::duration);
    value(wanted("band"), "pricing.band", p.band, &YamlNode::ratio);
    value(wanted("max_age"), "pricing.max_age", p.max_age, &YamlNode::duration);
  }

  static RawTariff raw_tariff(const YamlNode& node) {
    RawTariff raw;
    YamlMap map = node.map({"tier", "from", "until", "price"});
    auto part = [&](const char* key, std::optional<YamlNode>& at, auto& out, auto read) {
      auto found = map.require(key);
      auto got = found ? std::invoke(read, *found) : std::nullopt;
      if (!got) return;
      out = *std::move(got);
      at = found;
    };
    part("tier", raw.tier, raw.entry.tier, &YamlNode::text);
    part("from", raw.from, raw.entry.window.from, &YamlNode::instant);
    part("until", raw.until, raw.entry.window.until, &YamlNode::instant);
    part("price", raw.price, raw.entry.price, &YamlNode::money);
    return raw;
  }

  /// A published schedule, in canonical order. An entry without a window is left out: nothing can
  /// be said of how it lies among the others.
  void schedule(const YamlNode& node) {
    std::vector<RawTariff> raw;
    std::vector<YamlNode> items = node.items();
    if (items.empty()) node.complain("a schedule without entries", "money, or at least one entry");
    for (const YamlNode& item : items)
      if (RawTariff r = raw_tariff(item); r.from && r.until) raw.push_back(std::move(r));
    std::stable_sort(raw.begin(), raw.end(), [](const RawTariff& a, const RawTariff& b) {
      return std::tie(a.entry.tier, a.entry.window) < std::tie(b.entry.tier, b.entry.window);
    });
    for (RawTariff& r : raw) {
      std::string at = fmt::format("pricing.schedule[{}].", rule_.pricing.schedule.size());
      for (auto [key, part] : {std::pair("tier", &r.tier), std::pair("from", &r.from),
                               std::pair("until", &r.until), std::pair("price", &r.price)})
        if (*part) places_.emplace(at + key, **part);
      rule_.pricing.schedule.push_back(std::move(r.entry));
    }
  }
  RawTier raw_tier(const YamlNode& node) {
    RawTier raw;
    YamlMap map = node.map(
        {"name", "rank", "eligible", "displaces", "min_run", "quota", "set_aside", "monotone"});
    raw.name = map.require("name");
    raw.rank = map.require("rank");
    raw.eligible = map.require("eligible");
    raw.displaces = map.find("displaces");
    raw.min_run = map.find("min_run");
    raw.quota = map.find("quota");
    raw.set_aside = map.find("set_aside");
    raw.monotone = map.find("monotone");
    raw.tier.name = raw.name ? raw.name->text().value_or("") : "";
    auto rank = raw.rank ? raw.rank->integer() : std::nullopt;
    if (!rank) raw.rank = std::nullopt;
    raw.tier.rank = rank.value_or(0);
    if (raw.quota) {
      YamlMap q = raw.quota->map({"of", "at_most"});
      if (auto of = q.require("of")) of->choice({"capacity"});
      raw.at_most = q.require("at_most");
    }
    if (raw.displaces) {
      YamlMap d = raw.displaces->map(
          {"when", "compensation", "pay_within", "victims", "bound", "exempt", "stop_within"});
      raw.when = d.require("when");
      raw.compensation = d.require("compensation");
      raw.pay_within = d.require("pay_within");
      raw.victims = d.find("victims");
      raw.bound = d.find("bound");
      raw.exempt = d.find("exempt");
      raw.stop_within = d.find("stop_within");
    }
    return raw;
  }

  /// Tiers are put in order of rank first: names and paths are numbered in the order in which the
  /// canonical form mentions them.
  void tiers() {
    auto node = map_.require("tiers");
    if (!node) return;
    std::vector<RawTier> raw;
    for (const YamlNode& item : node->items()) raw.push_back(raw_tier(item));
    if (node->is_list()) places_.emplace("tiers", *node);
    std::stable_sort(raw.begin(), raw.end(),
                     [](const RawTier& a, const RawTier& b) { return a.tier.rank > b.tier.rank; });
    for (const RawTier& r : raw)
      if (is_name(r.tier.name) && rule_.world.name_index(r.tier.name) < 0)
        rule_.world.names.push_back(r.tier.name);
    for (RawTier& r : raw) tier(r);
  }

  void tier(RawTier& raw) {
    std::string at = fmt::format("tiers[{}]", rule_.tiers.size());
    if (raw.name && raw.name->is_scalar()) places_.emplace(at + ".name", *raw.name);
    if (raw.rank) places_.emplace(at + ".rank", *raw.rank);
    raw.tier.eligible =
        expression(raw.eligible, at + ".eligible", ExprPlace::eligibility, ExprType::boolean);
    if (raw.displaces) {
      Displaces d;
      std::string inner = at + ".displaces";
      places_.emplace(inner, *raw.displaces);
      constexpr ExprPlace kWhere = ExprPlace::displacement;
      d.when = expression(raw.when, inner + ".when", kWhere, ExprType::boolean);
      d.compensation =
          expression(raw.compensation, inner + ".compensation", kWhere, ExprType::money);
      if (raw.bound) d.bound = expression(raw.bound, inner + ".bound", kWhere, ExprType::money);
      if (raw.exempt)
        d.exempt = expression(raw.exempt, inner + ".exempt", kWhere, ExprType::boolean);
      value(raw.stop_within, inner + ".stop_within", d.stop_within, &YamlNode::duration);
      value(raw.pay_within, at + ".displaces.pay_within", d.pay_within, &YamlNode::duration);
      value(raw.victims, at + ".displaces.victims", d.victims,
            [](const YamlNode& n) { return chosen<VictimOrder>(n, kVictimOrders); });
      raw.tier.displaces = std::move(d);
    }
    value(raw.min_run, at + ".min_run", raw.tier.min_run, &YamlNode::duration);
    value(raw.at_most, at + ".quota.at_most", raw.tier.quota, &YamlNode::ratio);
    value(raw.set_aside, at + ".set_aside", raw.tier.set_aside, &YamlNode::ratio);
    if (raw.monotone) raw.tier.monotone = sorted_names(*raw.monotone, at + ".monotone");
    rule_.tiers.push_back(std::move(raw.tier));
  }

  /// A list of names, sorted; a name given twice is a problem.
  std::vector<std::string> sorted_names(const YamlNode& node, const std::string& at) {
    std::vector<std::string> out;
    places_.emplace(at, node);
    for (const YamlNode& item : node.items()) {
      auto name = item.text();
      if (!name) continue;
      auto next = std::lower_bound(out.begin(), out.end(), *name);
      if (next != out.end() && *next == *name)
        item.complain(fmt::format("duplicate name `{}`", *name), "each name once");
      else
        out.insert(next, *name);
    }
    return out;
  }

  /// What only analyses judge.
  void intent() {
    if (auto node = map_.find("vocabulary")) {
      YamlMap map = node->map({"kinds", "groups"});
      Vocabulary words;
      if (auto kinds = map.require("kinds")) words.kinds = sorted_names(*kinds, "vocabulary.kinds");
      if (auto groups = map.require("groups"))
        words.groups = sorted_names(*groups, "vocabulary.groups");
      rule_.vocabulary = std::move(words);
    }
    if (auto node = map_.find("default"))
      if (node->choice({"deny"})) {
        rule_.default_deny = true;
        places_.emplace("default", *node);
      }
    value(map_.find("price_monotone"), "price_monotone", rule_.price_monotone, &YamlNode::boolean);
    if (auto node = map_.find("load"))
      rule_.load = expression(node, "load", ExprPlace::eligibility, ExprType::boolean);
  }

  Expr expression(const std::optional<YamlNode>& node, const std::string& at, ExprPlace where,
                  ExprType type) {
    auto text = node ? node->text() : std::nullopt;
    if (!text) return {};
    places_.emplace(at, *node);
    auto make = [&](std::string what, std::string expected, int offset) {
      return node->problem(std::move(what), std::move(expected), offset);
    };
    auto expr = parse_expr(*text, where, type, rule_.world, make);
    if (expr) return *std::move(expr);
    problems_.insert(problems_.end(), expr.error().begin(), expr.error().end());
    return {};
  }

  void fallback() {
    auto node = map_.find("fallback");
    if (!node) return;
    places_.emplace("fallback", *node);
    for (const YamlNode& item : node->items()) {
      FallbackStrategy f;
      std::string at = fmt::format("fallback[{}].", rule_.fallback.size());
      YamlMap map =
          item.map({"name", "substitution", "notify_within", "refund", "penalty", "record"});
      value(map.require("name"), at + "name", f.name, &YamlNode::text);
      value(map.require("substitution"), at + "substitution", f.substitution,
            [](const YamlNode& n) { return chosen<Substitution>(n, kSubstitutions); });
      value(map.require("notify_within"), at + "notify_within", f.notify_within,
            &YamlNode::duration);
      value(map.require("refund"), at + "refund", f.refund, &YamlNode::ratio);
      value(map.require("penalty"), at + "penalty", f.penalty, &YamlNode::ratio);
      if (auto fields = map.find("record")) f.record = record(*fields);
      f.authority = rule_.authority;
      rule_.fallback_ids.push_back(strategy_id(f));
      rule_.fallback.push_back(std::move(f));
    }
  }

  static std::vector<RecordField> record(const YamlNode& node) {
    std::vector<RecordField> out;
    for (const YamlNode& item : node.items()) {
      auto field = chosen<RecordField>(item, kRecordFields);
      if (!field) continue;
      auto at = std::lower_bound(out.begin(), out.end(), *field);
      if (at != out.end() && *at == *field)
        item.complain(fmt::format("duplicate field `{}`", *item.text()), "each field once");
      else
        out.insert(at, *field);
    }
    return out;
  }

  void revocation() {
    auto node = map_.find("revocation");
    if (!node) return;
    places_.emplace("revocation", *node);
    YamlMap map = node->map({"on_review", "rate"});
    auto chosen =
        mode<OnReview>(map, "on_review", kOnReviews, {"rate"},
                       [](OnReview m, std::string_view) { return m == OnReview::compensate; });
    if (!chosen) return;
    RevocationClause clause;
    clause.on_review = *chosen;
    if (*chosen == OnReview::compensate)
      value(map.require("rate"), "revocation.rate", clause.rate, &YamlNode::ratio);
    rule_.revocation = clause;
  }

  /// A value as text; a list of names joined as NamedValue says.
  static std::optional<std::string> example_text(const YamlNode& node, ExprType type) {
    if (type != ExprType::name_set || !node.is_list()) return node.text();
    std::string joined;
    for (const YamlNode& item : node.items()) {
      auto name = item.text();
      if (!name) return std::nullopt;
      if (!is_name(*name)) {
        item.complain(fmt::format("`{}` is no name", *name), "a name of a group");
        return std::nullopt;
      }
      joined += (joined.empty() ? "" : ", ") + *name;
    }
    return joined;
  }

  std::vector<NamedValue> example_values(const YamlNode& node, const std::string& at, bool given) {
    std::vector<NamedValue> out;
    for (const auto& [key, item] : node.entries()) {
      std::string name = *key.text();
      const Variable* variable = example_variable(name, given);
      if (variable == nullptr) {
        key.complain(fmt::format("unknown key `{}`", name),
                     expected_one_of(name, example_variables(given)));
        continue;
      }
      auto text = example_text(item, variable->type);
      if (!text) continue;
      auto canonical = canonical_value(variable->type, *text);
      if (!canonical) {
        item.complain(fmt::format("`{}` where {} was expected", *text, to_text(variable->type)));
        continue;
      }
      places_.emplace(at + "." + name, item);
      out.emplace_back(name, *canonical);
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  void examples() {
    auto node = map_.find("examples");
    if (!node) return;
    for (const YamlNode& item : node->items()) {
      std::string at = fmt::format("examples[{}].", rule_.examples.size());
      places_.emplace(fmt::format("examples[{}]", rule_.examples.size()), item);
      YamlMap map = item.map({"given", "expect"});
      Example e;
      if (auto given = map.require("given")) e.given = example_values(*given, at + "given", true);
      if (auto expect = map.require("expect")) {
        e.expect = example_values(*expect, at + "expect", false);
        if (expect->is_map() && expect->entries().empty()) places_.emplace(at + "expect", *expect);
      }
      rule_.examples.push_back(std::move(e));
    }
  }

  void goals() {
    auto node = map_.find("goals");
    if (!node) return;
    for (const YamlNode& item : node->items()) {
      YamlMap map = item.map({"name", "always", "never"});
      Goal g;
      std::string at = fmt::format("goals[{}].name", rule_.goals.size());
      value(map.require("name"), at, g.name, &YamlNode::text);
      g.always = map.has("always");
      if (item.is_map() && g.always == map.has("never"))
        item.complain(g.always ? "both `always` and `never`" : "neither `always` nor `never`",
                      "one of them");
      g.claim = expression(map.find(g.always ? "always" : "never"),
                           fmt::format("goals[{}].claim", rule_.goals.size()), ExprPlace::goal,
                           ExprType::boolean);
      rule_.goals.push_back(std::move(g));
    }
  }

  /// A fault is told where its part stands; a part that could not be read has been told about.
  void place(Fault fault) {
    auto it = places_.find(fault.place);
    if (it != places_.end())
      problems_.push_back(it->second.problem(std::move(fault.what), std::move(fault.expected)));
  }

  void collect() {
    const Problems& read = yaml_problems(root_);
    problems_.insert(problems_.end(), read.begin(), read.end());
    for (Problem& p : problems_)
      for (std::string_view key : kLaterKeys)
        if (p.what == fmt::format("unknown key `{}`", key)) {
          p.what += ": not yet in this version";
          break;
        }
    auto place_of = [](const Problem& p) { return std::tie(p.line, p.column); };
    std::stable_sort(problems_.begin(), problems_.end(), [&](const Problem& a, const Problem& b) {
      // Problems of a superseded file stay behind those of this one.
      if (a.file != b.file) return a.file == file_;
      return place_of(a) < place_of(b);
    });
  }

  std::string file_;
  YamlNode root_;
  const SupersedesResolver& resolver_;
  YamlMap map_;
  Rule rule_;
  std::map<std::string, YamlNode> places_;  // by Fault::place
  Problems problems_;
};

}  // namespace

Result<Rule> parse_rule(std::string file, std::string text, const SupersedesResolver& resolver,
                        RulePlaces* places) {
  auto root = parse_yaml(file, std::move(text));
  if (!root) return tl::unexpected(root.error());
  return RuleReader(std::move(file), *root, resolver).run(places);
}

}  // namespace capmarket
