// Victims that somebody was granted: a query looks for them before it gives a case.
#include <algorithm>

#include "model/expr/evaluate.h"
#include "verify/question/query.h"

namespace capmarket::question {

using smt::num;

bool Query::is_granted(const SymbolicRequest& request) const {
  return std::find(before_.begin(), before_.end(), &request) != before_.end() ||
         std::any_of(granted_.begin(), granted_.end(),
                     [&](const Granted& g) { return g.request == &request; });
}

/// The one that was found in the last case; null where none was.
const Query::Granted* Query::granted_of(const SymbolicRequest& request) const {
  for (const Granted& g : granted_)
    if (g.of == &request && g.found) return &g;
  return nullptr;
}

Query::Granted& Query::granted_to(const SymbolicRequest& of, std::size_t version) {
  for (Granted& g : granted_)
    if (g.of == &of && g.version == version) return g;
  Granted g;
  g.of = &of;
  g.version = version;
  // Its premises are asked with its links alone: a version under which nobody can ask for anything
  // must not contradict the others.
  const std::string name =
      of.name() + "granted" + (version == 0 ? "" : std::to_string(version)) + ".";
  requests_.emplace_back(subject_, name, false, SymbolicRequest::Range::admissible, version);
  read_.emplace_back(expr::variables().size());
  g.request = &requests_.back();
  const rules::Rule& rule = version_of(subject_, version);
  for (std::size_t t = 0; t < rule.tiers.size(); ++t) {
    if (version == 0) {
      g.eligible.push_back(eligible(*g.request, t));
      continue;
    }
    const expr::Expr& who = subject_.earlier_eligible[version - 1][t];
    expr::Bindings<CheckedSymbolic> b = g.request->bindings(0);
    b.ints[at("rank")] = CheckedSymbolic::integer(rule.tiers[t].rank);
    b.ints[at("tier")] = CheckedSymbolic::integer(subject_.world.name_index(rule.tiers[t].name));
    g.eligible.push_back(CheckedSymbolic::holds(expr::evaluate_bool<CheckedSymbolic>(who, b)));
    note(who, *g.request);
  }
  granted_.push_back(std::move(g));
  Granted& made = granted_.back();
  if (version == 0 && reads_times_displaced())
    for (int n = 0; n <= kTimesShown && n < budget_.times_displaced; ++n)
      made.before.push_back(displaced_at(of, n));
  return made;
}

/// Whether a displacement depends on how many there were before. Asked where all are by this
/// version.
bool Query::reads_times_displaced() const {
  if (!subject_.earlier.empty() || subject_.open_past) return false;
  const std::int64_t row = expr::variable_row("victim.times_displaced");
  return std::any_of(
      subject_.rule().tiers.begin(), subject_.rule().tiers.end(), [&](const rules::Tier& t) {
        return t.displaces && std::any_of(t.displaces->when.nodes.begin(),
                                          t.displaces->when.nodes.end(), [&](const auto& n) {
                                            return n.op == expr::Op::variable && n.value == row;
                                          });
      });
}

/// The victim was displaced more often than that only if some request displaced it when it had
/// been so often. Necessary: values may lie within rounding, and of room nothing is asked.
smt::Symbolic::Bool Query::displaced_at(const SymbolicRequest& of, int times) {
  const std::string name = of.name() + "before" + std::to_string(times) + ".";
  requests_.emplace_back(subject_, name, true);
  read_.emplace_back(expr::variables().size());
  const SymbolicRequest& by = requests_.back();
  before_.push_back(&by);
  premise(by.premises());
  std::vector<smt::Symbolic::Bool> any;
  for (std::size_t t = 0; t < subject_.rule().tiers.size(); ++t) {
    const rules::Tier& tier = subject_.rule().tiers[t];
    if (!tier.displaces) continue;
    any.push_back(CheckedSymbolic::holds(
                      expr::evaluate_bool<CheckedSymbolic>(tier.eligible, by.bindings(t))) &&
                  CheckedSymbolic::holds(expr::evaluate_bool<CheckedSymbolic>(
                      tier.displaces->when, by.bindings(t, true))) &&
                  by.priced(t) && by.quota_guard(t) && by.rank_guard(t) && by.stop_guard(t));
  }
  const smt::Symbolic::Int &then = by.row(expr::variable_row("victim.times_displaced")).value,
                           &now = of.row(expr::variable_row("victim.times_displaced")).value;
  return now <= num(times) || (smt::any_of(any) && then == num(times) && by.floor_guard() &&
                               by.victim_quota_guard() && of.same_victim(by));
}

/// The victim was granted, under that version, to somebody eligible.
std::vector<smt::Symbolic::Bool> Query::links_of(const Granted& g) const {
  std::vector<smt::Symbolic::Bool> out = g.request->premises();
  out.push_back(g.of->victim_is_grant_of(*g.request));
  out.push_back(g.of->victim_of_version(g.version));
  for (std::size_t t = 0; t < g.eligible.size(); ++t)
    out.push_back(!g.of->victim_is(g.version, t) || g.eligible[t]);
  out.insert(out.end(), g.before.begin(), g.before.end());
  return out;
}

/// The first version from that one on under which the request's victim was granted: its links join
/// `all`. Unsat: there is none, whatever else is in `all`.
smt::Answer Query::ground_one(const SymbolicRequest& request, std::size_t from,
                              std::vector<smt::Symbolic::Bool>& all) {
  const std::vector<smt::Symbolic::Bool> before = all;
  smt::Answer out = smt::Answer::unsat;
  std::vector<std::vector<smt::Symbolic::Bool>> none;
  for (std::size_t v = from; v <= subject_.earlier.size(); ++v) {
    Granted& g = granted_to(request, v);
    std::vector<smt::Symbolic::Bool> with = before, links = links_of(g);
    with.insert(with.end(), links.begin(), links.end());
    const smt::Answer answer = main().probe(with);
    g.found = answer == smt::Answer::sat;
    if (g.found) {
      all = std::move(with);
      return answer;
    }
    if (answer == smt::Answer::unknown) out = answer;
    none.push_back(std::move(with));
  }
  // Another version of an earlier victim, or one that is not here, may leave room for this one.
  if (from > 0 || subject_.open_past || (!before.empty() && !subject_.earlier.empty()))
    return smt::Answer::unknown;
  if (out == smt::Answer::unsat)
    for (const auto& with : none) record(main(), out, with);
  return out;
}

/// Looks for victims that somebody was granted, under that version or one after it in their order.
/// Sat: `links` says so of each. Unsat, from the first on: there are none. `wishes`: what makes the
/// case easy to bring about, each where it can be; no verdict rests on them.
smt::Answer Query::ground(std::size_t from, std::vector<smt::Symbolic::Bool>& links,
                          std::vector<smt::Symbolic::Bool>& wishes) {
  const std::size_t count = requests_.size();
  links.clear();
  for (Granted& g : granted_) g.found = false;
  for (std::size_t i = 0; i < count; ++i) {
    if (!requests_[i].has_victim() || is_granted(requests_[i])) continue;
    const smt::Answer answer = ground_one(requests_[i], from, links);
    if (answer != smt::Answer::sat) return answer;
  }
  std::vector<smt::Symbolic::Bool> all = links;
  for (std::size_t i = 0; i < count; ++i) wish(requests_[i], all);
  wishes.assign(all.begin() + static_cast<std::ptrdiff_t>(links.size()), all.end());
  return smt::Answer::sat;
}

/// That each victim is of a version that is not here, whose terms are not known; empty where there
/// is none.
std::vector<smt::Symbolic::Bool> Query::of_versions_not_here() const {
  std::vector<smt::Symbolic::Bool> out;
  if (!subject_.open_past) return out;
  for (const SymbolicRequest& s : requests_)
    if (s.has_victim()) out.push_back(s.victim_of_version(subject_.earlier.size() + 1));
  return out;
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
  can(s.same_place(*g->request) && s.same_holder(*g->request));
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
