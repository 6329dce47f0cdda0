#include "sim/world/world.h"

#include "model/crypto/hash.h"
#include "sim/world/network.h"

namespace capmarket::world {

Salt World::fresh_salt() {
  kernel::Stream stream(dynamics, kernel::EntityKind::run, 0, kernel::Draw::salt, salts++);
  Salt out;
  stream.fill(out.bytes);
  return out;
}

void World::schedule(Instant time, kernel::EventKind kind, std::uint32_t subject,
                     std::uint32_t occurrence) {
  kernel::Stream stream(dynamics, kernel::EntityKind::message, subject, kernel::Draw::tie,
                        static_cast<std::uint64_t>(kind) << 32 | occurrence);
  queue.push({time, stream.next(), kind, subject, occurrence});
}

void World::plan(Instant time, Action action) {
  if (time >= scenario->end()) return;  // it would never happen
  auto index = static_cast<std::uint32_t>(actions.size());
  actions.push_back(std::move(action));
  schedule(std::max(time, now), kernel::EventKind::action, index);
}

ContentId World::submit(objects::Kind kind, Concern concern, Bytes body,
                        std::vector<SigningJob::Signer> signers, const Sender& from,
                        std::optional<scenarios::Attack> attack) {
  SigningJob job{kind, std::move(body), {}, std::move(signers)};
  job.id = crypto::content_id(job.body);
  ContentId id = job.id;
  auto index = static_cast<std::uint32_t>(pending_submissions.size());
  PendingSubmission p{concern, {kind, id, false, {}}, nullptr, attack, from.zone, nullptr};
  int chain_zone = zone_of(*this, scenarios::kPartitionChain);
  if (post(*this, from, chain_zone, kernel::EventKind::chain_arrival, index, 0)) {
    p.ticket = pool->start(std::move(job));
  } else {
    p.answer.lost = true;
    schedule(now + Duration(kTries * kRetryAfter.value), kernel::EventKind::receipt, index);
  }
  pending_submissions.push_back(std::move(p));
  return id;
}

const scenarios::ScenarioRule* World::rule_for(std::int32_t of_class,
                                               const location::Location& location, Instant t,
                                               std::size_t* index) const {
  const std::string& name = class_spec(of_class).name;
  for (std::size_t i = 0; i < scenario->rules.size(); ++i) {
    const scenarios::ScenarioRule& r = scenario->rules[i];
    if (r.rule.class_name != name || !r.rule.scope.contains(location) || !r.in_force().contains(t))
      continue;
    if (index != nullptr) *index = i;
    return &r;
  }
  return nullptr;
}

std::int32_t World::class_index(const std::string& name) const {
  for (std::size_t i = 0; i < scenario->classes.size(); ++i)
    if (scenario->classes[i].name == name) return static_cast<std::int32_t>(i);
  CHECK(false, name);
  return -1;
}

const scenarios::HolderGroup* World::group_of(const HolderState& holder) const {
  return holder.group < 0 ? nullptr : &scenario->holders[static_cast<std::size_t>(holder.group)];
}

const scenarios::UserGroup* World::group_of(const UserState& user) const {
  return user.group < 0 ? nullptr : &scenario->users[static_cast<std::size_t>(user.group)];
}

Instant round_up(Instant t, Duration g) {
  return Instant(static_cast<std::int64_t>(-floor_div(-t.value, g.value) * g.value));
}

Sender from_holder(World& w, std::uint32_t holder) {
  HolderState& h = w.holders[holder];
  return {kernel::EntityKind::holder, holder, h.sent++, h.zone};
}

Sender from_user(World& w, std::uint32_t user) {
  UserState& u = w.users[user];
  return {kernel::EntityKind::user, user, u.sent++, u.zone};
}

Sender from_request(World& w, std::uint32_t request, int zone) {
  return {kernel::EntityKind::message, request, w.requests[request].messages++, zone};
}

}  // namespace capmarket::world
