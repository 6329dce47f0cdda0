#include <filesystem>
#include <set>

#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "model/chain/salvage.h"
#include "model/chain/writer.h"
#include "model/crypto/hash.h"
#include "model/log/file_log.h"
#include "tests/fuzz/chain_input.h"
#include "tests/fuzz/harness.h"
#include "tests/support/parties.h"
#include "verify/audit/audit.h"

namespace capmarket::fuzz {
namespace {

Result<audit::AuditReport> audited(const std::string& dir) {
  audit::AuditOptions options;
  options.threads = 1;
  return audit::audit_chain(dir, options);
}

bool holds(const Result<audit::AuditReport>& report) { return report && report->holds(); }

Result<chain::Chain> replayed(const std::string& dir) {
  auto reader = chain::ChainReader::open(dir);
  if (!reader) return tl::unexpected(reader.error());
  return chain::replay(*reader);
}

/// The logs that the seeds' keys have signed: nobody else's is accepted where nothing was signed
/// anew.
bool is_signed_by_a_seed(const Digest& root) {
  static const std::set<Digest> roots = [] {
    std::set<Digest> out;
    const std::filesystem::directory_iterator seeds(CAPMARKET_SOURCE_DIR "/tests/fuzz/seeds/chain");
    for (const auto& file : seeds) {
      const std::string bytes = testing::read_bytes(file.path());
      const ChainInput seed = parse_chain_input(as_bytes(bytes));
      const auto note = log::parse_note(
          {reinterpret_cast<const char*>(seed.checkpoint.data()), seed.checkpoint.size()});
      if (const auto end = note ? log::read_checkpoint(*note) : tl::unexpected(Problems()))
        out.insert(end->root);
    }
    return out;
  }();
  return roots.contains(root);
}

/// As `chain fsck` looks, with every key that the log had.
bool is_whole(const std::string& dir) {
  auto genesis = chain::ChainReader::open_genesis(dir);
  if (!genesis) return false;
  auto keys = chain::log_keys_of(dir, *genesis);
  if (!keys) return false;
  bool out = false;
  for (const auto& [from, key] : *keys) {
    auto found = log::inspect_log(dir, genesis->chain(), key);
    if (!found || chain::key_at(*keys, found->end.size) != key) continue;
    chain::ChainReader reader = *genesis;
    reader.read_to(found->end);
    for (auto entry = reader.next(); entry; entry = reader.next()) {
      if (!*entry) {
        out = out || reader.expect_signed_note(found->noted).has_value();
        break;
      }
      if ((*entry)->pruned) continue;
      if (!chain::submission_of(**entry, reader.chain(), reader.signing())) break;
    }
  }
  return out;
}

/// What salvage makes of it, with the first of those keys that is the log's where it ends.
std::optional<audit::AuditReport> salvaged(const std::string& dir, bool unproved) {
  const std::string to = scratch() + "/salvaged";
  for (const int key : kLogKeys) {
    Problems lost;
    auto made = chain::ChainWriter::salvage(dir, to, testing::numbered_key(key), lost, unproved);
    if (!made) continue;
    std::filesystem::remove_all(to);
    expect(made->commit().has_value(), "what is salvaged can be written");
    auto report = audited(to);
    expect(holds(report), "what is salvaged is a chain that the audit accepts");
    expect(replayed(to).has_value(), "what is salvaged replays");
    return *report;
  }
  return std::nullopt;
}

/// A writer that goes on from what is there, as `chain fsck` with the key does.
bool mended(const std::string& dir) {
  for (const int key : kLogKeys) {
    auto writer = chain::ChainWriter::open(dir, testing::numbered_key(key));
    if (!writer) continue;
    expect(writer->commit().has_value(), "a writer that opens a chain can sign it");
    expect(holds(audited(dir)), "what a writer went on from is a chain that the audit accepts");
    return true;
  }
  return false;
}

}  // namespace

bool chain(ByteView bytes) {
  const ChainInput input = parse_chain_input(bytes);
  const std::string dir = scratch() + "/chain";
  write_chain_input(input, dir);
  const auto report = audited(dir);
  const auto again = replayed(dir);
  const bool held = holds(report);
  if (held) {
    expect(again.has_value(), "what the audit accepts replays");
    expect(again->root() == report->root && again->size() == report->size,
           "audit and replay come to the same root");
    expect(input.repair >= Repair::signed_end || is_signed_by_a_seed(report->root),
           "no log is accepted that its key did not sign");
  }
  const bool at_end = held && report->recorded == report->size;
  expect(is_whole(dir) || !at_end, "fsck finds whole what the audit accepts");
  if (input.ask == Ask::salvage || input.ask == Ask::all) {
    const auto kept = salvaged(dir, false);
    expect(!held || (kept && kept->size >= report->size), "all that was signed is salvaged");
    if (!kept) salvaged(dir, true);
  }
  if (input.ask == Ask::mend || input.ask == Ask::all)
    expect(mended(dir) || !at_end, "a writer goes on from what the audit accepts");
  return held;
}

}  // namespace capmarket::fuzz
