#include "verify/audit/state.h"

#include <algorithm>

namespace capmarket {
namespace {

struct Applier {
  AuditState& s;
  const ContentId& id;
  std::int64_t sequence;

  bool operator()(const AuthorityGrant& o) { return s.delegation.add(id, o); }
  bool operator()(const CredentialGrant& o) { return s.delegation.add(id, o); }
  bool operator()(const ClassDeclaration& o) {
    s.classes[o.class_name].push_back({o, s.time});
    return true;
  }
  bool operator()(const Rule& o) {
    if (o.supersedes) {
      auto old = s.rules.find(*o.supersedes);
      if (old == s.rules.end()) return false;
      old->second.successor_from = std::min(old->second.successor_from, o.effective.from);
    }
    return s.rules.emplace(id, AuditRule{o, kDistantFuture}).second;
  }
  bool operator()(const Declaration& o) {
    s.assets[{o.asset_issuer, o.asset_id}].add(o.window, o.quantity.value);
    return s.declarations.emplace(id, AuditDeclaration{o, sequence, {}, {}}).second;
  }
  bool operator()(const Request& o) {
    s.dues.emplace(o.open_until, Kind::residual, id);
    s.dues.emplace(o.window.until, Kind::residual, id);
    AuditRequest record;
    record.request = o;
    return s.requests.emplace(id, std::move(record)).second;
  }
  bool operator()(const Settlement& o) {
    for (const Leg& leg : o.legs)
      if (!s.declarations.contains(leg.declaration) || !s.requests.contains(leg.request) ||
          !s.rules.contains(leg.rule))
        return false;
    for (const Leg& leg : o.legs) grant(o, leg);
    return true;
  }
  bool operator()(const Tick&) { return true; }
  bool operator()(const Residual&) { return false; }
  bool operator()(const Genesis&) { return false; }

  void grant(const Settlement& o, const Leg& leg) {
    AuditDeclaration& d = s.declarations.at(leg.declaration);
    d.load.add(leg.window, leg.quantity.value);
    d.pieces.push_back({sequence, leg.window, leg.quantity});
    AuditRequest& r = s.requests.at(leg.request);
    r.live.add(leg.window, leg.quantity.value);
    r.next_index = o.index + 1;
    r.granted = true;
    auto duty = s.undischarged.find({d.declared.holder, r.request.user, leg.declaration});
    if (duty == s.undischarged.end()) return;
    std::erase_if(duty->second, [&](const AuditRefusal& x) { return x.admitted < o.signed_at; });
  }
};

}  // namespace

const ClassDeclaration* AuditState::class_at(const std::string& name, Instant when) const {
  auto versions = classes.find(name);
  if (versions == classes.end()) return nullptr;
  const ClassDeclaration* found = nullptr;
  for (const AuditClass& version : versions->second)
    if (version.admitted <= when) found = &version.declared;
  return found;
}

bool AuditState::apply(const CheckedSubmission& submission, std::int64_t sequence) {
  return std::visit(Applier{*this, submission.id, sequence}, submission.object);
}

void AuditState::refuse(const CheckedSubmission& submission) {
  const auto* settlement = std::get_if<Settlement>(&submission.object);
  if (settlement == nullptr) return;
  for (const Leg& leg : settlement->legs) {
    auto d = declarations.find(leg.declaration);
    auto r = requests.find(leg.request);
    if (d == declarations.end() || r == requests.end()) continue;
    const PublicKey &holder = d->second.declared.holder, &user = r->second.request.user;
    if (submission.signed_by(Role::holder, holder) && submission.signed_by(Role::user, user))
      undischarged[{holder, user, leg.declaration}].push_back({time, submission.id});
  }
}

std::optional<AuditDue> AuditState::next_due(Instant until) {
  while (!dues.empty() && std::get<Instant>(*dues.begin()) <= until) {
    const AuditDue& due = *dues.begin();
    const AuditRequest& r = requests.at(std::get<ContentId>(due));
    bool ended = r.request.window.until <= std::get<Instant>(due);
    if (!r.closed && (ended || !r.granted)) return due;
    dues.erase(dues.begin());
  }
  return std::nullopt;
}

Residual AuditState::close(const AuditDue& due) {
  const ContentId id = std::get<ContentId>(due);
  dues.erase(due);
  AuditRequest& r = requests.at(id);
  r.closed = true;
  Residual out;
  out.salt = derived_salt(r.request.salt, Kind::residual, 0);
  out.request = id;
  out.requested.value = Int128{r.request.quantity.value} * r.request.window.length().value;
  out.live.value = r.live.integral(r.request.window);
  out.unmet.value = out.requested.value - out.live.value;
  return out;
}

}  // namespace capmarket
