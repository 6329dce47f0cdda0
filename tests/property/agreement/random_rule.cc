#include "tests/property/agreement/random_rule.h"

#include <fmt/format.h>

#include "model/base/text.h"
#include "model/expr/evaluate.h"
#include "model/rules/parse.h"

namespace capmarket::agreement {
namespace {

class Text {
 public:
  /// `chooses`: of a condition on victims, which reads nothing of what is released.
  Text(Random& random, bool victim, bool chooses = false)
      : random_(random), victim_(victim), chooses_(chooses) {}

  std::string integer(int depth) {
    auto one = [&] { return integer(depth - 1); };
    switch (random_.in(0, depth > 0 ? 7 : 2)) {
      case 0:
        if (victim_ && !chooses_ && random_.one_in(6)) return "released";
        return victim_ ? random_.word({"quantity", "rank", "victim.rank", "victim.quantity",
                                       "victim.times_displaced", "start.hour", "start.weekday"})
                       : random_.word({"quantity", "rank", "start.hour", "start.weekday"});
      case 1:
        return std::to_string(random_.in(-20, 20));
      case 2:
        return random_.word({"4611686018427387000", "1", "10", "500"});
      case 3:
        return "(" + one() + " + " + one() + ")";
      case 4:
        return "(" + one() + " - " + one() + ")";
      case 5:
        return "(" + one() + " * " + one() + ")";
      case 6:
        return "max(" + one() + ", " + one() + ")";
      default:
        return "(" + boolean(depth - 1) + " ? " + one() + " : " + one() + ")";
    }
  }
  std::string duration(int depth) {
    auto one = [&] { return duration(depth - 1); };
    switch (random_.in(0, depth > 0 ? 5 : 1)) {
      case 0:
        return victim_ ? random_.word({"lead", "length", "notice", "victim.length"})
                       : random_.word({"lead", "length"});
      case 1:
        return random_.word({"0s", "1min", "90s", "8h", "100y"});
      case 2:
        return "(" + one() + " + " + one() + ")";
      case 3:
        return "(" + random_.word({"1.5", "0.3333", "-0.25"}) + " * " + one() + ")";
      case 4:
        return "(" + std::to_string(random_.in(-3, 9)) + " * " + one() + ")";
      default:
        return "min(" + one() + ", start - now)";
    }
  }
  std::string money(int depth) {
    auto one = [&] { return money(depth - 1); };
    switch (random_.in(0, depth > 0 ? 7 : 1)) {
      case 0:
        if (victim_ && !chooses_ && random_.one_in(5)) return "victim.value";
        return victim_ ? random_.word({"value", "price", "victim.price", "victim.whole_value"})
                       : random_.word({"value", "price"});
      case 1:
        return random_.word({"0.00", "1.00", "-0.0003", "10.00", "400000000000.00"});
      case 2:
        return "(" + random_.word({"1.5", "0.3333", "-2.0007", "0.0001"}) + " * " + one() + ")";
      case 3:
        return "(" + one() + " + " + one() + ")";
      case 4:
        return "(-" + one() + ")";
      case 5:
        return "max(" + one() + ", " + one() + ")";
      case 6:
        return "(" + integer(depth - 1) + " * " + one() + ")";
      default:
        return "(" + boolean(depth - 1) + " ? " + one() + " : abs(" + one() + "))";
    }
  }
  std::string boolean(int depth) {
    auto one = [&] { return boolean(depth - 1); };
    switch (random_.in(0, depth > 0 ? 9 : 3)) {
      case 0:
        return victim_ ? random_.word({"partial", "victim.started", "victim.rank < rank"})
                       : random_.word({"partial", "true", "now < start"});
      case 1:
        return random_.word({"user.kind == 'a'", "user.kind != holder.kind", "tier in ['t0', 'b']",
                             "'g' in user.groups", "'h' in holder.groups", "location in 'eu/de'"});
      case 2:
        return compared(integer(std::max(0, depth - 1)), integer(std::max(0, depth - 1)));
      case 3:
        return compared(duration(std::max(0, depth - 1)), duration(std::max(0, depth - 1)));
      case 4:
        return compared(money(depth - 1), money(depth - 1));
      case 5:
        return "(" + one() + " && " + one() + ")";
      case 6:
        return "(" + one() + " || " + one() + ")";
      case 7:
        return "(not " + one() + ")";
      case 8:
        return "(" + one() + " implies " + one() + ")";
      default:
        return "(" + one() + " ? " + one() + " : " + one() + ")";
    }
  }

 private:
  std::string compared(const std::string& a, const std::string& b) {
    return "(" + a + " " + random_.word({"<", "<=", ">", ">=", "==", "!="}) + " " + b + ")";
  }
  Random& random_;
  bool victim_, chooses_;
};

std::string pricing(Random& r) {
  switch (r.in(0, 3)) {
    case 0:
      return fmt::format("{{ mode: fixed, tariff: {}.25 }}", r.in(0, 9));
    case 1:
      return fmt::format(
          "{{ mode: fixed, tariff: [ {{ tier: t0, from: 2026-01-01T00:00:00Z, until: "
          "2026-07-01T00:00:00Z, price: {}.00 }} ] }}",
          r.in(0, 9));
    case 2:
      return fmt::format("{{ mode: negotiated, floor: {}.00, cap: {}.00 }}", r.in(0, 5),
                         r.in(3, 20));
    default:
      return fmt::format(
          "{{ mode: discovered, over: 1h, band: {}%, max_age: 15min, floor: {}.00, cap: {}.00 }}",
          r.in(0, 30), r.in(0, 5), r.in(3, 20));
  }
}

std::string tier(Random& r, int i) {
  std::string out = fmt::format("  - name: t{}\n    rank: {}\n    eligible: \"{}\"\n", i,
                                30 - 10 * i, r.one_in(3) ? "true" : Text(r, false).boolean(3));
  if (r.one_in(3)) out += fmt::format("    min_run: {}min\n", r.in(0, 90));
  if (r.one_in(3)) return out;
  return out + fmt::format(
                   "    displaces:\n      when: \"{}\"\n      compensation: \"{}\"\n"
                   "      pay_within: 1h\n",
                   r.one_in(3) ? "true" : Text(r, true, true).boolean(3),
                   Text(r, true).money(3));
}

std::int64_t near(Random& r, std::int64_t low, std::int64_t high) {
  switch (r.in(0, 15)) {
    case 0:
      return low + r.in(-1, 1);
    case 1:
      return high + r.in(-1, 1);
    case 2:
      return r.in(-5, 50);
    default:
      return low <= high ? r.in(low, high) : low;
  }
}

objects::CredentialGrant party(Random& r) {
  objects::CredentialGrant out;
  out.kind = r.word({"a", "b", "t0", "nobody"});
  if (r.one_in(2)) out.groups.push_back("g");
  if (r.one_in(2)) out.groups.push_back("h");
  return out;
}

}  // namespace

std::optional<rules::Rule> random_rule(Random& r) {
  std::string text = fmt::format(
      "rule: r\nversion: 1\nauthority: a\nclass: c\nscope: eu\n"
      "effective: {{ from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }}\n"
      "granularity: {}\nzone: {{ name: z, offset: \"{}\", changes: [ {{ from: 2026-05-01T00:30:00Z, offset: "
      "\"{}\" }} ] }}\nunit: u\nretention: {}d\ncurrency: EUR\n"
      "limits: {{ quantity: {} .. {}, price: 0.00 .. {}.00, length: 1min .. {}h, lead: {}s .. {}d, "
      "skew: {}s }}\ncoordination: {}\npricing: {}\ntiers:\n",
      r.word({"1s", "1min", "7s"}), r.word({"+01:00", "-23:59", "+00:00"}),
      r.word({"+02:00", "+13:45"}), r.in(0, 400), r.in(0, 5), r.in(5, 1000), r.in(1, 100),
      r.in(1, 24), r.in(0, 60), r.in(1, 30), r.in(0, 20),
      r.word({"{ mode: none }", "{ mode: single }", "{ mode: sharded, by: 2 }", "{ mode: peer }"}),
      pricing(r));
  const std::int64_t tiers = r.in(1, 3);
  for (int i = 0; i < tiers; ++i) text += tier(r, i);
  text +=
      "fallback:\n  - { name: s, substitution: none, notify_within: 1s, refund: 100%, penalty: 1% "
      "}\n";
  auto rule = rules::parse_rule("random", text);
  return rule ? std::optional(*std::move(rule)) : std::nullopt;
}

chain::EligibilityContext RandomLeg::context() const {
  chain::EligibilityContext out = leg;
  out.user = &user, out.holder = &holder, out.location = &location;
  return out;
}

RandomLeg random_leg(Random& r, const rules::Rule& rule) {
  const rules::Limits& l = rule.limits;
  RandomLeg out;
  out.user = party(r), out.holder = party(r);
  out.location = location::Location{r.word({"eu", "eu/de", "eu/de/n1", "eu/fr"})};
  out.leg.quantity = Quantity(near(r, l.quantity_min.value, l.quantity_max.value));
  out.leg.price = Money(near(r, l.price_min.value, l.price_max.value));
  if (r.one_in(2))
    out.leg.price =
        rule.pricing.mode == rules::PricingMode::fixed ? rule.pricing.tariff : rule.pricing.floor;
  out.leg.partial = r.one_in(2);
  const std::int64_t g = rule.granularity.value;
  auto aligned = [&](std::int64_t t) { return r.one_in(6) ? t : t - t % g; };
  std::int64_t signed_at = rule.effective.from.value + near(r, 0, 300 * 24 * kNanosPerHour);
  std::int64_t from = aligned(signed_at + near(r, l.lead_min.value, l.lead_max.value) + g);
  std::int64_t length = aligned(near(r, l.length_min.value, l.length_max.value));
  out.leg.signed_at = Instant(signed_at);
  out.leg.window = {Instant(from), Instant(from + length)};
  chain::VictimContext& v = out.victim;
  v.tier = r.word({"t1", "t2", "gone"});
  const rules::Tier* theirs = rule.tier(v.tier);
  v.rank = theirs == nullptr ? r.in(-5, 40) : theirs->rank;
  v.quantity = Quantity(near(r, 1, l.quantity_max.value));
  v.released = Quantity(r.in(1, std::max<std::int64_t>(1, v.quantity.value)));
  v.price = Money(near(r, l.price_min.value, l.price_max.value));
  v.window = {Instant(from - r.in(0, 2) * kNanosPerHour), Instant(from + length)};
  v.value = Money(r.one_in(8) ? kWireMax : r.in(0, 1'000'000));
  v.whole_value = Money(r.in(v.value.value, v.value.value + 1'000));
  v.started = r.one_in(2);
  v.times_displaced = r.in(0, 3);
  v.notice = Duration(r.in(0, 7200) * kNanosPerSecond);
  return out;
}

}  // namespace capmarket::agreement
