// Signed notes, by the examples that C2SP and Go's sumdb publish.
#include "model/log/note.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/log/base64.h"
#include "model/log/checkpoint.h"
#include "tests/support/parties.h"

namespace capmarket::log {
namespace {

const std::string kText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
const std::string kPeter =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6"
    "RyyBwJnAM=\n";
const std::string kEnoch =
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1Rv"
    "Mc+QQ=\n";
const char* kPeterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const char* kEnochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";

std::vector<VerifierKey> keys(std::initializer_list<const char*> texts) {
  std::vector<VerifierKey> out;
  for (const char* text : texts) out.push_back(parse_verifier_key(text).value());
  return out;
}

/// Which of the keys signed, as text; `refused` where the whole note is.
std::string signers(const std::string& note, const std::vector<VerifierKey>& by) {
  auto parsed = parse_note(note);
  auto found = parsed ? signers_of(*parsed, by) : tl::unexpected(parsed.error());
  if (!found) return "refused";
  std::string out;
  for (const NoteSigner& s : *found) out += by[s.key].name + " ";
  return out;
}

TEST(Note, opens_the_published_examples) {
  const std::string both = kText + "\n" + kPeter + kEnoch;
  EXPECT_EQ(signers(both, keys({kPeterKey})), "PeterNeumann ");
  EXPECT_EQ(signers(both, keys({kEnochKey})), "EnochRoot ");
  EXPECT_EQ(signers(both, keys({kPeterKey, kEnochKey})), "PeterNeumann EnochRoot ");
  EXPECT_EQ(to_text(*parse_note(both)), both);
  EXPECT_EQ(
      signers(
          "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfX"
          "ppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
          keys({"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"})),
      "example.com/foo ");
}

TEST(Note, ignores_lines_of_nobody_known_and_refuses_a_known_key_that_did_not_sign) {
  EXPECT_EQ(signers(kText + "\n" + kEnoch, keys({kPeterKey})), "");
  std::string changed = kText + "\n" + kPeter + kEnoch;
  changed[0] = 'i';
  EXPECT_EQ(signers(changed, keys({kPeterKey})), "refused");
  EXPECT_EQ(signers(changed, keys({})), "");
}

TEST(Note, refuses_what_is_none) {
  for (const std::string& bad :
       {kText, kText + kPeter, kText + "\n" + kPeter.substr(0, kPeter.size() - 1),
        kText + "\n" + kPeter + "trailing\n", kText + "\n" + kPeter + "\n",
        "\x01" + kText + "\n" + kPeter, "\xff" + kText + "\n" + kPeter, kText + "\r\n\n" + kPeter,
        kText + "\n— Peter+Neumann x08go/ZJkuBS\n", kText + "\n—  x08go/ZJkuBS\n",
        kText + "\n— PeterNeumann x08g\n", kText + "\n— PeterNeumann\n", std::string()})
    EXPECT_FALSE(parse_note(bad).has_value()) << bad;
  std::string many = kText + "\n";
  for (std::size_t i = 0; i < kNoteSignaturesMax; ++i) many += kEnoch;
  EXPECT_TRUE(parse_note(many).has_value());
  EXPECT_FALSE(parse_note(many + kPeter).has_value());
  EXPECT_FALSE(parse_note(std::string(kNoteBytesMax, 'a') + "\n\n" + kPeter).has_value());
}

TEST(Note, base64_has_one_text_for_the_same_bytes) {
  EXPECT_EQ(from_base64("AQID").value(), (Bytes{1, 2, 3}));
  EXPECT_EQ(from_base64("").value(), Bytes{});
  for (const char* bad :
       {"AQI", "AQI=A", "AQ==\n", " AQID", "AQIE=", "AQJ=", "\xc1QID", "AQ-_", "A"})
    EXPECT_FALSE(from_base64(bad).has_value()) << bad;
}

TEST(Note, a_verifier_key_is_strict) {
  EXPECT_EQ(to_text(keys({kPeterKey}).front()), kPeterKey);
  for (const char* bad : {"", "PeterNeumann", "PeterNeumann+c74f20a3",
                          "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                          "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                          "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                          "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                          "PeterNeumann+c74f20a3+AhpcXQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                          "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T"})
    EXPECT_FALSE(parse_verifier_key(bad).has_value()) << bad;
}

TEST(Note, a_witness_signs_its_time_with_the_text) {
  const crypto::KeyPair log = testing::numbered_key(9), witness = testing::numbered_key(10);
  const Checkpoint c{"capmarket/ab", 42, {}};
  Note note = *parse_note(sign_checkpoint(c, log));
  note.signatures.push_back(cosign(note, "witness.example/w1", witness, 1679315147));
  const std::vector<VerifierKey> both = {log_verifier("capmarket/ab", log.pub),
                                         witness_verifier("witness.example/w1", witness.pub)};
  auto found = signers_of(*parse_note(to_text(note)), both);
  ASSERT_TRUE(found.has_value());
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[1].time, 1679315147);
  EXPECT_EQ(cosigned_message("a\n1\nb\n", 7), "cosignature/v1\ntime 7\na\n1\nb\n");
  ++note.signatures.back().bytes[7];  // another time than was signed
  EXPECT_FALSE(signers_of(note, both).has_value());
  EXPECT_EQ(open_checkpoint(to_text(note), log.pub).value(), c) << "the log knows no witness";
}

}  // namespace
}  // namespace capmarket::log
