// displacement.cover: the clauses let through exactly what a leg lacks, of whom the order says.
#include "verify/theorems/bounds.h"
#include "verify/theorems/exact_cover_theorems.h"

#include <fmt/format.h>

#include "verify/theorems/cover_conjuncts.h"
#include "verify/theorems/exact_cover.h"

namespace capmarket::theorems {
namespace {

using namespace exact_cover;
using D = smt::Symbolic;
using Cover = std::shared_ptr<ExactCover>;

/// Nobody gives but who may, when it may, and what it has.
Bool only_candidates(const ExactCover& x, std::size_t k) {
  const Granule& g = x.granule(k);
  std::vector<Bool> all;
  for (std::size_t c = 0; c < kCandidates; ++c) {
    Int first = x.gives(k, own, c), second = x.gives(k, shared, c);
    auto something = zero() < first || zero() < second;
    auto noticed = x.leg().stop_within <= g.at - x.facts().admission;
    all.push_back(zero() <= first && zero() <= second && first + second <= g.has[c]);
    all.push_back(implies<D>(something, x.able(k, c) && x.in_reach(k) && noticed));
  }
  return smt::all_of(all);
}

/// Exactly what is lacking, of the leg's own declaration at least what is lacking there; the first
/// step gives no more than its lack, and no less unless the second makes it up.
Bool exact(const ExactCover& x, std::size_t k) {
  Int own_lack = x.own_lack(k), shared_lack = x.shared_lack(k);
  Int first = x.given(k, own), second = x.given(k, shared), later = x.given_here(k, shared);
  auto lacking = first + second == max_of<D>(own_lack, shared_lack);
  auto here = own_lack <= first + later;
  auto by_step = first <= own_lack && (first == own_lack || zero() < later);
  return implies<D>(x.in_reach(k), lacking && here && by_step);
}

/// Nobody gives while an earlier candidate of its step still could; in a rank that shares each
/// gives its share.
Bool ordered(const ExactCover& x, std::size_t k) {
  std::vector<Bool> all;
  for (Step s : kSteps)
    for (std::size_t c = 0; c < kCandidates; ++c) {
      auto something = x.granule(k).present[s][c];
      for (std::size_t other = 0; other < c; ++other)
        all.push_back(implies<D>(something && x.before(other, c),
                                 x.could(k, s, other) <= x.gives(k, s, other)));
      all.push_back(implies<D>(something && x.pro_rata(),
                               x.gives(k, s, c) == x.granule(k).share[s][c]));
    }
  return smt::all_of(all);
}

/// What is owed, given back and counted stays inside what was signed.
Bool agreed(const ExactCover& x) {
  const auto& l = x.leg();
  auto too_dear = l.compensation_at_most < x.owed() || l.refund_at_most < x.refunds();
  auto too_many = x.facts().victims_at_most < x.victims() || x.facts().pieces_at_most < l.pieces;
  return implies<D>(x.any_present(), l.displace_named && !x.facts().user_overdue && !too_dear &&
                                         !too_many);
}

Bool claim(const ExactCover& x, std::size_t k) {
  return only_candidates(x, k) && exact(x, k) && ordered(x, k) && agreed(x);
}

/// For the example: both steps and two instants give, and of two candidates.
Bool shows_much(const ExactCover& x) {
  return zero() < x.gives(0, own, 0) && zero() < x.gives(0, own, 1) &&
         zero() < x.gives(0, shared, 2) && zero() < x.gives(1, shared, 1);
}

ReplayFunction replay(Cover x, std::optional<admission::ClauseId> refused_for) {
  return [x, refused_for](const z3::model& m) {
    auto facts = x->concrete(m);
    admission::Decision decision = admission::decide(facts);
    bool as_expected = refused_for ? inv1::named(decision) == std::vector{*refused_for}
                                   : decision.admitted();
    std::string words;
    for (std::size_t k = 0; k < kInstants; ++k) {
      words += fmt::format("{}at {}: lacks {} and {};", k == 0 ? "" : " ",
                           smt::value_in(m, x->granule(k).at), smt::value_in(m, x->own_lack(k)),
                           smt::value_in(m, x->shared_lack(k)));
      for (std::size_t c = 0; c < kCandidates; ++c)
        words += fmt::format(" {}+{} of {}", smt::value_in(m, x->gives(k, own, c)),
                             smt::value_in(m, x->gives(k, shared, c)),
                             smt::value_in(m, x->granule(k).has[c]));
    }
    return Replay{as_expected, words};
  };
}

Premises with(std::vector<Bool> all, const std::vector<Bool>& more) {
  all.insert(all.end(), more.begin(), more.end());
  return premises(std::move(all));
}

}  // namespace

std::vector<Theorem> exact_cover_theorems() {
  auto x = std::make_shared<ExactCover>();
  const std::vector<Bool> state = x->given_state(std::nullopt);
  Theorem t;
  t.name = "displacement.cover";
  t.statement = fmt::format(
      "for {} candidates at {} instants: admitted => what is released at each instant is exactly "
      "what the leg lacks there, of its declaration at least what lacks there; nobody gives while "
      "an earlier candidate of its step still could, under pro-rata each of the rank that shares "
      "gives its share; only candidates give, no more than they have",
      kCandidates, kInstants);
  t.code = ProvedCode::shipped_over_copy;
  t.bounds = fmt::format("{} candidates of up to {} tiers, {} granules of one nanosecond; {}",
                         kCandidates, kTiers, kInstants, kAnyWireInteger);
  std::vector<Bool> much = x->clause();
  much.push_back(shows_much(*x) && x->small());
  t.queries.push_back({with(state, much), claim(*x, 0), replay(x, std::nullopt)});
  const Premises admitted = with(state, x->clause());
  for (std::size_t k = 0; k < kInstants; ++k)
    t.queries.push_back({admitted, claim(*x, k), replay(x, std::nullopt)});
  const Bool first = claim(*x, 0);  // the others are like it
  auto plus_real = [&](std::vector<Bool> some) {
    some.push_back(x->small());
    return some;
  };
  for (std::string_view name : cover_conjunct_names()) {
    if (name == "not-empty") continue;  // a granule is not
    t.mutations.push_back({fmt::format("displacement:{}", name),
                           {with(state, plus_real(x->clause_but(name))), first,
                            replay(x, admission::ClauseId::displacement)}});
  }
  for (admission::ClauseId id : {admission::ClauseId::capacity, admission::ClauseId::shared_capacity,
                                 admission::ClauseId::tier_quota})
    t.mutations.push_back({fmt::format("clause:{}", admission::to_text(id)),
                           {with(x->given_state(id), plus_real(x->clause())), first, replay(x, id)}});
  return {t};
}

}  // namespace capmarket::theorems
