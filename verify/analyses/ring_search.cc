#include "verify/analyses/ring_search.h"

#include <fmt/format.h>

#include <algorithm>

namespace capmarket::analyses {
namespace {

/// Rings of so few turns are shown by their smallest case: no answer depends on it but what
/// `ring-part` of the effort leaves open.
constexpr std::size_t kShort = 3;

question::QueryBudget ungrounded(question::QueryBudget budget) {
  budget.grounded = false;  // each victim is granted in the turn before
  budget.more = 0;
  return budget;
}

/// Of a question of many turns: there may be many of them.
question::QueryBudget of_many(question::QueryBudget budget) {
  budget = ungrounded(budget);
  budget.rlimit = std::max(1u, budget.rlimit / std::max(1u, budget.effort.ring_part));
  return budget;
}

smt::Symbolic::Int term_of(const question::SymbolicRequest& s, const char* name) {
  return s.row(expr::variable_row(name)).value;
}

}  // namespace

RingSearch::RingSearch(const question::QueryBudget& budget, const question::RuleSubject& subject)
    : budget_(budget), subject_(subject), graph_(subject.rule().tiers.size()) {}

smt::Symbolic::Bool RingSearch::turn(question::Query& q, const question::SymbolicRequest& s,
                                     std::size_t displacer, std::size_t victim) const {
  return s.victim_is(0, victim) && q.eligible(s, displacer) && q.when(s, displacer);
}

smt::Answer RingSearch::any_turn() {
  smt::Answer out = smt::Answer::unsat;
  for (std::size_t i = 0; i < rule().tiers.size(); ++i) {
    if (!rule().tiers[i].displaces) continue;
    question::Query q(budget_, subject_);
    const question::SymbolicRequest& s = q.request("", true);
    q.require(q.eligible(s, i) && q.when(s, i));
    const smt::Answer answer = q.solve(false).answer;
    if (answer == smt::Answer::sat) return answer;
    if (answer == smt::Answer::unknown) out = answer;
  }
  return out;
}

/// Tiers that can displace one of no lower rank: every ring has such a turn.
std::vector<std::size_t> RingSearch::climbing() {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < rule().tiers.size(); ++i) {
    if (!rule().tiers[i].displaces) continue;
    question::Query q(ungrounded(budget_), subject_);
    const question::SymbolicRequest& s = q.request("", true);
    std::vector<smt::Symbolic::Bool> above;
    for (std::size_t j = 0; j < rule().tiers.size(); ++j)
      if (rule().tiers[j].rank >= rule().tiers[i].rank) above.push_back(s.victim_is(0, j));
    q.require(q.eligible(s, i) && q.when(s, i) && smt::any_of(above));
    if (q.possible({}) != smt::Answer::unsat) out.push_back(i);
  }
  return out;
}

void RingSearch::edges() {
  for (std::size_t i = 0; i < rule().tiers.size(); ++i) {
    if (!rule().tiers[i].displaces) continue;
    question::Query q(ungrounded(budget_), subject_);
    const question::SymbolicRequest& s = q.request("", true);
    q.require(q.eligible(s, i) && q.when(s, i));
    for (std::size_t j = 0; j < rule().tiers.size(); ++j)
      if (q.possible({s.victim_is(0, j)}) != smt::Answer::unsat) graph_.add(i, j);
  }
}

/// Where no turn among the tiers raises a measure of the grant, those that lower it are in no ring.
/// True: some edge went.
bool RingSearch::prune(const std::vector<std::size_t>& knot) {
  question::Query q(ungrounded(budget_), subject_);
  const question::SymbolicRequest& s = q.request("next", true);
  const question::SymbolicRequest& before = q.request("before", false);
  q.require(s.victim_has_terms_of(before));
  std::vector<smt::Symbolic::Bool> any, eligible;
  const auto edges = graph_.edges_of(knot);
  std::vector<smt::Symbolic::Bool> at;
  for (std::size_t i : knot) {
    const smt::Symbolic::Bool takes = rule().tiers[i].displaces ? q.eligible(s, i) && q.when(s, i)
                                                                : smt::Symbolic::boolean(false);
    std::vector<smt::Symbolic::Bool> whom;
    for (std::size_t j : knot)
      if (graph_.has(i, j)) whom.push_back(s.victim_is(0, j));
    at.push_back(takes);
    any.push_back(takes && smt::any_of(whom));
    eligible.push_back(!s.victim_is(0, i) || q.eligible(before, i));
  }
  q.require(smt::any_of(any) && smt::all_of(eligible));
  bool pruned = false;
  for (const char* measure : {"quantity", "price", "length", "start", "until", "value"})
    for (bool falls : {true, false}) {
      const smt::Symbolic::Int mine = term_of(s, measure), theirs = term_of(before, measure);
      if (q.possible({falls ? theirs < mine : mine < theirs}) != smt::Answer::unsat) continue;
      for (const auto& [i, j] : edges) {
        const auto place = std::find(knot.begin(), knot.end(), i) - knot.begin();
        if (!graph_.has(i, j)) continue;
        if (q.possible({at[static_cast<std::size_t>(place)], s.victim_is(0, j), mine == theirs}) !=
            smt::Answer::unsat)
          continue;
        graph_.remove(i, j);
        pruned = true;
      }
    }
  return pruned;
}

/// No chain of so many turns among the tiers at one instant: then none is without end.
bool RingSearch::dead(const std::vector<std::size_t>& knot, std::size_t length) {
  question::Query q(of_many(budget_), subject_);
  const question::SymbolicRequest* before = &q.request("grant", false);
  std::vector<smt::Symbolic::Bool> first;
  const question::SymbolicRequest* one = nullptr;
  for (std::size_t k = 1; k <= length; ++k) {
    const question::SymbolicRequest& s = q.request(fmt::format("step{}", k), true);
    q.require(s.victim_has_terms_of(*before));
    if (k == 1) one = &s;
    if (k > 1) {
      q.require(s.admission() == one->admission());
      std::vector<smt::Symbolic::Bool> same;  // the victim's tier is what the turn before was at
      for (std::size_t j : knot)
        if (rule().tiers[j].displaces)
          same.push_back(s.victim_is(0, j) && q.eligible(*before, j) && q.when(*before, j));
      q.require(smt::any_of(same));
    } else {
      for (std::size_t j : knot) first.push_back(s.victim_is(0, j) && q.eligible(*before, j));
      q.require(smt::any_of(first));
    }
    before = &s;
  }
  std::vector<smt::Symbolic::Bool> last;
  for (const auto& [i, j] : graph_.edges_of(knot)) last.push_back(turn(q, *before, i, j));
  q.require(smt::any_of(last));
  asked_ += knot.size() * length;
  return q.possible({}) == smt::Answer::unsat;
}

/// What the turns of rings of that length may be at: one list for each ring's lowest tier, or all
/// together, whichever puts fewer conditions.
std::vector<std::vector<std::vector<std::size_t>>> RingSearch::shapes(
    const std::vector<std::size_t>& knot, std::size_t length) const {
  std::vector<std::vector<std::vector<std::size_t>>> out;
  std::vector<std::vector<std::size_t>> all(length);
  std::size_t apart = 0;
  for (std::size_t anchor : knot) {
    auto turns = graph_.turns_of(anchor, anchor, length, knot);
    for (std::size_t k = 0; k < turns.size(); ++k) apart += turns[k].size();
    if (!turns.empty()) out.push_back(std::move(turns));
  }
  std::vector<std::size_t> on_ring;
  for (std::size_t anchor : knot)
    if (!graph_.turns_of(anchor, 0, length, knot).empty()) on_ring.push_back(anchor);
  if (on_ring.size() * length >= apart) return out;
  std::fill(all.begin(), all.end(), on_ring);
  return {all};
}

/// Every turn's victim is what the one before was granted, the first's what the last was, all at
/// one instant.
void RingSearch::close(question::Query& q, const std::vector<Turn>& turns) const {
  for (std::size_t k = 0; k < turns.size(); ++k) {
    const question::SymbolicRequest& s = *turns[k].request;
    const question::SymbolicRequest& next = *turns[(k + 1) % turns.size()].request;
    q.require(next.victim_has_terms_of(s));
    q.require(next.admission() == s.admission());
    std::vector<smt::Symbolic::Bool> at;
    for (std::size_t i : turns[k].tiers)
      at.push_back(next.victim_is(0, i) && q.eligible(s, i) && q.when(s, i));
    q.require(smt::any_of(at));
  }
}

RingsFound RingSearch::ring(const std::vector<std::vector<std::size_t>>& tiers) {
  question::Query q(tiers.size() > kShort ? of_many(budget_) : ungrounded(budget_), subject_);
  std::vector<Turn> turns;
  for (std::size_t k = 0; k < tiers.size(); ++k) {
    turns.push_back({&q.request(fmt::format("step{}", k + 1), true), tiers[k]});
    asked_ += tiers[k].size();
  }
  close(q, turns);
  question::QueryResult result = q.solve(false);
  RingsFound out{result.answer, {}, result.reason};
  if (result.answer != smt::Answer::sat) return out;
  for (std::size_t k = 0; k < turns.size(); ++k) {
    const Turn& next = turns[(k + 1) % turns.size()];
    for (std::size_t i : turns[k].tiers)
      if (smt::value_in(q.example(), next.request->victim_is(0, i))) out.ring.push_back(i);
  }
  terms_.clear();
  for (const Turn& t : turns) terms_.push_back(terms_of(q.example(), *t.request));
  return out;
}

RingSearch::Terms RingSearch::terms_of(const z3::model& model,
                                       const question::SymbolicRequest& s) const {
  auto value = [&](const char* name) { return smt::value_in(model, term_of(s, name)); };
  Terms out{value("quantity"),
            value("price"),
            value("start"),
            value("length"),
            value("holder.kind"),
            smt::value_in(model, s.admission()),
            {}};
  for (const smt::Symbolic::Bool& b : s.switches()) out.place.push_back(smt::value_in(model, b));
  return out;
}

/// The turn is granted `own`, and displaces a grant of the terms `victim`.
void RingSearch::fix(question::Query& q, const question::SymbolicRequest& s, const Terms& own,
                     const Terms& victim) const {
  auto is = [&](const char* name, std::int64_t v) { q.require(term_of(s, name) == smt::num(v)); };
  is("quantity", own.quantity);
  is("price", own.price);
  is("start", own.start);
  is("length", own.length);
  is("holder.kind", own.holder);
  q.require(s.admission() == smt::num(own.admission));
  const std::size_t names = subject_.world.names.size();
  for (std::size_t w = names; w < s.switches().size(); ++w)
    if (w != 2 * names)  // `partial`
      q.require(s.switches()[w] == smt::Symbolic::boolean(own.place[w]));
  q.require(s.victim_whole_quantity() == smt::num(victim.quantity));
  is("victim.price", victim.price);
  is("victim.start", victim.start);
  is("victim.until", victim.start + victim.length);
}

/// Whether `next` can displace what `last` was granted when it displaced `victim`.
bool RingSearch::follows(std::size_t last, std::size_t next, std::size_t victim) {
  question::Query q(ungrounded(budget_), subject_);
  const question::SymbolicRequest& one = q.request("step1", true);
  const question::SymbolicRequest& two = q.request("step2", true);
  q.require(two.victim_has_terms_of(one) && one.admission() == two.admission());
  q.require(turn(q, one, last, victim) && turn(q, two, next, last));
  return q.possible({}) != smt::Answer::unsat;
}

/// Turns that follow no turn, or that no turn follows, are in no ring. True: some edge went.
bool RingSearch::pairs(const std::vector<std::size_t>& knot) {
  const auto edges = graph_.edges_of(knot);
  std::size_t count = 0;
  for (const auto& [i, j] : edges)
    for (const auto& [h, k] : edges) count += k == i ? 1 : 0;
  // With many more pairs than tiers there are short rings, if there are any.
  if (count > 8 * knot.size()) return false;
  asked_ += 2 * count;
  TierGraph lines(edges.size());
  for (std::size_t a = 0; a < edges.size(); ++a)
    for (std::size_t b = 0; b < edges.size(); ++b)
      if (edges[b].second == edges[a].first &&
          follows(edges[a].first, edges[b].first, edges[a].second))
        lines.add(b, a);
  std::vector<char> in_ring(edges.size(), 0);
  for (const auto& line : lines.knots())
    for (std::size_t e : line) in_ring[e] = 1;
  bool gone = false;
  for (std::size_t e = 0; e < edges.size(); ++e)
    if (in_ring[e] == 0) graph_.remove(edges[e].first, edges[e].second), gone = true;
  return gone;
}

/// A ring whose turns are all granted the same terms: such are found turn by turn. Empty where
/// there is none, or it may be at other tiers than one a turn.
std::optional<RingsFound> RingSearch::alike(const std::vector<std::vector<std::size_t>>& tiers) {
  const std::size_t n = tiers.size();
  std::vector<std::size_t> ring;
  for (const auto& at : tiers) {
    if (at.size() != 1) return std::nullopt;
    ring.push_back(at.front());
  }
  auto step = [&](question::Query& q, const std::string& name, std::size_t k) {
    const question::SymbolicRequest& s = q.request(name, true);
    q.require(s.victim_has_terms_of(s));
    q.require(turn(q, s, ring[k], ring[(k + n - 1) % n]));
    return &s;
  };
  for (std::vector<std::size_t> together = {0}; together.size() <= n;) {
    question::Query q(of_many(budget_), subject_);
    const question::SymbolicRequest* first = nullptr;
    for (std::size_t k : together) {
      const question::SymbolicRequest* s = step(q, fmt::format("step{}", k + 1), k);
      if (first == nullptr) first = s;
      q.require(first->victim_has_terms_of(*s) && s->same_place(*first) && s->same_holder(*first) &&
                s->admission() == first->admission());
    }
    if (q.solve(true).answer != smt::Answer::sat) return std::nullopt;
    const Terms terms = terms_of(q.example(), *first);
    std::optional<std::size_t> fails;
    for (std::size_t k = 0; k < n && !fails; ++k) {
      question::Query alone(of_many(budget_), subject_);
      const question::SymbolicRequest* s = step(alone, "", k);
      fix(alone, *s, terms, terms);
      if (alone.solve(false).answer != smt::Answer::sat) fails = k;
    }
    terms_.assign(n, terms);
    if (!fails) return RingsFound{smt::Answer::sat, ring, {}};
    if (std::find(together.begin(), together.end(), *fails) != together.end()) return std::nullopt;
    together.push_back(*fails);
  }
  return std::nullopt;
}

RingsFound RingSearch::rings_among(const std::vector<std::size_t>& knot) {
  RingsFound out{smt::Answer::unsat, {}, {}};
  for (std::size_t length = 1; length <= 2 * knot.size(); ++length) {
    bool looked = false;
    for (const auto& turns : shapes(knot, length)) {
      if (asked_ >= budget_.effort.ring_conditions) {
        out = {
            smt::Answer::unknown,
            {},
            fmt::format("cut off after {} conditions ({}): rings of {} turns and more were not "
                        "looked at",
                        budget_.effort.ring_conditions,
                        smt::effort_text(&smt::Effort::ring_conditions, budget_.effort), length)};
        return out;
      }
      looked = true;
      std::optional<RingsFound> same;
      if (length > kShort) same = alike(turns);
      RingsFound one = same ? *same : ring(turns);
      if (one.answer == smt::Answer::sat) return one;
      if (one.answer == smt::Answer::unknown) out = one;
    }
    // What dies out is no ring, of whatever length, whether or not those before were decided.
    if (length > 1 && (looked || length == 2) && asked_ < budget_.effort.ring_conditions &&
        dead(knot, length))
      return {smt::Answer::unsat, {}, {}};
  }
  if (out.answer == smt::Answer::unsat)
    out = {smt::Answer::unknown,
           {},
           fmt::format("no ring of at most {} turns; chains go on longer than that, and no measure "
                       "falls with every turn",
                       2 * knot.size())};
  return out;
}

RingsFound RingSearch::search() {
  if (climbing().empty()) return {smt::Answer::unsat, {}, {}};
  edges();
  for (bool pruned = true; pruned;) {
    pruned = false;
    for (const auto& knot : graph_.knots()) pruned = prune(knot) || pairs(knot) || pruned;
  }
  RingsFound out{smt::Answer::unsat, {}, {}};
  for (const auto& knot : graph_.knots()) {
    RingsFound one = rings_among(knot);
    if (one.answer == smt::Answer::sat) return one;
    if (one.answer == smt::Answer::unknown) out = one;
  }
  return out;
}

/// One turn of the ring that was found, by itself.
question::QueryResult RingSearch::turn_at(const std::vector<std::size_t>& ring, std::size_t k) {
  const std::size_t before = (k + ring.size() - 1) % ring.size();
  question::QueryBudget one = budget_;
  one.more = 0;
  question::Query q(one, subject_);
  const question::SymbolicRequest& s = q.request(fmt::format("step{}", k + 1), true);
  q.require(turn(q, s, ring[k], ring[before]));
  fix(q, s, terms_[k], terms_[before]);
  return q.solve(false);
}

question::QueryResult RingSearch::example(const std::vector<std::size_t>& ring) {
  const std::size_t n = ring.size();
  question::QueryResult out;
  if (n <= kShort) {
    question::Query q(budget_, subject_);
    std::vector<Turn> turns;
    for (std::size_t k = 0; k < n; ++k)
      turns.push_back({&q.request(n == 1 ? "" : fmt::format("step{}", k + 1), true), {ring[k]}});
    close(q, turns);
    out = q.solve(true);
    if (out.answer == smt::Answer::sat) return out;
  }
  for (std::size_t k = 0; k < n; ++k) {
    question::QueryResult one = turn_at(ring, k);
    out.answer = one.answer;
    out.reason = one.reason;
    if (one.answer != smt::Answer::sat) return out;
    if (!one.reproduced) out.reproduced = false, out.mismatch = one.mismatch;
    // The turn's own; whom its victim was granted to stands beside it.
    out.cases.push_back(one.cases.front());
    out.roles.push_back(one.roles.front());
    out.granted.push_back(one.granted.front());
    out.values.insert(out.values.end(), one.values.begin(), one.values.end());
    out.conjuncts.insert(out.conjuncts.end(), one.conjuncts.begin(), one.conjuncts.end());
  }
  return out;
}

}  // namespace capmarket::analyses
