#include "model/rules/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "model/base/corrected.h"
#include "model/base/nearest.h"
#include "model/base/text.h"
#include "model/rules/canonical.h"
#include "model/rules/expressions.h"
#include "model/rules/faults.h"
#include "model/rules/part.h"
#include "model/rules/read_parts.h"
#include "model/yaml/yaml.h"

namespace capmarket::rules {
namespace {

// Known, but not in this version: docs/spec/rules.md#errors.
constexpr std::array<std::string_view, 1> kLaterKeys = {"use_or_lose"};

// A key of the first edition, and what stands in its place: decision 0008.
struct RetiredKey {
  std::string_view key, instead;
};
constexpr RetiredKey kRetiredKeys[] = {
    {"evidence_min",
     "gone: `claims: { burden: claimant }` has a claim proved, by a witness of another authority"}};

/// A list item of `tiers` until the list is sorted.
struct RawTier {
  Part part;
  std::optional<Part> displaces;
  std::optional<yaml::YamlNode> quota;
  Tier tier;
  std::optional<yaml::YamlNode> name, rank;
};

/// A list item of `pricing.tariff` until the list is sorted; the nodes of what could be read.
struct RawTariff {
  TariffEntry entry;
  std::optional<yaml::YamlNode> tier, from, until, price;
};

/// `start.hour >= 22 ? 3.00 : 5.00`, `22:00`: an amount or a time of a tariff that is to follow the
/// clock. Told, with where it stands; whether it is one.
bool price_by_hour(const std::optional<yaml::YamlNode>& node) {
  if (!node || !node->is_scalar()) return false;
  const std::string text = node->text().value_or("");
  const std::size_t colon = text.find(':');
  const bool time_of_day = (colon == 1 || colon == 2) && parse_integer(text.substr(0, colon));
  if (!time_of_day && text.find("hour") == text.npos && text.find("weekday") == text.npos)
    return false;
  node->complain(fmt::format("`{}` follows the clock", text), kPriceByHour);
  return true;
}

class RuleReader {
 public:
  RuleReader(std::string file, yaml::YamlNode root, const SupersedesResolver& resolver)
      : file_(std::move(file)), root_(std::move(root)), resolver_(resolver), part_(root_, "") {}

  Result<Rule> run(RulePlaces* places) {
    head();
    limits();
    coordination();
    pricing();
    tiers();
    fallback();
    revocation();
    claims();
    examples();
    intent();
    goals();
    expressions();
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
  /// Reads the key into `out`, or gives it its default; remembers where that part of the rule
  /// stands: at `prefix` and the key.
  template <class T>
  void value(const Part& part, std::string_view key, T& out, const std::string& prefix = {}) {
    const RuleKey& row = rule_key(part.place(), key);
    if (auto node = part.get(key))
      value(*node, row, out, prefix + std::string(key));
    else if constexpr (std::is_enum_v<T> || std::is_arithmetic_v<T> || std::is_same_v<T, Duration> ||
                       std::is_same_v<T, BasisPoints>)
      if (!row.value.empty()) out = default_value<T>(row);
  }
  template <class T>
  void value(const Part& part, std::string_view key, std::optional<T>& out,
             const std::string& prefix = {}) {
    if (auto node = part.get(key))
      value(*node, rule_key(part.place(), key), out.emplace(), prefix + std::string(key));
  }
  template <class T>
  void value(const yaml::YamlNode& node, const RuleKey& row, T& out, const std::string& at) {
    auto got = read_value<T>(node, row);
    if (!got) return;
    out = *std::move(got);
    places_.emplace(at, node);
  }

  void head() {
    const Part& p = part_;
    value(p, "rule", rule_.name);
    value(p, "version", rule_.version);
    supersedes();
    value(p, "authority", rule_.authority);
    value(p, "class", rule_.class_name);
    value(p, "scope", rule_.scope);
    effective();
    value(p, "granularity", rule_.granularity);
    value(p, "unit", rule_.unit);
    value(p, "retention", rule_.retention);
    value(p, "dispute_within", rule_.dispute_within);
    value(p, "currency", rule_.currency);
    value(p, "origin", rule_.origin);
    if (auto zone = p.get("zone")) rule_.zone = read_zone(*zone, places_);
    value(p, "peer_penalty", rule_.peer_penalty);
    value(p, "surrender_fee", rule_.surrender_fee);
    rule_.review_within = rule_.dispute_within;
    if (p.has("review_within")) value(p, "review_within", rule_.review_within);
    value(p, "lease", rule_.lease);
  }

  void supersedes() {
    auto node = part_.get("supersedes");
    auto text = node ? node->text() : std::nullopt;
    if (!text) return;
    if (ContentId id; from_hex(*text, id)) {
      rule_.supersedes = id;
      return;
    }
    auto id = resolver_(file_, *text);
    if (id) {
      rule_.supersedes = *id;
      return;
    }
    const Problem& first = id.error().front();
    if (id.error().size() == 1 && first.line == 0)  // of the whole file
      return node->complain(fmt::format("`{}`: {}", *text, first.what), first.expected);
    node->complain(fmt::format("`{}` gives no content id", *text),
                   "64 hex digits, or the path of a rule file seen from this one");
    problems_.insert(problems_.end(), id.error().begin(), id.error().end());
  }

  void effective() {
    auto node = part_.get("effective");
    if (!node) return;
    places_.emplace("effective", *node);
    Part window(*node, "effective");
    value(window, "from", rule_.effective.from, "effective.");
    value(window, "until", rule_.effective.until, "effective.");
  }

  /// `A .. B`, each side through `parse`.
  template <class T, class Parse>
  void interval(const Part& part, const std::string& key, T& least, T& most, Parse parse,
                const char* expected, std::optional<std::string> (*correct)(std::string_view)) {
    auto node = part.get(key);
    if (key == "price" && price_by_hour(node)) return;
    if (node && !node->is_scalar())
      return node->complain(
          fmt::format("{} where an interval was expected", node->is_list() ? "a list" : "a map"),
          expected);
    auto text = node ? node->text() : std::nullopt;
    if (!text) return;
    std::size_t dots = text->find("..");
    if (dots == text->npos || text->find("...") != text->npos)
      return node->complain(fmt::format("`{}` is no interval", *text),
                            corrected_interval(*text, parse, correct).value_or(expected));
    auto bound = [&](std::size_t begin, std::size_t end) {
      while (begin < end && (*text)[begin] == ' ') ++begin;
      while (end > begin && (*text)[end - 1] == ' ') --end;
      return std::pair(begin, text->substr(begin, end - begin));
    };
    auto side = [&](std::size_t from, std::size_t to, T& out) {
      bool beyond = false;
      const auto [begin, written] = bound(from, to);
      auto got = parse(written, &beyond);
      if (got) {
        out = T(*got);
      } else if (beyond) {
        node->complain(fmt::format("`{}` is out of range", written),
                       fmt::format("{}, at most 2^62 - 1 of the base unit", expected),
                       static_cast<int>(begin));
      } else {
        auto whole =
            put_right(bound(0, dots).second, bound(dots + 2, text->size()).second, parse, correct);
        const bool unit = key == "quantity" && whole && has_letters(written);
        node->complain(fmt::format("`{}` is no bound of this interval", written),
                       fmt::format("{}{}{}", whole ? *whole + ": " : "", expected,
                                   unit ? "; the unit stands in `unit`" : ""),
                       static_cast<int>(begin));
      }
      return got.has_value();
    };
    const bool left = side(0, dots, least);
    const bool right = side(dots + 2, text->size(), most);
    if (left && right) places_.emplace("limits." + key, *node);
  }

  void limits() {
    auto node = part_.get("limits");
    if (!node) return;
    places_.emplace("limits", *node);
    Part part(*node, "limits");
    Limits& l = rule_.limits;
    auto bounded = [](std::string_view s, bool* beyond) {
      auto v = parse_integer(s, beyond);
      if (!v || (*v <= kWireMax && *v >= -kWireMax)) return v;
      *beyond = true;
      return std::optional<std::int64_t>();
    };
    constexpr const char* kDurations = "two durations like 100ms .. 4h";
    interval(part, "quantity", l.quantity_min, l.quantity_max, bounded,
             "two integers like 1 .. 500", corrected_integer);
    interval(part, "price", l.price_min, l.price_max, parse_money, "two prices like 0.00 .. 400.00",
             corrected_money);
    interval(part, "length", l.length_min, l.length_max, parse_duration, kDurations,
             corrected_duration);
    interval(part, "lead", l.lead_min, l.lead_max, parse_duration, kDurations, corrected_duration);
    value(part, "skew", l.skew, "limits.");
  }

  void coordination() {
    auto node = part_.get("coordination");
    if (!node) return;
    Part part(*node, "coordination");
    auto chosen = part.mode<CoordinationMode>("mode");
    if (!chosen) return;
    rule_.coordination.mode = *chosen;
    value(part, "by", rule_.coordination.by, "coordination.");
  }

  void pricing() {
    auto node = part_.get("pricing");
    if (!node) return;
    places_.emplace("pricing", *node);
    Part part(*node, "pricing");
    auto chosen = part.mode<PricingMode>("mode");
    if (!chosen) return;
    Pricing& p = rule_.pricing;
    p.mode = *chosen;
    auto tariff = part.get("tariff");
    if (tariff && tariff->is_list())
      schedule(*tariff);
    else if (tariff && !price_by_hour(tariff))
      value(*tariff, rule_key("pricing", "tariff"), p.tariff, "pricing.tariff");
    if (!price_by_hour(part.get("floor"))) value(part, "floor", p.floor, "pricing.");
    if (!price_by_hour(part.get("cap"))) value(part, "cap", p.cap, "pricing.");
    value(part, "over", p.over, "pricing.");
    value(part, "band", p.band, "pricing.");
    value(part, "max_age", p.max_age, "pricing.");
  }

  static RawTariff raw_tariff(const yaml::YamlNode& node) {
    RawTariff raw;
    Part row(node, "pricing.tariff[]");
    auto part = [&]<class T>(const char* key, std::optional<yaml::YamlNode>& at, T& out) {
      auto found = row.get(key);
      if (price_by_hour(found)) return;
      auto got = found ? read_value<T>(*found, rule_key(row.place(), key)) : std::nullopt;
      if (!got) return;
      out = *std::move(got);
      at = found;
    };
    part("tier", raw.tier, raw.entry.tier);
    part("from", raw.from, raw.entry.window.from);
    part("until", raw.until, raw.entry.window.until);
    part("price", raw.price, raw.entry.price);
    return raw;
  }

  /// A published schedule, in canonical order. An entry without a window is left out: nothing can
  /// be said of how it lies among the others.
  void schedule(const yaml::YamlNode& node) {
    std::vector<RawTariff> raw;
    std::vector<yaml::YamlNode> items = node.items();
    if (items.empty()) node.complain("a schedule without entries", "money, or at least one entry");
    for (const yaml::YamlNode& item : items)
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

  RawTier raw_tier(const yaml::YamlNode& node) {
    RawTier raw{Part(node, "tiers[]"), {}, {}, {}, {}, {}};
    raw.name = raw.part.get("name");
    raw.rank = raw.part.get("rank");
    if (auto displaces = raw.part.get("displaces"))
      raw.displaces.emplace(*displaces, "tiers[].displaces");
    raw.quota = raw.part.get("quota");
    raw.tier.name = raw.name ? raw.name->text().value_or("") : "";
    auto rank =
        raw.rank ? read_value<std::int64_t>(*raw.rank, rule_key("tiers[]", "rank")) : std::nullopt;
    if (!rank) raw.rank = std::nullopt;
    raw.tier.rank = rank.value_or(0);
    return raw;
  }

  /// By rank, as the canonical form has them.
  void tiers() {
    auto node = part_.get("tiers");
    if (!node) return;
    std::vector<RawTier> raw;
    for (const yaml::YamlNode& item : node->items()) raw.push_back(raw_tier(item));
    if (node->is_list()) places_.emplace("tiers", *node);
    std::stable_sort(raw.begin(), raw.end(),
                     [](const RawTier& a, const RawTier& b) { return a.tier.rank > b.tier.rank; });
    for (RawTier& r : raw) tier(r);
  }

  void tier(RawTier& raw) {
    std::string at = fmt::format("tiers[{}].", rule_.tiers.size());
    const Part& p = raw.part;
    Tier& t = raw.tier;
    if (raw.name && raw.name->is_scalar()) places_.emplace(at + "name", *raw.name);
    if (raw.rank) places_.emplace(at + "rank", *raw.rank);
    t.eligible = expression(p, "eligible", at);
    if (raw.displaces) t.displaces = displaces(p, *raw.displaces, at);
    if (auto preempts = p.get("preempts");
        preempts && preempts->choice(rule_key("tiers[]", "preempts").choices)) {
      t.never_preempts = true;
      places_.emplace(at + "preempts", *preempts);
    }
    value(p, "min_run", t.min_run, at);
    if (raw.quota) read_quotas(*raw.quota, at, t, places_);
    value(p, "set_aside", t.set_aside, at);
    if (auto names = p.get("monotone")) t.monotone = sorted_names(*names, at + "monotone");
    rule_.tiers.push_back(std::move(t));
  }

  Displaces displaces(const Part& tier, const Part& p, const std::string& prefix) {
    Displaces d;
    std::string at = prefix + "displaces.";
    places_.emplace(prefix + "displaces", *tier.get("displaces"));
    d.when = expression(p, "when", at);
    d.compensation = expression(p, "compensation", at);
    if (p.has("bound")) d.bound = expression(p, "bound", at);
    if (p.has("exempt")) d.exempt = expression(p, "exempt", at);
    value(p, "stop_within", d.stop_within, at);
    value(p, "pay_within", d.pay_within, at);
    value(p, "victims", d.victims, at);
    if (auto bands = p.get("bands")) bands_.push_back(read_bands(*bands, rule_.tiers.size()));
    return d;
  }

  /// A list of names, sorted; a name given twice is a problem.
  std::vector<std::string> sorted_names(const yaml::YamlNode& node, const std::string& at) {
    std::vector<std::string> out;
    places_.emplace(at, node);
    for (const yaml::YamlNode& item : node.items()) {
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
    if (auto node = part_.get("vocabulary")) {
      Part part(*node, "vocabulary");
      Vocabulary words;
      if (auto kinds = part.get("kinds")) words.kinds = sorted_names(*kinds, "vocabulary.kinds");
      if (auto groups = part.get("groups"))
        words.groups = sorted_names(*groups, "vocabulary.groups");
      rule_.vocabulary = std::move(words);
    }
    if (auto node = part_.get("default"))
      if (node->choice(rule_key("", "default").choices)) {
        rule_.default_deny = true;
        places_.emplace("default", *node);
      }
    value(part_, "price_monotone", rule_.price_monotone);
    if (part_.has("load")) rule_.load = expression(part_, "load", "");
  }

  /// The text of the expression of that key, not read yet; `as` names its part of the rule where
  /// that is not the key.
  expr::Expr expression(const Part& part, std::string_view key, const std::string& prefix,
                        std::string_view as = {}) {
    auto node = part.get(key);
    auto text = node ? node->text() : std::nullopt;
    if (!text) return {};
    KeyForm form = rule_key(part.place(), key).form;
    CHECK(form == KeyForm::condition || form == KeyForm::amount, part.place(), key);
    places_.emplace(prefix + std::string(as.empty() ? key : as), *node);
    expr::Expr out;
    out.canonical = *std::move(text);
    return out;
  }

  /// Reads the texts of all expressions, once their tiers are in order.
  void expressions() {
    for (const RawBands& bands : bands_)
      if (compose_bands(bands, rule_, problems_)) {
        const std::string part = fmt::format("tiers[{}].displaces.compensation", bands.tier);
        composed_.insert(part);
        places_.insert_or_assign(part, bands.node);
      }
    auto maker_of = [&](const ExpressionSite& site) -> std::optional<expr::ProblemMaker> {
      auto it = places_.find(site.part);
      if (it == places_.end()) return std::nullopt;
      // No byte of a text that was put together stands in the file.
      const bool written = !composed_.contains(site.part);
      return [node = it->second, written](std::string what, std::string expected, int offset) {
        return node.problem(std::move(what), std::move(expected), written ? offset : 0);
      };
    };
    Problems wrong = bind_expressions(rule_, TextForm::any, maker_of);
    problems_.insert(problems_.end(), wrong.begin(), wrong.end());
  }

  void fallback() {
    auto node = part_.get("fallback");
    if (!node) return;
    places_.emplace("fallback", *node);
    for (const yaml::YamlNode& item : node->items()) {
      FallbackStrategy f;
      std::string at = fmt::format("fallback[{}].", rule_.fallback.size());
      Part part(item, "fallback[]");
      value(part, "name", f.name, at);
      value(part, "substitution", f.substitution, at);
      value(part, "notify_within", f.notify_within, at);
      value(part, "refund", f.refund, at);
      value(part, "penalty", f.penalty, at);
      if (auto fields = part.get("record")) f.record = record(*fields);
      f.authority = rule_.authority;
      rule_.fallback_ids.push_back(strategy_id(f));
      rule_.fallback.push_back(std::move(f));
    }
  }

  static std::vector<RecordField> record(const yaml::YamlNode& node) {
    std::vector<RecordField> out;
    for (const yaml::YamlNode& item : node.items()) {
      auto index = item.choice(rule_key("fallback[]", "record").choices);
      if (!index) continue;
      auto field = static_cast<RecordField>(*index);
      auto at = std::lower_bound(out.begin(), out.end(), field);
      if (at != out.end() && *at == field)
        item.complain(fmt::format("duplicate field `{}`", *item.text()), "each field once");
      else
        out.insert(at, field);
    }
    return out;
  }

  void revocation() {
    auto node = part_.get("revocation");
    if (!node) return;
    places_.emplace("revocation", *node);
    Part part(*node, "revocation");
    auto chosen = part.mode<OnReview>("on_review");
    if (!chosen) return;
    RevocationClause clause;
    clause.on_review = *chosen;
    value(part, "rate", clause.rate, "revocation.");
    rule_.revocation = clause;
  }

  void claims() {
    auto node = part_.get("claims");
    if (!node) return;
    places_.emplace("claims", *node);
    Part part(*node, "claims");
    value(part, "contest_within", rule_.claims.contest_within, "claims.");
    value(part, "burden", rule_.claims.burden, "claims.");
    value(part, "claim_fee", rule_.claims.claim_fee, "claims.");
    value(part, "contest_fee", rule_.claims.contest_fee, "claims.");
  }

  void examples() {
    auto node = part_.get("examples");
    if (!node) return;
    for (const yaml::YamlNode& item : node->items()) {
      std::string at = fmt::format("examples[{}].", rule_.examples.size());
      places_.emplace(fmt::format("examples[{}]", rule_.examples.size()), item);
      Part part(item, "examples[]");
      Example e;
      if (auto given = part.get("given"))
        e.given = read_example_values(*given, at + "given", true, places_);
      if (auto expect = part.get("expect")) {
        e.expect = read_example_values(*expect, at + "expect", false, places_);
        if (expect->is_map() && expect->entries().empty()) places_.emplace(at + "expect", *expect);
      }
      rule_.examples.push_back(std::move(e));
    }
  }

  void goals() {
    auto node = part_.get("goals");
    if (!node) return;
    for (const yaml::YamlNode& item : node->items()) {
      Part part(item, "goals[]");
      Goal g;
      std::string at = fmt::format("goals[{}].", rule_.goals.size());
      value(part, "name", g.name, at);
      g.always = part.has("always");
      if (item.is_map() && g.always == part.has("never"))
        item.complain(g.always ? "both `always` and `never`" : "neither `always` nor `never`",
                      "one of them");
      g.claim = expression(part, g.always ? "always" : "never", at, "claim");
      rule_.goals.push_back(std::move(g));
    }
  }

  /// A fault is told where its part stands; a part that could not be read has been told about.
  void place(Fault fault) {
    auto it = places_.find(fault.place);
    if (it == places_.end()) it = places_.find(fault.stands_at);
    if (it != places_.end())
      problems_.push_back(it->second.problem(std::move(fault.what), std::move(fault.expected)));
  }

  void collect() {
    const Problems& read = yaml::yaml_problems(root_);
    problems_.insert(problems_.end(), read.begin(), read.end());
    for (Problem& p : problems_)
      for (std::string_view key : kLaterKeys)
        if (p.what == fmt::format("unknown key `{}`", key)) {
          p.what += ": not yet in this version";
          break;
        }
    for (Problem& p : problems_)
      for (const RetiredKey& old : kRetiredKeys)
        if (p.what == fmt::format("unknown key `{}`", old.key))
          p.what = fmt::format("`{}` is {}", old.key, old.instead), p.expected = "`claims`";
    auto place_of = [](const Problem& p) { return std::tie(p.line, p.column); };
    std::stable_sort(problems_.begin(), problems_.end(), [&](const Problem& a, const Problem& b) {
      // Problems of a superseded file stay behind those of this one.
      if (a.file != b.file) return a.file == file_;
      return place_of(a) < place_of(b);
    });
    auto same = [](const Problem& a, const Problem& b) {
      return std::tie(a.file, a.line, a.column, a.what) ==
             std::tie(b.file, b.line, b.column, b.what);
    };
    auto end = std::unique(problems_.rbegin(), problems_.rend(), same);
    problems_.erase(problems_.begin(), end.base());
  }

  std::string file_;
  yaml::YamlNode root_;
  const SupersedesResolver& resolver_;
  Part part_;
  Rule rule_;
  PartNodes places_;
  std::vector<RawBands> bands_;     // until the compensations are put together
  std::set<std::string> composed_;  // parts that were: by Fault::place
  Problems problems_;
};

}  // namespace

Result<Rule> parse_rule(std::string file, std::string text, const SupersedesResolver& resolver,
                        RulePlaces* places) {
  auto root = yaml::parse_yaml(file, std::move(text));
  if (!root) return tl::unexpected(root.error());
  return parse_rule(std::move(file), *root, resolver, places);
}

Result<Rule> parse_rule(std::string file, const yaml::YamlNode& root, const SupersedesResolver& resolver,
                        RulePlaces* places) {
  return RuleReader(std::move(file), root, resolver).run(places);
}

}  // namespace capmarket::rules
