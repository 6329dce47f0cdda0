// Every byte of every file of a chain changed, and every truncation: the audit finds each below the
// signed size, where it is and as what it is; whoever replays and whoever writes refuse it too.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "model/chain/writer.h"
#include "tests/support/chain_files.h"
#include "tests/support/market.h"
#include "tests/support/scratch_folder.h"
#include "tests/verify/audit/audit_world.h"

#ifndef CAPMARKET_TAMPER_STRIDE
#define CAPMARKET_TAMPER_STRIDE 41
#endif
#ifndef CAPMARKET_TAMPER_FLIPS
#define CAPMARKET_TAMPER_FLIPS 20000
#endif
#ifndef CAPMARKET_TAMPER_FLIPS_AUDITED
#define CAPMARKET_TAMPER_FLIPS_AUDITED 20
#endif

namespace capmarket::audit {
namespace {

using testing::read_bytes;
using testing::write_bytes;

/// Where each frame of a segment begins, and the end of the last.
std::vector<std::size_t> frames_of_segment(const std::string& bytes) {
  std::vector<std::size_t> out{0};
  ByteView leaf, payload;
  std::size_t at = 0;
  while (log::read_frame(as_bytes(bytes), at, leaf, payload) == log::FrameFault::none)
    out.push_back(at);
  CHECK(out.back() == bytes.size());
  return out;
}

/// The frame of the byte `at`, the first being 0.
std::size_t frame_at(const std::vector<std::size_t>& begins, std::size_t at) {
  return static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), at) -
                                  begins.begin() - 1);
}

/// What the audit says of a directory.
struct Said {
  bool refused = false;  // as no chain of this format: no verdict
  bool holds = false;
  AuditViolation first{};
};

class Tamper : public ::testing::Test {
 protected:
  /// A dozen entries, admitted, refused and by time, in two segments.
  Tamper() {
    testing::Market m({.rule = ""});
    const testing::Party holder = m.holder(100);
    m.declare(holder, 60, testing::seconds(0, 100));
    auto more = m.sign(m.declaration(holder, 600, testing::seconds(0, 100)),
                       {{objects::Role::holder, holder.key}});
    CHECK(!m.submit(more, testing::at_second(1)).decision.admitted());
    m.chain().tick(testing::at_second(2));
    m.declare(holder, 30, testing::seconds(100, 200));
    m.user("basic");
    m.chain().tick(testing::at_second(3));
    m.write(dir);
    const std::string all = read_bytes(segment(0));
    begins = frames_of_segment(all);
    half = begins.size() / 2;
    write_bytes(segment(0), all.substr(0, begins[half]));
    write_bytes(segment(1), all.substr(begins[half]));
    CHECK(!said().refused && said().holds && replays() && opens());
  }

  std::string segment(int n) const {
    return dir + "/segments/0000000" + std::to_string(n) + ".seg";
  }
  Said said() const {
    auto report = audit_chain(dir, {1, nullptr});
    if (!report) return {.refused = true};
    if (report->holds()) return {.holds = true};
    return {.first = report->violations.front()};
  }
  bool replays() const {
    auto reader = chain::ChainReader::open(dir);
    return reader && chain::replay(*reader).has_value();
  }
  bool opens() const { return chain::ChainWriter::open(dir, testing::log_key()).has_value(); }

  /// All three refuse; the replay does not read the record.
  Said expect_found(const std::string& what, bool is_record = false) {
    ++changes;
    const Said s = said();
    EXPECT_FALSE(s.holds) << what;
    EXPECT_EQ(replays(), is_record) << what;
    EXPECT_FALSE(opens()) << what;
    ++classes[s.refused ? "refused" : std::string(to_text(s.first.kind))];
    return s;
  }

  /// Every byte of the file in three ways; `expect` sees where, and what the audit said.
  void change_bytes(const std::string& path,
                    const std::function<void(std::size_t, const Said&)>& expect) {
    const std::string whole = read_bytes(path);
    const bool is_record = path.ends_with(".lock");
    for (std::size_t i = 0; i < whole.size(); i += CAPMARKET_TAMPER_STRIDE) {
      const auto was = static_cast<unsigned char>(whole[i]);
      const std::set<int> others{was ^ 1 << i % 8, was == 0 ? 0xFF : 0, (was + 1) % 256};
      for (int other : others) {
        std::string changed = whole;
        changed[i] = static_cast<char>(other);
        write_bytes(path, changed);
        expect(i, expect_found(path + " byte " + std::to_string(i), is_record));
      }
    }
    write_bytes(path, whole);
  }
  /// Every shorter beginning of the file.
  void truncate(const std::string& path,
                const std::function<void(std::size_t, const Said&)>& expect) {
    const std::string whole = read_bytes(path);
    for (std::size_t i = 0; i < whole.size(); i += CAPMARKET_TAMPER_STRIDE) {
      write_bytes(path, whole.substr(0, i));
      expect(i,
             expect_found(path + " of " + std::to_string(i) + " bytes", path.ends_with(".lock")));
    }
    write_bytes(path, whole);
  }
  void print(const char* what) const {
    std::cout << "  " << what << ": " << changes << " changed, all found:";
    for (const auto& [name, n] : classes) std::cout << " " << name << " " << n;
    std::cout << "\n";
  }

  testing::ScratchFolder folder;
  const std::string dir = folder / "chain";
  std::vector<std::size_t> begins;  // of the frames, in one segment
  std::size_t half = 0;             // the first entry of the second segment
  int changes = 0;
  std::map<std::string, int> classes;
};

TEST_F(Tamper,
       of_a_frame_is_found_at_its_entry_by_its_checksum_or_as_an_end_below_the_signed_size) {
  for (int n : {0, 1}) {
    const std::size_t base = n == 0 ? 0 : begins[half];
    change_bytes(segment(n), [&](std::size_t at, const Said& s) {
      EXPECT_EQ(s.first.kind, DamageClass::crc) << n << " " << at << " " << s.first.detail;
      EXPECT_EQ(s.first.sequence, frame_at(begins, base + at)) << n << " " << at;
    });
    truncate(segment(n), [&](std::size_t at, const Said& s) {
      const bool whole_frames = std::binary_search(begins.begin(), begins.end(), base + at);
      // Without its end the first segment goes on with an entry of the second.
      const DamageClass gone = n == 0 ? DamageClass::link : DamageClass::root;
      EXPECT_EQ(s.first.kind, whole_frames && at > 0 ? gone : DamageClass::crc)
          << n << " " << at << " " << s.first.detail;
      EXPECT_EQ(s.first.sequence, frame_at(begins, base + at)) << n << " " << at;
    });
  }
  print("segments");
}

TEST_F(Tamper, of_whole_frames_is_found_by_the_links_or_as_an_end_below_the_signed_size) {
  const std::string first = read_bytes(segment(0)), second = read_bytes(segment(1));
  for (std::size_t cut = 0; cut < begins.size() - 1; ++cut) {
    const bool in_first = cut < half;
    const std::string& whole = in_first ? first : second;
    const std::size_t at = begins[cut] - (in_first ? 0 : begins[half]);
    const std::string path = segment(in_first ? 0 : 1);
    write_bytes(path, whole.substr(0, at));
    const Said s = expect_found("cut at frame " + std::to_string(cut));
    EXPECT_EQ(s.first.sequence, cut);
    EXPECT_EQ(s.first.kind, at == 0    ? DamageClass::crc
                            : in_first ? DamageClass::link
                                       : DamageClass::root);
    write_bytes(path, whole);
  }
  for (const auto& [path, whole] : {std::pair(segment(0), first), std::pair(segment(1), second)}) {
    std::filesystem::remove(path);
    expect_found(path + " is gone");
    write_bytes(path, whole);
  }
  // The same frames behind an empty segment are not what the writer leaves.
  write_bytes(segment(0), std::string());
  write_bytes(segment(1), first);
  write_bytes(segment(2), second);
  EXPECT_EQ(expect_found("behind an empty segment").first.kind, DamageClass::crc);
  print("whole frames");
}

TEST_F(Tamper, of_the_checkpoint_is_no_signature) {
  auto expect = [](std::size_t at, const Said& s) {
    EXPECT_EQ(s.first.kind, DamageClass::signature) << at << " " << s.first.detail;
    EXPECT_EQ(s.first.sequence, -1) << at;
  };
  change_bytes(dir + "/checkpoint", expect);
  truncate(dir + "/checkpoint", expect);
  print("checkpoint");
}

TEST_F(Tamper, of_the_record_is_a_malformed_one_another_end_or_no_signature) {
  auto expect = [](std::size_t at, const Said& s) {
    EXPECT_TRUE(s.first.kind == DamageClass::root || s.first.kind == DamageClass::signature)
        << at << " " << s.first.detail;
    EXPECT_EQ(s.first.sequence, -1) << at;
  };
  change_bytes(dir + "/checkpoint.lock", expect);
  truncate(dir + "/checkpoint.lock", expect);
  print("record");
}

/// No genesis, not the first entry (leaf), another chain than the checkpoint's or another key of
/// the log (signature), or another format, which nobody reads.
TEST_F(Tamper, of_the_genesis_is_none_another_chains_or_of_another_format) {
  auto expect = [&](std::size_t at, const Said& s) {
    if (s.refused) return;
    EXPECT_TRUE(s.first.kind == DamageClass::leaf || s.first.kind == DamageClass::signature)
        << at << " " << s.first.detail;
    EXPECT_LE(s.first.sequence, 0) << at;
  };
  change_bytes(dir + "/genesis.cbor", expect);
  truncate(dir + "/genesis.cbor", expect);
  EXPECT_LT(classes["refused"], 4) << "there are not so many formats";
  print("genesis");
}

/// Thousands of entries: a bit of any frame.
TEST(TamperOfALargeChain, every_flipped_bit_is_found_in_its_frame) {
  testing::ScratchFolder dir;
  testing::Market m({.scheme = crypto::Scheme::mac, .rule = ""});
  const testing::Party holder = m.holder(100);
  for (int i = 0; i < 1500; ++i) {
    auto offer = m.sign(m.declaration(holder, i % 5 == 0 ? 600 : 60, testing::seconds(i, i + 1)),
                        {{objects::Role::holder, holder.key}});
    m.submit(offer, testing::at_second(i));
    m.chain().tick(testing::at_second(i));
  }
  m.write(dir.path());
  ASSERT_TRUE(audited(dir.path()).holds());
  const std::string path = testing::first_segment(dir.path());
  std::string bytes = read_bytes(path);
  const std::vector<std::size_t> begins = frames_of_segment(bytes);
  ASSERT_GT(begins.size(), 3000U);
  std::mt19937_64 random(12);
  std::map<log::FrameFault, int> faults;
  for (int i = 0; i < CAPMARKET_TAMPER_FLIPS; ++i) {
    const std::size_t bit = random() % (bytes.size() * 8), at = bit / 8;
    const std::size_t frame = frame_at(begins, at);
    bytes[at] = static_cast<char>(bytes[at] ^ 1 << bit % 8);
    std::size_t from = begins[frame];
    ByteView leaf, payload;
    const log::FrameFault fault = log::read_frame(as_bytes(bytes), from, leaf, payload);
    ++faults[fault];
    ASSERT_TRUE(fault != log::FrameFault::none && fault != log::FrameFault::end) << at;
    if (i % (CAPMARKET_TAMPER_FLIPS / CAPMARKET_TAMPER_FLIPS_AUDITED) == 0) {
      write_bytes(path, bytes);
      const AuditReport report = audited(dir.path());
      ASSERT_FALSE(report.holds()) << at;
      EXPECT_EQ(report.violations.front().kind, DamageClass::crc) << at;
      EXPECT_EQ(report.violations.front().sequence, frame) << at;
    }
    bytes[at] = static_cast<char>(bytes[at] ^ 1 << bit % 8);
  }
  std::cout << "  " << CAPMARKET_TAMPER_FLIPS << " flips in " << begins.size() - 1
            << " entries: torn " << faults[log::FrameFault::torn] << ", checksum "
            << faults[log::FrameFault::crc] << ", lengths " << faults[log::FrameFault::length]
            << "; " << CAPMARKET_TAMPER_FLIPS_AUDITED << " of them audited\n";
}

}  // namespace
}  // namespace capmarket::audit
