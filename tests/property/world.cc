#include "tests/property/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "model/chain/checkpoint.h"
#include "tests/property/tier_terms.h"

namespace capmarket::testing {
namespace {

constexpr std::string_view kOrders[] = {"latest-first", "earliest-first", "pro-rata", "cheapest",
                                        "lottery"};
constexpr std::string_view kReviews[] = {"uphold", "compensate, rate: 50%", "void-future"};

}  // namespace

const KeyPair& numbered_key(int number) {
  static const std::vector<KeyPair> keys = [] {
    std::vector<KeyPair> out;
    for (int i = 0; i < 40; ++i) out.push_back(Market::key(static_cast<std::uint8_t>(i + 1)));
    return out;
  }();
  return keys.at(static_cast<std::size_t>(number));
}

std::string to_text(const SetUp& s) {
  return fmt::format("{} {} {}", kCoordinationModes[static_cast<int>(s.coordination)],
                     kPricingModes[static_cast<int>(s.pricing)], s.variant);
}

RuleParts World::parts(int version) const {
  RuleParts p;
  const int v = setup.variant;
  p.coordination =
      setup.coordination == CoordinationMode::sharded
          ? "{ mode: sharded, by: 2 }"
          : fmt::format("{{ mode: {} }}", kCoordinationModes[static_cast<int>(setup.coordination)]);
  std::string bounds = version > 1 ? "floor: 20.00, cap: 90.00" : "floor: 10.00, cap: 100.00";
  p.pricing = setup.pricing == PricingMode::fixed ? "{ mode: fixed, tariff: 40.00 }"
              : setup.pricing == PricingMode::negotiated
                  ? "{ mode: negotiated, " + bounds + " }"
                  : "{ mode: discovered, over: 8s, band: 20%, max_age: 4s, " + bounds + " }";
  TierOptions tiers;
  tiers.second = version > 1;
  tiers.order = kOrders[v % 5];
  tiers.quotas = v % 3 == 1;
  tiers.min_run = v % 2 == 1;
  p.tiers = tiers_text(tiers);
  p.fallback =
      "  - { name: none, substitution: none, notify_within: 1s, refund: 100%, penalty: 10% }\n"
      "  - { name: pooled, substitution: pool, notify_within: 2s, refund: 100%, penalty: 25%, "
      "record: [notice, cause, substitutes, settlement] }\n";
  p.more = fmt::format(
      "revocation: {{ on_review: {} }}\nsurrender_fee: 12.5%\npeer_penalty: 75%\n"
      "evidence_min: 5000\ndispute_within: 20s\n{}",
      kReviews[v % 3], v % 4 == 2 ? "lease: 3s\n" : "");
  return p;
}

Rule World::rule_version(int version, Instant from,
                         const std::optional<ContentId>& supersedes) const {
  Rule rule = rule_from(rule_text(parts(version)));
  rule.version = version;
  rule.effective.from = from;
  rule.supersedes = supersedes;
  return rule;
}

Salt World::salt() {
  Salt out;
  std::uint64_t n = ++salts_;
  std::memcpy(out.bytes.data(), &n, sizeof n);
  return out;
}

CheckedSubmission World::sign(const Object& object, const Signers& signers) const {
  Submission raw{kind_of(object), encode_object(object), {}};
  ContentId id = content_id(raw.body);
  const ContentId& name = chain ? chain->state().chain : id;  // the genesis names itself
  for (const auto& [role, key] : signers)
    raw.signatures.push_back(make_signature(signing_, name, role, raw.kind, key, id));
  auto checked = check_submission(std::move(raw), name, signing_);
  CHECK(checked.has_value(), checked ? std::string() : capmarket::to_text(checked.error()));
  return std::move(*checked);
}

Result<Chain> World::create(Bytes* into) const {
  return Chain::create(*genesis_, kStart, memory_log(into));
}

void World::found(const Object& object, const Signers& signers) {
  Receipt receipt = submit(object, signers);
  CHECK(receipt.decision.admitted(), capmarket::to_text(kind_of(object)), clauses(receipt));
}

void World::adopt(const Rule& rule) {
  for (const FallbackStrategy& strategy : rule.fallback)
    if (!slow.strategies.contains(strategy_id(strategy))) found(strategy, {{Role::authority, tso}});
  found(rule, {{Role::authority, tso}});
}

CredentialGrant World::credential(Role role, int key, const std::string& place) {
  CredentialGrant g;
  g.salt = salt();
  g.issuer = tso_id;
  g.subject = numbered_key(key).pub;
  g.role = role;
  g.scope = {{place}};
  g.valid = {kStart, kDistantFuture};
  return g;
}

Actor World::enter(Role role, const CredentialGrant& grant) {
  CheckedSubmission s = sign(grant, {{Role::authority, grant.issuer == tso_id ? tso : iso}});
  Receipt receipt = submit(s);
  CHECK(receipt.decision.admitted(), clauses(receipt));
  for (int i = 0; i < 40; ++i)
    if (numbered_key(i).pub == grant.subject) return {role, numbered_key(i), s.id};
  CHECK(false, "a key without a number");
  return {};
}

World::World(const SetUp& chosen) : setup(chosen) {
  CHECK(crypto_self_test().has_value());
  root = numbered_key(0), overseas = numbered_key(1), tso = numbered_key(2), iso = numbered_key(3);
  Genesis g;
  g.salt = salt();
  g.chain_name = "history";
  g.scheme = Scheme::mac;
  g.mac_key = MacKey{};
  g.log_key = numbered_key(4).pub;
  g.roots = {{"root", root.pub, {{"eu"}, {"us"}}, {"power", "net"}},
             {"overseas", overseas.pub, {{"us"}}, {"power", "net"}}};
  g.refusal_quota = {7, Duration(20 * kNanosPerSecond)};
  signing_ = {g.scheme, *g.mac_key};
  genesis_ = sign(g, {{Role::root, root}, {Role::root, overseas}});
  auto made = create(&frames);
  CHECK(made.has_value(), made ? std::string() : capmarket::to_text(made.error()));
  chain = std::make_unique<Chain>(std::move(*made));
  slow.genesis = g;
  slow.chain = genesis_->id;
  slow.time = kStart;
  slow.scheduled = setup.coordination == CoordinationMode::single ||
                   setup.coordination == CoordinationMode::sharded;
  chain->observe([this](const Event& e) { slow.observe(e.leaf, e.object); });

  Window always{kStart, kDistantFuture};
  AuthorityGrant eu{salt(),   root_id(genesis_->id, 0), "eu/tso", tso.pub,
                    {{"eu"}}, {"power", "net"},         always};
  AuthorityGrant us{salt(),   root_id(genesis_->id, 1), "us/iso", iso.pub,
                    {{"us"}}, {"power", "net"},         always};
  found(eu, {{Role::authority, root}});
  found(us, {{Role::authority, overseas}});
  tso_id = content_id(encode_object(Object(eu)));
  iso_id = content_id(encode_object(Object(us)));
  for (const char* name : {"power", "net"})
    found(ClassDeclaration{{},
                           "eu/tso",
                           name,
                           1,
                           "kW",
                           Duration(kNanosPerSecond),
                           Duration(10 * 24 * kNanosPerHour)},
          {{Role::authority, tso}});
  Rule power = rule_version(1, kStart, {});
  adopt(power);
  rules = {content_id(encode_object(Object(power)))};
  RuleParts other = parts(1);
  other.name = "eu/net", other.class_name = "net", other.coordination = "{ mode: none }";
  other.pricing = "{ mode: negotiated, floor: 10.00, cap: 100.00 }";
  Rule net = rule_from(rule_text(other));
  adopt(net);
  net_rules = {content_id(encode_object(Object(net)))};

  // Holders 10, 11 share the line; 12 has the other class; 13 lies beside the line.
  const char* places[] = {"eu/de/a", "eu/de/b", "eu/fr", "eu/fr"};
  for (int i = 0; i < 4; ++i) {
    CredentialGrant c = credential(Role::holder, 10 + i, places[i]);
    c.assets = {{fmt::format("plant-{}", i), i == 2 ? "net" : "power", {places[i]}, Quantity(6)}};
    c.weight = i == 1 ? 5000 : 10'000;
    holders.push_back(enter(Role::holder, c));
  }
  for (int i = 0; i < 4; ++i) {
    CredentialGrant c = credential(Role::user, 20 + i, i == 3 ? "us" : "eu");
    if (i == 3) c.issuer = iso_id;
    if (i == 0 || i == 3) c.kind = "hospital";
    for (const char* tier : {"gold", "silver", "basic"})
      if (i != 1 || std::string(tier) != "gold") {
        c.memberships.push_back({"power", "eu/power", tier});
        c.memberships.push_back({"net", "eu/net", tier});
      }
    c.weight = i == 2 ? 4000 : 10'000;
    users.push_back(enter(Role::user, c));
  }
  coordinators = {enter(Role::coordinator, credential(Role::coordinator, 30, "eu/de")),
                  enter(Role::coordinator, credential(Role::coordinator, 31, "eu"))};
  auditor = enter(Role::auditor, credential(Role::auditor, 32, "eu"));
  publisher = enter(Role::publisher, credential(Role::publisher, 33, "eu"));
  adaptation = enter(Role::adaptation, credential(Role::adaptation, 34, "eu"));

  SharedInfrastructure i;
  i.salt = salt();
  i.authority = tso_id;
  i.name = "line";
  i.class_name = "power";
  i.locations = {{"eu/de"}};
  i.schedule = {{kStart, Quantity(8)}, {at_second(20), Quantity(6)}, {at_second(40), Quantity(9)}};
  i.members = {holders[0].key.pub, holders[1].key.pub};
  i.coordinators = {coordinators[0].key.pub};
  i.peer = setup.coordination == CoordinationMode::peer;
  found(i, {{Role::authority, tso}});
  line = content_id(encode_object(Object(i)));

  ReconciliationPolicy plain{salt(), "plain", {root_id(genesis_->id, 0), root_id(genesis_->id, 1)},
                             {},     {},      {}};
  ReconciliationPolicy full = plain;
  full.salt = salt();
  full.name = "full";
  full.tiers = full.price = full.fallback = "eu/power";
  for (const ReconciliationPolicy& p : {plain, full}) {
    found(p, {{Role::submitter, root}, {Role::authority, root}, {Role::authority, overseas}});
    policies.push_back(content_id(encode_object(Object(p))));
  }
}

Receipt World::submit(const CheckedSubmission& submission) {
  slow.expect(submission);
  std::int64_t size = chain->size();
  bool known = chain->receipt_of(submission.id, submission.signatures_hash).has_value();
  auto receipt = chain->submit(submission, now);
  CHECK(receipt.has_value(), receipt ? std::string() : capmarket::to_text(receipt.error()));
  recorded.push_back({submission, now});
  slow.end_group();
  auto complain = [&](const char* what) { slow.complaints.push_back(what); };
  if (known != receipt->repeated) complain("bytes that were here before are decided again");
  if (known && chain->size() != size) complain("bytes that were here before have an effect");
  if (!known) {
    auto by = submission.signatures.empty() || !submission.valid[0]
                  ? slow.refusals.end()
                  : slow.refusals.find(submission.signatures[0].key);
    bool out = by != slow.refusals.end() && by->second.shut_out && receipt->sequence.value < 0;
    if (receipt->turned_away != out) complain("somebody is turned away who is not shut out");
    // INV-9
    if (!receipt->turned_away && chain->size() == size) complain("INV-9: a decision without leaf");
  }
  return *receipt;
}

void World::tick() {
  chain->tick(now);
  recorded.push_back({std::nullopt, now});
  slow.end_group();
}

void World::replay_again() {
  Bytes again;
  auto fresh = create(&again);
  for (const Recorded& r : recorded) {
    if (r.submission)
      (void)fresh->submit(*r.submission, r.at);
    else
      fresh->tick(r.at);
  }
  if (fresh->root() != chain->root() || again != frames)
    slow.complaints.push_back("INV-6: submitted again, the chain has other bytes");
}

void World::each_facts(const std::function<void(const FactsVariant&)>& visit) const {
  Bytes again;
  auto fresh = create(&again);
  for (const Recorded& r : recorded) {
    if (!r.submission) {
      fresh->tick(r.at);
      continue;
    }
    if (auto facts = fresh->facts(*r.submission, r.at)) visit(*facts);
    (void)fresh->submit(*r.submission, r.at);
  }
}

void World::write(const std::string& dir) const {
  std::filesystem::create_directories(dir + "/segments");
  auto file = [&](const std::string& name, ByteView bytes) {
    std::ofstream(dir + name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  };
  file("/segments/00000000.seg", frames);
  std::size_t at = 0;
  ByteView leaf, payload;
  CHECK(read_frame(frames, at, leaf, payload) == FrameFault::none);
  file("/genesis.cbor", payload);
  file("/checkpoint", as_bytes(sign_checkpoint(
                          {checkpoint_origin(chain->state().chain), chain->size(), chain->root()},
                          numbered_key(4))));
}

void World::compare_state() {
  const ChainState& s = chain->state();
  auto complain = [&](const char* what) { slow.complaints.push_back(what); };
  for (const auto& [id, d] : slow.declarations) {
    const DeclarationRecord* record = s.declaration(id);
    if (record == nullptr) return complain("a declaration is not in the state");
    Seconds load{};
    for (const auto& [g, grant] : slow.grants)
      if (grant.leg.declaration == id)
        for (int t = 0; t < kSeconds; ++t) load[t] += grant.live[t] + grant.failed[t];
    for (int t = 0; t < kSeconds; ++t)
      if (record->taken.value(at_second(t)).value != load[t] + d.curtailed[t])
        return complain("INV-1: the state's load is another");
  }
  for (const auto& [id, r] : slow.requests) {
    const RequestRecord* record = s.request(id);
    if (record == nullptr || record->closed != r.closed || record->granted != r.granted ||
        record->next_index != r.next_index)
      return complain("a request is otherwise in the state");
    Seconds live{};
    for (const auto& [g, grant] : slow.grants)
      if (grant.leg.request == id)
        for (int t = 0; t < kSeconds; ++t) live[t] += grant.live[t];
    for (int t = 0; t < kSeconds; ++t)
      if (record->live.value(at_second(t)).value != live[t])
        return complain("INV-3: the state's live volume is another");
  }
  for (const auto& [id, g] : slow.grants) {
    const GrantRecord* record = s.grant(id);
    if (record == nullptr || record->rank != g.rank || record->times_displaced != g.times_displaced)
      return complain("a grant is otherwise in the state");
    for (int t = 0; t < kSeconds; ++t)
      if (value_at(record->live, at_second(t)).value != g.live[t] ||
          value_at(record->failed, at_second(t)).value != g.failed[t])
        return complain("a grant's pieces are others in the state");
  }
  for (const auto& [id, x] : slow.obligations) {
    const ObligationRecord* record = s.obligation(id);
    if (record == nullptr || record->outstanding() != slow.outstanding(id))
      return complain("INV-5: another amount is outstanding");
  }
}

}  // namespace capmarket::testing
