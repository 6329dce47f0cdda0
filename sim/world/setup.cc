#include "sim/world/setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/codec/cbor.h"
#include "model/crypto/hash.h"
#include "model/log/file_log.h"
#include "sim/world/setup_internal.h"

namespace capmarket::world {
namespace {

constexpr std::uint64_t kMacNumber = 1, kLogNumber = 2;

crypto::KeySeed seed_of(const kernel::Stream::Key& population, const kernel::Entity& who) {
  kernel::Stream stream(population, who, kernel::Draw::key_seed, 0);
  crypto::KeySeed seed;
  stream.fill(seed.bytes);
  return seed;
}

Instant set_up_time(const scenarios::Scenario& s) {
  Instant out = s.start;
  for (const scenarios::ScenarioRule& r : s.rules)
    if (!r.at) out = std::min(out, r.rule.effective.from);
  return out;
}

/// Authorities without a parent are the roots: jurisdictions of their own.
objects::Genesis make_genesis(World& w, const ChainOptions& options) {
  objects::Genesis g;
  party::Draws run;
  g.salt = w.fresh_salt(run);
  g.chain_name = w.scenario->name;
  g.scheme = options.scheme;
  if (options.scheme == crypto::Scheme::mac) {
    kernel::Stream stream(w.population, {kernel::EntityKind::run, 0, kMacNumber},
                          kernel::Draw::key_seed, 0);
    stream.fill(g.mac_key.emplace().bytes);
  }
  g.log_key = log_key(w.population).pub;
  g.tick_ahead = w.scenario->tick_ahead;
  g.refusal_quota = w.scenario->quota;
  const auto& all = w.scenario->authorities;
  for (party::AuthorityIndex i : indices(all)) {
    const scenarios::AuthoritySpec& a = capmarket::at(all, i);
    w.authority_keys.push_back(
        crypto::key_pair_from_seed(authority_key_seed(w.population, a.name)));
    w.authority_draws.push_back({kernel::named(kernel::EntityKind::authority, a.name)});
    w.roots.push_back(a.parent.empty() ? i : w.roots[w.authority_named(a.parent)]);
    if (a.parent.empty()) g.roots.push_back({a.name, w.authority_keys[i].pub, a.scope, a.classes});
  }
  return g;
}

}  // namespace

ContentId SetUp::send(const objects::Object& object, std::vector<party::Signer> signers,
                      std::string what, const std::string& place) {
  SigningJob job;
  job.kind = objects::kind_of(object);
  job.body = objects::encode_object(object);
  if (job.body.size() > codec::kObjectBytesMax) {
    too_large.push_back(scenarios::problem_in(
        *w.scenario, place, fmt::format("{} has {} bytes", what, job.body.size()),
        fmt::format("at most {}: fewer members, places or names", codec::kObjectBytesMax)));
    return {};
  }
  job.id = crypto::content_id(job.body);
  job.signers = std::move(signers);
  ContentId id = job.id;
  sent.push_back({w.pool->start(std::move(job)), std::move(what)});
  return id;
}

Result<void> SetUp::admit_sent() {
  if (!too_large.empty()) {
    for (Sent& s : sent) w.pool->join(*s.ticket);
    return tl::unexpected(std::move(too_large));
  }
  for (Sent& s : sent) {
    auto receipt = w.chain->submit(w.pool->join(*s.ticket), at);
    if (!receipt) return tl::unexpected(receipt.error());
    if (receipt->decision.admitted()) continue;
    std::string clauses;
    for (admission::ClauseId id : receipt->decision.failed)
      clauses += fmt::format(" {}", admission::to_text(id));
    for (admission::ClauseId id : receipt->decision.unresolved)
      clauses += fmt::format(" {} (unresolved)", admission::to_text(id));
    return fail(fmt::format("the chain refuses {} by:{}", s.what, clauses),
                "a scenario whose own set-up its rules admit");
  }
  sent.clear();
  return {};
}

void SetUp::authorities(const ContentId& market) {
  const auto& all = w.scenario->authorities;
  std::size_t roots = 0;
  for (party::AuthorityIndex i : indices(all)) {
    const scenarios::AuthoritySpec& a = capmarket::at(all, i);
    if (a.parent.empty()) {
      w.authority_ids.push_back(objects::root_id(market, roots++));
      continue;
    }
    const party::AuthorityIndex parent = w.authority_named(a.parent);
    objects::AuthorityGrant grant{w.fresh_salt(w.authority_draws[parent]),
                                  w.authority_ids[parent],
                                  a.name,
                                  w.authority_keys[i].pub,
                                  a.scope,
                                  a.classes,
                                  {at, kDistantFuture}};
    w.authority_ids.push_back(
        send(grant, {{objects::Role::authority, w.authority_keys[parent]}}, "authority " + a.name));
  }
}

void SetUp::classes() {
  for (const scenarios::ClassSpec& c : w.scenario->classes) {
    const auto& all = w.scenario->authorities;
    std::size_t i = 0;
    while (i + 1 < all.size() &&
           std::find(all[i].classes.begin(), all[i].classes.end(), c.name) == all[i].classes.end())
      ++i;
    objects::ClassDeclaration declared{{},     all[i].name,   c.name,     1,
                                       c.unit, c.granularity, c.retention};
    send(declared, by_authority(party::AuthorityIndex(static_cast<std::int64_t>(i))), "class " + c.name);
  }
}

void SetUp::rules() {
  std::set<ContentId> catalog;
  for (const scenarios::ScenarioRule& r : w.scenario->rules) {
    const party::AuthorityIndex a = w.authority_named(r.rule.authority);
    for (const rules::FallbackStrategy& f : r.rule.fallback)
      if (catalog.insert(rules::strategy_id(f)).second)
        send(f, by_authority(a), "fallback strategy " + f.name);
    if (!r.at)
      w.rule_ids.push_back(send(r.rule, by_authority(a), "rule " + r.rule.name));
    else  // admitted shortly before it takes effect
      w.rule_ids.push_back(crypto::content_id(objects::encode_object(r.rule)));
  }
}

crypto::KeyPair log_key(const kernel::Stream::Key& population) {
  return crypto::key_pair_from_seed(log_key_seed(population));
}

crypto::KeySeed log_key_seed(const kernel::Stream::Key& population) {
  return seed_of(population, {kernel::EntityKind::run, 0, kLogNumber});
}

crypto::KeySeed authority_key_seed(const kernel::Stream::Key& population, std::string_view name) {
  return seed_of(population, kernel::named(kernel::EntityKind::authority, name));
}

Result<void> set_up(World& w, const ChainOptions& options) {
  w.set_up_at = set_up_time(*w.scenario);
  SetUp s{w, w.set_up_at, {w, options.everybody}};
  objects::Genesis genesis = make_genesis(w, options);
  if (std::size_t bytes = objects::encode_object(genesis).size(); bytes > codec::kObjectBytesMax)
    return fail(scenarios::problem_in(
        *w.scenario, "authorities", fmt::format("the genesis has {} bytes", bytes),
        fmt::format("at most {}: fewer authorities without a parent", codec::kObjectBytesMax)));
  w.signing = {genesis.scheme, genesis.mac_key.value_or(crypto::MacKey{})};
  objects::Submission raw{objects::Kind::genesis, objects::encode_object(genesis), {}};
  ContentId chain_id = crypto::content_id(raw.body);
  std::vector<std::pair<objects::Role, crypto::KeyPair>> roots;
  for (party::AuthorityIndex i : w.authority_keys.indices())
    if (w.roots[i] == i) roots.emplace_back(objects::Role::root, w.authority_keys[i]);
  raw.signatures = objects::sign_all(w.signing, chain_id, raw.kind, chain_id, roots);
  auto checked = objects::check_submission(std::move(raw), chain_id, w.signing);
  if (!checked) return tl::unexpected(checked.error());

  std::unique_ptr<log::EntryLog> log;
  if (options.dir.empty()) {
    log = log::memory_log(options.frames);
  } else {
    auto file = log::file_log(options.dir, chain_id,
                              objects::encode_payload(checked->body, checked->signatures),
                              log_key(w.population));
    if (!file) return tl::unexpected(file.error());
    log = std::move(*file);
  }
  auto chain = chain::Chain::create(std::move(*checked), s.at, std::move(log));
  if (!chain) return tl::unexpected(chain.error());
  w.chain = std::move(*chain);
  w.chain->observe(options.observer);
  w.pool = std::make_unique<SigningPool>(chain_id, w.signing, options.workers);
  w.now = s.at;

  s.authorities(w.chain->state().market);
  s.classes();
  s.rules();
  s.policies();
  s.credentials();
  s.infrastructure();
  return s.admit_sent();
}

}  // namespace capmarket::world
