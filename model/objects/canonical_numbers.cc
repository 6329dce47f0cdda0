#include "model/objects/canonical_numbers.h"

#include <fmt/format.h>

#include "model/objects/object.h"
#include "model/objects/submission.h"
#include "model/objects/type_names.h"

namespace capmarket::objects {
namespace {

/// The struct that a field holds, if it holds some: one, perhaps one, or a list.
template <class T>
struct PartOf {
  using Type = T;
  static constexpr std::string_view kForm = "map", kSuffix = "";
};
template <class T>
struct PartOf<std::optional<T>> {
  using Type = T;
  static constexpr std::string_view kForm = "map, optional", kSuffix = "";
};
template <class T>
struct PartOf<std::vector<T>> {
  using Type = T;
  static constexpr std::string_view kForm = "list of maps", kSuffix = "[]";
};

template <codec::HasFields S>
std::string part_section(const std::string& place);

/// A row for each field, and behind the rows the sections of the parts among them.
struct KeyTable {
  std::string prefix;  // of the places of parts
  std::string rows = "| key | name | type |\n|---|---|---|\n";
  std::string parts = {};

  template <class T>
  void operator()(std::int64_t key, std::string_view name, const T&) {
    row<T>(key, name, "");
  }
  template <class T>
  void if_set(std::int64_t key, std::string_view name, const T&) {
    row<T>(key, name, ", left out at its default");
  }
  template <class T>
  void row(std::int64_t key, std::string_view name, std::string_view note) {
    using Part = PartOf<T>;
    if constexpr (codec::HasFields<typename Part::Type>) {
      std::string place = fmt::format("{}{}{}", prefix, name, Part::kSuffix);
      rows += fmt::format("| {} | `{}` | {}: `{}`{} |\n", key, name, Part::kForm, place, note);
      parts += part_section<typename Part::Type>(place);
    } else {
      rows += fmt::format("| {} | `{}` | {}{} |\n", key, name, TypeName<T>::of(), note);
    }
  }
};

template <codec::HasFields S>
std::string keys_of(const std::string& prefix) {
  KeyTable table{prefix};
  const S nothing{};
  codec::visit_fields(nothing, table);
  return table.rows + table.parts;
}

template <codec::HasFields S>
std::string part_section(const std::string& place) {
  return fmt::format("\n#### `{}`\n\n{}", place, keys_of<S>(place + "."));
}

std::string kinds_table() {
  std::string out = "| number | kind | |\n|---|---|---|\n";
  for (Kind kind : all_kinds())
    out += fmt::format("| {} | `{}` | {} |\n", static_cast<int>(kind), to_text(kind),
                       is_derived(kind) ? "derived" : "");
  return out;
}

template <codec::WireEnum E>
std::string enum_row(std::string_view name) {
  return fmt::format("| {} | {} |\n", name, enum_text<E>());
}

std::string enumerations_table() {
  using namespace rules;
  return "| enumeration | values |\n|---|---|\n" + enum_row<Role>("role") +
         enum_row<crypto::Scheme>("signature scheme of a chain") +
         enum_row<CoordinationMode>("mode of coordination") +
         enum_row<PricingMode>("mode of pricing") + enum_row<VictimOrder>("order of victims") +
         enum_row<OnReview>("outcome of a review") + enum_row<Substitution>("substitution") +
         enum_row<RecordField>("field of a fallback record") +
         enum_row<Ground>("ground of a dispute") + enum_row<ReleaseCause>("cause of a release") +
         enum_row<ObligationKind>("kind of an obligation") +
         enum_row<Burden>("burden of proof of a claim") + enum_row<Side>("side of a witness") +
         enum_row<ClaimBasis>("what decided a claim");
}

}  // namespace

std::string canonical_numbers() {
  return "### Kinds of objects\n\n" + kinds_table() + "\n### Enumerations\n\n" +
         enumerations_table() + "\n### A signature\n\n" + keys_of<Signature>("") +
         "\n### The canonical rule\n\n" + keys_of<rules::Rule>("");
}

}  // namespace capmarket::objects
