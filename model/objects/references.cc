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

struct Collector {
  Ids& out;
  template <class T>
  void operator()(std::int64_t, std::string_view, const T& v) {
    collect(v, out);
  }
  template <class T>
  void if_set(std::int64_t, std::string_view, const T& v) {
    collect(v, out);
  }
};

template <codec::HasFields S>
void collect(const S& object, Ids& out) {
  codec::visit_fields(object, Collector{out});
}

}  // namespace

std::vector<ContentId> references(const Object& object) {
  Ids out;
  std::visit([&](const auto& o) { collect(o, out); }, object);
  return out;
}

}  // namespace capmarket::objects
