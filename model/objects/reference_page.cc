#include "model/objects/reference_page.h"

#include <fmt/format.h>

#include "model/objects/object.h"

namespace capmarket::objects {
namespace {

template <class T>
struct TypeName;
#define CAPMARKET_TYPE(Type, text)           \
  template <>                                \
  struct TypeName<Type> {                    \
    static std::string of() { return text; } \
  }
CAPMARKET_TYPE(std::int64_t, "integer");
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
CAPMARKET_TYPE(Salt, "salt");
#undef CAPMARKET_TYPE

template <class T>
struct TypeName<std::vector<T>> {
  static std::string of() { return "list of " + TypeName<T>::of(); }
};
template <class T>
struct TypeName<std::optional<T>> {
  static std::string of() { return TypeName<T>::of() + ", optional"; }
};

template <class E>
std::string enum_text() {
  std::string out;
  for (std::int64_t i = 0; i <= enum_max(E{}); ++i) {
    std::string_view name;
    if constexpr (std::is_same_v<E, rules::Substitution>)
      name = rules::kSubstitutions[i];
    else if constexpr (std::is_same_v<E, rules::RecordField>)
      name = rules::kRecordFields[i];
    else
      name = to_text(static_cast<E>(i));
    out += fmt::format("{}{} {}", i == 0 ? "" : ", ", i, name);
  }
  return out;
}
template <codec::WireEnum E>
struct TypeName<E> {
  static std::string of() { return "one of " + enum_text<E>(); }
};

template <codec::HasFields S>
std::string rows() {
  std::string out;
  std::apply(
      [&](const auto&... f) {
        auto one = [&](const auto& row) {
          using Member = std::decay_t<decltype(std::declval<S>().*row.member)>;
          out += fmt::format("| {} | `{}` | {} |\n", row.key, row.name, TypeName<Member>::of());
        };
        (one(f), ...);
      },
      S::fields());
  return out;
}

/// A part goes by its fields' names: `[window, quantity]`.
template <codec::HasFields S>
struct TypeName<S> {
  static std::string of() {
    std::string out;
    std::apply(
        [&](const auto&... f) {
          auto one = [&](const auto& row) {
            using Member = std::decay_t<decltype(std::declval<S>().*row.member)>;
            out += fmt::format("{}{} {} ({})", out.empty() ? "[" : ", ", row.key, row.name,
                               TypeName<Member>::of());
          };
          (one(f), ...);
        },
        S::fields());
    return out + "]";
  }
};

template <class T>
std::string kind_section(Kind kind) {
  std::string out = fmt::format("\n### {} `{}`{}\n\n", static_cast<int>(kind), to_text(kind),
                                is_derived(kind) ? " (derived)" : "");
  if constexpr (codec::HasFields<T>)
    out += "| key | field | type |\n|---|---|---|\n" + rows<T>();
  else
    out += "The canonical rule: [canonical numbers](../spec/chain.md#canonical-numbers).\n";
  return out;
}

template <std::size_t... I>
std::string sections(std::index_sequence<I...>) {
  std::string out;
  ((out += kind_section<std::variant_alternative_t<I, Object>>(all_kinds()[I])), ...);
  return out;
}

}  // namespace

std::string schema_page() {
  return "# Chain objects\n\nGenerated from the schema tables in `model/objects`; a test compares. "
         "Every body is a canonical CBOR map with\nthese integer keys ([chain](../spec/chain.md)); "
         "a part in brackets is a map of its own. Derived objects carry no\nsignature: every "
         "verifier recomputes them.\n" +
         sections(std::make_index_sequence<std::variant_size_v<Object>>());
}

}  // namespace capmarket::objects
