#include "verify/analyses/golden_case.h"

#include <algorithm>
#include <optional>

#include "model/base/text.h"
#include "model/expr/evaluate.h"
#include "verify/question/symbolic_request.h"

namespace capmarket::analyses {
namespace {

/// A case with everything that it does not give filled in: the smallest request of the limits, for
/// one hour where that fits, by somebody that no expression mentions.
class GoldenCase {
 public:
  GoldenCase(const question::RuleSubject& subject, const rules::Example& example)
      : subject_(subject), rule_(subject.rule()), example_(example) {}

  GoldenOutcome run() {
    build();
    decide();
    return {std::move(got_), tier_, displaced_, as_case()};
  }

 private:
  const std::string* given(std::string_view name) const {
    for (const rules::NamedValue& v : example_.given)
      if (v.name == name) return &v.value;
    return nullptr;
  }
  template <class T, class Parse>
  T value(std::string_view name, T otherwise, Parse parse) const {
    const std::string* text = given(name);
    return text == nullptr ? otherwise : T(*parse(*text, nullptr));
  }
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const {
    return value<std::int64_t>(name, otherwise, parse_integer);
  }
  Money money(std::string_view name, Money otherwise) const {
    return value<Money>(name, otherwise, parse_money);
  }
  Duration duration(std::string_view name, Duration otherwise) const {
    return value<Duration>(name, otherwise, parse_duration);
  }
  Instant instant(std::string_view name, Instant otherwise) const {
    return value<Instant>(name, otherwise, parse_instant);
  }
  bool boolean(std::string_view name) const {
    const std::string* text = given(name);
    return text != nullptr && *text == "true";
  }
  std::vector<std::string> set(std::string_view name) const {
    std::vector<std::string> out;
    const std::string* text = given(name);
    for (std::size_t from = 0; text != nullptr && from < text->size();) {
      std::size_t comma = std::min(text->find(", ", from), text->size());
      out.push_back(text->substr(from, comma - from));
      from = comma + 2;
    }
    return out;
  }

  Instant up(Instant t) const {
    std::int64_t origin = rule_.origin.value_or(Instant(0)).value, step = rule_.granularity.value;
    return Instant(
        static_cast<std::int64_t>(-floor_div(-(Int128{t.value} - origin), step) * step + origin));
  }

  /// What a case leaves open is chosen so that its numbers are those of a market: the notice is the
  /// lead, a value is that of some price.
  std::optional<question::RequestCase> as_case() const {
    question::RequestCase c;
    c.user = user_, c.holder = holder_, c.location = location_, c.leg = leg_;
    c.admission = leg_.signed_at;
    if (!victim_) return c;
    chain::VictimContext v = *victim_;
    if (!given("start") && !given("lead") && !given("victim.start")) {
      Duration later = up(c.admission + v.notice) - c.leg.window.from;
      c.leg.window = {c.leg.window.from + later, c.leg.window.until + later};
      v.window = {v.window.from + later, v.window.until + later};
    }
    const Int128 volume = volume_of(v.quantity, v.window.length()).value;
    if (given("victim.value") && !given("victim.price") && volume > 0)
      v.price = Money(
          static_cast<std::int64_t>(floor_div(Int128{v.value.value} * kNanosPerHour, volume)));
    Instant from = std::max({c.leg.window.from, v.window.from, up(c.admission)});
    if (from - c.admission != v.notice) c.admission = from - v.notice;
    c.victim = v;
    c.whole = v.quantity;
    c.piece = v.window;
    c.release = {from, std::min(c.leg.window.until, v.window.until)};
    c.part_from = from;
    bool meets = !c.release.empty() && c.leg.signed_at <= c.admission &&
                 c.admission - c.leg.signed_at <= rule_.limits.skew;
    return meets && v.times_displaced == 0 ? std::optional(c) : std::nullopt;
  }

  void build() {
    const rules::Limits& l = rule_.limits;
    user_.kind = given("user.kind") ? *given("user.kind") : "somebody";
    holder_.kind = given("holder.kind") ? *given("holder.kind") : "somebody";
    user_.groups = set("user.groups");
    holder_.groups = set("holder.groups");
    location_ = given("location") ? location::Location{*given("location")} : rule_.scope;
    leg_.user = &user_, leg_.holder = &holder_, leg_.location = &location_;
    leg_.quantity = Quantity(integer("quantity", std::max<std::int64_t>(1, l.quantity_min.value)));
    leg_.price = money("price", Money(question::admissible_prices(rule_).first));
    window();
    leg_.partial = boolean("partial");
    if (std::any_of(example_.given.begin(), example_.given.end(), [](const rules::NamedValue& v) {
          return expr::variables()[static_cast<std::size_t>(expr::variable_row(v.name))].place ==
                 expr::ExprPlace::displacement;
        }))
      victim();
  }

  void window() {
    const rules::Limits& l = rule_.limits;
    Duration lead = duration("lead", l.lead_min);
    if (given("start")) {
      leg_.window.from = *parse_instant(*given("start"));
      leg_.signed_at = instant("now", leg_.window.from - lead);
    } else if (given("now")) {
      leg_.signed_at = *parse_instant(*given("now"));
      leg_.window.from = given("lead") ? leg_.signed_at + lead : up(leg_.signed_at + lead);
    } else {  // some instant of the window from which the lead ends on a multiple
      leg_.window.from = up(rule_.effective.from + lead);
      leg_.signed_at = leg_.window.from - lead;
    }
    Duration hour(std::clamp(kNanosPerHour, l.length_min.value, l.length_max.value));
    if (hour.value % rule_.granularity.value != 0)
      hour = Duration(hour.value + rule_.granularity.value - hour.value % rule_.granularity.value);
    leg_.window.until = instant("until", leg_.window.from + duration("length", hour));
  }

  /// Of the lowest tier, its grant as the leg is, all of it released.
  void victim() {
    chain::VictimContext v;
    const rules::Tier& lowest = rule_.tiers.back();
    v.tier = given("victim.tier") ? *given("victim.tier") : lowest.name;
    const rules::Tier* named = rule_.tier(v.tier);
    v.rank = integer("victim.rank", named == nullptr ? lowest.rank : named->rank);
    v.quantity = Quantity(integer("victim.quantity", integer("released", leg_.quantity.value)));
    v.released = Quantity(integer("released", v.quantity.value));
    v.price = money("victim.price", leg_.price);
    v.window.from = instant("victim.start", leg_.window.from);
    v.window.until =
        instant("victim.until", v.window.from + duration("victim.length", leg_.window.length()));
    v.notice = duration("notice", std::max(Duration(0), leg_.window.from - leg_.signed_at));
    v.started = boolean("victim.started");
    v.times_displaced = integer("victim.times_displaced", 0);
    Money whole = value_of(v.price, volume_of(v.quantity, v.window.length())).value_or(Money(0));
    v.value = money("victim.value", whole);
    v.whole_value = money("victim.whole_value", std::max(whole, v.value));
    victim_ = v;
  }

  bool holds(const rules::Tier& t) const {
    return Concrete::holds(
        expr::evaluate_bool<Concrete>(t.eligible, chain::eligibility_bindings(rule_, t, leg_)));
  }

  bool inside_limits() const {
    const rules::Limits& l = rule_.limits;
    Duration length = leg_.window.length(), lead = leg_.window.from - leg_.signed_at;
    std::int64_t step = rule_.granularity.value;
    return rule_.effective.contains(leg_.signed_at) && !leg_.window.empty() &&
           Quantity(0) < leg_.quantity && l.quantity_min <= leg_.quantity &&
           leg_.quantity <= l.quantity_max && l.length_min <= length && length <= l.length_max &&
           l.lead_min <= lead && lead <= l.lead_max && up(leg_.window.from) == leg_.window.from &&
           length.value % step == 0;
  }

  bool price_fits(const rules::Tier& t) const {
    const rules::Pricing& p = rule_.pricing;
    bool inside = rule_.limits.price_min <= leg_.price && leg_.price <= rule_.limits.price_max;
    if (p.mode == rules::PricingMode::fixed) {
      auto tariff = rule_.tariff_for(t.name, leg_.window.from);
      // A case that gives no price pays the tariff.
      return tariff && (given("price") == nullptr || (inside && leg_.price == *tariff));
    }
    // Discovered: where there is no index yet.
    return inside && p.floor <= leg_.price && leg_.price <= p.cap;
  }

  void decide() {
    if (const std::string* name = given("tier")) {
      tier_ = rule_.tier(*name);
      if (tier_ != nullptr && !holds(*tier_)) tier_eligible_ = false;
    } else {
      auto it = std::find_if(rule_.tiers.begin(), rule_.tiers.end(),
                             [&](const rules::Tier& t) { return holds(t); });
      tier_ = it == rule_.tiers.end() ? nullptr : &*it;
    }
    bool admitted = tier_ != nullptr && tier_eligible_ && inside_limits() && price_fits(*tier_);
    Concrete::Int owed = Concrete::integer(0);
    if (victim_ && tier_ != nullptr && tier_->displaces) {
      const rules::Tier* theirs = rule_.tier(victim_->tier);
      Instant released = leg_.signed_at + victim_->notice;
      bool floor = !victim_->started || theirs == nullptr || !theirs->min_run ||
                   victim_->window.from + *theirs->min_run <= released;
      bool stops = tier_->displaces->stop_within.value_or(victim_->notice) <= victim_->notice;
      displaced_ = admitted && !boolean("user.overdue") && victim_->rank < tier_->rank && floor &&
                   stops &&
                   Concrete::holds(chain::displacement_holds(rule_, *tier_, leg_, *victim_));
      if (displaced_)
        owed = max_of<Concrete>(chain::displacement_compensation(rule_, *tier_, leg_, *victim_),
                                Concrete::integer(0));
    }
    outcome(admitted, owed);
  }

  /// A failure is of the whole grant, under the first strategy of the catalog.
  void outcome(bool admitted, const Concrete::Int& owed) {
    auto word = [](bool b) { return std::string(b ? "true" : "false"); };
    Money value =
        value_of(leg_.price, volume_of(leg_.quantity, leg_.window.length())).value_or(Money(0));
    auto part = [&](BasisPoints rules::FallbackStrategy::*ratio) {
      BasisPoints of = rule_.fallback.empty() ? BasisPoints(0) : rule_.fallback.front().*ratio;
      return Money(mul_div_floor(value.value, of.value, kFullRatio).value_or(0));
    };
    got_["admitted"] = word(admitted);
    got_["displaced"] = word(displaced_);
    got_["failed"] = word(admitted && !rule_.fallback.empty());
    got_["compensation"] = owed.poisoned ? "an overflow" : to_text(Money(owed.value));
    got_["refund"] = to_text(admitted ? part(&rules::FallbackStrategy::refund) : Money(0));
    got_["penalty"] = to_text(admitted ? part(&rules::FallbackStrategy::penalty) : Money(0));
  }

  const question::RuleSubject& subject_;
  const rules::Rule& rule_;
  const rules::Example& example_;
  objects::CredentialGrant user_, holder_;
  location::Location location_;
  chain::EligibilityContext leg_;
  std::optional<chain::VictimContext> victim_;
  const rules::Tier* tier_ = nullptr;
  bool tier_eligible_ = true, displaced_ = false;
  std::map<std::string, std::string> got_;
};

}  // namespace

GoldenOutcome decide_example(const question::RuleSubject& subject, const rules::Example& example) {
  return GoldenCase(subject, example).run();
}

}  // namespace capmarket::analyses
