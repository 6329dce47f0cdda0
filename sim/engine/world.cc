#include "sim/engine/world.h"

#include "model/crypto/hash.h"

namespace capmarket {

Salt World::fresh_salt() {
  Stream stream(dynamics, EntityKind::run, 0, Draw::salt, salts++);
  Salt out;
  stream.fill(out.bytes);
  return out;
}

Duration World::latency(std::uint64_t number, std::uint64_t occurrence) const {
  Stream stream(dynamics, EntityKind::message, number, Draw::latency, occurrence);
  return Duration(std::max<std::int64_t>(1, stream.sample(scenario->latency)));
}

void World::schedule(Instant time, EventKind kind, std::uint32_t subject,
                     std::uint32_t occurrence) {
  Stream stream(dynamics, EntityKind::message, subject, Draw::tie,
                static_cast<std::uint64_t>(kind) << 32 | occurrence);
  queue.push({time, stream.next(), kind, subject, occurrence});
}

ContentId World::send(PassageKind passage, std::uint32_t subject, Kind kind, Bytes body,
                      std::vector<SigningJob::Signer> signers, Instant arrival) {
  SigningJob job{kind, std::move(body), {}, std::move(signers)};
  job.id = content_id(job.body);
  ContentId id = job.id;
  auto index = static_cast<std::uint32_t>(passages.size());
  passages.push_back({passage, subject, id, pool->start(std::move(job)), {}});
  schedule(arrival, EventKind::chain_arrival, index);
  return id;
}

const ScenarioRule* World::rule_for(std::int32_t class_index, const Location& location, Instant t,
                                    std::size_t* index) const {
  const std::string& name = scenario->classes[static_cast<std::size_t>(class_index)].name;
  for (std::size_t i = 0; i < scenario->rules.size(); ++i) {
    const Rule& rule = scenario->rules[i].rule;
    if (rule.class_name != name || !rule.scope.contains(location) || !rule.effective.contains(t))
      continue;
    if (index != nullptr) *index = i;
    return &scenario->rules[i];
  }
  return nullptr;
}

Instant round_up(Instant t, Duration g) {
  return Instant(static_cast<std::int64_t>(-floor_div(-t.value, g.value) * g.value));
}

}  // namespace capmarket
