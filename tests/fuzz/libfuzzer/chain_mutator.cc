// How libFuzzer changes a chain directory: one part of it at a time, so that lengths and checksums
// stay right, by bytes, by frames, or by fields of objects as whoever has the log's key would.
#include <algorithm>
#include <cstring>
#include <random>

#include "tests/fuzz/chain_input.h"
#include "tests/verify/audit/forgeries.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);

namespace capmarket::libfuzzer {
namespace {

using namespace fuzz;

constexpr std::size_t kGrowth = 64;  // bytes that one change of a part may add

void mutate_bytes(Bytes& part) {
  const std::size_t size = part.size();
  part.resize(std::min<std::size_t>(size + kGrowth, 65'535));
  part.resize(LLVMFuzzerMutate(part.data(), size, part.size()));
}

void change_head(ChainInput& in, audit::Random& random) {
  switch (audit::below(random, 4)) {
    case 0:
      in.repair = static_cast<Repair>(audit::below(random, 4));
      in.ask = static_cast<Ask>(audit::below(random, 4));
      return;
    case 1:
      in.first_segment = static_cast<std::uint8_t>(audit::below(random, in.frames.size() + 2));
      return;
    case 2:
      in.behind_checkpoint = static_cast<std::uint8_t>(audit::below(random, 4));
      in.behind_record = static_cast<std::uint8_t>(audit::below(random, in.behind_checkpoint + 1u));
      return;
    default:
      if (!in.edits.empty() && audit::below(random, 2) == 0) return in.edits.pop_back();
      in.edits.push_back({static_cast<std::uint8_t>(random()), static_cast<std::uint16_t>(random()),
                          static_cast<std::uint8_t>(random()),
                          static_cast<std::uint8_t>(random())});
  }
}

void change_frames(std::vector<log::Frame>& frames, audit::Random& random) {
  const auto at = [&](std::size_t n) { return frames.begin() + static_cast<std::ptrdiff_t>(n); };
  const std::size_t one = audit::below(random, frames.size());
  const std::size_t other = audit::below(random, frames.size());
  switch (audit::below(random, 6)) {
    case 0:
      std::swap(frames[one], frames[other]);
      return;
    case 1:
      frames.erase(at(one));
      return;
    case 2: {
      log::Frame copy = frames[one];
      frames.insert(at(other), std::move(copy));
      return;
    }
    case 3:
      frames.erase(at(one), frames.end());
      return;
    case 4:
      frames[one].payload = Bytes(frames[other].payload);
      return;
    default:
      frames[one].payload.clear();
  }
}

/// By meaning; false where the entries cannot be read.
bool forge_entry(ChainInput& in, audit::Random& random) {
  auto entries = entries_of(in.frames);
  if (entries.size() < 2) return false;
  const auto forgery = static_cast<audit::Forgery>(audit::below(random, audit::kForgeries));
  if (!audit::forge(forgery, entries, signing_of(in.frames), random)) return false;
  in.frames = linked(entries);
  in.repair = std::max(in.repair, Repair::signed_end);
  return true;
}

void mutate(ChainInput& in, audit::Random& random) {
  const std::size_t how = audit::below(random, 16);
  if (how < 3 || in.frames.empty()) return change_head(in, random);
  if (how < 5) return mutate_bytes(how == 3 ? in.checkpoint : in.record);
  if (how == 5) return mutate_bytes(in.genesis);
  if (how < 8) return change_frames(in.frames, random);
  if (how < 12 && forge_entry(in, random)) return;
  log::Frame& frame = in.frames[audit::below(random, in.frames.size())];
  mutate_bytes(audit::below(random, 3) == 0 ? frame.leaf : frame.payload);
  if (audit::below(random, 2) == 0) in.repair = Repair::bodies;
}

std::size_t put(const ChainInput& in, std::uint8_t* data, std::size_t size_max) {
  const Bytes out = to_bytes(in);
  const std::size_t size = std::min(out.size(), size_max);
  std::memcpy(data, out.data(), size);
  return size;
}

}  // namespace
}  // namespace capmarket::libfuzzer

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned seed) {
  using namespace capmarket::libfuzzer;
  capmarket::audit::Random random(seed);
  ChainInput in = parse_chain_input({data, size});
  mutate(in, random);
  return put(in, data, size_max);
}

/// The first entries of one, the last of the other.
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* a, std::size_t a_size,
                                                 const std::uint8_t* b, std::size_t b_size,
                                                 std::uint8_t* out, std::size_t out_max,
                                                 unsigned seed) {
  using namespace capmarket::libfuzzer;
  capmarket::audit::Random random(seed);
  ChainInput first = parse_chain_input({a, a_size});
  const ChainInput last = parse_chain_input({b, b_size});
  first.frames.resize(capmarket::audit::below(random, first.frames.size() + 1));
  const std::size_t from = capmarket::audit::below(random, last.frames.size() + 1);
  first.frames.insert(first.frames.end(), last.frames.begin() + static_cast<std::ptrdiff_t>(from),
                      last.frames.end());
  return put(first, out, out_max);
}
