#include "tests/verify/audit/forge.h"

#include <fstream>
#include <iterator>

#include "model/log/checkpoint.h"
#include "model/log/merkle.h"
#include "tests/verify/market.h"

namespace capmarket::audit {

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string first_segment(const std::string& dir) { return dir + "/segments/00000000.seg"; }

std::vector<log::Frame> read_frames(const std::string& dir) {
  std::string bytes = read_bytes(first_segment(dir));
  std::vector<log::Frame> out;
  ByteView leaf, payload;
  for (std::size_t at = 0; log::read_frame(as_bytes(bytes), at, leaf, payload) == log::FrameFault::none;)
    out.push_back({Bytes(leaf.begin(), leaf.end()), Bytes(payload.begin(), payload.end())});
  return out;
}

void write_frames(const std::string& dir, const std::vector<log::Frame>& frames) {
  Bytes out;
  for (const log::Frame& f : frames) log::append_frame(out, f.leaf, f.payload);
  write_bytes(first_segment(dir), std::string(out.begin(), out.end()));
}

void forge_frames(const std::string& dir, const std::function<void(std::vector<log::Frame>&)>& change) {
  auto frames = read_frames(dir);
  change(frames);
  write_frames(dir, frames);
}

void forge_entries(const std::string& dir,
                   const std::function<void(std::vector<ForgedEntry>&)>& change) {
  std::vector<ForgedEntry> entries;
  for (log::Frame& f : read_frames(dir)) entries.push_back({*chain::decode_leaf(f.leaf), std::move(f.payload)});
  const ContentId chain = entries[0].leaf.id;
  change(entries);
  std::vector<log::Frame> frames;
  std::vector<Digest> hashes;
  Digest previous;
  for (ForgedEntry& e : entries) {
    e.leaf.sequence = Sequence(static_cast<std::int64_t>(frames.size()));
    e.leaf.previous = previous;
    frames.push_back({chain::encode_leaf(e.leaf), std::move(e.payload)});
    hashes.push_back(previous = log::leaf_hash(frames.back().leaf));
  }
  write_frames(dir, frames);
  log::Checkpoint checkpoint{log::checkpoint_origin(chain), static_cast<std::int64_t>(frames.size()),
                        log::merkle_root(hashes)};
  write_bytes(dir + "/checkpoint", log::sign_checkpoint(checkpoint, verify::test_key(2)));
}

}  // namespace capmarket::audit
