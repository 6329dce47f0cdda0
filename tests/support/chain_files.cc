#include "tests/support/chain_files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "model/log/checkpoint.h"
#include "model/log/merkle.h"
#include "tests/support/parties.h"

namespace capmarket::testing {
namespace {

std::vector<log::Frame> frames_of(ByteView bytes) {
  std::vector<log::Frame> out;
  ByteView leaf, payload;
  for (std::size_t at = 0; log::read_frame(bytes, at, leaf, payload) == log::FrameFault::none;)
    out.push_back({Bytes(leaf.begin(), leaf.end()), Bytes(payload.begin(), payload.end())});
  return out;
}

/// Signs size and root of `frames`.
void write_checkpoint(const std::string& dir, const ContentId& chain,
                      const std::vector<log::Frame>& frames) {
  std::vector<Digest> hashes;
  for (const log::Frame& f : frames) hashes.push_back(log::leaf_hash(f.leaf));
  log::Checkpoint checkpoint{log::checkpoint_origin(chain),
                             static_cast<std::int64_t>(frames.size()), log::merkle_root(hashes)};
  write_signed(dir, checkpoint);
}

}  // namespace

void write_signed(const std::string& dir, const log::Checkpoint& checkpoint) {
  write_bytes(dir + "/checkpoint", log::sign_checkpoint(checkpoint, log_key()));
  write_bytes(dir + "/" + log::kRecordFile, log::sign_record({checkpoint, {}}, log_key()));
}

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::string& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

std::string first_segment(const std::string& dir) { return dir + "/segments/00000000.seg"; }

void write_chain(const std::string& dir, ByteView bytes) {
  std::filesystem::create_directories(dir + "/segments");
  const std::vector<log::Frame> frames = frames_of(bytes);
  CHECK(!frames.empty());
  write_bytes(first_segment(dir), bytes);
  write_bytes(dir + "/genesis.cbor", frames[0].payload);
  write_checkpoint(dir, chain::decode_leaf(frames[0].leaf)->id, frames);
}

std::vector<log::Frame> read_frames(const std::string& dir) {
  return frames_of(as_bytes(read_bytes(first_segment(dir))));
}

void write_frames(const std::string& dir, const std::vector<log::Frame>& frames) {
  Bytes out;
  for (const log::Frame& f : frames) log::append_frame(out, f.leaf, f.payload);
  write_bytes(first_segment(dir), out);
}

void forge_frames(const std::string& dir,
                  const std::function<void(std::vector<log::Frame>&)>& change) {
  auto frames = read_frames(dir);
  change(frames);
  write_frames(dir, frames);
}

void forge_entries(const std::string& dir,
                   const std::function<void(std::vector<ForgedEntry>&)>& change) {
  std::vector<ForgedEntry> entries;
  for (log::Frame& f : read_frames(dir))
    entries.push_back({*chain::decode_leaf(f.leaf), std::move(f.payload)});
  const ContentId chain = entries[0].leaf.id;
  change(entries);
  std::vector<log::Frame> frames;
  Digest previous;
  for (ForgedEntry& e : entries) {
    e.leaf.sequence = Sequence(static_cast<std::int64_t>(frames.size()));
    e.leaf.previous = previous;
    frames.push_back({chain::encode_leaf(e.leaf), std::move(e.payload)});
    previous = log::leaf_hash(frames.back().leaf);
  }
  write_frames(dir, frames);
  write_checkpoint(dir, chain, frames);
}

}  // namespace capmarket::testing
