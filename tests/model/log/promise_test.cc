// Promises in their text forms, right ones and wrong ones.
#include "model/log/promise.h"

#include <gtest/gtest.h>

#include <array>

#include "model/base/text.h"
#include "model/log/base64.h"
#include "model/log/checkpoint.h"
#include "model/log/merkle.h"
#include "model/log/proof.h"
#include "tests/support/parties.h"

namespace capmarket::log {
namespace {

const std::string kPromisingLog = "capmarket/ab";

crypto::KeyPair promising_key() { return testing::numbered_key(9); }

Instant promise_second(std::int64_t s) { return Instant(s * kNanosPerSecond); }

/// n envelopes of one interval, signed by key 9.
PromisedInterval promised(std::size_t n, const crypto::KeyPair& key = promising_key(),
                          const std::string& log = kPromisingLog) {
  PromisedInterval out;
  std::vector<Digest> hashes;
  for (std::size_t i = 0; i < n; ++i) {
    Envelope e;
    e.id.bytes[0] = static_cast<std::uint8_t>(i + 1);
    e.signatures.bytes[31] = static_cast<std::uint8_t>(i);
    hashes.push_back(envelope_hash(out.envelopes.emplace_back(e)));
  }
  out.note = sign_promise({log, static_cast<std::int64_t>(n), merkle_root(hashes),
                           promise_second(5), promise_second(65)},
                          key);
  return out;
}

/// The text is a promise that the log's key gave.
bool promises(const std::string& text) {
  auto promise = parse_promise(text);
  if (!promise || !shown_by(*promise)) return false;
  auto given = is_promised_by(*promise, kPromisingLog, promising_key().pub);
  return given && *given && shown_by(*promise)->log == kPromisingLog;
}

TEST(Promise, of_every_envelope_comes_back_from_its_text_and_holds) {
  for (std::size_t n : {1, 2, 3, 7, 8, 21}) {
    const PromisedInterval interval = promised(n);
    for (std::size_t i = 0; i < n; ++i) {
      const std::string text = to_text(promise_of(interval, i).value());
      EXPECT_TRUE(promises(text)) << n << " " << i;
      auto back = parse_promise(text);
      ASSERT_TRUE(back.has_value());
      EXPECT_EQ(to_text(*back), text);
      EXPECT_EQ(back->envelope, interval.envelopes[i]);
      const PromiseNote note = shown_by(*back).value();
      EXPECT_EQ(note.at, promise_second(5));
      EXPECT_EQ(note.by, promise_second(65));
      EXPECT_EQ(note.count, static_cast<std::int64_t>(n));
    }
  }
}

TEST(Promise, is_written_byte_for_byte_as_the_specification_says) {
  const std::string text = to_text(promise_of(promised(1), 0).value());
  const std::string envelope =
      "capmarket/envelope@v1\n01" + std::string(62, '0') + "\n" + std::string(64, '0') + "\n";
  const std::string head = "capmarket/promise@v1\nextra " + to_base64(as_bytes(envelope)) +
                           "\nindex 0\n\ncapmarket/ab/promises\npromised 1\n" +
                           to_base64(leaf_hash(as_bytes(envelope)).view()) +
                           "\nat 1970-01-01T00:00:05Z\nby 1970-01-01T00:01:05Z\n\n"
                           "\xe2\x80\x94 capmarket/ab/promises ";
  EXPECT_EQ(text.substr(0, head.size()), head);
}

TEST(Promise, no_changed_byte_promises) {
  const std::string text = to_text(promise_of(promised(5), 2).value());
  for (std::size_t at = 0; at < text.size(); ++at)
    for (int mask : {0x01, 0x02, 0x04, 0x20, 0x80}) {
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ mask);
      EXPECT_FALSE(promises(changed)) << at << " " << mask;
    }
  for (std::size_t n = 0; n < text.size(); ++n) EXPECT_FALSE(promises(text.substr(0, n))) << n;
  EXPECT_FALSE(promises(text + "\n"));
  EXPECT_FALSE(promises(text + text));
}

TEST(Promise, at_another_index_or_of_another_envelope_shows_nothing) {
  const PromisedInterval interval = promised(5);
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t k = 0; k < 5; ++k) {
      Promise moved = promise_of(interval, i).value();
      moved.index = static_cast<std::int64_t>(k);
      EXPECT_EQ(shown_by(moved).has_value(), i == k);
      Promise swapped = promise_of(interval, i).value();
      swapped.envelope = interval.envelopes[k];
      EXPECT_EQ(shown_by(swapped).has_value(), i == k);
    }
  PromisedInterval other = promised(5);
  other.note = promised(4).note;
  EXPECT_FALSE(promise_of(other, 0)) << "a note of other envelopes";
}

TEST(Promise, of_another_log_or_by_another_key_is_none_of_this_log) {
  const crypto::KeyPair other = testing::numbered_key(8);
  EXPECT_TRUE(promises(to_text(promise_of(promised(3), 1).value())));
  EXPECT_FALSE(promises(to_text(promise_of(promised(3, other), 1).value())));
  EXPECT_FALSE(
      promises(to_text(promise_of(promised(3, promising_key(), "capmarket/cd"), 1).value())));
}

TEST(Promise, is_never_read_as_a_checkpoint) {
  const PromisedInterval interval = promised(3);
  const Note note = parse_note(interval.note).value();
  EXPECT_FALSE(read_checkpoint(note));
  EXPECT_FALSE(open_checkpoint(interval.note, promising_key().pub));
  for (const std::string& name : {kPromisingLog, promise_origin(kPromisingLog)}) {
    const std::array keys{log_verifier(name, promising_key().pub)};
    EXPECT_FALSE(check_checkpoint(interval.note, keys)) << name;
  }
}

TEST(Promise, no_checkpoint_is_read_as_one) {
  PromisedInterval interval = promised(3);
  const Promise whole = promise_of(interval, 0).value();
  const Digest root = shown_by(whole)->root;
  // Also where the log's key signed one under the name of its promises, with lines of extensions.
  for (const std::string& origin : {kPromisingLog, promise_origin(kPromisingLog)}) {
    Promise with = whole;
    with.note = sign_checkpoint({origin, 3, root}, promising_key());
    EXPECT_FALSE(read_promise(parse_note(with.note).value()));
    EXPECT_FALSE(shown_by(with));
    EXPECT_FALSE(promises(to_text(with)));
  }
}

TEST(Promise, with_another_line_or_time_is_none) {
  auto read = [](const std::string& text) { return read_promise({text, {}}); };
  const std::string root = to_base64(Digest{}.view()) + "\n";
  const std::string head = "capmarket/ab/promises\npromised 3\n" + root;
  const std::string at = "at 1970-01-01T00:00:05Z\n", by = "by 1970-01-01T00:00:05Z\n";
  ASSERT_TRUE(read(head + at + by));
  for (const std::string& text :
       {head + at, head + at + by + "x\n", head + by + at, head + by + by,
        head + at + "by 1970-01-01T00:00:04Z\n", head + "at 1970-01-01T00:00:05.0Z\n" + by,
        head + "at 1970-01-01T01:00:05+01:00\n" + by, "capmarket/ab\npromised 3\n" + root + at + by,
        "/promises\npromised 3\n" + root + at + by, "capmarket/ab/promises\n3\n" + root + at + by,
        "capmarket/ab/promises\npromised 0\n" + root + at + by,
        "capmarket/ab/promises\npromised 03\n" + root + at + by,
        "capmarket/ab/promises\npromised 3\n" + root.substr(1) + at + by})
    EXPECT_FALSE(read(text)) << text;
}

TEST(Promise, the_file_of_a_run_comes_back_and_no_other_is_one) {
  std::string text = promises_head();
  for (std::size_t n : {1, 5, 2}) text += to_text(promised(n));
  const auto all = parse_promises(text).value();
  ASSERT_EQ(all.size(), 3u);
  std::string again = promises_head();
  for (const PromisedInterval& interval : all) {
    again += to_text(interval);
    for (std::size_t i = 0; i < interval.envelopes.size(); ++i)
      EXPECT_TRUE(promises(to_text(promise_of(interval, i).value())));
  }
  EXPECT_EQ(again, text);
  EXPECT_TRUE(parse_promises(promises_head())->empty()) << "nothing arrived";
  for (std::size_t n = 0; n < text.size(); ++n) {
    auto cut = parse_promises(text.substr(0, n));
    std::size_t whole = 0;  // a cut between intervals is the file of a shorter run
    if (cut)
      for (const PromisedInterval& interval : *cut) whole += to_text(interval).size();
    EXPECT_TRUE(!cut || n == promises_head().size() + whole) << n;
  }
  for (const char* line : {"envelopes 0\n", "envelopes 4611686018427387903\n", "envelopes -1\n",
                           "envelopes 01\n", "\n", "x"})
    EXPECT_FALSE(parse_promises(text + line)) << line;
}

}  // namespace
}  // namespace capmarket::log
