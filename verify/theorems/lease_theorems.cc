#include "verify/theorems/bounds.h"
#include "verify/theorems/lease_theorems.h"

#include "model/chain/lease.h"
#include "verify/theorems/inv1_parts.h"

namespace capmarket::theorems {
namespace {

using Bool = smt::Symbolic::Bool;
using Int = smt::Symbolic::Int;
using inv1::in_words;
using inv1::replayable;
using inv1::zero;

/// What a renewal could make of a lease.
enum class Effect { real, overwrites, from_admission, from_start };

/// A lease that holds until `until`, renewed at `at`.
struct Renewed {
  Int until = Int::fresh("lease.until"), at = Int::fresh("lease.at");
  Int start = Int::fresh("lease.start"), length = Int::fresh("lease.length");

  std::vector<std::pair<std::string, Int>> values() const {
    return {{"until", until}, {"renewed at", at}, {"start", start}, {"length", length}};
  }
  Bool in_range() const { return replayable({until, at, start, length}); }

  Int after(Effect effect) const {
    Int from = effect == Effect::from_admission ? at
               : effect == Effect::from_start   ? start
                                                : max_of<smt::Symbolic>(at, start);
    return effect == Effect::overwrites ? from + length
                                        : max_of<smt::Symbolic>(until, from + length);
  }
  /// Not shortened, ahead, a whole lease from both, and no longer than one of the two.
  Bool claim(Effect effect) const {
    const Int now = after(effect);
    return until <= now && at < now && at + length <= now && start + length <= now &&
           (now == until || now == at + length || now == start + length);
  }
};

/// The same in C++; `real` is what the chain does.
bool claimed(Effect effect, std::int64_t until, std::int64_t at, std::int64_t start,
             std::int64_t length) {
  const Instant begins(effect == Effect::from_start ? start : at);
  const Instant given(effect == Effect::from_admission ? at : start);
  const std::int64_t now =
      effect == Effect::overwrites
          ? chain::leased_until(begins, given, Duration(length)).value
          : chain::renewed_until(Instant(until), begins, given, Duration(length)).value;
  return until <= now && at < now && at + length <= now && start + length <= now &&
         (now == until || now == at + length || now == start + length);
}

ReplayFunction replay(std::shared_ptr<Renewed> x, Effect effect, bool holds) {
  return [=](const z3::model& m) {
    auto v = [&](const Int& i) { return smt::value_in(m, i); };
    const bool good = claimed(effect, v(x->until), v(x->at), v(x->start), v(x->length));
    return Replay{good == holds, in_words(m, x->values())};
  };
}

}  // namespace

std::vector<Theorem> lease_theorems() {
  auto x = std::make_shared<Renewed>();
  const Bool positive = zero() < x->length, in_range = x->in_range();
  Theorem t;
  t.name = "lease-grows";
  t.statement =
      "a renewal or activity never shortens a lease: it then lasts for its length from now and from "
      "the grant's start at least, or as long as before, whichever is the latest";
  t.code = ProvedCode::copy;
  t.bounds = kNoBound;
  t.queries.push_back(
      {premises({positive, in_range}), x->claim(Effect::real), replay(x, Effect::real, true)});
  t.queries.push_back(
      {premises({positive}), x->claim(Effect::real), replay(x, Effect::real, true)});
  auto mutate = [&](const char* name, Effect effect, std::vector<Bool> given) {
    t.mutations.push_back(
        {name, {premises(std::move(given)), x->claim(effect), replay(x, effect, false)}});
  };
  mutate("effect:overwrites", Effect::overwrites, {positive, in_range});
  mutate("effect:from-admission", Effect::from_admission, {positive, in_range});
  mutate("effect:from-start", Effect::from_start, {positive, in_range});
  mutate("premise:length>0", Effect::real, {in_range});
  return {t};
}

}  // namespace capmarket::theorems
