#include "cli/chain_upkeep.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/chain_selector.h"
#include "cli/chain_strays.h"
#include "cli/key_file.h"
#include "cli/run_keys.h"
#include "cli/unused_options.h"
#include "model/base/output.h"
#include "model/base/read_file.h"
#include "model/base/visible.h"
#include "model/chain/first_damage.h"
#include "model/chain/genesis.h"
#include "model/chain/reader.h"
#include "model/chain/salvage.h"
#include "model/chain/writer.h"
#include "model/log/file_log.h"
#include "model/log/writer_lock.h"

namespace capmarket::cli {
namespace {

using Json = nlohmann::ordered_json;

struct UpkeepArguments {
  std::string dir, log_key, new_key, out;
  bool from_run = false, unproved = false;
};

Result<crypto::KeyPair> log_key_of(const UpkeepArguments& a) {
  return log_key_pair(a.dir, a.from_run, a.log_key);
}

Json cuts_json(const std::vector<log::Cut>& cuts) {
  Json out = Json::array();
  for (const log::Cut& c : cuts)
    out.push_back({{"entries", c.entries}, {"bytes", c.bytes}, {"digest", to_hex(c.digest)}});
  return out;
}

/// The state of the log's files, seen with the key that is in force at its end, and every entry up
/// to there: frame, leaf, link, and that the payload is the one that the leaf names.
struct Seen {
  log::ReopenedLog log;
  PublicKey key;
  std::int64_t pruned = 0, pruned_present = 0;  // entries; those whose bodies are still there
};
/// Every entry up to the end by its bytes; their meaning is not looked at. Gives the reader behind
/// them.
Result<chain::ChainReader> expect_entries(chain::ChainReader reader, const log::ReopenedLog& log) {
  reader.read_to(log.end);
  for (;;) {
    auto entry = reader.next();
    if (!entry) return tl::unexpected(entry.error());
    if (!*entry) break;
    if ((*entry)->pruned) continue;  // the reader has looked at it
    auto submission = reader.submission_of(**entry);
    if (!submission) return tl::unexpected(submission.error());
    if ((*entry)->leaf.sequence.value > 0) continue;
    if (auto r = chain::expect_genesis(*submission); !r)
      return fail("damage at sequence 0: " + r.error()[0].what);
  }
  if (auto r = reader.expect_signed_note(log.noted); !r) return tl::unexpected(r.error());
  return reader;
}

Result<Seen> look(const std::string& dir) {
  auto first = chain::ChainReader::open_genesis(dir);
  if (!first) return tl::unexpected(first.error());
  auto keys = chain::log_keys_of(dir, *first);
  if (!keys) return tl::unexpected(keys.error());
  // The last key first: what stands against the log is said of it. One that is not in force at the
  // end that it signed signs nothing.
  std::optional<Problems> against;
  for (auto key = keys->rbegin(); key != keys->rend(); ++key) {
    auto found = log::inspect_log(dir, first->chain(), key->second);
    if (!found) {
      if (!against) against = found.error();
      continue;
    }
    if (chain::key_at(*keys, found->end.size) != key->second)
      return fail(fmt::format("{}: signed by a key that is not the log's at {} entries", dir,
                              found->end.size));
    auto read = expect_entries(*first, *found);
    if (!read) return tl::unexpected(read.error());
    return Seen{std::move(*found), key->second, read->pruned(), read->pruned_present()};
  }
  return tl::unexpected(chain::first_damage(dir, *first, std::move(*against)));
}

/// Files that are none of a chain's, and links, which no writer follows, are bad input and no
/// damage.
Result<void> expect_regular(const std::string& dir) {
  std::vector<std::string> names = {"checkpoint", log::kRecordFile, log::kWriterLockFile};
  std::error_code error;
  for (int n = 0;; ++n) {
    names.push_back(fmt::format("segments/{:08}.seg", n));
    const std::string file = dir + "/" + names.back();
    const auto type = std::filesystem::symlink_status(file, error).type();
    if (type == std::filesystem::file_type::not_found) break;
    if (type == std::filesystem::file_type::none)
      return fail(Problem{file, 0, 0, error.message(), "a file that can be looked at", "",
                          Fault::unread});
  }
  for (const std::string& name : names) {
    const std::string file = dir + "/" + name;
    const auto type = std::filesystem::symlink_status(file, error).type();
    if (type != std::filesystem::file_type::regular &&
        type != std::filesystem::file_type::not_found)
      return fail(
          Problem{file, 0, 0, "no regular file", "one, and no link: no writer follows it", ""});
  }
  return {};
}

int tell_damage(const std::string& dir, const Problems& problems, const CommonOptions& common) {
  if (common.json()) {
    Json damage = Json::array();
    for (const Problem& p : problems) damage.push_back(p.what);
    print_json({{"directory", dir}, {"damage", std::move(damage)}});
  }
  return damaged(problems);
}

void print_state(const std::string& dir, const Seen& seen, bool mended, const Strays& strays,
                 bool with_key, const CommonOptions& common) {
  const log::ReopenedLog& log = seen.log;
  if (common.json())
    return print_json({{"directory", dir},
                       {"size", log.end.size},
                       {"root", to_hex(log.end.root)},
                       {"unsigned_end", log.unsigned_end && !mended},
                       {"cuts", cuts_json(log.cuts)},
                       {"pruned", seen.pruned},
                       {"pruned_present", seen.pruned_present},
                       {"mended", mended || (with_key && !strays.left.empty())},
                       {"left_beside", strays.left},
                       {"strays", strays.others}});
  if (common.quiet) return;
  std::string out =
      fmt::format("{}: {} entries, root {}\n", visible(dir), log.end.size, to_hex(log.end.root));
  std::error_code error;
  const bool gone = !std::filesystem::exists(dir + "/checkpoint", error);
  if (log.unsigned_end && gone)
    out += "  there is no checkpoint, but a record of what was signed: the next writer signs it\n";
  else if (log.unsigned_end)
    out += mended ? "  the checkpoint was behind its record: signed\n"
                  : "  the checkpoint is behind its record: the next writer signs it\n";
  for (const log::Cut& c : log.cuts)
    out += fmt::format("  {} bytes beyond {} entries were never signed: {}\n", c.bytes, c.entries,
                       mended ? "cut, and recorded" : "the next writer cuts and records them");
  if (!log.unsigned_end && log.cuts.empty())
    out +=
        seen.pruned == 0 ? "  whole\n" : fmt::format("  whole, {} entries pruned\n", seen.pruned);
  if (seen.pruned_present > 0)
    out += fmt::format("  {} of their bodies are still there: `chain prune` again takes them\n",
                       seen.pruned_present);
  print_text(out + told(strays, with_key));
}

int fsck_command(const UpkeepArguments& a, const CommonOptions& common) {
  const std::string dir = chain::chain_directory(a.dir);
  auto reader = chain::ChainReader::open_genesis(dir);
  if (!reader) return report_problems(reader.error());
  if (auto r = expect_regular(dir); !r) return report_problems(r.error());
  auto found = look(dir);
  if (!found) return tell_damage(dir, found.error(), common);
  const bool mends = !a.log_key.empty() || a.from_run;
  std::optional<crypto::KeyPair> key;
  if (mends) {
    auto given = log_key_of(a);
    if (!given) return report_problems(given.error());
    if (given->pub != found->key)
      return report_problems(
          fail(Problem{a.from_run ? "--from-run" : a.log_key, 0, 0, "another key than the log's",
                       "the key of " + to_hex(found->key), ""})
              .value());
    key = *given;
  }
  auto strays = strays_of(dir);
  if (!strays) return report_problems(strays.error());
  if (mends)
    if (auto removed = remove_left(dir, *strays); !removed) return report_problems(removed.error());
  if (!mends || (!found->log.unsigned_end && found->log.cuts.empty())) {
    print_state(dir, *found, false, *strays, mends, common);
    return kHolds;
  }
  auto writer = chain::ChainWriter::open(dir, *key);
  if (!writer) return tell_damage(dir, writer.error(), common);
  if (auto done = writer->commit(); !done) return report_problems(done.error());
  found->log.end.size = writer->chain().size();
  found->log.end.root = writer->chain().root();
  print_state(dir, *found, true, *strays, mends, common);
  return kHolds;
}

bool is_inside(const std::string& path, const std::string& folder) {
  std::error_code error;
  const auto inner = std::filesystem::weakly_canonical(path, error);
  const auto outer = std::filesystem::weakly_canonical(folder, error);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// What no salvage replaces: anything at all, by no option.
Result<void> nothing_there(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error) || std::filesystem::is_empty(folder, error)) return {};
  return fail(Problem{folder, 0, 0, "holds something already, and no salvage replaces anything",
                      "a new directory", ""});
}

/// A place among the entries says itself; what is of a file needs its name.
std::string because(const Problem& p) {
  return p.file.ends_with("/genesis.cbor") ? "genesis.cbor: " + p.what : p.what;
}

/// How many entries the old chain signed last, where that can still be told.
std::optional<std::int64_t> signed_size_of(const std::string& dir) {
  auto genesis = chain::ChainReader::open_first_entry(dir);
  if (!genesis) return std::nullopt;
  auto end = chain::signed_end(dir, *genesis);
  if (!end) return std::nullopt;
  return end->size;
}

int salvage_command(const UpkeepArguments& a, const CommonOptions& common) {
  const std::string dir = chain::chain_directory(a.dir);
  if (auto there = chain::ChainReader::open_first_entry(dir); !there)
    return report_problems(there.error());
  if (is_inside(a.out, a.dir))
    return report_problems(
        fail(Problem{a.out, 0, 0, "inside of what is salvaged", "a new directory elsewhere", ""})
            .value());
  auto key = log_key_of(a);
  if (!key) return report_problems(key.error());
  if (auto room = nothing_there(a.out); !room) return report_problems(room.error());
  auto folder = OutputFolder::begin(a.out, false, nothing_there);
  if (!folder) return report_problems(folder.error());
  Problems lost;
  auto writer =
      chain::ChainWriter::salvage(dir, folder->aside() + "/chain", *key, lost, a.unproved);
  if (!writer) return report_problems(writer.error());
  const std::int64_t size = writer->chain().size();
  const std::optional<std::int64_t> signed_size = signed_size_of(dir);
  if (auto done = writer->commit(); !done) return report_problems(done.error());
  if (auto stripped = writer->strip(); !stripped) return report_problems(stripped.error());
  if (auto put = folder->publish(); !put) return report_problems(put.error());
  if (common.json()) {
    Json why = Json::array();
    for (const Problem& p : lost) why.push_back(because(p));
    print_json({{"from", dir},
                {"out", a.out},
                {"size", size},
                {"signed_size", signed_size ? Json(*signed_size) : Json()},
                {"proved", !writer->unproved()},
                {"left_behind", cuts_json(writer->recovered())},
                {"because", std::move(why)}});
    return kHolds;
  }
  if (common.quiet) return kHolds;
  std::string out = fmt::format("written: {}: a chain of {} entries\n", visible(a.out), size);
  if (signed_size) out += fmt::format("  the old one signed {} entries\n", *signed_size);
  if (writer->unproved())
    out += "  unproved: nothing signed shows that these are the entries that the log had\n";
  for (const Problem& p : lost) out += fmt::format("  because: {}\n", visible(because(p)));
  for (const log::Cut& c : writer->recovered())
    out += fmt::format(
        "  {} bytes were left behind, and its entry {} says so{}\n", c.bytes, c.entries,
        signed_size && *signed_size <= c.entries
            ? ""
            : ". Whoever has a later checkpoint of the old one will find this one rolled back");
  print_text(out);
  return kHolds;
}

int change_key_command(const UpkeepArguments& a, const CommonOptions& common) {
  const std::string dir = chain::chain_directory(a.dir);
  auto key = log_key_of(a);
  if (!key) return report_problems(key.error());
  auto seed = read_key_file(a.new_key);
  if (!seed) return report_problems(seed.error());
  const crypto::KeyPair to = crypto::key_pair_from_seed(*seed);
  auto writer = chain::ChainWriter::open(dir, *key);
  if (!writer) return report_problems(writer.error());
  if (to.pub == key->pub)
    return report_problems(
        fail(Problem{a.new_key, 0, 0, "the key that signs already", "another one", ""}).value());
  if (auto changed = writer->change_log_key(to); !changed) return report_problems(changed.error());
  if (auto done = writer->commit(); !done) {
    Problems why = done.error();
    why.push_back(
        {"", 0, 0,
         fmt::format("{}: the new key may be the log's already: keep it, and the old one",
                     a.new_key),
         fmt::format(
             "`capmarket chain fsck {} --log-key {}`: it ends with status 0 where that is the "
             "log's key, and signs what was left, else with 2",
             a.dir, a.new_key),
         ""});
    return report_problems(why);
  }
  const std::int64_t entry = writer->chain().size() - 1;
  const std::string verifier = log::to_text(
      log::log_verifier(log::checkpoint_origin(writer->chain().state().chain), to.pub));
  if (common.json())
    print_json({{"directory", dir}, {"sequence", entry}, {"verifier_key", verifier}});
  else
    std::fputs(
        fmt::format("entry {}: the log signs with another key from here on\nverifier key: {}\n",
                    entry, verifier)
            .c_str(),
        stdout);
  return kHolds;
}

CLI::App* command(CLI::App& group, const char* name, const char* about,
                  const std::shared_ptr<UpkeepArguments>& a) {
  CLI::App* c = group.add_subcommand(name, about);
  c->add_option("DIR", a->dir, "run or chain directory")->required();
  auto* key = c->add_option("--log-key", a->log_key,
                            "the key that signs the checkpoints: a hex seed, mode 0600");
  c->add_flag("--from-run", a->from_run, "it follows from the seed of the run that DIR holds")
      ->excludes(key);
  return c;
}

}  // namespace

void add_chain_upkeep(CLI::App& group, CommonOptions& common, int& status) {
  auto a = std::make_shared<UpkeepArguments>();
  CLI::App* c =
      command(group, "fsck",
              "what the files of a log are like; with the log's key: signs and cuts what a killed "
              "writer left\n"
              "Example: capmarket chain fsck runs/a",
              a);
  add_common(*c, common);
  c->callback([a, &common, &status] { status = fsck_command(*a, common); });
  auto b = std::make_shared<UpkeepArguments>();
  c = command(group, "salvage",
              "what of a damaged chain still replays, as a new chain in another directory\n"
              "Example: capmarket chain salvage runs/a --from-run -o runs/saved",
              b);
  c->add_option("-o,--out", b->out, "a new directory")->required();
  c->add_flag("--unproved", b->unproved,
              "keeps entries too that nothing signed vouches for any more");
  add_common(*c, common);
  c->callback([c, b, &common, &status] {
    auto can = expect_unused(*c, {"--force"}, "in `chain salvage`, which replaces nothing");
    status = can ? salvage_command(*b, common) : report_problems(can.error());
  });
  auto d = std::make_shared<UpkeepArguments>();
  c = command(group, "change-key",
              "gives the log another key, by an entry that the old and the new one sign\n"
              "Example: capmarket chain change-key runs/a --from-run --new-log-key new.key",
              d);
  c->add_option("--new-log-key", d->new_key, "the new key: a hex seed, mode 0600")->required();
  add_common(*c, common);
  c->callback([d, &common, &status] { status = change_key_command(*d, common); });
}

}  // namespace capmarket::cli
