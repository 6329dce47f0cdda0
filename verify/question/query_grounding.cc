// Victims that somebody was granted: a query looks for them before it gives a case.
#include <algorithm>

#include "verify/question/query.h"

namespace capmarket::question {

bool Query::is_granted(const SymbolicRequest& request) const {
  return std::any_of(granted_.begin(), granted_.end(),
                     [&](const Granted& g) { return g.request == &request; });
}

const Query::Granted* Query::granted_of(const SymbolicRequest& request) const {
  for (const Granted& g : granted_)
    if (g.of == &request) return &g;
  return nullptr;
}

Query::Granted& Query::granted_to(const SymbolicRequest& of) {
  for (Granted& g : granted_)
    if (g.of == &of) return g;
  Granted g;
  g.of = &of;
  g.request = &request(of.name() + "granted", false);
  for (std::size_t t = 0; t < subject_.rule().tiers.size(); ++t)
    g.eligible.push_back(eligible(*g.request, t));
  granted_.push_back(std::move(g));
  return granted_.back();
}

/// The victim was granted, under this version, to somebody eligible.
std::vector<smt::Symbolic::Bool> Query::links_of(const Granted& g) const {
  std::vector<smt::Symbolic::Bool> out = {g.of->victim_is_grant_of(*g.request),
                                          g.of->victim_of_version(0)};
  for (std::size_t t = 0; t < g.eligible.size(); ++t)
    out.push_back(!g.of->victim_is(0, t) || g.eligible[t]);
  return out;
}

/// Looks for victims that somebody was granted. Unsat: there are none, and no other version that
/// they could come from. Else `fixed` holds what was found, perhaps nothing, and then what makes
/// the case easy to bring about, each where it can be: no verdict rests on those wishes.
smt::Answer Query::ground(std::vector<smt::Symbolic::Bool>& fixed) {
  const bool only_own = subject_.earlier.empty() && !subject_.open_past;
  const std::size_t count = requests_.size();
  std::vector<smt::Symbolic::Bool> all;
  for (std::size_t i = 0; i < count; ++i)
    if (requests_[i].has_victim()) granted_to(requests_[i]);
  for (Granted& g : granted_) {
    std::vector<smt::Symbolic::Bool> with = all, links = links_of(g);
    with.insert(with.end(), links.begin(), links.end());
    smt::Answer answer = main().probe(with);
    g.found = answer == smt::Answer::sat;
    if (g.found) all = std::move(with);
    if (answer != smt::Answer::unsat || !only_own) continue;
    record(main(), answer, with);
    return answer;
  }
  fixed = std::move(all);
  for (std::size_t i = 0; i < count; ++i) wish(requests_[i], fixed);
  return smt::Answer::sat;
}

void Query::wish(const SymbolicRequest& s, std::vector<smt::Symbolic::Bool>& fixed) {
  if (is_granted(s)) return;
  auto can = [&](const smt::Symbolic::Bool& more) {
    fixed.push_back(more);
    bool yes = quick_.probe(fixed) == smt::Answer::sat;
    if (!yes) fixed.pop_back();
    return yes;
  };
  if (subject_.rule().pricing.mode == rules::PricingMode::discovered) can(s.priced_by_bounds());
  for (const auto& [of, h] : histories_)  // a debt needs time to be made and missed
    if (of == &s) can(!h.overdue.value || s.room_for_a_debt());
  const Granted* g = granted_of(s);
  if (g == nullptr || !g->found) return;
  can(s.same_holder_and_place(*g->request));
  can(s.released_within_leg());
  bool few = false;
  for (int n = 0; n <= kTimesShown && !few; ++n) few = can(s.displaced_before(n));
  can(s.whole_grant_is_live());
  can(s.released_from_the_start());
  can(s.whole_part_is_released());
}

RequestCase Query::case_of(const SymbolicRequest& request, const z3::model& model) const {
  RequestCase out = request.case_of(model);
  for (const auto& [of, h] : histories_) {
    if (of != &request) continue;
    out.overdue = smt::value_in(model, h.overdue.value);
    out.waited = Duration(smt::value_in(model, h.waited.value));
    out.failed_value = Money(smt::value_in(model, h.trimmed.value));
  }
  return out;
}

}  // namespace capmarket::question
