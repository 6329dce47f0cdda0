#include "sim/world/readers.h"

#include <algorithm>

#include "sim/kernel/grid.h"
#include "sim/world/contacts.h"
#include "sim/world/network.h"

namespace capmarket::world {
namespace {

/// Whether what the chain publishes may reach the zone at another time than everybody else.
bool reads_apart(const World& w, party::ZoneIndex zone) {
  if (!zone.valid()) return false;
  const ZoneFacts& facts = w.zone_facts[zone];
  if (facts.away != nullptr && !facts.away->empty()) return true;
  if (link_between(w, zone_of(w, scenarios::kPartitionChain), zone) != nullptr) return true;
  return std::any_of(w.scenario->partitions.begin(), w.scenario->partitions.end(),
                     [&](const scenarios::PartitionSpec& p) {
                       return std::find(p.between.begin(), p.between.end(), facts.name) !=
                              p.between.end();
                     });
}

/// Of its group, and of the ends of links that it lies at.
std::string name_of(const World& w, party::ZoneIndex zone) {
  if (!zone.valid()) return {};
  std::string out = w.zone_facts[zone].name;
  for (std::size_t end : w.zone_facts[zone].at) out += "@" + std::to_string(end);
  return out;
}

party::ReadersIndex readers_with(World& w, Duration lag, party::ZoneIndex zone) {
  if (!reads_apart(w, zone)) zone = {};
  for (party::ReadersIndex i : w.readers.indices())
    if (w.readers[i].lag == lag && w.readers[i].zone == zone) return i;
  party::Draws draws{kernel::named(kernel::EntityKind::readers, name_of(w, zone),
                            static_cast<std::uint64_t>(lag.value) % (std::uint64_t{1} << 56))};
  return w.readers.push_back(
      {lag, zone, draws, chain::Follower(*w.chain), w.scenario->start, 0, 0});
}

template <class Group>
Duration lag_of(const World& w, const Group* group) {
  return group == nullptr || !group->follow_lag ? w.scenario->follow_lag : *group->follow_lag;
}

/// When the chain signs what it admitted at `t`: the next multiple of its interval.
Instant signing_time(const World& w, Instant t) {
  const Duration interval = w.scenario->chain_interval;
  return interval.value <= 0 ? t : kernel::round_up(t, interval);
}

void plan_checkpoint(World& w) {
  const Instant signs = signing_time(w, w.now);
  if (signs <= w.next_checkpoint) return;
  w.next_checkpoint = signs;
  w.schedule<kernel::EventKind::checkpoint>(signs, party::ChainIndex(0), {});
}

/// What all have learned is not kept.
void forget_learned(World& w) {
  std::size_t all = w.answers_before + w.answers.size();
  for (const Readers& r : w.readers) all = std::min(all, r.answers);
  for (; w.answers_before < all; ++w.answers_before) w.answers.pop_front();
}

/// The sender of what the chain brings next to those readers.
party::Sender news_for(party::Draws& readers) {
  return {readers.who, readers.news++, {}, party::Journey::news};
}

}  // namespace

void open_readers(World& w) {
  w.derived.clear();
  readers_with(w, Duration(0), {});
  for (party::HolderState& h : w.holders) h.readers = readers_with(w, lag_of(w, w.group_of(h)), h.zone);
  for (party::UserState& u : w.users) u.readers = readers_with(w, lag_of(w, w.group_of(u)), u.zone);
  for (party::CoordinatorState& c : w.coordinators)
    c.readers = readers_with(w, lag_of(w, &at(w.scenario->coordinators, c.spec)), c.zone);
  const party::ReadersIndex others = readers_with(w, w.scenario->follow_lag, {});
  for (party::AuditorState& a : w.auditors) a.readers = others;
  for (party::PublisherState& p : w.publishers) p.readers = others;
}

Result<chain::Receipt> admit(World& w, std::shared_ptr<const objects::CheckedSubmission> submission,
                             party::SubmissionIndex about) {
  w.covers.clear();
  const std::int64_t strangers = w.chain->strangers();
  auto receipt = w.chain->submit(*submission, w.now);
  if (!receipt || receipt->repeated || w.readers.empty()) return receipt;
  if (about.valid()) w.notes.push_back({about, submission->kind, submission->id});
  if (w.chain->strangers() == strangers) {  // else nothing happened to the chain
    w.notes.insert(w.notes.end(), w.derived.begin(), w.derived.end());
    w.derived.clear();
    w.answers.push_back({std::move(submission), *receipt, std::move(w.covers)});
  }
  plan_checkpoint(w);
  return receipt;
}

void note_event(World& w, const chain::Event& event) {
  using objects::Kind;
  const Kind kind = event.leaf.kind;
  if (!event.covers.empty()) w.covers = event.covers;
  const auto* declared = std::get_if<objects::Declaration>(&event.object);
  const bool read = kind == Kind::settlement || kind == Kind::delivery_failure ||
                    (declared != nullptr && declared->answers);
  const auto* paid = std::get_if<objects::Payment>(&event.object);
  if (paid != nullptr && w.budgets && event.leaf.decision.admitted())
    w.derived.push_back({{}, kind, paid->obligation});
  if (kind == Kind::obligation || kind == Kind::displacement || kind == Kind::failure ||
      kind == Kind::review || (read && event.leaf.decision.admitted()))
    w.derived.push_back({{}, kind, event.leaf.id});
}

void publish(World& w) {
  const party::PublishedIndex index = w.published.push_back(
      {w.now, w.notes.size(), w.answers_before + w.answers.size()});
  for (party::ReadersIndex i : w.readers.indices()) {
    Readers& r = w.readers[i];
    const party::Sender news = news_for(r.draws);
    const Instant read = arrival_from_chain(w, news, r.zone, w.now) + r.lag;
    w.schedule<kernel::EventKind::publication>(present(w, r.zone, read), index, news, static_cast<std::uint32_t>(i.place()));
  }
}

Learned learn(World& w, party::ReadersIndex readers, party::PublishedIndex published) {
  const Published p = w.published[published];
  Readers& r = w.readers[readers];
  const Learned out{r.notes, std::max(r.notes, p.notes)};
  std::vector<const chain::Answered*> heard;
  for (; r.answers < p.answers; ++r.answers) {
    const chain::Answered& answered = w.answers[r.answers - w.answers_before];
    r.follower.follow(answered);
    if (w.watch) heard.push_back(&answered);
  }
  note_learned(w, readers, heard);
  r.notes = out.until;
  r.published = std::max(r.published, p.at);
  forget_learned(w);
  return out;
}

}  // namespace capmarket::world
