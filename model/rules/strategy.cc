#include "model/rules/strategy.h"

#include <fmt/format.h>

#include "model/crypto/hash.h"
#include "model/rules/faults.h"

namespace capmarket::rules {

Bytes encode_strategy(const FallbackStrategy& strategy) {
  codec::CborWriter writer;
  codec::encode(writer, strategy);
  return writer.take();
}

Result<FallbackStrategy> decode_strategy(ByteView body) {
  if (body.size() > codec::kObjectBytesMax)
    return fail(fmt::format("a fallback strategy of {} bytes", body.size()), "at most 65536 bytes");
  codec::CborReader reader(body);
  FallbackStrategy out;
  if (!codec::decode(reader, out) || !reader.finish())
    return fail("not a fallback strategy: " + *reader.error());
  Problems problems;
  for (Fault& f : faults_of(out)) {
    Problem p;
    p.what = f.place + ": " + f.what;
    p.expected = std::move(f.expected);
    problems.push_back(std::move(p));
  }
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return out;
}

ContentId strategy_id(const FallbackStrategy& strategy) {
  return crypto::content_id(encode_strategy(strategy));
}

}  // namespace capmarket::rules
