#include "model/objects/json_view.h"

#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "model/rules/canonical.h"

namespace capmarket::objects {
namespace {

using Json = nlohmann::ordered_json;

Json view(std::int64_t v) { return v; }
Json view(bool v) { return v; }
Json view(const std::string& v) { return v; }
Json view(const location::Location& v) { return v.path; }
Json view(Instant v) { return to_text(v); }
Json view(Duration v) { return to_text(v); }
Json view(Money v) { return to_text(v); }
Json view(Quantity v) { return v.value; }
Json view(Volume v) { return to_text(v); }
Json view(crypto::Scheme v) { return std::string(crypto::to_text(v)); }
Json view(Ground v) { return std::string(to_text(v)); }
Json view(ReleaseCause v) { return std::string(to_text(v)); }
Json view(ObligationKind v) { return std::string(to_text(v)); }
Json view(rules::Substitution v) { return std::string(rules::kSubstitutions[static_cast<std::size_t>(v)]); }
Json view(rules::RecordField v) { return std::string(rules::kRecordFields[static_cast<std::size_t>(v)]); }
Json view(Role v) { return std::string(to_text(v)); }
Json view(const Window& v) { return {{"from", to_text(v.from)}, {"until", to_text(v.until)}}; }
template <class Tag, std::size_t N>
Json view(const FixedBytes<Tag, N>& v) {
  return to_hex(v);
}
template <codec::HasFields S>
Json view(const S& object);
template <class T>
Json view(const std::vector<T>& items) {
  Json out = Json::array();
  for (const T& item : items) out.push_back(view(item));
  return out;
}

template <codec::HasFields S>
Json view(const S& object) {
  Json out = Json::object();
  auto one = [&](const auto& row) {
    const auto& value = object.*row.member;
    if (codec::schema_internal::present(value))
      out[std::string(row.name)] = view(codec::schema_internal::held(value));
  };
  std::apply([&](const auto&... f) { (one(f), ...); }, S::fields());
  return out;
}

Json view(const rules::Rule& rule) { return Json::parse(rules::rule_json(rule).dump()); }

}  // namespace

nlohmann::ordered_json object_json(const Object& object) {
  return std::visit([](const auto& o) { return view(o); }, object);
}

nlohmann::ordered_json signature_json(const Signature& signature) { return view(signature); }

}  // namespace capmarket::objects
