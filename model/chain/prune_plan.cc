#include "model/chain/prune_plan.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "model/base/check.h"
#include "model/chain/claims.h"
#include "model/objects/references.h"

namespace capmarket::chain {
namespace {

/// What is shared by many and goes when nothing that stays names it.
bool is_context(objects::Kind kind) {
  return kind == objects::Kind::declaration || kind == objects::Kind::declaration_batch ||
         kind == objects::Kind::intent || kind == objects::Kind::price_index;
}

/// The longest that anything asks for, of a class or of all.
struct Longest {
  Int128 kept = 0, disputed = 0, skew = 0;

  void add(const rules::Rule& r) {
    kept = std::max<Int128>(kept, r.retention.value);
    disputed = std::max<Int128>(disputed, r.dispute_within.value);
    skew = std::max<Int128>(skew, r.limits.skew.value);
  }
  void add(const objects::ClassDeclaration& c) { kept = std::max<Int128>(kept, c.retention.value); }
  Int128 all() const { return std::max(kept, disputed) + skew; }
};

/// Until when the own terms of each object keep it.
class Terms {
 public:
  explicit Terms(const ChainState& state) : state_(state) {
    for (const RuleRecord& r : state.rules) {
      any_.add(r.rule);
      of_class_[r.rule.class_name].add(r.rule);
    }
    for (const auto& [name, versions] : state.classes)
      for (const ClassRecord& c : versions) {
        any_.add(c.declared);
        of_class_[name].add(c.declared);
      }
  }

  Int128 kept_until(const HistoryEntry& e) const {
    if (!e.leaf.decision.admitted()) return refused_until(e);
    return std::visit([&](const auto& o) { return until(o, e.leaf.time); }, e.object);
  }
  /// What is submitted at `t` counts in the period that ends then.
  Int128 period_end(Instant t) const {
    const Duration period = state_.genesis.refusal_quota.period;
    if (period.value <= 0) return t.value;
    return (floor_div(t.value, period.value) + 1) * Int128{period.value};
  }

 private:
  template <class T>
  Int128 until(const T&, Instant admitted) const {
    return admitted.value;
  }
  Int128 after_end(Instant end, const std::string& class_name) const {
    auto it = of_class_.find(class_name);
    return end.value + (it == of_class_.end() ? any_ : it->second).all();
  }
  Int128 until(const objects::Declaration& o, Instant) const {
    return after_end(o.window.until, o.class_name);
  }
  Int128 until(const objects::DeclarationBatch& o, Instant) const {
    Int128 out = 0;
    for (const objects::Declaration& item : o.items) out = std::max(out, after_end(item.window.until, item.class_name));
    return out;
  }
  Int128 until(const objects::Intent& o, Instant) const { return after_end(o.window.until, o.class_name); }
  Int128 until(const objects::Request& o, Instant) const {
    return after_end(std::max(o.window.until, o.open_until), o.class_name);
  }
  Int128 until(const objects::Curtailment& o, Instant) const { return o.window.until.value + any_.all(); }
  Int128 until(const objects::PriceIndex& o, Instant) const {
    Int128 out = o.at.value;
    if (auto it = state_.rules_named.find(o.rule); it != state_.rules_named.end())
      for (RuleIndex i : it->second)
        out = std::max(out, Int128{o.at.value} + state_.rules[i].rule.pricing.max_age.value);
    return out + any_.all();
  }
  Int128 until(const objects::Settlement& o, Instant admitted) const {
    Int128 out = admitted.value;
    for (const objects::Leg& leg : o.legs) {
      out = std::max<Int128>(out, leg.retain_until.value);
      if (const RuleRecord* r = state_.rule(leg.rule)) {
        out = std::max(out, leg.window.until.value + std::max<Int128>(r->rule.limits.skew.value,
                                                                      r->rule.dispute_within.value));
        // An index of any version may still be over it.
        for (RuleIndex i : state_.rules_named.at(r->rule.name))
          out = std::max(out, Int128{admitted.value} + state_.rules[i].rule.pricing.over.value);
      }
    }
    return out;
  }
  /// A refusal is kept as long as anything of its market; one that has to be disclosed, as long as a leg
  /// on its declaration can still be signed.
  Int128 refused_until(const HistoryEntry& e) const {
    Int128 out = std::max(e.leaf.time.value + any_.all(), period_end(e.leaf.time));
    if (const auto* s = std::get_if<objects::Settlement>(&e.object))
      for (const objects::Leg& leg : s->legs) {
        out = std::max<Int128>(out, leg.retain_until.value);
        if (const DeclarationRecord* d = state_.declaration(leg.declaration))
          out = std::max(out, after_end(d->declared.window.until, d->declared.class_name));
      }
    return out;
  }

  const ChainState& state_;
  Longest any_;
  std::map<std::string, Longest> of_class_;
};

/// Where settlements and what they are read by meet: a declaration, an infrastructure, a rule's name.
struct Loaded {
  std::size_t entry;
  Window window;
  Instant admitted;
};

class Planner {
 public:
  Planner(const History& history, const ChainState& state, const PruneRequest& request)
      : history_(history), state_(state), request_(request), terms_(state),
        longest_(state),
        unit_(history.entries().size()), out_{std::vector<KeptBody>(history.entries().size())} {
    std::iota(unit_.begin(), unit_.end(), std::size_t{0});
  }

  PrunePlan run() {
    for (std::size_t i = 0; i < size(); ++i) join(i);
    join_refusals();
    for (std::size_t i = 0; i < size(); ++i) members_[unit(i)].push_back(i);
    note_dues();
    keep_for_retention();
    for (std::size_t i = 0; i < size(); ++i) keep_if_open(i);
    keep_unasked();
    for (std::int64_t n : request_.read_by) keep_before(static_cast<std::size_t>(n));
    spread();
    return std::move(out_);
  }

 private:
  std::size_t size() const { return history_.entries().size(); }
  const HistoryEntry& entry(std::size_t i) const { return history_.entries()[i]; }
  bool may_go(std::size_t i) const {
    return !entry(i).pruned && objects::is_prunable(entry(i).leaf.kind);
  }
  bool stays(std::size_t i) const { return out_.entries[i].why != KeptFor::nothing; }
  std::size_t place(const HistoryEntry& e) const {
    return static_cast<std::size_t>(&e - history_.entries().data());
  }

  std::size_t unit(std::size_t i) {
    while (unit_[i] != i) i = unit_[i] = unit_[unit_[i]];
    return i;
  }
  void unite(std::size_t a, std::size_t b) {
    a = unit(a), b = unit(b);
    unit_[std::max(a, b)] = std::min(a, b);
  }

  /// Each admitted entry that may go goes with what it names, but for what many share.
  void join(std::size_t i) {
    if (!may_go(i) || !entry(i).leaf.decision.admitted()) return;
    const bool of_declaration = entry(i).leaf.kind == objects::Kind::retract;
    for (const ContentId& id : objects::references(entry(i).object)) {
      const HistoryEntry* to = history_.find(id);
      if (to == nullptr || !may_go(place(*to)) || !to->leaf.decision.admitted()) continue;
      if (!is_context(to->leaf.kind) || of_declaration) unite(i, place(*to));
    }
    if (entry(i).leaf.kind == objects::Kind::settlement) join_reviews(i);
  }
  void join_reviews(std::size_t i) {
    const SettlementRecord* s = state_.settlement(entry(i).leaf.id);
    if (s == nullptr) return;
    for (ReviewIndex r : s->reviews)
      if (const HistoryEntry* review = history_.find(state_.reviews[r].id)) unite(i, place(*review));
  }
  /// Where refusals shut somebody out, those of that period go together.
  void join_refusals() {
    std::map<Int128, std::vector<std::size_t>> periods;
    std::set<Int128> shut_out;
    std::map<PublicKey, std::size_t> shutouts;
    for (std::size_t i = 0; i < size(); ++i) {
      if (!may_go(i)) continue;
      const bool shuts = entry(i).leaf.kind == objects::Kind::shutout;
      const Int128 end = terms_.period_end(entry(i).leaf.time);
      if (shuts) shut_out.insert(end);
      if (shuts || !entry(i).leaf.decision.admitted()) periods[end].push_back(i);
      if (const auto* s = std::get_if<objects::Shutout>(&entry(i).object)) shutouts[s->submitter] = i;
      if (const auto* r = std::get_if<objects::Readmission>(&entry(i).object))
        if (auto it = shutouts.find(r->submitter); it != shutouts.end()) unite(i, it->second);
    }
    for (Int128 end : shut_out)
      for (std::size_t i : periods[end]) unite(i, periods[end].front());
  }

  void keep(std::size_t i, KeptBody why) {
    const std::size_t of = unit(i);
    bool fresh = false;
    for (std::size_t m : members_[of])
      if (!stays(m)) out_.entries[m] = why, fresh = true;
    if (fresh) kept_.push_back(of);
  }

  /// What is closed by what is due of it, and tells of being open until then.
  bool closes(std::size_t i) const {
    const ContentId& id = entry(i).leaf.id;
    return state_.request(id) != nullptr || state_.claim(id) != nullptr ||
           state_.review_index.contains(id);
  }

  /// The longest retention of a unit binds all of it.
  void keep_for_retention() {
    std::map<std::size_t, std::pair<Int128, std::int64_t>> last;  // of each unit, and whose it is
    for (std::size_t i = 0; i < size(); ++i) {
      if (!may_go(i)) {
        out_.entries[i].why = entry(i).pruned ? KeptFor::gone : KeptFor::governance;
        if (!entry(i).pruned) kept_.push_back(unit(i));
        continue;
      }
      Int128 until = terms_.kept_until(entry(i));
      if (!objects::is_derived(entry(i).leaf.kind))
        until = std::max(until, longest_.until(entry(i).leaf.time));
      if (auto due = due_of_.find(entry(i).leaf.id); due != due_of_.end() && !closes(i))
        until = std::max<Int128>(until, due->second.value);
      auto [it, fresh] = last.try_emplace(unit(i), until, entry(i).leaf.sequence.value);
      if (!fresh && until > it->second.first) it->second = {until, entry(i).leaf.sequence.value};
    }
    for (const auto& [of, end] : last)
      if (end.first > request_.at.value)
        keep(of, {KeptFor::retention,
                  Instant(static_cast<std::int64_t>(std::min<Int128>(end.first, kWireMax))),
                  end.second});
  }

  /// What is open keeps its unit.
  void keep_if_open(std::size_t i) {
    const HistoryEntry& e = entry(i);
    if (!may_go(i) || !e.leaf.decision.admitted()) return;
    auto open = [&](KeptFor why) {
      auto due = due_of_.find(e.leaf.id);
      keep(i, {why, due == due_of_.end() ? kDistantFuture : due->second, e.leaf.sequence.value});
    };
    if (const RequestRecord* r = state_.request(e.leaf.id); r != nullptr && !r->closed)
      open(KeptFor::request);
    if (const ObligationRecord* o = state_.obligation(e.leaf.id);
        o != nullptr && o->outstanding().value > 0)
      open(KeptFor::obligation);
    if (const ClaimRecord* c = state_.claim(e.leaf.id); c != nullptr && !c->closed)
      open(KeptFor::claim);
    if (auto r = state_.review_index.find(e.leaf.id);
        r != state_.review_index.end() && !state_.reviews[r->second].closed)
      open(KeptFor::review);
  }

  /// What is still to happen by itself, and was not overtaken.
  void note_dues() {
    for (const Due& due : state_.dues) {
      const RequestRecord* r = state_.request(due.id);
      const GrantRecord* g = state_.grant(due.id);
      const ClaimRecord* c = state_.claim(due.id);
      if ((r != nullptr && r->closed) || (c != nullptr && c->closed) ||
          (g != nullptr && g->lease_until != due.at))
        continue;
      due_of_[g == nullptr ? due.id : state_.settlements[g->settlement].id] = due.at;
    }
  }

  /// Units of which nothing was asked for stay.
  void keep_unasked() {
    if (request_.only.empty()) return;
    std::set<std::size_t> asked;
    for (std::int64_t n : request_.only) asked.insert(unit(static_cast<std::size_t>(n)));
    for (std::size_t i = 0; i < size(); ++i)
      if (!asked.contains(unit(i))) keep(i, {KeptFor::unasked, kDistantFuture, -1});
  }

  void keep_before(std::size_t reader) {
    for (std::size_t i = 0; i < reader; ++i)
      if (!stays(i)) keep(i, {KeptFor::decision, kDistantFuture, static_cast<std::int64_t>(reader)});
  }

  /// What those that stay name, and what they were decided on, stays too.
  void spread() {
    note_loads();
    while (!kept_.empty()) {
      const std::size_t of = kept_.back();
      kept_.pop_back();
      for (std::size_t i : members_[of]) {
        if (entry(i).pruned || !entry(i).leaf.decision.admitted()) continue;
        for (const ContentId& id : objects::references(entry(i).object))
          if (const HistoryEntry* to = history_.find(id); to != nullptr && may_go(place(*to)))
            keep(place(*to), {KeptFor::lineage, kDistantFuture, entry(i).leaf.sequence.value});
        keep_what_it_read(i);
      }
    }
  }

  std::vector<ContentId> places_of(const ContentId& declaration) const {
    std::vector<ContentId> out = {declaration};
    if (const DeclarationRecord* d = state_.declaration(declaration); d != nullptr && d->declared.infrastructure)
      out.push_back(*d->declared.infrastructure);
    return out;
  }
  void note_loads() {
    for (std::size_t i = 0; i < size(); ++i) {
      const auto* s = std::get_if<objects::Settlement>(&entry(i).object);
      if (s == nullptr || entry(i).pruned || !entry(i).leaf.decision.admitted()) continue;
      for (const objects::Leg& leg : s->legs) {
        const Loaded load{i, leg.window, entry(i).leaf.time};
        for (const ContentId& at : places_of(leg.declaration)) loads_[at].push_back(load);
        if (const RuleRecord* r = state_.rule(leg.rule)) priced_[r->rule.name].push_back(load);
      }
    }
  }
  bool caused(std::size_t i, objects::Kind kind) const {
    for (std::size_t at = i + 1; at < size() && objects::is_derived(entry(at).leaf.kind); ++at)
      if (entry(at).leaf.kind == kind) return true;
    return false;
  }
  void keep_loads(std::size_t reader, const ContentId& declaration, const Window& window) {
    for (const ContentId& at : places_of(declaration))
      for (const Loaded& l : loads_[at])
        if (l.entry < reader && l.window.meets(window) && !stays(l.entry))
          keep(l.entry, {KeptFor::decision, kDistantFuture, entry(reader).leaf.sequence.value});
  }
  void keep_what_it_read(std::size_t i) {
    const objects::Object& o = entry(i).object;
    if (const auto* s = std::get_if<objects::Settlement>(&o)) {
      if (!caused(i, objects::Kind::displacement)) return;
      for (const objects::Leg& leg : s->legs) keep_loads(i, leg.declaration, leg.window);
    } else if (const auto* c = std::get_if<objects::Curtailment>(&o)) {
      if (caused(i, objects::Kind::failure)) keep_loads(i, c->declaration, c->window);
    } else if (const auto* p = std::get_if<objects::PriceIndex>(&o)) {
      Int128 over = 0;
      if (auto it = state_.rules_named.find(p->rule); it != state_.rules_named.end())
        for (RuleIndex r : it->second) over = std::max<Int128>(over, state_.rules[r].rule.pricing.over.value);
      for (const Loaded& l : priced_[p->rule])
        if (l.entry < i && l.admitted.value >= p->at.value - over && l.admitted < p->at && !stays(l.entry))
          keep(l.entry, {KeptFor::decision, kDistantFuture, entry(i).leaf.sequence.value});
    }
  }

  const History& history_;
  const ChainState& state_;
  const PruneRequest& request_;
  Terms terms_;
  LongestKept longest_;
  std::vector<std::size_t> unit_;
  std::map<std::size_t, std::vector<std::size_t>> members_;
  std::map<ContentId, Instant> due_of_;  // what is still to happen of it by itself
  std::vector<std::size_t> kept_;        // units whose own needs are not looked at yet
  std::map<ContentId, std::vector<Loaded>> loads_;
  std::map<std::string, std::vector<Loaded>> priced_;
  PrunePlan out_;
};

}  // namespace

std::string_view to_text(KeptFor why) {
  switch (why) {
    case KeptFor::nothing:
      return "nothing";
    case KeptFor::governance:
      return "governance";
    case KeptFor::gone:
      return "gone";
    case KeptFor::retention:
      return "retention";
    case KeptFor::request:
      return "open-request";
    case KeptFor::obligation:
      return "open-obligation";
    case KeptFor::claim:
      return "open-claim";
    case KeptFor::review:
      return "open-review";
    case KeptFor::lineage:
      return "lineage";
    case KeptFor::decision:
      return "decision";
    case KeptFor::unasked:
      return "unasked";
  }
  return {};
}

PrunedSet PrunePlan::going() const {
  PrunedSet out;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (entries[i].why == KeptFor::nothing) out.insert(static_cast<std::int64_t>(i));
  return out;
}

Instant PrunePlan::next() const {
  Instant out = kDistantFuture;
  for (const KeptBody& k : entries)
    if (k.why != KeptFor::nothing) out = std::min(out, k.until);
  return out;
}

LongestKept::LongestKept(const ChainState& state) {
  struct Part {
    Instant at;
    Int128 to_end = 0, behind = 0;  // of what is granted, from its admission; and what is kept then
  };
  std::vector<Part> parts;
  for (const auto& [name, versions] : state.classes)
    for (const ClassRecord& c : versions)
      parts.push_back({c.admitted, 0, c.declared.retention.value});
  for (const RuleRecord& record : state.rules) {
    const rules::Rule& r = record.rule;
    parts.push_back({record.admitted,
                     Int128{r.limits.skew.value} + r.limits.lead_max.value +
                         r.limits.length_max.value + 2 * Int128{r.claims.contest_within.value},
                     std::max({r.retention, r.dispute_within, r.review_within}).value});
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return a.at < b.at; });
  Int128 to_end = 0, behind = 0;
  for (const Part& p : parts) {
    to_end = std::max(to_end, p.to_end);
    behind = std::max(behind, p.behind);
    from_.emplace_back(p.at, to_end + behind);
  }
}

Int128 LongestKept::until(Instant at) const {
  auto next = std::upper_bound(from_.begin(), from_.end(), at,
                               [](Instant t, const auto& from) { return t < from.first; });
  return at.value + (next == from_.begin() ? Int128{0} : std::prev(next)->second);
}

PrunePlan plan_pruning(const History& history, const ChainState& state, const PruneRequest& request) {
  return Planner(history, state, request).run();
}

}  // namespace capmarket::chain
