#include "verify/analyses/example_case.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/analyses/value_search.h"
#include "verify/witness/scenario.h"
#include "verify/witness/scenario_parts.h"

namespace capmarket::analyses {
namespace {

using question::RequestCase;

/// A case put together in the order in which one number follows from another.
class ExampleCase {
 public:
  ExampleCase(const question::RuleSubject& subject, const rules::Example& example,
              const rules::Tier& tier, std::uint32_t tries)
      : subject_(subject), rule_(subject.rule()), given_(example), tier_(tier), tries_(tries) {}

  tl::expected<RequestCase, NoMarket> run() {
    parties();
    if (given_.of_victim())
      if (auto none = find_version()) return tl::unexpected(*none);
    quantities();
    length_ = length();
    victim_is_whole_ =
        !given_.has("victim.start") && !given_.has("victim.until") && !given_.has("victim.length");
    prices();
    if (auto none = values()) return tl::unexpected(*none);
    instants();
    if (version_rule_ != nullptr) victim();
    return case_;
  }

 private:
  void parties() {
    auto party = [&](objects::CredentialGrant& of, const std::string& who) {
      const std::string* kind = given_.text(who + ".kind");
      of.kind = kind != nullptr ? *kind : nobody();
      of.groups = given_.names(who + ".groups");
    };
    party(case_.user, "user");
    party(case_.holder, "holder");
    const std::string* place = given_.text("location");
    case_.location = place != nullptr ? location::Location{*place} : rule_.scope;
    case_.leg.partial = given_.is("partial", true);
  }

  /// A kind that no expression mentions; of a closed vocabulary one that is allowed.
  std::string nobody() const {
    if (!rule_.vocabulary || rule_.vocabulary->kinds.empty()) return "somebody";
    for (const std::string& kind : rule_.vocabulary->kinds)
      if (subject_.world.name_index(kind) < 0) return kind;
    return rule_.vocabulary->kinds.front();
  }

  /// The version and tier of the victim: of this one where it has them, else of the latest before.
  std::optional<NoMarket> find_version() {
    const std::string* name = given_.text("victim.tier");
    const auto rank = given_.integer("victim.rank");
    for (std::size_t v = 0; v <= subject_.earlier.size() && version_rule_ == nullptr; ++v) {
      const rules::Rule& r = v == 0 ? rule_ : subject_.earlier[v - 1]->rule;
      for (auto t = r.tiers.rbegin(); t != r.tiers.rend(); ++t) {
        if ((name != nullptr && t->name != *name) || (rank && t->rank != *rank)) continue;
        version_rule_ = &r, victim_tier_ = &*t, version_ = static_cast<int>(v);
        break;
      }
    }
    if (version_rule_ != nullptr) return std::nullopt;
    std::string known;
    for (const rules::Tier& t : rule_.tiers)
      known += fmt::format("{}`{}` of rank {}", known.empty() ? "" : ", ", t.name, t.rank);
    return NoMarket{name != nullptr ? "victim.tier" : "victim.rank",
                    "no version that is here has such a tier", "one of " + known};
  }

  /// The leg, the victim and what is released of it are as large as each other where that is free.
  void quantities() {
    const rules::Limits& l = rule_.limits;
    const auto q = given_.integer("quantity"), v = given_.integer("victim.quantity"),
               r = given_.integer("released");
    const std::int64_t least = std::max<std::int64_t>(1, l.quantity_min.value);
    quantity_ = q.value_or(std::max(least, r.value_or(v.value_or(least))));
    const std::int64_t granted = std::min(quantity_, std::max(least, l.quantity_max.value));
    victim_quantity_ = v.value_or(r.value_or(granted));
    released_ = r.value_or(std::min(quantity_, victim_quantity_));
    all_free_ = !q && !v && !r;
  }

  Duration length() const {
    if (auto d = given_.duration("length")) return *d;
    const auto from = given_.instant("start"), until = given_.instant("until");
    if (from && until) return *until - *from;
    const rules::Limits& l = rule_.limits;
    const std::int64_t g = rule_.granularity.value;
    std::int64_t hour = std::clamp(kNanosPerHour, l.length_min.value, l.length_max.value);
    std::int64_t up = static_cast<std::int64_t>(-floor_div(-Int128{hour}, g) * g);
    return Duration(up <= l.length_max.value ? up : up - g);
  }
  bool length_is_free() const {
    return !given_.has("length") && !given_.has("until") && victim_is_whole_;
  }

  /// What a tier of a version can pay without an index, at that start under a schedule.
  static std::pair<std::int64_t, std::int64_t> prices_of(const rules::Rule& r, const rules::Tier& t,
                                                         std::optional<Instant> start) {
    auto [low, high] = question::admissible_prices(r);
    if (r.pricing.mode == rules::PricingMode::discovered) {
      low = std::max(low, r.pricing.floor.value);
      high = std::max(low, std::min(high, r.pricing.cap.value));
    }
    if (r.pricing.mode != rules::PricingMode::fixed) return {low, high};
    std::optional<Money> tariff = start ? r.tariff_for(t.name, *start) : std::nullopt;
    if (!start && r.pricing.schedule.empty()) tariff = r.pricing.tariff;
    for (const rules::TariffEntry& e : r.pricing.schedule)
      if (!start && !tariff && e.tier == t.name) tariff = e.price;
    if (tariff) low = high = tariff->value;
    return {low, high};
  }

  /// Prices as far as they do not follow from a value.
  void prices() {
    const auto start = known_start();
    price_ = given_.money("price").value_or(Money(prices_of(rule_, tier_, start).first));
    if (version_rule_ == nullptr) return;
    const Money same(std::clamp(price_.value, victim_prices().first, victim_prices().second));
    victim_price_ = given_.money("victim.price").value_or(same);
  }
  std::pair<std::int64_t, std::int64_t> victim_prices() const {
    const auto start = given_.has("victim.start") ? given_.instant("victim.start") : known_start();
    return prices_of(*version_rule_, *victim_tier_, start);
  }

  /// What is given of value decides the price, then the quantity, then the length.
  std::optional<NoMarket> values() {
    if (auto value = given_.money("value")) {
      ValueSearch s = search(*value, "price", price_, prices_of(rule_, tier_, known_start()));
      s.quantity = quantity_;
      s.quantity_most = all_free_ ? rule_.limits.quantity_max.value : quantity_;
      auto found = find_value(s);
      if (!found) return no_value("value", s);
      price_ = found->price, quantity_ = found->quantity, length_ = found->length;
      if (all_free_) victim_quantity_ = released_ = quantity_;
    }
    if (version_rule_ == nullptr) return std::nullopt;
    return victim_values();
  }

  ValueSearch search(Money value, const char* price_name, Money price,
                     std::pair<std::int64_t, std::int64_t> prices) const {
    ValueSearch s;
    s.value = value;
    std::tie(s.price_low, s.price_high) = prices;
    if (given_.has(price_name)) s.price_low = s.price_high = price.value;
    s.length = s.length_least = s.length_most = length_;
    if (length_is_free() && !given_.has("value")) {
      s.length_least = rule_.limits.length_min;
      s.length_most = rule_.limits.length_max;
    }
    s.step = rule_.granularity;
    s.tries = tries_;
    return s;
  }

  std::optional<NoMarket> victim_values() {
    auto whole = given_.money("victim.whole_value");
    auto value = given_.money("victim.value");
    if (!value && !whole) return std::nullopt;
    const char* name = value ? "victim.value" : "victim.whole_value";
    ValueSearch s = search(value.value_or(*(value ? value : whole)), "victim.price", victim_price_,
                           victim_prices());
    const bool free = !given_.has("released") && !given_.has("victim.quantity");
    if (!victim_is_whole_) s.length = s.length_least = s.length_most = released_length();
    s.quantity = s.quantity_most = value ? released_ : victim_quantity_;
    auto found = find_value(s);
    if (!found && free && !given_.has("value")) {
      s.quantity = given_.has("quantity") ? 1 : s.quantity;
      s.quantity_most = given_.has("quantity") ? quantity_ : rule_.limits.quantity_max.value;
      found = find_value(s);
    }
    if (!found) return no_value(name, s);
    victim_price_ = found->price;
    if (victim_is_whole_) length_ = found->length;
    if (free) victim_quantity_ = released_ = found->quantity;
    if (!given_.has("quantity")) quantity_ = std::max(quantity_, released_);
    whole_quantity_ = victim_quantity_;
    return whole ? whole_of(*whole) : std::nullopt;
  }

  /// How long what is released lasts, from what is given of the victim's window.
  Duration released_length() const {
    Duration d = given_.duration("victim.length").value_or(length_);
    const auto from = given_.instant("victim.start"), until = given_.instant("victim.until");
    const auto start = known_start();
    if (from && until) d = *until - *from;
    if (start && from && *start < *from) d = std::min(d, end_of(*start) - *from);
    if (start && until && *until < end_of(*start)) d = std::min(d, *until - *start);
    return std::min(d, length_);
  }

  /// The grant is larger than what is released: of more units, else longer.
  std::optional<NoMarket> whole_of(Money whole) {
    auto worth = [&](std::int64_t quantity, Duration d) {
      return value_of(victim_price_, volume_of(Quantity(quantity), d));
    };
    const auto from = given_.instant("victim.start"), until = given_.instant("victim.until");
    const Duration d =
        from && until ? *until - *from : given_.duration("victim.length").value_or(length_);
    if (worth(victim_quantity_, d) == whole) return std::nullopt;
    const Int128 unit = Int128{victim_price_.value} * d.value;
    const Int128 units = unit <= 0 ? 0 : -floor_div(-Int128{whole.value} * kNanosPerHour, unit);
    if (units >= victim_quantity_ && units <= rule_.limits.quantity_max.value &&
        worth(static_cast<std::int64_t>(units), d) == whole) {
      whole_quantity_ = static_cast<std::int64_t>(units);
      if (!given_.has("victim.quantity")) victim_quantity_ = whole_quantity_;
      return std::nullopt;
    }
    const Int128 second = Int128{victim_price_.value} * victim_quantity_;
    const std::int64_t g = rule_.granularity.value;
    const Int128 longer =
        second <= 0 ? 0 : -floor_div(-Int128{whole.value} * kNanosPerHour, second * g) * g;
    if (victim_is_whole_ && longer > d.value && longer < kWireMax &&
        worth(victim_quantity_, Duration(static_cast<std::int64_t>(longer))) == whole) {
      victim_length_ = Duration(static_cast<std::int64_t>(longer));
      return std::nullopt;
    }
    return NoMarket{
        "victim.whole_value",
        fmt::format("no grant at {} per unit and hour is worth that", to_text(victim_price_)),
        "a price x quantity x length of whole granules"};
  }

  std::optional<NoMarket> no_value(const char* name, const ValueSearch& s) const {
    std::string units = s.quantity == s.quantity_most
                            ? std::to_string(s.quantity)
                            : fmt::format("{} to {}", s.quantity, s.quantity_most);
    std::string span =
        s.length_least == s.length_most
            ? to_text(s.length)
            : fmt::format("{} to {}", to_text(s.length_least), to_text(s.length_most));
    const bool all = s.quantity == s.quantity_most && s.length_least == s.length_most;
    return NoMarket{name,
                    fmt::format("no price from {} to {} gives {} with {} {} for {}{}",
                                to_text(Money(s.price_low)), to_text(Money(s.price_high)),
                                to_text(s.value), units, rule_.unit, span,
                                all ? "" : fmt::format(" (`--effort value-tries={}`)", s.tries)),
                    "a price x quantity x length that the rule admits"};
  }

  /// The start, where it does not depend on the fill-in.
  std::optional<Instant> known_start() const {
    if (auto start = given_.instant("start")) return start;
    if (auto now = given_.instant("now"))
      return witness::ceil_in(rule_, chain::after(*now, lead()));
    if (const rules::TariffEntry* entry = first_entry()) {
      Instant at = std::max(entry->window.from, chain::after(rule_.effective.from, lead()));
      return on_clock(witness::ceil_in(rule_, at));
    }
    return std::nullopt;
  }

  /// The first start from there on, hour by hour for a year, at which the rule's clock says what is
  /// given of it; `from` where none does.
  Instant on_clock(Instant from) const {
    const auto hour = given_.integer("start.hour"), weekday = given_.integer("start.weekday");
    if ((!hour && !weekday) || !rule_.zone) return from;
    Instant t = from;
    while (t < chain::after(from, Duration(366 * expr::kNanosPerDay))) {
      const Concrete::Int at = Concrete::integer(t.value);
      const bool fits = (!hour || expr::hour_of<Concrete>(*rule_.zone, at).value == *hour) &&
                        (!weekday || expr::weekday_of<Concrete>(*rule_.zone, at).value == *weekday);
      if (fits) return t;
      const Concrete::Int past =
          Concrete::mod_floor(expr::local_time<Concrete>(*rule_.zone, at), kNanosPerHour);
      t = witness::ceil_in(rule_, chain::after(t, Duration(kNanosPerHour - past.value)));
    }
    return from;
  }

  /// The first entry of a schedule that fits the tier, the price and the time of the version.
  const rules::TariffEntry* first_entry() const {
    const rules::TariffEntry* out = nullptr;
    for (const rules::TariffEntry& e : rule_.pricing.schedule) {
      if (rule_.pricing.mode != rules::PricingMode::fixed || e.tier != tier_.name) continue;
      if (given_.has("price") && e.price != *given_.money("price")) continue;
      if (e.window.until <= chain::after(rule_.effective.from, lead())) continue;
      if (out == nullptr || e.window.from < out->window.from) out = &e;
    }
    return out;
  }

  /// From signing to the start.
  Duration lead() const {
    if (auto d = given_.duration("lead")) return *d;
    const auto now = given_.instant("now"), start = given_.instant("start");
    if (now && start) return *start - *now;
    Duration least = rule_.limits.lead_min;
    if (auto notice = given_.duration("notice"); notice && !given_.has("victim.start"))
      least = std::max(least, std::min(*notice, rule_.limits.lead_max));
    // What has not begun begins later than now.
    if (given_.is("victim.started", false) && least.value == 0) least = rule_.granularity;
    return least;
  }

  /// How long the version must have been in force: for what lies before the request.
  Duration history() const {
    Int128 out = 0;
    const Int128 g = rule_.granularity.value;
    if (given_.is("user.overdue", true)) out += Int128{length_.value} + lead().value + 2 * g;
    if (given_.is("victim.started", true)) out += rule_.limits.lead_min.value + 2 * g;
    if (auto d = given_.duration("victim.length"); d && length_ < *d) out += d->value;
    return Duration(static_cast<std::int64_t>(std::clamp<Int128>(out, 0, kWireMax)));
  }
  Instant end_of(Instant start) const { return chain::after(start, length_); }

  void instants() {
    const Duration d = lead();
    Window& w = case_.leg.window;
    if (auto start = known_start())
      w.from = *start;
    else if (auto until = given_.instant("until"))
      w.from = *until - length_;
    else
      w.from = on_clock(
          witness::ceil_in(rule_, chain::after(chain::after(rule_.effective.from, history()), d)));
    w.until = end_of(w.from);
    case_.leg.signed_at = given_.instant("now").value_or(w.from - d);
    case_.admission = case_.leg.signed_at;
    case_.leg.quantity = Quantity(quantity_);
    case_.leg.price = price_;
    case_.overdue = given_.is("user.overdue", true);
    case_.waited = given_.duration("request.waited").value_or(Duration(0));
  }

  /// The grant that gives way, for as long as the leg where nothing else is given.
  void victim() {
    const Window& leg = case_.leg.window;
    chain::VictimContext v;
    v.tier = victim_tier_->name, v.rank = victim_tier_->rank;
    v.quantity = Quantity(victim_quantity_), v.released = Quantity(released_);
    v.price = victim_price_;
    v.times_displaced = given_.integer("victim.times_displaced").value_or(0);
    window_of(v, leg);
    const Instant grid = witness::ceil_in(rule_, case_.admission);
    Window release{std::max({leg.from, v.window.from, grid}), std::min(leg.until, v.window.until)};
    if (auto notice = given_.duration("notice"); notice && !release.empty())
      if (Instant at = release.from - *notice; case_.leg.signed_at < at) case_.admission = at;
    v.started = v.window.from <= case_.admission;
    v.notice = std::max(Duration(0), release.from - case_.admission);
    case_.whole = Quantity(std::max(whole_quantity_, victim_quantity_));
    case_.piece = v.window;
    if (v.times_displaced > 0) case_.piece.until = std::min(leg.until, v.window.until);
    case_.release = release;
    case_.part_from = release.from;
    auto worth = [&](Volume x) { return value_of(v.price, x).value_or(Money(0)); };
    const Volume live = volume_of(v.quantity, v.window.length());
    if (!release.empty())
      v.value = worth(live) - worth(live - volume_of(v.released, release.length()));
    v.whole_value = worth(volume_of(case_.whole, v.window.length()));
    case_.victim = v;
    case_.victim_version = version_;
    grow();
  }

  /// A grant that nobody could have been granted is tried with the quantities that its tier's
  /// eligibility mentions, least first, and the most.
  void grow() {
    if (given_.has("victim.whole_value") || witness::granted_to(subject_, case_)) return;
    std::vector<std::int64_t> all = {version_rule_->limits.quantity_max.value};
    for (const expr::ExprNode& n : victim_tier_->eligible.nodes)
      if (n.op == expr::Op::literal)
        for (std::int64_t quantity : {n.value, n.value + 1}) all.push_back(quantity);
    std::sort(all.begin(), all.end());
    for (std::int64_t quantity : all) {
      if (quantity <= case_.whole.value || version_rule_->limits.quantity_max.value < quantity)
        continue;
      RequestCase larger = case_;
      larger.whole = Quantity(quantity);
      if (!given_.has("victim.quantity")) larger.victim->quantity = larger.whole;
      larger.victim->whole_value =
          value_of(victim_price_, volume_of(larger.whole, larger.victim->window.length()))
              .value_or(Money(0));
      if (!witness::granted_to(subject_, larger)) continue;
      case_ = larger;
      return;
    }
  }

  void window_of(chain::VictimContext& v, const Window& leg) const {
    const auto from = given_.instant("victim.start"), until = given_.instant("victim.until");
    auto length = given_.duration("victim.length");
    if (!length && victim_length_.value > 0) length = victim_length_;
    Instant start = leg.from;
    if (given_.is("victim.started", true) && case_.leg.signed_at < leg.from)
      start = witness::ceil_in(rule_, case_.leg.signed_at) == case_.leg.signed_at
                  ? case_.leg.signed_at
                  : witness::ceil_in(rule_, case_.leg.signed_at) - rule_.granularity;
    if (auto notice = given_.duration("notice"); notice && leg.from - case_.leg.signed_at < *notice)
      start = chain::after(case_.leg.signed_at, *notice);
    v.window.from = from ? *from : until && length ? *until - *length : start;
    v.window.until = until ? *until : length ? chain::after(v.window.from, *length) : leg.until;
    // Each earlier displacement took a stretch of its tail, as long as the leg.
    if (!until && !length)
      for (std::int64_t i = 0; i < std::min<std::int64_t>(v.times_displaced, question::kTimesShown);
           ++i)
        v.window.until = chain::after(v.window.until, leg.length());
  }

  const question::RuleSubject& subject_;
  const rules::Rule& rule_;
  ExampleGiven given_;
  const rules::Tier& tier_;
  std::uint32_t tries_;
  RequestCase case_;
  const rules::Rule* version_rule_ = nullptr;
  const rules::Tier* victim_tier_ = nullptr;
  int version_ = 0;
  std::int64_t quantity_ = 1, victim_quantity_ = 1, released_ = 1, whole_quantity_ = 0;
  bool all_free_ = true, victim_is_whole_ = true;
  Duration length_, victim_length_;
  Money price_, victim_price_;
};

}  // namespace

tl::expected<RequestCase, NoMarket> case_of_example(const question::RuleSubject& subject,
                                                    const rules::Example& example,
                                                    const rules::Tier& tier, std::uint32_t tries) {
  return ExampleCase(subject, example, tier, tries).run();
}

}  // namespace capmarket::analyses
