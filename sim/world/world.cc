#include "sim/world/world.h"

namespace capmarket::world {

Salt World::fresh_salt(party::Draws& of) const {
  kernel::Stream stream(dynamics, of.who, kernel::Draw::salt, of.salts++);
  Salt out;
  stream.fill(out.bytes);
  return out;
}

void World::push(Instant time, kernel::EventKind kind, std::uint32_t subject,
                 const party::Sender& cause, std::uint32_t occurrence) {
  kernel::Stream stream(dynamics, cause.who, kernel::Draw::tie,
                        static_cast<std::uint64_t>(kind) << 56 | cause.occurrence);
  queue.push({time, stream.next(), kind, subject, occurrence});
}

void World::plan(party::Draws& of, Instant time, party::Action action) {
  if (time >= scenario->end()) return;  // it would never happen
  const party::ActionIndex index = actions.push_back(std::move(action));
  schedule<kernel::EventKind::action>(std::max(time, now), index, {of.who, of.plans++, {}});
}

}  // namespace capmarket::world
