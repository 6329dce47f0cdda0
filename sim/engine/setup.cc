#include "sim/engine/setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/crypto/hash.h"

namespace capmarket {
namespace {

constexpr std::uint64_t kRootNumber = 0, kLogNumber = 1, kFirstAuthority = 16;

KeyPair run_key(const Stream::Key& population, std::uint64_t number) {
  Stream stream(population, EntityKind::authority, number, Draw::key_seed, 0);
  KeySeed seed;
  stream.fill(seed.bytes);
  return key_pair_from_seed(seed);
}

Instant set_up_time(const Scenario& s) {
  Instant out = s.start;
  for (const ScenarioRule& r : s.rules) out = std::min(out, r.rule.effective.from);
  return out;
}

struct SetUp {
  World& w;
  Instant at;
  KeyPair root;
  std::vector<KeyPair> keys;      // by authority of the scenario
  std::vector<ContentId> grants;  // likewise
  struct Sent {
    std::shared_ptr<SigningPool::Ticket> ticket;
    std::string what;
  };
  std::vector<Sent> sent;

  ContentId send(const Object& object, Role role, const KeyPair& key, std::string what) {
    SigningJob job;
    job.kind = kind_of(object);
    job.body = encode_object(object);
    job.id = content_id(job.body);
    job.signers = {{role, key}};
    ContentId id = job.id;
    sent.push_back({w.pool->start(std::move(job)), std::move(what)});
    return id;
  }

  Result<void> admit_sent() {
    for (Sent& s : sent) {
      auto receipt = w.chain->submit(w.pool->join(*s.ticket), at);
      if (!receipt) return tl::unexpected(receipt.error());
      if (receipt->decision.admitted()) continue;
      std::string clauses;
      for (ClauseId id : receipt->decision.failed) clauses += fmt::format(" {}", to_text(id));
      for (ClauseId id : receipt->decision.unresolved)
        clauses += fmt::format(" {} (unresolved)", to_text(id));
      return fail(fmt::format("the chain refuses {} by:{}", s.what, clauses),
                  "a scenario whose own set-up its rules admit");
    }
    sent.clear();
    return {};
  }

  std::size_t authority_for(const std::string& class_name, const Location& location) const {
    const auto& all = w.scenario->authorities;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (any_contains(all[i].scope, location) &&
          std::find(all[i].classes.begin(), all[i].classes.end(), class_name) !=
              all[i].classes.end())
        return i;
    return all.size();
  }

  void authorities(const ContentId& root_authority) {
    const auto& all = w.scenario->authorities;
    for (std::size_t i = 0; i < all.size(); ++i) {
      keys.push_back(run_key(w.population, kFirstAuthority + i));
      AuthorityGrant grant{w.fresh_salt(), root_authority, all[i].name,         keys[i].pub,
                           all[i].scope,   all[i].classes, {at, kDistantFuture}};
      grants.push_back(send(grant, Role::authority, root, "authority " + all[i].name));
    }
  }

  void classes() {
    for (const ClassSpec& c : w.scenario->classes) {
      std::size_t i = 0;
      const auto& all = w.scenario->authorities;
      while (i + 1 < all.size() && std::find(all[i].classes.begin(), all[i].classes.end(),
                                             c.name) == all[i].classes.end())
        ++i;
      ClassDeclaration declared{{}, all[i].name, c.name, 1, c.unit, c.granularity, c.retention};
      send(declared, Role::authority, keys[i], "class " + c.name);
    }
  }

  void rules() {
    for (const ScenarioRule& r : w.scenario->rules) {
      std::size_t i = 0;
      const auto& all = w.scenario->authorities;
      while (i + 1 < all.size() && all[i].name != r.rule.authority) ++i;
      w.rule_ids.push_back(send(r.rule, Role::authority, keys[i], "rule " + r.rule.name));
    }
  }

  Result<void> holder_credentials() {
    for (HolderState& h : w.holders) {
      const std::string& c = w.scenario->classes[static_cast<std::size_t>(h.class_index)].name;
      std::size_t i = authority_for(c, h.location);
      if (i == grants.size())
        return fail(fmt::format("no authority governs class `{}` at {}", c, h.location.path),
                    "an authority whose scope contains the place of every holder");
      h.issuer = grants[i];
      CredentialGrant grant;
      grant.salt = w.fresh_salt();
      grant.issuer = grants[i];
      grant.subject = h.key.pub;
      grant.role = Role::holder;
      grant.kind = h.kind;
      grant.groups = h.groups;
      grant.scope = {h.location};
      grant.assets = {{h.name, c, h.location, h.quantity}};
      grant.valid = {at, kDistantFuture};
      h.credential = send(grant, Role::authority, keys[i], "the credential of holder " + h.name);
    }
    return {};
  }

  void user_credentials() {
    for (UserState& u : w.users) {
      const auto& all = w.scenario->authorities;
      const std::string& c = u.memberships.front().class_name;
      std::size_t i = 0;
      while (i + 1 < all.size() &&
             std::find(all[i].classes.begin(), all[i].classes.end(), c) == all[i].classes.end())
        ++i;
      CredentialGrant grant;
      grant.salt = w.fresh_salt();
      grant.issuer = grants[i];
      grant.subject = u.key.pub;
      grant.role = Role::user;
      grant.kind = u.kind;
      grant.groups = u.groups;
      grant.scope = all[i].scope;
      grant.memberships = u.memberships;
      grant.valid = {at, kDistantFuture};
      u.credential = send(grant, Role::authority, keys[i], "the credential of user " + u.name);
    }
  }
};

Genesis make_genesis(World& w, const ChainOptions& options, const KeyPair& root) {
  Genesis g;
  g.salt = w.fresh_salt();
  g.chain_name = w.scenario->name;
  g.scheme = options.scheme;
  if (options.scheme == Scheme::mac) {
    Stream stream(w.population, EntityKind::run, 1, Draw::key_seed, 0);
    stream.fill(g.mac_key.emplace().bytes);
  }
  g.log_key = log_key(w.population).pub;
  std::set<std::string> tops, classes;
  for (const AuthoritySpec& a : w.scenario->authorities) {
    for (const Location& l : a.scope) tops.insert(l.path.substr(0, l.path.find('/')));
    classes.insert(a.classes.begin(), a.classes.end());
  }
  RootAuthority r{"root", root.pub, {}, {classes.begin(), classes.end()}};
  for (const std::string& top : tops) r.scope.push_back({top});
  g.roots.push_back(std::move(r));
  return g;
}

}  // namespace

KeyPair log_key(const Stream::Key& population) { return run_key(population, kLogNumber); }

Result<void> set_up(World& w, const ChainOptions& options) {
  SetUp s{w, set_up_time(*w.scenario), run_key(w.population, kRootNumber), {}, {}, {}};
  Genesis genesis = make_genesis(w, options, s.root);
  w.signing = {genesis.scheme, genesis.mac_key.value_or(MacKey{})};
  Submission raw{Kind::genesis, encode_object(genesis), {}};
  ContentId chain_id = content_id(raw.body);
  raw.signatures = {
      make_signature(w.signing, chain_id, Role::root, Kind::genesis, s.root, chain_id)};
  auto checked = check_submission(std::move(raw), chain_id, w.signing);
  if (!checked) return tl::unexpected(checked.error());

  std::unique_ptr<EntryLog> log;
  if (options.dir.empty()) {
    log = memory_log(nullptr);
  } else {
    auto file = file_log(options.dir, chain_id, encode_payload(checked->body, checked->signatures),
                         log_key(w.population));
    if (!file) return tl::unexpected(file.error());
    log = std::move(*file);
  }
  auto chain = Chain::create(std::move(*checked), s.at, std::move(log));
  if (!chain) return tl::unexpected(chain.error());
  w.chain = std::move(*chain);
  w.chain->observe(options.observer);
  w.pool = std::make_unique<SigningPool>(chain_id, w.signing, options.workers);
  w.now = s.at;

  s.authorities(root_id(chain_id, 0));
  s.classes();
  s.rules();
  if (auto r = s.holder_credentials(); !r) return r;
  s.user_credentials();
  return s.admit_sent();
}

}  // namespace capmarket
