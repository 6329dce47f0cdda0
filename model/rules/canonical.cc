#include "model/rules/canonical.h"

#include <fmt/format.h>

#include "model/base/check.h"
#include "model/rules/expressions.h"
#include "model/rules/faults.h"

namespace capmarket::rules {
namespace {

/// Problems of an expression that came without a file.
expr::ProblemMaker maker_without_file(const ExpressionSite& site) {
  return [at = site.spoken](std::string what, std::string expected, int) {
    Problem p;
    p.what = at + ": " + std::move(what);
    p.expected = std::move(expected);
    return p;
  };
}

}  // namespace

Bytes encode_rule(const Rule& rule) {
  CHECK(rule.fallback.empty() || rule.fallback.size() == rule.fallback_ids.size(), rule.name);
  codec::CborWriter writer;
  codec::encode(writer, rule);
  return writer.take();
}

Result<Rule> decode_rule(ByteView bytes) {
  if (bytes.size() > codec::kObjectBytesMax)
    return fail(fmt::format("a rule of {} bytes", bytes.size()), "at most 65536 bytes");
  codec::CborReader reader(bytes);
  Rule rule;
  if (!codec::decode(reader, rule) || !reader.finish())
    return fail("not a rule: " + *reader.error());
  if (!rule.salt.is_zero()) return fail("a rule with a salt", "sixteen zero bytes");
  Problems problems = bind_expressions(rule, TextForm::canonical, maker_without_file);
  for (Fault& f : faults_of(rule)) {
    Problem p;
    p.what = f.place + ": " + f.what;
    p.expected = std::move(f.expected);
    problems.push_back(std::move(p));
  }
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  Bytes again = encode_rule(rule);
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()))
    return fail("not the canonical bytes of this rule");
  return rule;
}

}  // namespace capmarket::rules
