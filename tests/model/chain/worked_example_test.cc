// The worked example of docs/spec/chain.md#an-example, read by nothing but its page: hex, lengths, hashes, and one
// signature.
#include <gtest/gtest.h>
#include <sodium.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "model/chain/writer.h"
#include "model/crypto/hash.h"
#include "model/yaml/yaml.h"
#include "tests/support/parties.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/times.h"

namespace capmarket::chain {
namespace {

constexpr const char* kPage = CAPMARKET_SOURCE_DIR "/docs/spec/chain.md";

/// What stands between the lines `begin` and the next fence.
std::string block(const std::string& page, const std::string& begin) {
  const std::size_t at = page.find("\n" + begin + "\n");
  if (at == page.npos) return "";
  const std::size_t from = at + begin.size() + 2;
  return page.substr(from, page.find("```", from) - from);
}

std::string page() { return yaml::read_file(kPage).value(); }

/// The bytes of every hex line of the block; what stands behind two spaces is said, not read.
Bytes bytes_of(const std::string& hex) {
  std::string digits;
  std::istringstream lines(hex);
  for (std::string line; std::getline(lines, line);) digits += line.substr(0, line.find("  "));
  return from_hex(digits).value_or(Bytes());
}

/// The chain of the example as the writer makes it: a genesis and a tick.
class WorkedExample : public ::testing::Test {
 protected:
  WorkedExample() {
    crypto::KeySeed root_seed, log_seed;
    root_seed.bytes.fill(1), log_seed.bytes.fill(2);
    const crypto::KeyPair root = crypto::key_pair_from_seed(root_seed);
    log = crypto::key_pair_from_seed(log_seed);
    objects::Genesis g;
    g.chain_name = "example";
    g.log_key = log.pub;
    g.roots.push_back({"eu", root.pub, {*location::parse_location("eu")}, {"power"}});
    objects::Submission raw{objects::Kind::genesis, objects::encode_object(g), {}};
    const ContentId id = crypto::content_id(raw.body);
    raw.signatures = objects::sign_all(crypto::Signing{}, id, raw.kind, id, {{objects::Role::root, root}});
    auto w = ChainWriter::create(dir, objects::check_submission(std::move(raw), id, {}).value(),
                                 testing::kStart, log);
    w->chain().tick(testing::kStart);
    CHECK(w->commit().has_value());
  }
  std::string file(const std::string& name) const { return yaml::read_file(dir + "/" + name).value(); }

  testing::ScratchFolder folder;
  const std::string dir = folder / "chain";
  crypto::KeyPair log;
};

std::string in_lines(ByteView bytes) {
  std::string hex = to_hex(bytes), out;
  for (std::size_t at = 0; at < hex.size(); at += 96) out += hex.substr(at, 96) + "\n";
  return out;
}

TEST_F(WorkedExample, is_what_the_writer_writes) {
  const std::string segment = file("segments/00000000.seg"), note = file("checkpoint"),
                    record = file("checkpoint.lock");
  EXPECT_EQ(bytes_of(block(page(), "```hex of a segment")), Bytes(segment.begin(), segment.end()))
      << in_lines(as_bytes(segment));
  EXPECT_EQ(block(page(), "```text of its checkpoint"), note) << note;
  EXPECT_EQ(block(page(), "```text of its record"), record) << record;
}

std::size_t u32(const Bytes& b, std::size_t at) {
  return b.at(at) | b.at(at + 1) << 8 | b.at(at + 2) << 16 | b.at(at + 3) << 24;
}

/// With SHA-256 and Ed25519 of the library alone: what a stranger would write from the page.
TEST_F(WorkedExample, is_read_by_its_page_alone) {
  const Bytes segment = bytes_of(block(page(), "```hex of a segment"));
  ASSERT_GT(segment.size(), 24U);
  std::vector<Bytes> leaves;
  for (std::size_t at = 0; at < segment.size();) {
    const std::size_t leaf = u32(segment, at), payload = u32(segment, at + 4);
    ASSERT_LE(at + 12 + leaf + payload, segment.size());
    auto from = segment.begin() + static_cast<std::ptrdiff_t>(at + 12);
    leaves.emplace_back(from, from + static_cast<std::ptrdiff_t>(leaf));
    at += 12 + leaf + payload;
  }
  ASSERT_EQ(leaves.size(), 2U);
  auto hash = [](std::uint8_t prefix, std::initializer_list<Bytes> parts) {
    Bytes all{prefix};
    for (const Bytes& p : parts) all.insert(all.end(), p.begin(), p.end());
    Bytes out(32);
    ::crypto_hash_sha256(out.data(), all.data(), all.size());
    return out;
  };
  const Bytes first = hash(0, {leaves[0]}), root = hash(1, {first, hash(0, {leaves[1]})});
  // The second leaf holds the first one's hash behind its key 2: a byte string of 32.
  const Bytes previous = leaves[1];
  const Bytes mark = {0x02, 0x58, 0x20};
  auto at = std::search(previous.begin(), previous.end(), mark.begin(), mark.end());
  ASSERT_NE(at, previous.end());
  EXPECT_TRUE(std::equal(first.begin(), first.end(), at + 3));
  const std::string note = block(page(), "```text of its checkpoint");
  char base64[64];
  ::sodium_bin2base64(base64, sizeof base64, root.data(), root.size(), sodium_base64_VARIANT_ORIGINAL);
  EXPECT_NE(note.find("\n2\n" + std::string(base64) + "\n"), note.npos);
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  const std::string line = note.substr(note.rfind(' ') + 1);
  Bytes signature(68);
  std::size_t length = 0;
  ASSERT_EQ(::sodium_base642bin(signature.data(), signature.size(), line.data(), line.size() - 1, nullptr,
                                &length, nullptr, sodium_base64_VARIANT_ORIGINAL), 0);
  ASSERT_EQ(length, 68U);
  EXPECT_EQ(::crypto_sign_ed25519_verify_detached(
                signature.data() + 4, reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                log.pub.bytes.data()), 0);
}

}  // namespace
}  // namespace capmarket::chain
