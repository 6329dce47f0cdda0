#include "model/chain/leaf.h"
#include "model/objects/object.h"
#include "model/objects/submission.h"
#include "tests/fuzz/harness.h"

namespace capmarket::fuzz {
namespace {

bool same(const Bytes& a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

}  // namespace

bool codec(ByteView bytes) {
  if (bytes.empty()) return false;
  const std::vector<objects::Kind>& kinds = objects::all_kinds();
  const objects::Kind kind = kinds[bytes[0] % kinds.size()];
  const ByteView body = bytes.subspan(1);
  bool read = false;
  if (auto object = objects::decode_object(kind, body)) {
    expect(objects::kind_of(*object) == kind, "an object of the kind that was asked for");
    expect(same(objects::encode_object(*object), body), "an object encodes as it was read");
    read = true;
  }
  if (auto submission = objects::decode_payload(kind, body))
    expect(same(objects::encode_payload(submission->body, submission->signatures), body),
           "a payload encodes as it was read");
  if (auto leaf = chain::decode_leaf(body))
    expect(same(chain::encode_leaf(*leaf), body), "a leaf encodes as it was read");
  return read;
}

}  // namespace capmarket::fuzz
