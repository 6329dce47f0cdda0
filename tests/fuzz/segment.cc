#include <algorithm>
#include <filesystem>
#include <fstream>

#include "model/chain/leaf.h"
#include "model/crypto/crc32c.h"
#include "model/log/log.h"
#include "tests/fuzz/harness.h"
#include "verify/audit/frames.h"

namespace capmarket::fuzz {
namespace {

std::size_t length_at(const Bytes& bytes, std::size_t at) {
  std::size_t out = 0;
  for (std::size_t i = 4; i-- > 0;) out = out << 8 | bytes[at + i];
  return out;
}

/// Whole frames get the checksum of their bytes: what lies behind it is reached.
void put_checksums_right(Bytes& bytes) {
  for (std::size_t at = 0; bytes.size() - at >= log::kFrameHead;) {
    const std::size_t held = length_at(bytes, at) + length_at(bytes, at + 4);
    if (bytes.size() - at - log::kFrameHead < held) return;
    std::uint32_t crc = crypto::crc32c(ByteView(bytes).subspan(at, 8));
    crc = crypto::crc32c(ByteView(bytes).subspan(at + log::kFrameHead, held), crc);
    for (std::size_t i = 0; i < 4; ++i)
      bytes[at + 8 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
    at += log::kFrameHead + held;
  }
}

/// Both decoders of a leaf say the same of it.
void read_leaf_twice(ByteView leaf) {
  std::string why;
  const auto by_audit = audit::read_leaf(leaf, why);
  const auto by_chain = chain::decode_leaf(leaf);
  if (!by_chain) return;  // the audit's knows no numbers of kinds and clauses
  expect(by_audit.has_value(), "the audit reads each leaf that the chain reads");
  expect(by_audit->sequence == by_chain->sequence.value && by_audit->id == by_chain->id &&
             by_audit->time == by_chain->time && by_audit->previous == by_chain->previous,
         "both read the same of a leaf");
}

}  // namespace

bool segment(ByteView input) {
  if (input.size() < 2) return false;  // an empty segment has no frame: damage to who reads a chain
  Bytes bytes(input.begin() + 1, input.end());
  if (input[0] % 2 == 1) put_checksums_right(bytes);
  const std::string path = scratch() + "/segments/00000000.seg";
  std::filesystem::create_directories(scratch() + "/segments");
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  audit::FrameReader reader(scratch());
  std::size_t frames = 0;
  for (std::size_t at = 0;;) {
    ByteView leaf, payload;
    const log::FrameFault fault = log::read_frame(bytes, at, leaf, payload);
    const auto frame = reader.next();
    expect(frame.has_value() == (fault == log::FrameFault::none || fault == log::FrameFault::end),
           "both readers find damage, or neither");
    if (!frame) break;
    expect(frame->has_value() == (fault == log::FrameFault::none), "both end at the same frame");
    if (!frame->has_value()) break;
    expect(std::equal(leaf.begin(), leaf.end(), (*frame)->leaf.begin(), (*frame)->leaf.end()) &&
               std::equal(payload.begin(), payload.end(), (*frame)->payload.begin(),
                          (*frame)->payload.end()),
           "both read the same frame");
    read_leaf_twice(leaf);
    ++frames;
  }
  return frames > 1;
}

}  // namespace capmarket::fuzz
