// The audit's reader of checkpoints and the log's open the same notes.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/log/checkpoint.h"
#include "tests/support/parties.h"
#include "verify/audit/note.h"

namespace capmarket::audit {
namespace {

const crypto::KeyPair& log_pair() {
  static const crypto::KeyPair kKey = testing::numbered_key(9);
  return kKey;
}

/// A note of the log and of witnesses, with extension lines, in any order.
std::string drawn_note() {
  log::Note note = *log::parse_note(log::sign_checkpoint(
      {"capmarket/ab", *rc::gen::inRange<std::int64_t>(0, 100), {}}, log_pair()));
  if (*rc::gen::inRange(0, 3) == 0) {
    note.text += *rc::gen::element<std::string>("more\n", "a b\nc\n", "\n", "x\n\ny\n");
    if (*rc::gen::inRange(0, 2) == 0) {
      const SignatureBytes s = crypto::sign({}, log_pair(), as_bytes(note.text));
      note.signatures[0].bytes.assign(s.bytes.begin(), s.bytes.end());
    }
  }
  const auto witnesses = *rc::gen::inRange(0, 3);
  for (int i = 0; i < witnesses; ++i)
    note.signatures.push_back(log::cosign(note, *rc::gen::element<std::string>("w", "capmarket/ab"),
                                          testing::numbered_key(10 + i), i));
  if (*rc::gen::inRange(0, 4) == 0) note.signatures.push_back(note.signatures.front());
  if (*rc::gen::inRange(0, 8) == 0) note.signatures.erase(note.signatures.begin());
  if (!note.signatures.empty() && *rc::gen::inRange(0, 3) == 0)
    std::rotate(note.signatures.begin(), note.signatures.end() - 1, note.signatures.end());
  if (*rc::gen::inRange(0, 20) == 0)
    for (int i = 0; i < 64; ++i) note.signatures.push_back(log::cosign(note, "w", log_pair(), i));
  return log::to_text(note);
}

RC_GTEST_PROP(NoteAgreement, both_readers_open_the_same_notes, ()) {
  std::string text = drawn_note();
  const auto changes = *rc::gen::inRange(0, 3);
  for (int i = 0; i < changes && !text.empty(); ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        text[at] = static_cast<char>(text[at] ^ *rc::gen::inRange(1, 256));
        break;
      case 1:
        text.erase(at, *rc::gen::inRange<std::size_t>(1, 5));
        break;
      case 2:
        text.insert(at, *rc::gen::element<std::string>("\n", "\n\n", " ", "=", "A",
                                                       "\xe2\x80\x94 w AAAAAAA=\n"));
        break;
      default:
        text.resize(at);
    }
  }
  auto own = read_checkpoint(text, log_pair().pub);
  auto other = log::open_checkpoint(text, log_pair().pub);
  RC_ASSERT(own.has_value() == other.has_value());
  if (own)
    RC_ASSERT(own->origin == other->origin && own->size == other->size && own->root == other->root);
}

}  // namespace
}  // namespace capmarket::audit
