#include "model/objects/reference_page.h"

#include <fmt/format.h>

#include "model/objects/object.h"
#include "model/objects/type_names.h"

namespace capmarket::objects {
namespace {

struct Rows {
  std::string out;
  template <class T>
  void operator()(std::int64_t key, std::string_view name, const T&) {
    out += fmt::format("| {} | `{}` | {} |\n", key, name, TypeName<T>::of());
  }
  template <class T>
  void if_set(std::int64_t key, std::string_view name, const T& v) {
    (*this)(key, name, v);
  }
};

template <class T>
std::string kind_section(Kind kind) {
  std::string out = fmt::format("\n### {} `{}`{}\n\n", static_cast<int>(kind), to_text(kind),
                                is_derived(kind) ? " (derived)" : "");
  if constexpr (std::is_same_v<T, rules::Rule>) {
    out += "The canonical rule: [canonical numbers](../spec/chain.md#canonical-numbers).\n";
  } else {
    Rows rows;
    const T nothing{};
    codec::visit_fields(nothing, rows);
    out += "| key | field | type |\n|---|---|---|\n" + rows.out;
  }
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
