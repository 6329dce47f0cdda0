// The types of fields in words, for the pages that are made from the lists of fields; private to
// model/objects.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "model/codec/fields.h"
#include "model/objects/object.h"
#include "model/objects/submission.h"

namespace capmarket::objects {

/// `of()` is the type of a field as the pages call it: `quantity`, `list of id`, `key, optional`.
template <class T>
struct TypeName;
#define CAPMARKET_TYPE(Type, text)           \
  template <>                                \
  struct TypeName<Type> {                    \
    static std::string of() { return text; } \
  }
CAPMARKET_TYPE(std::int64_t, "integer");
CAPMARKET_TYPE(BasisPoints, "integer");
CAPMARKET_TYPE(bool, "bool");
CAPMARKET_TYPE(std::string, "text");
CAPMARKET_TYPE(location::Location, "location");
CAPMARKET_TYPE(Instant, "instant");
CAPMARKET_TYPE(Duration, "duration");
CAPMARKET_TYPE(Window, "window");
CAPMARKET_TYPE(Quantity, "quantity");
CAPMARKET_TYPE(Money, "money");
CAPMARKET_TYPE(Volume, "volume");
CAPMARKET_TYPE(ContentId, "id");
CAPMARKET_TYPE(Digest, "digest");
CAPMARKET_TYPE(PublicKey, "key");
CAPMARKET_TYPE(crypto::MacKey, "secret key");
CAPMARKET_TYPE(SignatureBytes, "signature");
CAPMARKET_TYPE(Salt, "salt");
CAPMARKET_TYPE(expr::Expr, "expression");
#undef CAPMARKET_TYPE

template <class T>
struct TypeName<std::vector<T>> {
  static std::string of() { return "list of " + TypeName<T>::of(); }
};
template <class T>
struct TypeName<std::optional<T>> {
  static std::string of() { return TypeName<T>::of() + ", optional"; }
};

/// `0 none, 1 same-holder`.
template <codec::WireEnum E>
std::string enum_text() {
  std::string out;
  for (std::int64_t i = 0; i <= enum_max(E{}); ++i)
    out += fmt::format("{}{} {}", i == 0 ? "" : ", ", i, to_text(static_cast<E>(i)));
  return out;
}
template <codec::WireEnum E>
struct TypeName<E> {
  static std::string of() { return "one of " + enum_text<E>(); }
};

struct PartNames {
  std::string out;
  template <class T>
  void operator()(std::int64_t key, std::string_view name, const T&) {
    out += fmt::format("{}{} {} ({})", out.empty() ? "[" : ", ", key, name, TypeName<T>::of());
  }
  template <class T>
  void if_set(std::int64_t key, std::string_view name, const T& v) {
    (*this)(key, name, v);
  }
};

/// A part goes by its fields' names: `[window, quantity]`.
template <codec::HasFields S>
struct TypeName<S> {
  static std::string of() {
    PartNames names;
    const S nothing{};
    codec::visit_fields(nothing, names);
    return names.out + "]";
  }
};

}  // namespace capmarket::objects
