#include "sim/agents/publication.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/agents/auditor.h"
#include "sim/agents/authority.h"
#include "sim/agents/declare.h"
#include "sim/agents/delivery.h"
#include "sim/agents/draft.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/request.h"
#include "sim/world/readers.h"

namespace capmarket::agents {
namespace {

/// How late a late payer is.
constexpr Duration kLate{300 * kNanosPerSecond};

world::ReadersIndex readers_of(const world::World& w, const world::Owner& o) {
  const auto* holder = std::get_if<world::HolderIndex>(&o);
  return holder != nullptr ? w.holders[*holder].readers
                           : w.users[std::get<world::UserIndex>(o)].readers;
}

/// Who is nobody's group pays on time; scripted holders pay by steps of the script only.
scenarios::Pays pays_of(const world::World& w, const world::Owner& owner) {
  if (const auto* holder = std::get_if<world::HolderIndex>(&owner))
    return w.holders[*holder].strategy == scenarios::HolderStrategy::scripted
               ? scenarios::Pays::never
               : scenarios::Pays::on_time;
  const scenarios::UserGroup* group = w.group_of(w.users[std::get<world::UserIndex>(owner)]);
  return group == nullptr ? scenarios::Pays::on_time : group->pays;
}

void on_obligation(world::World& w, const ContentId& id, world::ReadersIndex readers) {
  const chain::ChainState& seen = w.seen_by(readers);
  const world::ObligationIndex index(seen.obligation_index.at(id));
  const objects::Obligation& o = seen.obligations[index].obligation;
  auto payer = w.owners.find(o.payer);
  if (payer == w.owners.end() || readers_of(w, payer->second) != readers) return;
  const scenarios::Pays pays = pays_of(w, payer->second);
  if (pays == scenarios::Pays::never) return;
  Instant at = w.now;
  if (pays == scenarios::Pays::late) {
    if (o.deadline >= w.scenario->end()) return;
    at = std::max(at, o.deadline + kLate);
  }
  w.plan(world::draws_of(w, payer->second), at, world::Pay{index});
}

void on_displaced(world::World& w, const ContentId& id, world::ReadersIndex readers) {
  const chain::ChainState& seen = w.seen_by(readers);
  const chain::LossRecord* loss = seen.loss(id);
  if (loss == nullptr) return;
  const world::GrantIndex grant = loss->grant;
  const chain::GrantRecord& g = seen.grants[grant];
  const world::RequestIndex request = w.request_of(seen, g);
  auto user = w.owners.find(seen.user_of(g));
  if (!request.valid() || user == w.owners.end() || readers_of(w, user->second) != readers) return;
  const rules::Rule& rule = seen.rule_of(g);
  for (const objects::Piece& p : loss->pieces) {
    Window window{std::max(p.window.from, chain::ceil_to(rule, w.now)), p.window.until};
    if (window.empty()) continue;
    world::Shortfall shortfall{id, window, p.quantity, rules::Substitution::any, grant};
    w.plan(w.requests[request].draws, w.now, world::Replace{request, shortfall});
  }
}

void on_review(world::World& w, world::ReadersIndex readers) {
  for (world::AuditorIndex a : w.auditors.indices())
    if (w.auditors[a].readers == readers)
      w.plan(w.auditors[a].draws, w.now, world::AuditReview{a});
}

/// Of what the chain derived, or of what concerns others than its submitter.
void on_news(world::World& w, const world::Note& n, world::ReadersIndex readers) {
  using objects::Kind;
  if (n.kind == Kind::obligation) on_obligation(w, n.id, readers);
  if (n.kind == Kind::displacement) on_displaced(w, n.id, readers);
  if (n.kind == Kind::failure) on_failed(w, n.id, readers);
  if (n.kind == Kind::review) on_review(w, readers);
  if (n.kind == Kind::delivery_failure) contest(w, n.id, readers);
  if (n.kind == Kind::settlement)
    sample_settlement(w, w.seen_by(readers).settlement_index.at(n.id), readers);
  if (n.kind == Kind::declaration) on_answer_known(w, n.id, readers);
}

/// Whose the submission is, as far as it acts on what becomes of it: one overload a concern.
struct ReadersOf {
  const world::World& w;

  world::ReadersIndex operator()(std::monostate) const { return {}; }
  world::ReadersIndex operator()(world::DeclaredBy by) const { return w.holders[by.holder].readers; }
  world::ReadersIndex operator()(world::IntentOf of) const { return user(of.request); }
  world::ReadersIndex operator()(world::RequestedAs as) const { return user(as.request); }
  world::ReadersIndex operator()(world::SettledBy by) const {
    return w.users[w.drafts[by.draft].user].readers;
  }
  world::ReadersIndex operator()(world::RecordOf of) const {
    const chain::ChainState& s = w.state();
    return w.holders[w.holder_of(s, s.grants[s.failures[of.failure].grant])].readers;
  }
  world::ReadersIndex operator()(world::RevokedBy) const { return world::ReadersIndex(0); }
  world::ReadersIndex operator()(world::PromulgatedAs) const { return world::ReadersIndex(0); }
  world::ReadersIndex operator()(world::RetractedBy by) const {
    return w.holders[w.listings[by.listing].holder].readers;
  }

 private:
  world::ReadersIndex user(world::RequestIndex request) const {
    return w.users[w.requests[request].user].readers;
  }
};

/// The submitter learns what became of its submission: one overload a concern.
struct OnAnswer {
  world::World& w;
  const world::Answer& answer;

  Result<void> operator()(std::monostate) const { return {}; }
  Result<void> operator()(world::DeclaredBy by) const {
    on_declaration_known(w, by.holder, answer);
    return {};
  }
  Result<void> operator()(world::IntentOf of) const {
    on_intent_receipt(w, of.request, answer);
    return {};
  }
  Result<void> operator()(world::RequestedAs as) const {
    on_request_receipt(w, as.request, answer);
    return {};
  }
  Result<void> operator()(world::SettledBy by) const {
    if (answer.lost)
      on_settlement_unsent(w, by.draft);
    else
      on_settlement_decided(w, by.draft, answer);
    return {};
  }
  Result<void> operator()(world::RecordOf of) const {
    on_record_known(w, of.failure, answer);
    return {};
  }
  Result<void> operator()(world::RevokedBy by) const {
    if (answer.admitted()) on_revoked(w, by.revocation);
    return {};
  }
  Result<void> operator()(world::RetractedBy by) const {
    on_retract_known(w, by.listing, answer);
    return {};
  }
  Result<void> operator()(world::PromulgatedAs as) const {
    if (answer.admitted()) return {};
    return fail(fmt::format("the chain refuses rule {} while the scenario runs",
                            at(w.scenario->rules, as.rule).rule.name),
                "a successor that its rule admits");
  }
};

/// What its holders and coordinators signed is decided: before anybody acts.
void note_in_books(world::World& w, const world::Note& n, world::ReadersIndex readers) {
  if (!n.submission.valid()) return;
  if (const auto* by = std::get_if<world::SettledBy>(&w.pending_submissions[n.submission].concern))
    on_settlement_known(w, by->draft, readers);
}

/// Those among the readers whom the entry concerns act on it.
Result<void> act_on(world::World& w, const world::Note& n, world::ReadersIndex readers) {
  if (!n.submission.valid()) {
    on_news(w, n, readers);
    return {};
  }
  // Copies: what follows may add submissions to the list.
  const world::Concern concern = w.pending_submissions[n.submission].concern;
  const world::Answer answer = w.pending_submissions[n.submission].answer;
  if (answer.admitted() && std::holds_alternative<world::IntentOf>(concern))
    on_intent_known(w, answer.id, readers);
  if (std::visit(ReadersOf{w}, concern) != readers) return {};
  return std::visit(OnAnswer{w, answer}, concern);
}

}  // namespace

Result<void> on_publication(world::World& w, world::ReadersIndex readers,
                            world::PublishedIndex published) {
  const world::Learned learned = world::learn(w, readers, published);
  for (std::size_t i = learned.from; i < learned.until; ++i) note_in_books(w, w.notes[i], readers);
  for (std::size_t i = learned.from; i < learned.until; ++i)
    if (auto r = act_on(w, world::Note(w.notes[i]), readers); !r) return r;
  return {};
}

Result<void> on_unsent(world::World& w, world::SubmissionIndex submission) {
  const world::Concern concern = w.pending_submissions[submission].concern;
  const world::Answer answer = w.pending_submissions[submission].answer;
  return std::visit(OnAnswer{w, answer}, concern);
}

void pay(world::World& w, world::ObligationIndex index) {
  const world::Owner owner = w.owners.at(w.state().obligations[index].obligation.payer);
  const chain::ObligationRecord& record =
      w.seen_by(readers_of(w, owner)).obligations[index];
  if (record.outstanding().value <= 0) return;
  const auto* holder = std::get_if<world::HolderIndex>(&owner);
  const auto* user = std::get_if<world::UserIndex>(&owner);
  const crypto::KeyPair& key = holder != nullptr ? w.holders[*holder].key : w.users[*user].key;
  objects::Payment o{w.fresh_salt(world::draws_of(w, owner)), key.pub, record.id,
                     record.outstanding()};
  w.submit(objects::Kind::payment, {}, objects::encode_object(o),
           {{holder != nullptr ? objects::Role::holder : objects::Role::user, key}},
           holder != nullptr ? world::from_holder(w, *holder) : world::from_user(w, *user));
}

}  // namespace capmarket::agents
