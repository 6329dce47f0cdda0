#include "cli/chain_tiles.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/signed_leaves.h"
#include "model/base/output.h"
#include "model/base/read_file.h"
#include "model/log/checkpoint.h"
#include "model/log/tiles.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

struct TilesArguments {
  std::string dir, out;
};

/// Whether a file below the folder is one that this command writes.
bool is_own(const fs::path& folder, const std::string& name) {
  if (name != "checkpoint") return log::parse_tile_path(name).has_value();
  auto text = peek_file((folder / name).string(), InputKind::checkpoint);
  auto note = text ? log::parse_note(*text) : tl::unexpected(Problems());
  return note && log::read_checkpoint(*note);
}

/// Only what this command writes is replaced: regular files of a log, and the folders above them.
Result<void> expect_tiles(const std::string& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const fs::file_type type = at->symlink_status().type();
    const std::string name = at->path().lexically_relative(folder).string();
    const bool above = type == fs::file_type::directory && !fs::is_empty(at->path(), error);
    if (!above && (type != fs::file_type::regular || !is_own(folder, name)))
      return fail(
          fmt::format("{}: --force does not remove `{}`, which `chain tiles` does not write",
                      folder, name),
          "a folder of a checkpoint and tiles alone, or a new one");
  }
  if (error) return fail(fmt::format("{}: {}", folder, error.message()));
  return {};
}

std::string_view as_text(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<void> write_tile(const OutputFolder& folder, const log::Tile& tile, const Bytes& bytes) {
  const std::string name = log::tile_path(tile);
  std::error_code error;
  fs::create_directories(fs::path(folder.aside() + "/" + name).parent_path(), error);
  if (error) return fail(fmt::format("{}: {}", folder.place(), error.message()));
  return folder.write(name, as_text(bytes));
}

/// The bundles, read from the chain a second time: no more than one is kept.
Result<void> write_bundles(const OutputFolder& folder, const std::string& dir,
                           const log::Checkpoint& until) {
  auto reader = chain::ChainReader::open(dir);
  if (!reader) return tl::unexpected(reader.error());
  for (const log::Tile& tile : log::tiles_of(until.size)) {
    if (tile.level >= 0) break;
    Bytes bundle;
    for (std::int64_t i = 0; i < tile.width; ++i) {
      auto entry = reader->next();
      if (!entry) return tl::unexpected(entry.error());
      if (!*entry) return fail(fmt::format("{}: shorter than a moment ago", dir));
      log::append_leaf(bundle, (*entry)->leaf_bytes);
    }
    if (auto r = write_tile(folder, tile, bundle); !r) return r;
  }
  return {};
}

int tiles_command(const TilesArguments& a, const CommonOptions& common) {
  auto leaves = read_leaves(a.dir);
  if (!leaves) return leaves.error();
  const log::Checkpoint& own = leaves->reader.signed_checkpoint();
  auto folder = OutputFolder::begin(a.out, common.force, expect_tiles);
  if (!folder) return report_problems(folder.error());
  std::int64_t files = 0;
  for (const log::Tile& tile : log::tiles_of(own.size)) {
    ++files;
    if (tile.level < 0) continue;
    if (auto r = write_tile(*folder, tile, log::tile_bytes(tile, leaves->hashes)); !r)
      return report_problems(r.error());
  }
  if (auto r = write_bundles(*folder, leaves->dir, own); !r) return report_problems(r.error());
  // Last of all: who reads it finds every tile that it needs.
  if (auto r = folder->write("checkpoint", leaves->reader.signed_note()); !r)
    return report_problems(r.error());
  if (auto r = folder->publish(); !r) return report_problems(r.error());
  if (common.json())
    print_json({{"out", a.out}, {"size", own.size}, {"tiles", files}});
  else if (!common.quiet)
    std::fputs(
        fmt::format("written: {}: checkpoint and {} tiles of {} entries\n", a.out, files, own.size)
            .c_str(),
        stdout);
  return kHolds;
}

}  // namespace

void add_chain_tiles(CLI::App& group, CommonOptions& common, int& status) {
  auto a = std::make_shared<TilesArguments>();
  CLI::App* c = group.add_subcommand(
      "tiles",
      "writes checkpoint, tree and leaves as files that clients of C2SP tlog-tiles read\n"
      "Example: capmarket chain tiles runs/a -o public");
  c->add_option("DIR", a->dir, "run or chain directory")->required();
  c->add_option("-o,--out", a->out, "a folder that can be served as it is")->required();
  add_common(*c, common);
  c->callback([a, &common, &status] { status = tiles_command(*a, common); });
}

}  // namespace capmarket::cli
