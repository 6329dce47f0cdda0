#include "cli/run_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/key_file.h"
#include "model/base/read_file.h"
#include "model/chain/reader.h"
#include "sim/world/setup.h"

namespace capmarket::cli {
namespace {

Result<kernel::Stream::Key> population_of(const std::string& run_directory) {
  const std::string file = run_directory + "/run.json";
  auto text = read_file(file, InputKind::receipt);
  if (!text) return fail(fmt::format("{}: no run here", run_directory), "a run directory");
  auto json = nlohmann::json::parse(*text, nullptr, false);
  const nlohmann::json::json_pointer at("/seed/population");
  if (!json.is_object() || !json.contains(at) || !json[at].is_number_integer())
    return fail(fmt::format("{}: no `seed.population`", file), "the receipt of a run");
  return kernel::Stream::Key{static_cast<std::uint64_t>(json[at].get<std::int64_t>()), 0};
}

/// Names and keys of the authorities as the chain has them.
Result<std::vector<std::pair<std::string, PublicKey>>> authorities_of(chain::ChainReader& reader) {
  std::vector<std::pair<std::string, PublicKey>> out;
  for (const objects::RootAuthority& r : reader.genesis().roots) out.emplace_back(r.name, r.key);
  for (;;) {
    auto entry = reader.next();
    if (!entry) return tl::unexpected(entry.error());
    if (!*entry) return out;
    const chain::Leaf& leaf = (*entry)->leaf;
    if (leaf.kind != objects::Kind::authority_grant || !leaf.decision.admitted()) continue;
    auto checked = reader.submission_of(**entry);
    if (!checked) return tl::unexpected(checked.error());
    const auto& grant = std::get<objects::AuthorityGrant>(checked->object);
    out.emplace_back(grant.name, grant.key);
  }
}

tl::unexpected<Problems> not_from_seed(const std::string& run_directory) {
  return fail(
      fmt::format("{}: the chain's keys do not follow from the seed in run.json", run_directory),
      "a chain that `capmarket run` made");
}

}  // namespace

Result<crypto::KeySeed> log_key_of_run(const std::string& run_directory) {
  auto population = population_of(run_directory);
  if (!population) return tl::unexpected(population.error());
  auto reader = chain::ChainReader::open_first_entry(chain::chain_directory(run_directory));
  if (!reader) return tl::unexpected(reader.error());
  const crypto::KeySeed seed = world::log_key_seed(*population);
  if (crypto::key_pair_from_seed(seed).pub != reader->genesis().log_key)
    return not_from_seed(run_directory);
  return seed;
}

Result<crypto::KeyPair> log_key_pair(const std::string& directory, bool from_run,
                                     const std::string& file) {
  if (!from_run && file.empty())
    return fail("no key to sign with",
                "--log-key FILE, or --from-run for the chain of a simulated run");
  auto seed = from_run ? log_key_of_run(directory) : read_key_file(file);
  if (!seed) return tl::unexpected(seed.error());
  return crypto::key_pair_from_seed(*seed);
}

Result<std::vector<RunKey>> keys_of_run(const std::string& run_directory) {
  auto population = population_of(run_directory);
  if (!population) return tl::unexpected(population.error());
  auto reader = chain::ChainReader::open(chain::chain_directory(run_directory));
  if (!reader) return tl::unexpected(reader.error());
  auto authorities = authorities_of(*reader);
  if (!authorities) return tl::unexpected(authorities.error());
  std::map<PublicKey, crypto::KeySeed> derived;
  for (const auto& [name, key] : *authorities) {
    crypto::KeySeed seed = world::authority_key_seed(*population, name);
    derived.emplace(crypto::key_pair_from_seed(seed).pub, seed);
  }
  auto log = log_key_of_run(run_directory);
  if (!log) return tl::unexpected(log.error());
  std::vector<RunKey> out;
  // One that the log has left signs nothing any more.
  if (crypto::key_pair_from_seed(*log).pub == reader->key_at(reader->signed_checkpoint().size))
    out.push_back({"", *log});
  for (const auto& [name, key] : *authorities) {
    auto seed = derived.find(key);
    // An authority that joined later keeps its key to itself.
    if (seed != derived.end()) out.push_back({name, seed->second});
  }
  if (std::none_of(out.begin(), out.end(), [](const RunKey& k) { return !k.name.empty(); }))
    return not_from_seed(run_directory);
  return out;
}

}  // namespace capmarket::cli
