#include "model/objects/references.h"

namespace capmarket::objects {
namespace {

using Ids = std::vector<ContentId>;

template <class T>
void collect(const T&, Ids&) {}
inline void collect(const ContentId& id, Ids& out) { out.push_back(id); }
template <codec::HasFields S>
void collect(const S& object, Ids& out);
template <class T>
void collect(const std::vector<T>& items, Ids& out) {
  for (const T& item : items) collect(item, out);
}
template <class T>
void collect(const std::optional<T>& item, Ids& out) {
  if (item) collect(*item, out);
}

template <codec::HasFields S>
void collect(const S& object, Ids& out) {
  std::apply([&](const auto&... f) { (collect(object.*f.member, out), ...); }, S::fields());
}

void collect(const rules::Rule& rule, Ids& out) {
  collect(rule.supersedes, out);
  collect(rule.fallback_ids, out);
}

}  // namespace

std::vector<ContentId> references(const Object& object) {
  Ids out;
  std::visit([&](const auto& o) { collect(o, out); }, object);
  return out;
}

}  // namespace capmarket::objects
