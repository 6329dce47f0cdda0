// Who gains and who loses by each difference: one table over provisions, and what no table says.
// Source: docs/spec/analyses.md#effects.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "verify/diff/differ.h"

namespace capmarket::diff {
namespace {

/// Of a provision that has an order: who it is about, and what NEW's being more means to them. Less
/// means the reverse. `{tier}` is the difference's; what follows is `OLD's, is NEW's`.
struct OrderedRow {
  std::string_view provision, who;
  bool gains_by_more;
  std::string_view what;
};

constexpr OrderedRow kOrdered[] = {
    {"tiers.displaces.pay_within", "users whom tier `{tier}` displaces", false,
     "the time within which they are paid"},
    {"tiers.displaces.pay_within", "users of tier `{tier}`", true,
     "the time that they have to pay for a displacement"},
    {"tiers.preempts", "users of tier `{tier}`", false, "what binds later versions of the tier"},
    {"granularity", "users whom tier `{tier}` displaces", false,
     "the granule of what is released of them"},
    {"fallback.refund", "users", true, "the part of what fails that is paid back"},
    {"fallback.refund", "holders", false, "the part of what fails that they pay back"},
    {"fallback.penalty", "users", true, "the penalty that they are owed for what fails"},
    {"fallback.penalty", "holders", false, "the penalty that they owe for what fails"},
    {"fallback.notify_within", "holders", true,
     "the time that they have to give notice of a failure"},
    {"fallback.notify_within", "users", false, "the time after which a notice of failure is late"},
    {"fallback.substitution", "users", true, "the scope that substitutes may come from"},
    {"fallback.record", "holders", false, "what a record of a fallback must carry"},
    {"fallback.record", "users", true, "what a record of a fallback must carry"},
    {"dispute_within", "users", true, "the time within which a grant can be disputed"},
    {"dispute_within", "holders", false, "the time within which a grant can be disputed"},
    {"review_within", "parties of settlements in review", true,
     "the time within which they can dispute"},
    {"lease", "users", true, "the time after which a grant lapses unless it is renewed"},
    {"lease", "holders", false, "the time after which a grant lapses unless it is renewed"},
    {"surrender_fee", "users", false, "the part of its value that giving a grant back costs"},
    {"surrender_fee", "holders", true,
     "the part of its value that they get for a grant given back"},
    {"peer_penalty", "holders at fault in a breach", false, "the part of its value that they owe"},
    {"peer_penalty", "holders beside them", true, "the part of its value that they are owed"},
};

/// Parts of `claims`, which is one provision.
struct ClaimsRow {
  std::string_view who;
  bool gains_by_more;
  std::string_view what;
  std::int64_t (*of)(const rules::Claims&);
  std::string (*text)(const rules::Claims&);
};

std::int64_t contest_within(const rules::Claims& c) { return c.contest_within.value; }
std::int64_t burden(const rules::Claims& c) { return static_cast<std::int64_t>(c.burden); }
std::int64_t claim_fee(const rules::Claims& c) { return c.claim_fee.value; }
std::int64_t contest_fee(const rules::Claims& c) { return c.contest_fee.value; }
std::string contest_text(const rules::Claims& c) { return to_text(c.contest_within); }
std::string burden_text(const rules::Claims& c) { return std::string(rules::to_text(c.burden)); }
std::string claim_fee_text(const rules::Claims& c) { return percent_text(c.claim_fee.value); }
std::string contest_fee_text(const rules::Claims& c) { return percent_text(c.contest_fee.value); }

constexpr ClaimsRow kClaims[] = {
    {"holders", true, "the time that they have to contest a claim", contest_within, contest_text},
    {"users", false, "the time after which an uncontested claim stands", contest_within,
     contest_text},
    {"users", true, "who has to prove a contested claim", burden, burden_text},
    {"holders", false, "who has to prove a contested claim", burden, burden_text},
    {"users", false, "the fee that a claim costs where it falls", claim_fee, claim_fee_text},
    {"holders", true, "the fee that they get where a claim falls", claim_fee, claim_fee_text},
    {"holders", false, "the fee that a contest in vain costs", contest_fee, contest_fee_text},
    {"users", true, "the fee that they get where a contest is in vain", contest_fee,
     contest_fee_text},
};

/// Who goes first under that order; empty where all share or the draw decides.
std::string_view first_of(rules::VictimOrder order) {
  switch (order) {
    case rules::VictimOrder::latest_first:
      return "who was granted latest";
    case rules::VictimOrder::earliest_first:
      return "who was granted earliest";
    case rules::VictimOrder::cheapest:
      return "who pays least";
    case rules::VictimOrder::pro_rata:
      return "who has a small grant";
    case rules::VictimOrder::lottery:
      return "whom the draw finds";
  }
  return {};
}

std::string of_tier(const std::string& tier) { return fmt::format("users of tier `{}`", tier); }

std::string with_tier(std::string_view text, const std::string& tier) {
  std::string out(text);
  constexpr std::string_view kPlace = "{tier}";
  if (std::size_t at = out.find(kPlace); at != out.npos) out.replace(at, kPlace.size(), tier);
  return out;
}

std::string was_and_is(std::string_view what, const std::string& older, const std::string& newer) {
  return fmt::format("{} was {}, and is {}", what, older, newer);
}

/// Adds to a list in which each stands once.
class Effects {
 public:
  Effects(std::vector<Effect>& out, const Difference& d) : out_(out), of_(d) {}
  void add(std::string who, bool gains, std::string what) {
    Effect e{std::move(who), gains, std::move(what), of_.provision, of_.tier};
    const bool known = std::any_of(out_.begin(), out_.end(), [&](const Effect& x) {
      return x.who == e.who && x.gains == e.gains && x.what == e.what;
    });
    if (!known) out_.push_back(std::move(e));
  }
  void gains(std::string who, std::string what) { add(std::move(who), true, std::move(what)); }
  void loses(std::string who, std::string what) { add(std::move(who), false, std::move(what)); }

 private:
  std::vector<Effect>& out_;
  const Difference& of_;
};

void ordered_rows(const Difference& d, Effects& out) {
  for (const OrderedRow& row : kOrdered)
    if (row.provision == d.provision && d.rise != 0)
      out.add(with_tier(row.who, d.tier), (d.rise > 0) == row.gains_by_more,
              was_and_is(row.what, d.old_outcome, d.new_outcome));
}

void claims_rows(const rules::Claims& a, const rules::Claims& b, Effects& out) {
  for (const ClaimsRow& row : kClaims)
    if (row.of(a) != row.of(b))
      out.add(std::string(row.who), (row.of(a) < row.of(b)) == row.gains_by_more,
              was_and_is(row.what, row.text(a), row.text(b)));
}

void review_rows(const rules::Rule& a, const rules::Rule& b, Effects& out) {
  using rules::OnReview;
  auto outcome = [](const rules::Rule& r) {
    return r.revocation ? r.revocation->on_review : OnReview::uphold;
  };
  auto rate = [&](const rules::Rule& r) {
    return outcome(r) == OnReview::compensate ? r.revocation->rate.value : 0;
  };
  if (rate(a) != rate(b))
    out.add("users of grants under a revoked credential", rate(a) < rate(b),
            was_and_is("the part of their value that a review owes them", percent_text(rate(a)),
                       percent_text(rate(b))));
  const bool voided = outcome(a) == OnReview::void_future,
             voids = outcome(b) == OnReview::void_future;
  if (voided != voids)
    out.add("users of grants under a revoked credential", voided,
            voids ? "what lies ahead of their grants is released by a review"
                  : "what lies ahead of their grants is no longer released by a review");
}

/// `tier` stands above `other tier`; with a rise, of two grants of which one is OLD's.
void tier_effects(const Difference& d, Effects& out) {
  const std::string &upper = d.witness[0].second, &lower = d.witness[1].second;
  if (d.rise != 0) {
    out.add(fmt::format("users of grants of OLD of tier `{}`", lower), d.rise < 0,
            fmt::format("are cut {} those of NEW of tier `{}` by a curtailment",
                        d.rise > 0 ? "before" : "after", upper));
    return;
  }
  constexpr std::string_view kReads = "curtailments and substitutes read it";
  out.gains(of_tier(upper), fmt::format("stand above `{}`: {}", lower, kReads));
  out.loses(of_tier(lower), fmt::format("stand below `{}`: {}", upper, kReads));
}

/// A tariff at each start: whether it rises anywhere, whether it falls.
void price_rows(const rules::Rule& a, const rules::Rule& b, const Difference& d, Effects& out) {
  auto entries = [&](const rules::Rule& r) {
    std::vector<rules::TariffEntry> all;
    for (const rules::TariffEntry& e : r.pricing.schedule)
      if (d.tier.empty() || e.tier == d.tier) all.push_back(e);
    if (r.pricing.schedule.empty())
      all.push_back({d.tier, {Instant(-kWireMax), Instant(kWireMax)}, r.pricing.tariff});
    return all;
  };
  std::array<bool, 2> told{};
  for (const rules::TariffEntry& x : entries(a))
    for (const rules::TariffEntry& y : entries(b)) {
      const bool up = x.price < y.price;
      if (x.price == y.price || !x.window.meets(y.window) ||
          (x.tier != y.tier && !d.tier.empty()) || std::exchange(told[up ? 1 : 0], true))
        continue;
      const std::string what =
          was_and_is("the price of a slot", to_text(x.price), to_text(y.price));
      out.add(d.tier.empty() ? "users" : of_tier(d.tier), !up, what);
      out.add("holders", up, what);
    }
}

}  // namespace

/// What the right to displace means to both.
void Differ::displacement_effects(const Difference& d, std::size_t i) {
  Effects out(report_.effects, d);
  const std::string& by = tier(i).name;
  auto each = [&](std::size_t what, bool victim_gains, std::string_view to_victims,
                  std::string_view to_displacers) {
    for (const std::string& victim : victims_[i][what]) {
      out.add(of_tier(victim), victim_gains, fmt::format(fmt::runtime(to_victims), by));
      out.add(of_tier(by), !victim_gains, fmt::format(fmt::runtime(to_displacers), victim));
    }
  };
  each(0, false, "can newly be displaced by `{}`", "can newly displace `{}`");
  const bool still = tier(i).displaces(1);
  each(1, true,
       still ? "can no longer be displaced by `{}`, in some cases"
             : "can no longer be displaced by `{}`",
       still ? "can no longer displace `{}`, in some cases" : "can no longer displace `{}`");
  each(2, true, "are owed more when `{}` displaces them, in some cases",
       "owe more when they displace `{}`, in some cases");
  each(3, false, "are owed less when `{}` displaces them, in some cases",
       "owe less when they displace `{}`, in some cases");
  each(4, false, "can newly be displaced by `{}` of NEW, while grants of OLD last",
       "can newly displace `{}`, while grants of OLD last");
  each(5, true, "can no longer be displaced by `{}` of NEW, while grants of OLD last",
       "can no longer displace `{}`, while grants of OLD last");
  // Of several that could give way, who stays out moves the others up.
  if (still && !victims_[i][1].empty())
    out.loses(fmt::format("users whom tier `{}` still displaces", by),
              "can go in the place of those whom it no longer does");
}

/// What one rule admits and the other refuses, and shares of what is declared.
void Differ::request_effects(const Difference& d) {
  Effects out(report_.effects, d);
  const std::string who = d.tier.empty() ? "users" : of_tier(d.tier);
  if (d.kind == DiffKind::newly_admitted)
    out.gains(who, fmt::format("are granted what OLD refuses, by `{}`", d.provision));
  if (d.kind == DiffKind::newly_refused)
    out.loses(who, fmt::format("are refused what OLD grants, by `{}`", d.provision));
  if (d.provision == "retention")
    out.add("users and holders", d.admits,
            was_and_is("the time that records are kept", to_text(rule(0).retention),
                       to_text(rule(1).retention)));
  if (d.provision != "tiers.set_aside") return;
  for (const TierPair& t : pair_.tiers) {
    auto share = [&](std::size_t side) {
      return t.of[side] == nullptr ? std::int64_t{0} : t.of[side]->set_aside.value;
    };
    if (share(0) != share(1))
      out.add(
          of_tier(t.name), share(0) < share(1),
          was_and_is("what is set aside for them", percent_text(share(0)), percent_text(share(1))));
  }
}

/// Who pays is no winner: the leg was admitted without.
void Differ::set_aside_effects(const Difference& d, std::size_t i) {
  Effects out(report_.effects, d);
  const std::string& by = tier(i).name;
  for (const std::string& victim : victims_[i][6]) {
    out.loses(of_tier(victim),
              fmt::format("can newly be displaced by `{}` for what is set aside for others", by));
    out.loses(of_tier(by),
              fmt::format("displace `{}`, and owe for it, to leave what is set aside for others",
                          victim));
  }
  for (const std::string& victim : victims_[i][7]) {
    out.gains(of_tier(victim),
              fmt::format("are no longer displaced by `{}` for what is set aside for others, in "
                          "some cases",
                          by));
    out.gains(
        of_tier(by),
        fmt::format("no longer displace `{}`, and owe nothing, to leave what is set aside for "
                    "others, in some cases",
                    victim));
  }
}

void Differ::order_effects(const Difference& d, std::size_t i) {
  Effects out(report_.effects, d);
  const std::string whom = fmt::format(", of those whom tier `{}` displaces", tier(i).name);
  if (d.provision == "tiers.rank") {
    out.add("users of grants of OLD" + whom, d.rise < 0,
            d.rise < 0 ? "go after those of NEW" : "go before those of NEW");
    return;
  }
  const auto &a = *tier(i).of[0]->displaces, &b = *tier(i).of[1]->displaces;
  out.gains(std::string(first_of(a.victims)) + whom, "no longer goes first");
  out.loses(std::string(first_of(b.victims)) + whom, "goes first");
}

void Differ::coordination_effects(const Difference& d) {
  Effects out(report_.effects, d);
  const bool looser = d.kind == DiffKind::newly_admitted;
  if (d.phase == DiffPhase::displacement) {
    out.add("users of grants on other declarations of one infrastructure", !looser,
            looser ? "can newly be displaced" : "can no longer be displaced");
  } else if (d.phase == DiffPhase::request) {
    out.add("users and holders", looser, d.sentence);
    out.add(
        "coordinators", !looser,
        looser ? "are no longer asked for what they had to sign" : "are asked for their signature");
  } else {
    const bool peers = rule(1).coordination.mode == rules::CoordinationMode::peer;
    out.add("holders beside one in breach", peers,
            peers ? "have breaches of shared edges found and paid"
                  : "no longer have breaches of shared edges found and paid");
  }
}

void Differ::effects() {
  if (halted()) return;
  for (const Difference& d : report_.differences) {
    Effects out(report_.effects, d);
    const auto of = std::find_if(pair_.tiers.begin(), pair_.tiers.end(),
                                 [&](const TierPair& t) { return t.name == d.tier; });
    const auto i = static_cast<std::size_t>(of - pair_.tiers.begin());
    ordered_rows(d, out);
    if (d.provision == "claims") claims_rows(rule(0).claims, rule(1).claims, out);
    if (d.provision == "revocation") review_rows(rule(0), rule(1), out);
    if (d.provision == "authority") {
      out.gains("authority " + d.new_outcome, "governs");
      out.loses("authority " + d.old_outcome, "no longer governs");
    }
    if (d.provision == "scope" && d.kind == DiffKind::other_terms) {
      out.gains("users and holders under " + d.new_outcome, "come under the rule");
      out.loses("users and holders under " + d.old_outcome, "are no longer under the rule");
    }
    if (d.kind == DiffKind::other_price && d.provision == "pricing")
      price_rows(rule(0), rule(1), d, out);
    if (d.kind == DiffKind::other_tier) tier_effects(d, out);
    if (d.kind == DiffKind::other_order) order_effects(d, i);
    if (d.kind == DiffKind::other_cover) set_aside_effects(d, i);
    if (d.provision == "coordination") {
      coordination_effects(d);
    } else if (d.provision == "fallback") {
      out.add("users and holders", d.admits,
              fmt::format("{} settle under the strategy `{}`",
                          d.admits ? "can newly" : "can no longer", d.witness.front().second));
    } else if (d.phase == DiffPhase::displacement && d.provision == "tiers.min_run") {
      for (std::size_t k = 0; k < pair_.tiers.size(); ++k) displacement_effects(d, k);
    } else if (d.phase == DiffPhase::displacement && i < pair_.tiers.size() && d.rise == 0 &&
               d.kind != DiffKind::other_order && d.kind != DiffKind::other_cover) {
      displacement_effects(d, i);
    } else if (d.phase != DiffPhase::displacement) {
      request_effects(d);
      if (d.provision == "tiers") displacement_effects(d, i);
    }
  }
}

}  // namespace capmarket::diff
