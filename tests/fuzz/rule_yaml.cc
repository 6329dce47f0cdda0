#include "model/objects/object.h"
#include "model/rules/parse.h"
#include "tests/fuzz/harness.h"

namespace capmarket::fuzz {

bool rule_yaml(ByteView bytes) {
  const std::string text = edited_seed(bytes, "rule_yaml/every-key.yaml");
  const auto alone = [](const std::string&, const std::string&) -> Result<ContentId> {
    return ContentId{};
  };
  const auto rule = rules::parse_rule("rule.yaml", text, alone);
  if (!rule) {
    expect(!rule.error().empty() && !to_text(rule.error()).empty(), "what is refused says why");
    return false;
  }
  const Bytes body = objects::encode_object(*rule);
  if (body.size() > objects::object_bytes_max(objects::Kind::rule)) return false;
  const auto back = objects::decode_object(objects::Kind::rule, body);
  expect(back.has_value(), "a rule that is read has a canonical form");
  expect(objects::encode_object(*back) == body, "the canonical form is one");
  return true;
}

}  // namespace capmarket::fuzz
