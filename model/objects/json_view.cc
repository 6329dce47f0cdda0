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
Json view(BasisPoints v) { return v.value; }
Json view(Quantity v) { return v.value; }
Json view(Volume v) { return to_text(v); }
template <codec::WireEnum E>
Json view(E v) {
  return std::string(to_text(v));
}
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

struct FieldsView {
  Json out = Json::object();
  template <class T>
  void operator()(std::int64_t, std::string_view name, const T& v) {
    out[std::string(name)] = view(v);
  }
  template <class T>
  void operator()(std::int64_t key, std::string_view name, const std::optional<T>& v) {
    if (v) (*this)(key, name, *v);
  }
  template <class T>
  void if_set(std::int64_t key, std::string_view name, const T& v) {
    if (v != T{}) (*this)(key, name, v);
  }
};

template <codec::HasFields S>
Json view(const S& object) {
  FieldsView fields;
  codec::visit_fields(object, fields);
  return std::move(fields.out);
}

Json view(const rules::Rule& rule) { return Json::parse(rules::rule_json(rule).dump()); }

}  // namespace

nlohmann::ordered_json object_json(const Object& object) {
  return std::visit([](const auto& o) { return view(o); }, object);
}

nlohmann::ordered_json signature_json(const Signature& signature) { return view(signature); }

}  // namespace capmarket::objects
