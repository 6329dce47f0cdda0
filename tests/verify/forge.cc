#include "tests/verify/forge.h"

#include <fstream>
#include <iterator>

#include "model/chain/checkpoint.h"
#include "model/chain/merkle.h"
#include "tests/verify/market.h"

namespace capmarket {

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string first_segment(const std::string& dir) { return dir + "/segments/00000000.seg"; }

std::vector<Frame> read_frames(const std::string& dir) {
  std::string bytes = read_bytes(first_segment(dir));
  std::vector<Frame> out;
  ByteView leaf, payload;
  for (std::size_t at = 0; read_frame(as_bytes(bytes), at, leaf, payload) == FrameFault::none;)
    out.push_back({Bytes(leaf.begin(), leaf.end()), Bytes(payload.begin(), payload.end())});
  return out;
}

void write_frames(const std::string& dir, const std::vector<Frame>& frames) {
  Bytes out;
  for (const Frame& f : frames) append_frame(out, f.leaf, f.payload);
  write_bytes(first_segment(dir), std::string(out.begin(), out.end()));
}

void forge_frames(const std::string& dir, const std::function<void(std::vector<Frame>&)>& change) {
  auto frames = read_frames(dir);
  change(frames);
  write_frames(dir, frames);
}

void forge_entries(const std::string& dir,
                   const std::function<void(std::vector<ForgedEntry>&)>& change) {
  std::vector<ForgedEntry> entries;
  for (Frame& f : read_frames(dir)) entries.push_back({*decode_leaf(f.leaf), std::move(f.payload)});
  const ContentId chain = entries[0].leaf.id;
  change(entries);
  std::vector<Frame> frames;
  std::vector<Digest> hashes;
  Digest previous;
  for (ForgedEntry& e : entries) {
    e.leaf.sequence = Sequence(static_cast<std::int64_t>(frames.size()));
    e.leaf.previous = previous;
    frames.push_back({encode_leaf(e.leaf), std::move(e.payload)});
    hashes.push_back(previous = leaf_hash(frames.back().leaf));
  }
  write_frames(dir, frames);
  Checkpoint checkpoint{checkpoint_origin(chain), static_cast<std::int64_t>(frames.size()),
                        merkle_root(hashes)};
  write_bytes(dir + "/checkpoint", sign_checkpoint(checkpoint, test_key(2)));
}

}  // namespace capmarket
