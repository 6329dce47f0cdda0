#include "sim/world/world.h"

#include "model/crypto/hash.h"
#include "sim/world/network.h"

namespace capmarket::world {

Salt World::fresh_salt(Draws& of) const {
  kernel::Stream stream(dynamics, of.who, kernel::Draw::salt, of.salts++);
  Salt out;
  stream.fill(out.bytes);
  return out;
}

void World::push(Instant time, kernel::EventKind kind, std::uint32_t subject, const Sender& cause,
                 std::uint32_t occurrence) {
  kernel::Stream stream(dynamics, cause.who, kernel::Draw::tie,
                        static_cast<std::uint64_t>(kind) << 56 | cause.occurrence);
  queue.push({time, stream.next(), kind, subject, occurrence});
}

void World::plan(Draws& of, Instant time, Action action) {
  if (time >= scenario->end()) return;  // it would never happen
  const ActionIndex index = actions.push_back(std::move(action));
  schedule<kernel::EventKind::action>(std::max(time, now), index, {of.who, of.plans++, {}});
}

ContentId World::submit(objects::Kind kind, Concern concern, Bytes body,
                        std::vector<SigningJob::Signer> signers, const Sender& from,
                        std::optional<scenarios::Attack> attack) {
  SigningJob job{kind, std::move(body), {}, std::move(signers)};
  job.id = crypto::content_id(job.body);
  ContentId id = job.id;
  const SubmissionIndex index = pending_submissions.next();
  PendingSubmission p{concern, {kind, id, false, {}}, nullptr, attack, from, nullptr};
  const ZoneIndex chain_zone = zone_of(*this, scenarios::kPartitionChain);
  if (post<kernel::EventKind::chain_arrival>(*this, from, chain_zone, index)) {
    p.ticket = pool->start(std::move(job));
  } else {
    p.answer.lost = true;
    schedule<kernel::EventKind::unsent>(now + silence(*this), index, from);
  }
  pending_submissions.push_back(std::move(p));
  return id;
}

RuleIndex World::rule_for(ClassIndex of_class, const location::Location& location,
                          Instant t) const {
  const std::string& name = class_spec(of_class).name;
  for (RuleIndex i : indices(scenario->rules)) {
    const scenarios::ScenarioRule& r = at(scenario->rules, i);
    if (r.rule.class_name == name && r.rule.scope.contains(location) && r.in_force().contains(t))
      return i;
  }
  return {};
}

AuthorityIndex World::authority_named(const std::string& name) const {
  const scenarios::AuthoritySpec* found = scenario->find_authority(name);
  CHECK(found != nullptr, name);
  return AuthorityIndex(found - scenario->authorities.data());
}

ClassIndex World::class_index(const std::string& name) const {
  for (ClassIndex i : indices(scenario->classes))
    if (class_spec(i).name == name) return i;
  CHECK(false, name);
  return {};
}

UserIndex World::user_of(const chain::ChainState& seen, const chain::GrantRecord& grant) const {
  return std::get<UserIndex>(owners.at(seen.user_of(grant)));
}

HolderIndex World::holder_of(const chain::ChainState& seen, const chain::GrantRecord& grant) const {
  return std::get<HolderIndex>(owners.at(seen.holder_of(grant)));
}

RequestIndex World::request_of(const chain::ChainState& seen,
                               const chain::GrantRecord& grant) const {
  auto made = request_of_id.find(seen.requests[grant.request].id);
  return made == request_of_id.end() ? RequestIndex() : made->second;
}

const scenarios::HolderGroup* World::group_of(const HolderState& holder) const {
  return holder.group.valid() ? &at(scenario->holders, holder.group) : nullptr;
}

const scenarios::UserGroup* World::group_of(const UserState& user) const {
  return user.group.valid() ? &at(scenario->users, user.group) : nullptr;
}

Instant round_up(Instant t, Duration g) {
  return Instant(static_cast<std::int64_t>(-floor_div(-t.value, g.value) * g.value));
}

Sender from_holder(World& w, HolderIndex holder) {
  HolderState& h = w.holders[holder];
  return {h.draws.who, h.draws.sent++, h.zone};
}

Sender from_user(World& w, UserIndex user) {
  UserState& u = w.users[user];
  return {u.draws.who, u.draws.sent++, u.zone};
}

Sender from_request(World& w, RequestIndex request, ZoneIndex zone) {
  Draws& draws = w.requests[request].draws;
  return {draws.who, draws.sent++, zone};
}

Sender news_for(Draws& readers) { return {readers.who, readers.news++, {}, Journey::news}; }

Draws& draws_of(World& w, const Owner& owner) {
  const auto* holder = std::get_if<HolderIndex>(&owner);
  return holder != nullptr ? w.holders[*holder].draws : w.users[std::get<UserIndex>(owner)].draws;
}

}  // namespace capmarket::world
