#include "verify/audit/breaches.h"

#include <algorithm>

namespace capmarket::audit {
namespace {

/// Goes along the instants at which anything changes on an edge.
class Sweep {
 public:
  Sweep(const AuditState& s, const AuditInfrastructure& edge, const SlowLoad& excess,
        const std::optional<PublicKey>& holder)
      : edge_(edge), holder_(holder), load_(edge.grants.size()) {
    if (auto versions = s.classes.find(edge.infrastructure.class_name); versions != s.classes.end())
      unit_ = versions->second.back().declared.unit;
    levels_ = excess.pieces();
    if (levels_.empty()) return;
    hull_ = {levels_.front().window.from, levels_.back().window.until};
    collect();
  }

  std::vector<PeerBreach> run() {
    auto level = levels_.begin();
    for (auto it = steps_.begin(); it != steps_.end(); ++it) {
      for (const Step& step : it->second) take(step);
      while (level != levels_.end() && level->window.until.value <= it->first) ++level;
      if (level == levels_.end()) break;
      const bool above = level->window.contains(Instant(it->first)) && !covering_.empty();
      if (!above || std::next(it) == steps_.end()) {
        close();
        continue;
      }
      const Window here{Instant(it->first), Instant(std::next(it)->first)};
      extend({here, level->quantity}, it->second);
    }
    close();
    return std::move(out_);
  }

 private:
  enum class What : std::uint8_t { load, live, window, nothing };
  struct Step {
    What what = What::nothing;
    std::size_t grant = 0;  // its place in the order of admission
    Int128 by = 0;          // 1 or -1 but of a load
  };

  void collect() {
    for (const objects::Piece& p : levels_) at(p.window, {});
    for (const objects::PeerAgreement& a : edge_.agreements) {
      if (!a.window.meets(hull_)) continue;
      at(a.window, {});
      agreements_[a.window.from] = &a;
    }
    for (std::size_t i = 0; i < edge_.grants.size(); ++i) {
      const AuditGrant& g = *edge_.grants[i];
      if (!g.leg.window.meets(hull_)) continue;
      for (const objects::Piece& p : g.load.pieces(hull_))
        at(p.window, {What::load, i, p.quantity.value});
      for (const objects::Piece& p : g.live.pieces(hull_)) at(p.window, {What::live, i, 1});
      if (on_an_edge(g)) at(g.leg.window, {What::window, i, 1});
    }
  }
  void at(const Window& w, Step step) {
    steps_[w.from.value].push_back(step);
    step.by = -step.by;
    steps_[w.until.value].push_back(step);
  }

  void take(const Step& step) {
    if (step.what == What::load) {
      Int128& load = load_[step.grant];
      load += step.by;
      by_member_[holder_of(step.grant)] += step.by;
      if (load > 0)
        loading_.insert(step.grant);
      else
        loading_.erase(step.grant);
    } else if (step.what != What::nothing) {
      auto& count = step.what == What::live ? living_ : covering_;
      // Of two pieces of one grant that touch, the second may begin before the first has ended.
      if ((count[step.grant] += static_cast<int>(step.by)) == 0) count.erase(step.grant);
    }
  }

  const PublicKey& holder_of(std::size_t grant) const { return edge_.grants[grant]->holder(); }

  /// The member that an agreement says exceeds its share now.
  std::optional<PublicKey> over_its_share(Instant t) {
    auto it = agreements_.upper_bound(t);
    if (it == agreements_.begin()) return std::nullopt;
    const objects::PeerAgreement& a = *std::prev(it)->second;
    if (!a.window.contains(t)) return std::nullopt;
    if (by_member_[a.first] > a.first_quantity.value) return a.first;
    if (by_member_[a.second] > a.second_quantity.value) return a.second;
    return std::nullopt;
  }

  void extend(const objects::Piece& piece, const std::vector<Step>& steps) {
    const auto agreed = over_its_share(piece.window.from);
    const PublicKey member = agreed             ? *agreed
                             : !living_.empty() ? holder_of(living_.rbegin()->first)
                             : holder_          ? *holder_
                                                : holder_of(covering_.begin()->first);
    if (!open_ || open_->member != member || open_->agreed != agreed.has_value()) {
      close();
      open_.emplace();
      open_->edge = edge_.id;
      open_->name = edge_.infrastructure.name;
      open_->unit = unit_;
      open_->member = member;
      open_->agreed = agreed.has_value();
      for (std::size_t g : loading_) list(g);
    }
    for (const Step& step : steps)
      if (step.what == What::load && loading_.contains(step.grant)) list(step.grant);
    auto& pieces = open_->pieces;
    if (!pieces.empty() && pieces.back().quantity == piece.quantity)
      pieces.back().window.until = piece.window.until;
    else
      pieces.push_back(piece);
  }
  void list(std::size_t grant) {
    if (holder_of(grant) == open_->member) settlements_.insert(edge_.grants[grant]->sequence());
  }

  void close() {
    if (!open_) return;
    for (std::int64_t sequence : settlements_) {
      if (open_->settlements.size() < kBreachListMax)
        open_->settlements.push_back(sequence);
      else
        ++open_->settlements_more;
    }
    settlements_.clear();
    out_.push_back(std::move(*open_));
    open_.reset();
  }

  const AuditInfrastructure& edge_;
  std::optional<PublicKey> holder_;
  std::string unit_;
  std::vector<objects::Piece> levels_;  // of the excess
  Window hull_;
  std::map<std::int64_t, std::vector<Step>> steps_;
  std::map<Instant, const objects::PeerAgreement*> agreements_;  // by their start; none meet
  std::vector<Int128> load_;                                     // now, by grant
  std::map<PublicKey, Int128> by_member_;
  std::set<std::size_t> loading_;                 // grants whose load is above 0
  std::map<std::size_t, int> living_, covering_;  // live now; of peer coordination, window covers
  std::optional<PeerBreach> open_;
  std::set<std::int64_t> settlements_;
  std::vector<PeerBreach> out_;
};

/// The disputes that met an open breach and did not remedy it.
void add_disputes(const AuditInfrastructure& edge, PeerBreach& b) {
  for (const AuditEdgeDispute& d : edge.disputes) {
    if (std::none_of(d.windows.begin(), d.windows.end(),
                     [&](const Window& w) { return w.meets(b.window()); }))
      continue;
    if (b.disputes.size() < kBreachListMax)
      b.disputes.push_back(d.dispute);
    else
      ++b.disputes_more;
  }
}

}  // namespace

std::string_view to_text(BreachOutcome outcome) {
  switch (outcome) {
    case BreachOutcome::open:
      return "open";
    case BreachOutcome::released:
      return "released";
    case BreachOutcome::penalised:
      return "penalised";
  }
  return {};
}

Quantity PeerBreach::most() const {
  Quantity out;
  for (const objects::Piece& p : pieces) out = std::max(out, p.quantity);
  return out;
}

bool on_an_edge(const AuditGrant& g) {
  const AuditInfrastructure* edge = g.declaration->infrastructure;
  return g.rule->rule.coordination.mode == rules::CoordinationMode::peer && edge != nullptr &&
         edge->infrastructure.peer;
}

SlowLoad excess_of(const AuditInfrastructure& edge, const Window& w, bool fresh) {
  SlowLoad out;
  out.add(edge.load, w);
  edge.add_schedule(out, w, -1);
  out = out.positive();
  if (!fresh) return out;
  for (const auto& [by, volume] : edge.punished) out.add(volume, w, -1);
  return out.positive();
}

std::vector<PeerBreach> stretches_of(const AuditState& s, const AuditInfrastructure& edge,
                                     const SlowLoad& excess,
                                     const std::optional<PublicKey>& holder) {
  return Sweep(s, edge, excess, holder).run();
}

std::vector<PeerBreach> peer_breaches(const AuditState& s) {
  std::vector<PeerBreach> out;
  for (const auto& [id, edge] : s.infrastructures) {
    if (!edge.infrastructure.peer) continue;
    std::vector<PeerBreach> here = edge.remedied;
    for (PeerBreach& b : stretches_of(s, edge, excess_of(edge, kAlways, true))) {
      add_disputes(edge, b);
      here.push_back(std::move(b));
    }
    std::stable_sort(here.begin(), here.end(), [](const PeerBreach& a, const PeerBreach& b) {
      return a.window().from < b.window().from;
    });
    std::move(here.begin(), here.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace capmarket::audit
